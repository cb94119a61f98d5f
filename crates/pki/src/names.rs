//! Names that go into certificates and file names, checked where they enter: leaf names, common names and
//! subject alternative names.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// X.520 allows 64 characters in a common name.
const MAX_COMMON_NAME: usize = 64;
/// RFC 1035 allows 253 characters in a name and 63 in a label.
const MAX_DNS_NAME: usize = 253;
const MAX_DNS_LABEL: usize = 63;
/// No URI of a service identity comes near this.
const MAX_URI: usize = 2048;

/// A name that does not fit into a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` {problem}")]
pub struct NameError {
    found: String,
    problem: &'static str,
}

impl NameError {
    pub(crate) fn new(found: &str, problem: &'static str) -> Self {
        let mut found: String = found.chars().take(80).collect();
        found.retain(|c| !c.is_control());
        Self { found, problem }
    }
}

macro_rules! text_name {
    ($name:ident) => {
        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

/// The name of a leaf: its common name, the alias in its keystore and the first part of its file names.
///
/// Up to 64 ASCII letters, digits, `.`, `_` and `-`, beginning with a letter or digit: what every file system,
/// every shell and Java's keystores keep as it is. Java compares aliases without case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LeafName(String);

text_name!(LeafName);

impl FromStr for LeafName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |problem| Err(NameError::new(text, problem));
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return error("cannot name a certificate and its files: it must begin with a letter or a digit");
        }
        if text.len() > MAX_COMMON_NAME {
            return error("is longer than the 64 characters that a common name may have");
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return error(
                "cannot name a certificate and its files: only letters, digits, `.`, `_` and `-` can",
            );
        }
        Ok(Self(text.to_owned()))
    }
}

/// The common name of an authority: up to 64 characters of any script, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CommonName(String);

text_name!(CommonName);

impl FromStr for CommonName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |problem| Err(NameError::new(text, problem));
        if text.trim() != text || text.is_empty() {
            return error("is no common name: it is empty, or begins or ends with a space");
        }
        if text.chars().count() > MAX_COMMON_NAME {
            return error("is longer than the 64 characters that a common name may have");
        }
        if text.chars().any(char::is_control) {
            return error("is no common name: it holds a control character");
        }
        Ok(Self(text.to_owned()))
    }
}

/// A name under which a client reaches the holder of a certificate: `dns:HOST`, `ip:ADDRESS` or `uri:URI`.
///
/// Host names are kept in lower case, without a final dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum SubjectAltName {
    /// A host name; its first label may be `*`.
    Dns(String),
    /// An address.
    Ip(IpAddr),
    /// A URI, such as a SPIFFE id.
    Uri(String),
}

impl SubjectAltName {
    /// The name of a host given as people write it: an address (IPv6 with or without brackets), or a host name.
    ///
    /// # Errors
    /// It is neither.
    pub fn host(text: &str) -> Result<Self, NameError> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        bare.parse().map(Self::Ip).or_else(|_| dns_name(text).map(Self::Dns))
    }

    pub(crate) fn to_rcgen(&self) -> Result<rcgen::SanType, rcgen::Error> {
        Ok(match self {
            Self::Dns(name) => rcgen::SanType::DnsName(name.as_str().try_into()?),
            Self::Ip(address) => rcgen::SanType::IpAddress(*address),
            Self::Uri(uri) => rcgen::SanType::URI(uri.as_str().try_into()?),
        })
    }
}

impl fmt::Display for SubjectAltName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => write!(f, "dns:{name}"),
            Self::Ip(address) => write!(f, "ip:{address}"),
            Self::Uri(uri) => write!(f, "uri:{uri}"),
        }
    }
}

impl FromStr for SubjectAltName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("dns", name)) => dns_name(name).map(Self::Dns),
            Some(("ip", address)) => address
                .parse()
                .map(Self::Ip)
                .map_err(|_| NameError::new(text, "holds no IPv4 or IPv6 address")),
            Some(("uri", uri)) => checked_uri(uri).map(Self::Uri),
            _ => Err(NameError::new(text, "is no alternative name; write dns:HOST, ip:ADDRESS or uri:URI")),
        }
    }
}

impl TryFrom<String> for SubjectAltName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<SubjectAltName> for String {
    fn from(name: SubjectAltName) -> Self {
        name.to_string()
    }
}

