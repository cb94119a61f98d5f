//! TLS towards the endpoints. Flink's reporter has none; a proxy before it may.

use std::fmt::Write as _;
use std::path::PathBuf;

/// How Prometheus connects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// The authority of the endpoints; that of the system when there is none.
    pub authority: Option<PathBuf>,
    /// Certificate and key of Prometheus, where endpoints ask for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl Tls {
    /// The lines of a scrape configuration.
    pub(super) fn lines(&self) -> String {
        let mut text = "    scheme: https\n".to_owned();
        let mut files = Vec::new();
        if let Some(authority) = &self.authority {
            files.push(("ca_file", authority));
        }
        if let Some((certificate, key)) = &self.identity {
            files.extend([("cert_file", certificate), ("key_file", key)]);
        }
        if !files.is_empty() {
            text.push_str("    tls_config:\n");
            for (name, file) in files {
                let file = serde_json::Value::from(file.display().to_string());
                let _ = writeln!(text, "      {name}: {file}");
            }
        }
        text
    }
}
