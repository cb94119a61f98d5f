//! Name constraints: for which names an authority may issue certificates (RFC 5280, 4.2.1.10).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use x509_parser::prelude::GeneralName;

use crate::names::{NameError, SubjectAltName};

/// A part of the name space: `dns:DOMAIN` with every host in it, or `ip:ADDRESS/BITS`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Subtree {
    /// A domain: the host of that name, and those below it.
    Dns(String),
    /// The addresses that begin with the same bits.
    Ip {
        /// Any of them.
        address: IpAddr,
        /// How many bits they share.
        bits: u8,
    },
}

impl Subtree {
    fn covers(&self, name: &SubjectAltName) -> bool {
        match (self, name) {
            (Self::Dns(domain), SubjectAltName::Dns(name)) => {
                domain.is_empty()
                    || name == domain
                    || name.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.'))
            }
            (Self::Ip { address, bits }, SubjectAltName::Ip(ip)) => match (address, ip) {
                (IpAddr::V4(net), IpAddr::V4(ip)) => {
                    let shift = 32 - u32::from(*bits);
                    u32::from(*net).checked_shr(shift) == u32::from(*ip).checked_shr(shift)
                }
                (IpAddr::V6(net), IpAddr::V6(ip)) => {
                    let shift = 128 - u32::from(*bits);
                    u128::from(*net).checked_shr(shift) == u128::from(*ip).checked_shr(shift)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn same_form(&self, name: &SubjectAltName) -> bool {
        matches!(
            (self, name),
            (Self::Dns(_), SubjectAltName::Dns(_)) | (Self::Ip { .. }, SubjectAltName::Ip(_))
        )
    }

    fn to_rcgen(&self) -> rcgen::GeneralSubtree {
        match self {
            Self::Dns(domain) => rcgen::GeneralSubtree::DnsName(domain.clone()),
            Self::Ip { address, bits } => {
                rcgen::GeneralSubtree::IpAddress(match address {
                    // The bits behind the prefix are cleared, as the extension wants it.
                    IpAddr::V4(address) => {
                        let mask = u32::MAX.checked_shl(32 - u32::from(*bits)).unwrap_or(0);
                        let network = u32::from(*address) & mask;
                        rcgen::CidrSubnet::V4(network.to_be_bytes(), mask.to_be_bytes())
                    }
                    IpAddr::V6(address) => {
                        let mask = u128::MAX.checked_shl(128 - u32::from(*bits)).unwrap_or(0);
                        let network = u128::from(*address) & mask;
                        rcgen::CidrSubnet::V6(network.to_be_bytes(), mask.to_be_bytes())
                    }
                })
            }
        }
    }

    /// `None` for forms that flinkops issues no names of, and for masks that are no prefix.
    fn from_general_name(name: &GeneralName<'_>) -> Option<Self> {
        match name {
            // A leading dot is how some authorities write "only below".
            GeneralName::DNSName(domain) => {
                Some(Self::Dns(domain.trim_start_matches('.').to_ascii_lowercase()))
            }
            GeneralName::IPAddress(bytes) if bytes.len() == 8 => {
                let (address, mask) = bytes.split_at(4);
                let mask = u32::from_be_bytes(mask.try_into().ok()?);
                let address = <[u8; 4]>::try_from(address).ok()?;
                (mask.leading_ones() + mask.trailing_zeros() >= 32)
                    .then(|| Self::Ip { address: address.into(), bits: mask.leading_ones() as u8 })
            }
            GeneralName::IPAddress(bytes) if bytes.len() == 32 => {
                let (address, mask) = bytes.split_at(16);
                let mask = u128::from_be_bytes(mask.try_into().ok()?);
                let address = <[u8; 16]>::try_from(address).ok()?;
                (mask.leading_ones() + mask.trailing_zeros() >= 128)
                    .then(|| Self::Ip { address: address.into(), bits: mask.leading_ones() as u8 })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(domain) => write!(f, "dns:{domain}"),
            Self::Ip { address, bits } => write!(f, "ip:{address}/{bits}"),
        }
    }
}

impl FromStr for Subtree {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |problem| NameError::new(text, problem);
        if let Some(domain) = text.strip_prefix("dns:") {
            let domain = domain.strip_prefix('.').unwrap_or(domain);
            return match format!("dns:{domain}").parse()? {
                SubjectAltName::Dns(domain) if !domain.starts_with("*.") => Ok(Self::Dns(domain)),
                _ => Err(error("holds a wildcard; a domain stands for every host in it already")),
            };
        }
        let Some(network) = text.strip_prefix("ip:") else {
            return Err(error("is no part of the name space; write dns:DOMAIN or ip:ADDRESS/BITS"));
        };
        let (address, bits) = network.split_once('/').unzip();
        let address: IpAddr = address
            .unwrap_or(network)
            .parse()
            .map_err(|_| error("holds no IPv4 or IPv6 address; write ip:ADDRESS/BITS"))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok()).filter(|bits| *bits <= most);
        let bits = bits.ok_or_else(|| error("has a prefix that is no number of bits of such an address"))?;
        Ok(Self::Ip { address, bits })
    }
}

impl TryFrom<String> for Subtree {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Subtree> for String {
    fn from(subtree: Subtree) -> Self {
        subtree.to_string()
    }
}

/// For which names an authority may issue.
///
/// A form of names (host names, addresses) of which no subtree is permitted is not restricted at all; that is how
/// every verifier reads the extension. URIs are never restricted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameConstraints {
    /// The names of a form have to lie in one of these.
    pub permitted: Vec<Subtree>,
    /// No name may lie in one of these. flinkops sets none, other authorities do.
    pub excluded: Vec<Subtree>,
}

impl NameConstraints {
    /// Names in these domains and networks only.
    pub fn permitting(subtrees: impl IntoIterator<Item = Subtree>) -> Self {
        Self { permitted: subtrees.into_iter().collect(), excluded: Vec::new() }
    }

    /// Whether a certificate for this name would be accepted.
    pub fn allow(&self, name: &SubjectAltName) -> bool {
        let mut same_form = self.permitted.iter().filter(|subtree| subtree.same_form(name)).peekable();
        let permitted = same_form.peek().is_none() || same_form.any(|subtree| subtree.covers(name));
        permitted && !self.excluded.iter().any(|subtree| subtree.covers(name))
    }

    /// Whether host names are restricted.
    pub(crate) fn restrict_hosts(&self) -> bool {
        self.permitted.iter().chain(&self.excluded).any(|subtree| matches!(subtree, Subtree::Dns(_)))
    }

    pub(crate) fn to_rcgen(&self) -> Option<rcgen::NameConstraints> {
        let convert = |subtrees: &[Subtree]| subtrees.iter().map(Subtree::to_rcgen).collect::<Vec<_>>();
        (!self.permitted.is_empty() || !self.excluded.is_empty()).then(|| rcgen::NameConstraints {
            permitted_subtrees: convert(&self.permitted),
            excluded_subtrees: convert(&self.excluded),
        })
    }

    /// What the extension of a certificate says. `None` without the extension.
    pub(crate) fn of(certificate: &x509_parser::certificate::X509Certificate<'_>) -> Option<Self> {
        let extension = certificate.name_constraints().ok().flatten()?.value;
        let convert = |subtrees: &Option<Vec<x509_parser::extensions::GeneralSubtree<'_>>>| {
            let subtrees = subtrees.iter().flatten();
            subtrees.filter_map(|subtree| Subtree::from_general_name(&subtree.base)).collect()
        };
        Some(Self {
            permitted: convert(&extension.permitted_subtrees),
            excluded: convert(&extension.excluded_subtrees),
        })
    }
}

impl fmt::Display for NameConstraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join =
            |subtrees: &[Subtree]| subtrees.iter().map(Subtree::to_string).collect::<Vec<_>>().join(", ");
        match (self.permitted.is_empty(), self.excluded.is_empty()) {
            (true, true) => f.write_str("any name"),
            (false, true) => f.write_str(&join(&self.permitted)),
            (true, false) => write!(f, "any name but {}", join(&self.excluded)),
            (false, false) => write!(f, "{} but {}", join(&self.permitted), join(&self.excluded)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(permitted: &[&str], name: &str) -> bool {
        NameConstraints::permitting(permitted.iter().map(|text| text.parse().unwrap()))
            .allow(&name.parse().unwrap())
    }

    #[test]
    fn domains_hold_their_hosts_and_networks_their_addresses() {
        for (permitted, name, expected) in [
            (&["dns:example.com"][..], "dns:example.com", true),
            (&["dns:.Example.com"], "dns:a.b.example.com", true),
            (&["dns:example.com"], "dns:*.example.com", true),
            (&["dns:example.com"], "dns:notexample.com", false),
            (&["dns:example.com"], "dns:example.com.evil", false),
            (&["dns:example.com"], "ip:10.0.0.1", true),
            (&["dns:example.com"], "uri:spiffe://x", true),
            (&["ip:10.0.0.0/8"], "ip:10.255.0.1", true),
            (&["ip:10.0.0.0/8"], "ip:11.0.0.1", false),
            (&["ip:10.0.0.0/8"], "ip:::1", false),
            (&["ip:0.0.0.0/0"], "ip:255.0.0.1", true),
            (&["ip:10.0.0.1"], "ip:10.0.0.2", false),
            (&["ip:fd00::/8", "ip:::1"], "ip:::1", true),
            (&["ip:::/0"], "ip:ffff::", true),
            (&["dns:localhost", "dns:example.com"], "dns:localhost", true),
        ] {
            assert_eq!(allows(permitted, name), expected, "{permitted:?} {name}");
        }
    }

    #[test]
    fn other_texts_are_no_subtrees() {
        for (text, reason) in [
            ("example.com", "write dns:DOMAIN"),
            ("dns:*.example.com", "stands for every host"),
            ("dns:", "between 1 and 253"),
            ("ip:10.0.0.0/33", "no number of bits"),
            ("ip:::/x", "no number of bits"),
            ("ip:host", "no IPv4"),
        ] {
            let error = text.parse::<Subtree>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
        for text in ["dns:example.com", "ip:10.0.0.0/8", "ip:::/0"] {
            assert_eq!(text.parse::<Subtree>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn masks_are_those_of_the_prefix() {
        let mask = |text: &str| match text.parse::<Subtree>().unwrap().to_rcgen() {
            rcgen::GeneralSubtree::IpAddress(rcgen::CidrSubnet::V4(network, mask)) => (network, mask),
            other => panic!("{other:?}"),
        };
        assert_eq!(mask("ip:10.1.2.3/8"), ([10, 0, 0, 0], [255, 0, 0, 0]));
        assert_eq!(mask("ip:10.1.2.3/32"), ([10, 1, 2, 3], [255; 4]));
        assert_eq!(mask("ip:10.1.2.3/0"), ([0; 4], [0; 4]));
    }
}
