//! What the settings of a `krb5.conf` mean, with the defaults that MIT and Java have.

use std::fmt;
use std::str::FromStr;

use super::enctypes::{EnctypeList, WeakCrypto};
use super::profile::{Krb5Conf, Relation, Value};

/// Where a KDC answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KdcAddress {
    /// A name or an address.
    pub host: String,
    /// UDP and TCP; 88 unless said otherwise.
    pub port: u16,
    /// Which of the two, where it is said.
    pub protocol: Option<Protocol>,
}

/// How a KDC is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Datagrams.
    Udp,
    /// A connection.
    Tcp,
}

/// A text that is no address of a KDC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no address of a KDC; write it as kdc.example.com, kdc.example.com:88, [::1]:88 or tcp/kdc.example.com"
)]
pub struct KdcAddressError(String);

impl Krb5Conf {
    /// The realm of principals that name none.
    pub fn default_realm(&self) -> Option<&str> {
        self.text("libdefaults", &["default_realm"])
    }

    /// The realms that have a section of their own.
    pub fn realms(&self) -> impl Iterator<Item = &str> {
        self.section("realms")
            .filter(|relation| matches!(relation.value, Value::Section(_)))
            .map(|relation| relation.name.as_str())
    }

    /// The KDCs of a realm, in the order in which they are asked.
    ///
    /// # Errors
    /// One of them is no address.
    pub fn kdcs(&self, realm: &str) -> Result<Vec<KdcAddress>, KdcAddressError> {
        // Java takes several in one line, separated by blanks.
        let words = self.texts("realms", &[realm, "kdc"]);
        words.into_iter().flat_map(str::split_whitespace).map(str::parse).collect()
    }

    /// Whether KDCs that are not named are looked for in DNS. On by default, in MIT and in Java.
    pub fn looks_up_kdcs(&self) -> bool {
        let set = self.text("libdefaults", &["dns_lookup_kdc"]);
        set.or_else(|| self.text("libdefaults", &["dns_fallback"])).is_none_or(|value| !is_off(value))
    }

    /// Whether weak encryption types may be used.
    pub fn allows_weak_crypto(&self) -> bool {
        self.text("libdefaults", &["allow_weak_crypto"]).is_some_and(is_on)
    }

    /// `permitted_enctypes`, `default_tkt_enctypes` or `default_tgs_enctypes`, where it is set.
    pub fn enctypes(&self, setting: &str) -> Option<EnctypeList> {
        let weak = if self.allows_weak_crypto() { WeakCrypto::Allowed } else { WeakCrypto::Refused };
        self.text("libdefaults", &[setting]).map(|text| EnctypeList::new(text, weak))
    }

    /// The realm of a host, by the longest match in `domain_realm`.
    pub fn realm_of_host(&self, host: &str) -> Option<&str> {
        let host = host.to_ascii_lowercase();
        let fits = |relation: &&Relation| {
            let name = relation.name.to_ascii_lowercase();
            name == host || name.starts_with('.') && host.ends_with(&name)
        };
        let best = self.section("domain_realm").filter(fits).max_by_key(|relation| relation.name.len())?;
        match &best.value {
            Value::Text(realm) => Some(realm),
            Value::Section(_) => None,
        }
    }
}

fn is_on(value: &str) -> bool {
    ["y", "yes", "true", "t", "1", "on"].contains(&value.to_ascii_lowercase().as_str())
}

fn is_off(value: &str) -> bool {
    ["n", "no", "false", "nil", "0", "off"].contains(&value.to_ascii_lowercase().as_str())
}

impl FromStr for KdcAddress {
    type Err = KdcAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || KdcAddressError(text.to_owned());
        let (protocol, rest) = match text.split_once('/') {
            Some(("udp", rest)) => (Some(Protocol::Udp), rest),
            Some(("tcp", rest)) => (Some(Protocol::Tcp), rest),
            Some(_) => return Err(error()),
            None => (None, text),
        };
        let (host, port) = if let Some(rest) = rest.strip_prefix('[') {
            let (host, rest) = rest.split_once(']').ok_or_else(error)?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':').ok_or_else(error)?) })
        } else {
            match rest.split_once(':') {
                // More than one colon is an IPv6 address without brackets.
                Some((host, port)) if !port.contains(':') => (host, Some(port)),
                _ => (rest, None),
            }
        };
        let port =
            port.map_or(Ok(88), |port| port.parse().ok().filter(|port| *port > 0).ok_or_else(error))?;
        let plausible = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
        if host.is_empty() || !host.chars().all(plausible) {
            return Err(error());
        }
        Ok(Self { host: host.to_owned(), port, protocol })
    }
}

impl fmt::Display for KdcAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            Some(Protocol::Udp) => f.write_str("udp/")?,
            Some(Protocol::Tcp) => f.write_str("tcp/")?,
            None => {}
        }
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_port_and_perhaps_a_protocol() {
        for (text, shown) in [
            ("kdc", "kdc:88"),
            ("kdc.example.com:750", "kdc.example.com:750"),
            ("tcp/kdc", "tcp/kdc:88"),
            ("udp/10.0.0.1:88", "udp/10.0.0.1:88"),
            ("[::1]:89", "[::1]:89"),
            ("[::1]", "[::1]:88"),
            ("::1", "[::1]:88"),
        ] {
            assert_eq!(text.parse::<KdcAddress>().unwrap().to_string(), shown);
        }
        for wrong in
            ["", ":88", "kdc:", "kdc:0", "kdc:70000", "kdc:x", "[::1", "[::1]x", "https/kdc", "a b", "kdc#"]
        {
            assert!(wrong.parse::<KdcAddress>().is_err(), "{wrong}");
        }
    }
}
