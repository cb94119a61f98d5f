//! One configuration under check.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use ops_core::conf::{ConfDocument, ConfError, is_sensitive};
use ops_core::version::{Dialect, FlinkVersion};

use super::codes::{self, Code};
use super::finding::Finding;
use super::place::Place;
use crate::ssl::Side;

/// A configuration with what stands beside it.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) file: PathBuf,
    pub(super) roots: Vec<PathBuf>,
    pub(super) doc: ConfDocument,
    pub(super) version: FlinkVersion,
    pub(super) side: Side,
    /// Hosts of the lines of `masters`.
    pub(super) masters: Vec<String>,
}

impl Host {
    /// Reads what Flink would read of a place; what is wrong with that goes to `findings`.
    pub(super) fn read(
        place: Place,
        version: FlinkVersion,
        side: Side,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        // 1.19 and 1.20 read both names, and take flink-conf.yaml where it is there.
        let named = |path: &Path, dialect: Dialect| path.ends_with(dialect.file_name());
        let reads = |path: &&PathBuf| {
            [Dialect::Legacy, Dialect::Yaml]
                .into_iter()
                .find(|dialect| named(path, *dialect))
                .is_none_or(|dialect| version.reads(dialect))
        };
        let read = place.files.iter().find(reads);
        let unread = place.files.iter().find(|file| Some(*file) != read);
        if let Some(unread) = unread {
            let message = match read {
                Some(read) => format!(
                    "Flink {} reads {} beside it, and nothing of this file",
                    version.line(),
                    read.file_name().unwrap_or_default().display()
                ),
                None => format!(
                    "Flink {} reads {}, and nothing of this file",
                    version.line(),
                    version.dialect().file_name()
                ),
            };
            let help = format!("keep the configuration in {} alone", version.dialect().file_name());
            findings.push(finding_in(unread, &codes::WRONG_FILE, message, help));
        }
        let file = read?.clone();
        let doc = match ConfDocument::read(&file) {
            Ok(doc) => doc,
            Err(error) => {
                let place = (error.line().unwrap_or(1), error.column().unwrap_or(1));
                let help = match &error {
                    ConfError::Unsupported { .. } => "write it in a simpler way; it could not be checked",
                    _ => "put values that hold `: `, ` #` or other signs of YAML between quotes",
                };
                let mut finding =
                    finding_in(&file, &codes::UNREADABLE_CONFIGURATION, error.to_string(), help.into());
                (finding.line, finding.column) = place;
                findings.push(finding);
                return None;
            }
        };
        let masters = hosts_in(&place.dir.join("masters"));
        let Place { host: name, roots, .. } = place;
        Some(Self { name, file, roots, doc, version, side, masters })
    }

    /// A finding at a key: where it stands, or where what asks for it does.
    pub(super) fn finding(
        &self,
        code: &'static Code,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        let mut finding = finding_in(&self.file, code, message.into(), help.into());
        let scope = key.rsplit_once('.').map_or("", |(scope, _)| scope);
        let own = format!("{scope}.enabled");
        let switches = ["security.ssl.internal.enabled", "security.ssl.rest.enabled", "security.ssl.enabled"];
        let switches = switches.into_iter().filter(|_| key.starts_with("security.ssl."));
        let asking = [key, &own].into_iter().chain(switches);
        if let Some(entry) = asking.into_iter().find_map(|key| self.doc.entry(key)) {
            let at_value = entry.key == key;
            finding.line = if at_value { entry.value_line } else { entry.line };
            finding.column = if at_value { entry.value_column } else { entry.column };
        }
        finding.key = Some(key.to_owned());
        finding.evidence.extend(self.evidence(key));
        finding
    }

    /// What the configuration says of a key.
    fn evidence(&self, key: &str) -> Option<String> {
        match self.doc.entry(key) {
            Some(_) if is_sensitive(key) => Some(format!("{key} is set, to a value that is not shown")),
            Some(entry) => Some(format!("{key} is `{}`", entry.value)),
            None => (!key.is_empty()).then(|| format!("{key} is not set")),
        }
    }

    pub(super) fn is_true(&self, key: &str, default: &str) -> bool {
        self.doc.get(key).unwrap_or(default).eq_ignore_ascii_case("true")
    }

    /// The cluster it belongs to, as far as the configuration tells: hosts of different ones need not trust each other.
    pub(super) fn cluster(&self) -> String {
        let high_availability =
            self.doc.get("high-availability.type").or_else(|| self.doc.get("high-availability"));
        let key = match high_availability {
            Some(kind) if !kind.eq_ignore_ascii_case("none") => "high-availability.cluster-id",
            _ => "jobmanager.rpc.address",
        };
        self.doc.get("kubernetes.cluster-id").or_else(|| self.doc.get(key)).unwrap_or_default().to_owned()
    }

    /// Whether the host is named as one that runs a JobManager.
    pub(super) fn is_named_master(&self) -> bool {
        let own = self.name.rsplit('/').next().unwrap_or(&self.name);
        let short = |name: &str| name.split('.').next().unwrap_or(name).to_ascii_lowercase();
        let addresses = ["jobmanager.rpc.address", "rest.address"].map(|key| self.doc.get(key));
        let named = self.masters.iter().map(String::as_str).chain(addresses.into_iter().flatten());
        named.into_iter().any(|name| short(name) == short(own))
    }
}

/// A finding about a file as a whole.
pub(super) fn finding_in(file: &Path, code: &'static Code, message: String, help: String) -> Finding {
    Finding {
        code: code.code,
        severity: code.severity,
        key: None,
        file: file.display().to_string(),
        line: 1,
        column: 1,
        message,
        help,
        fix: None,
        evidence: Vec::new(),
    }
}

/// Whether only processes of the same host reach what is bound there.
pub(super) fn is_loopback(address: &str) -> bool {
    let bare = address.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The hosts of a `masters` or `workers` file: one a line, a port behind a colon, comments behind `#`.
fn hosts_in(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = |line: &str| {
        let line = line.split('#').next().unwrap_or_default().trim();
        let host = match line.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !host.ends_with(':') => host,
            _ => line,
        };
        (!host.is_empty()).then(|| host.to_owned())
    };
    text.lines().filter_map(line).collect()
}

/// A few names, and how many more there are.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<_> = names.into_iter().collect();
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_come_without_ports_and_comments() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("masters");
        fs::write(&file, "# all\njm-1:8081\n\n jm-2 # second\nfd00::1\n[fd00::2]:8081\n").unwrap();
        assert_eq!(hosts_in(&file), ["jm-1", "jm-2", "fd00::1", "[fd00::2]"]);
        assert_eq!(listed(["a", "b", "c", "d", "e", "f"]), "a, b, c, d and 2 more");
        assert!(is_loopback("127.0.0.1") && is_loopback("[::1]") && !is_loopback("0.0.0.0"));
    }
}
