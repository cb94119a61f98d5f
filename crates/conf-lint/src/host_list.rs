//! `masters` and `workers`: lists of hosts, read as the start scripts read them.

use crate::files::Companion;

/// A host of such a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host<'a> {
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
    /// The line as it stands.
    pub(crate) text: &'a str,
    pub(crate) name: &'a str,
    /// What stands behind a colon.
    pub(crate) port: Option<&'a str>,
}

/// The hosts of a list. Of each line, the first word counts, up to a `#`, without the racks before its last slash.
pub(crate) fn hosts(list: &Companion) -> Vec<Host<'_>> {
    list.text.lines().enumerate().filter_map(|(index, text)| host(index + 1, text)).collect()
}

fn host(line: usize, text: &str) -> Option<Host<'_>> {
    let word = text.split_whitespace().next()?;
    let entry = word.split('#').next().filter(|entry| !entry.is_empty())?;
    let entry = entry.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(entry);
    let (name, port) = match entry.split_once(':') {
        // An IPv6 address has more than one.
        Some((name, port)) if !port.contains(':') => (name, Some(port)),
        _ => (entry, None),
    };
    let offset = entry.as_ptr().addr() - text.as_ptr().addr();
    let column = text[..offset].chars().count() + 1;
    Some(Host { line, column, text, name, port })
}

impl Host<'_> {
    /// The line without the port.
    pub(crate) fn without_port(&self) -> Option<String> {
        let port = self.port?;
        Some(self.text.replacen(&format!("{}:{port}", self.name), self.name, 1))
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.name)
    }
}

/// Whether only the host itself reaches this address.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim().trim_matches(['[', ']']).to_ascii_lowercase();
    host == "localhost" || host == "::1" || host.starts_with("127.") || host.ends_with(".localhost")
}

/// Whether this stands for every address of the host.
pub(crate) fn is_wildcard(host: &str) -> bool {
    matches!(host.trim().trim_matches(['[', ']']), "0.0.0.0" | "::" | "0:0:0:0:0:0:0:0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_by_the_start_scripts() {
        let read = |text| host(1, text).map(|host| (host.name, host.port, host.column));
        assert_eq!(read("tm-1"), Some(("tm-1", None, 1)));
        assert_eq!(read("  tm-1:8081 # first"), Some(("tm-1", Some("8081"), 3)));
        assert_eq!(read("/rack1/tm-1 ignored"), Some(("tm-1", None, 8)));
        assert_eq!(read("tm-1#comment"), Some(("tm-1", None, 1)));
        assert_eq!(read("fe80::1"), Some(("fe80::1", None, 1)));
        assert_eq!(read("# tm-1"), None);
        assert_eq!(read(""), None);
        assert_eq!(host(1, "tm-1:8081 # x").unwrap().without_port().as_deref(), Some("tm-1 # x"));
    }
}
