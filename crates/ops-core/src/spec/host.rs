//! A host of a cluster: a DNS name or an IP address.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A DNS name (lower-cased) or an IP address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Host {
    /// An IPv4 or IPv6 address.
    Address(IpAddr),
    /// A name of letters, digits, hyphens and dots; underscores are let through, since hosts have them.
    Name(String),
}

/// A text that is neither a host name nor an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a host: a DNS name or an IP address is needed, without a port")]
pub struct HostError(String);

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        let numeric = text.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if text.len() <= 253 && text.split('.').all(label) && !numeric {
            Ok(Self::Name(text.to_ascii_lowercase()))
        } else {
            Err(HostError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Host {
    type Error = HostError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Host> for String {
    fn from(host: Host) -> Self {
        host.to_string()
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        assert_eq!("10.0.0.1".parse::<Host>().unwrap(), Host::Address([10, 0, 0, 1].into()));
        assert!(matches!("::1".parse::<Host>().unwrap(), Host::Address(IpAddr::V6(_))));
        assert_eq!("Flink-JM.Example.COM".parse::<Host>().unwrap().to_string(), "flink-jm.example.com");
        for text in ["", "host:8081", "a..b", "-a", "a b", "10.0.0.999", "host/", "ä"] {
            assert!(text.parse::<Host>().is_err(), "{text}");
        }
    }
}