fn dns_name(text: &str) -> Result<String, NameError> {
    let error = |problem| Err(NameError::new(text, problem));
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    if name.parse::<IpAddr>().is_ok() {
        return error(
            "is an address, and clients do not look for addresses among host names; write ip:ADDRESS",
        );
    }
    if !name.is_ascii() {
        return error("is not ASCII; write the host name in its xn-- form");
    }
    if name.is_empty() || name.len() > MAX_DNS_NAME {
        return error("is no host name: between 1 and 253 characters are needed");
    }
    if name.contains('_') {
        return error("holds an underscore, which Java refuses in host names; give the host another name");
    }
    let labels = name.strip_prefix("*.").unwrap_or(&name);
    let fits = |label: &str| {
        (1..=MAX_DNS_LABEL).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !labels.split('.').all(fits) {
        return error("is no host name: labels of 1 to 63 letters, digits and inner hyphens are needed");
    }
    if labels.rsplit('.').next().is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit())) {
        return error("is no host name: its last label is a number");
    }
    Ok(name)
}

fn checked_uri(text: &str) -> Result<String, NameError> {
    let error = |problem| Err(NameError::new(text, problem));
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let fits = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    if !scheme.is_some_and(fits) {
        return error("is no URI: it needs a scheme, as in spiffe://…");
    }
    if text.len() > MAX_URI || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return error("is no URI: up to 2048 printable ASCII characters without spaces are needed");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_understood() {
        for (text, expected) in [
            ("dns:JobManager.Example.COM.", "dns:jobmanager.example.com"),
            ("dns:*.flink.svc", "dns:*.flink.svc"),
            ("ip:10.0.0.1", "ip:10.0.0.1"),
            ("ip:0:0:0:0:0:0:0:1", "ip:::1"),
            ("uri:spiffe://flink/jobmanager", "uri:spiffe://flink/jobmanager"),
        ] {
            assert_eq!(text.parse::<SubjectAltName>().unwrap().to_string(), expected);
        }
        for (text, expected) in
            [("[::1]", "ip:::1"), ("127.0.0.1", "ip:127.0.0.1"), ("localhost", "dns:localhost")]
        {
            assert_eq!(SubjectAltName::host(text).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_no_client_would_match_is_refused_with_the_reason() {
        for (text, reason) in [
            ("host", "write dns:HOST"),
            ("dns:", "between 1 and 253"),
            ("dns:10.0.0.1", "write ip:ADDRESS"),
            ("dns:1.2.3.4.5", "its last label is a number"),
            ("dns:bücher.example", "xn--"),
            ("dns:my_host", "underscore"),
            ("dns:-a.example", "labels"),
            ("dns:a..b", "labels"),
            ("dns:a.*.b", "labels"),
            ("dns:*", "labels"),
            ("dns:a b", "labels"),
            ("ip:300.0.0.1", "no IPv4 or IPv6"),
            ("uri:no scheme", "scheme"),
            ("uri:a:b c", "printable"),
        ] {
            let error = text.parse::<SubjectAltName>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
        let long = format!("dns:{}", ["a"; 128].join("."));
        assert!(long.parse::<SubjectAltName>().is_err());
    }

    #[test]
    fn leaf_names_are_safe_in_paths_and_aliases() {
        for good in ["jobmanager", "tm-1.example.com", "0", "A_b"] {
            assert_eq!(good.parse::<LeafName>().unwrap().as_str(), good);
        }
        for bad in ["", ".", "..", "a/b", "../x", "-x", "a b", "ü", "a\0", "a\nb", &"x".repeat(65)] {
            bad.parse::<LeafName>().unwrap_err();
        }
    }

    #[test]
    fn common_names_may_be_of_any_script() {
        for good in ["Flink CA", "证书颁发机构", &"ü".repeat(64)] {
            assert_eq!(good.parse::<CommonName>().unwrap().as_str(), good);
        }
        for bad in ["", " a", "a ", "a\nb", &"x".repeat(65)] {
            bad.parse::<CommonName>().unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn accepted_names_read_back_as_written(text in "(dns|ip|uri):\\PC{0,60}") {
            if let Ok(name) = text.parse::<SubjectAltName>() {
                prop_assert_eq!(name.to_string().parse::<SubjectAltName>().unwrap(), name.clone());
                prop_assert!(name.to_rcgen().is_ok());
            }
        }

        #[test]
        fn host_names_are_accepted_whatever_their_case(text in "[a-zA-Z]([a-zA-Z0-9-]{0,20}[a-z])?(\\.[a-zA-Z][a-zA-Z0-9]{0,20}){0,5}") {
            let name = SubjectAltName::host(&text).unwrap();
            prop_assert_eq!(name, SubjectAltName::Dns(text.to_ascii_lowercase()));
        }

        #[test]
        fn no_accepted_leaf_name_leaves_its_directory(text in "\\PC{0,70}") {
            if let Ok(name) = text.parse::<LeafName>() {
                let path = std::path::Path::new("/out").join(format!("{name}.keystore.p12"));
                prop_assert_eq!(path.parent().unwrap(), std::path::Path::new("/out"));
                prop_assert_eq!(path.components().count(), 3);
            }
        }
    }
}
