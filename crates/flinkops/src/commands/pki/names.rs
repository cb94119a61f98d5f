//! Names that are usually forgotten: the short name of a host beside its full one, and localhost for the command line
//! on the host itself.

use std::net::{IpAddr, Ipv4Addr};

use pki::constraints::NameConstraints;
use pki::names::SubjectAltName;
use pki::profile::Role;

/// What is missing from the names of a leaf.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    /// Names that could be added.
    pub(super) names: Vec<SubjectAltName>,
    /// Short names without a full one, which only its owner knows.
    pub(super) without_domain: Vec<String>,
}

impl Missing {
    /// Looks for what is missing. A leaf without any name, and one that accepts no connections, misses nothing.
    pub(super) fn of(role: Role, names: &[SubjectAltName], constraints: &[NameConstraints]) -> Self {
        let mut missing = Self::default();
        if !role.is_server() || names.is_empty() {
            return missing;
        }
        let hosts: Vec<&str> = names
            .iter()
            .filter_map(|name| match name {
                SubjectAltName::Dns(host) if !host.starts_with("*.") => Some(host.as_str()),
                _ => None,
            })
            .collect();
        let mut wanted = Vec::new();
        for host in &hosts {
            match host.split_once('.') {
                Some((short, _)) => wanted.push(SubjectAltName::Dns(short.to_owned())),
                None if *host == "localhost" => {}
                None => {
                    let full = |other: &&str| other.split_once('.').is_some_and(|(short, _)| short == *host);
                    // Flink's processes do not check each other's names, and lists of workers are short names.
                    if role != Role::Internal && !hosts.iter().any(full) {
                        missing.without_domain.push((*host).to_owned());
                    }
                }
            }
        }
        if role == Role::RestServer {
            wanted.push(SubjectAltName::Dns("localhost".to_owned()));
            wanted.push(SubjectAltName::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        }
        for name in wanted {
            let allowed = constraints.iter().all(|constraints| constraints.allow(&name));
            if allowed && !names.contains(&name) && !missing.names.contains(&name) {
                missing.names.push(name);
            }
        }
        missing
    }

    /// What is to be said about it, if anything.
    pub(super) fn warning(&self, leaf: &str) -> Option<String> {
        let mut parts = Vec::new();
        if !self.names.is_empty() {
            let names: Vec<_> = self.names.iter().map(ToString::to_string).collect();
            parts.push(format!(
                "{leaf} does not have {}; clients that use these names will refuse it (--complete-names adds them)",
                names.join(", ")
            ));
        }
        if !self.without_domain.is_empty() {
            parts.push(format!(
                "{leaf} has no full name for {}; add --san dns:HOST.DOMAIN if clients use it",
                self.without_domain.join(", ")
            ));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(role: Role, names: &[&str], permitted: &[&str]) -> Missing {
        let names: Vec<_> = names.iter().map(|name| name.parse().unwrap()).collect();
        let permitted = NameConstraints::permitting(permitted.iter().map(|text| text.parse().unwrap()));
        Missing::of(role, &names, &[permitted])
    }

    #[test]
    fn short_names_full_names_and_localhost_belong_together() {
        for (role, names, expected, without_domain) in [
            (
                Role::RestServer,
                &["dns:jm.example.com"][..],
                &["dns:jm", "dns:localhost", "ip:127.0.0.1"][..],
                0,
            ),
            (Role::RestServer, &["dns:jm"], &["dns:localhost", "ip:127.0.0.1"], 1),
            (Role::RestServer, &["dns:jm", "dns:jm.x.y", "dns:localhost", "ip:127.0.0.1"], &[], 0),
            (Role::RestServer, &["dns:*.x.y", "dns:localhost", "ip:127.0.0.1"], &[], 0),
            (Role::Internal, &["dns:tm.x.y"], &["dns:tm"], 0),
            (Role::Internal, &["dns:tm"], &[], 0),
            (Role::Internal, &[], &[], 0),
            (Role::RestClient, &["dns:client"], &[], 0),
        ] {
            let found = missing(role, names, &[]);
            let texts: Vec<_> = found.names.iter().map(ToString::to_string).collect();
            assert_eq!(
                (texts, found.without_domain.len()),
                (expected.iter().map(|s| (*s).to_owned()).collect(), without_domain),
                "{names:?}"
            );
        }
    }

    #[test]
    fn what_the_authority_may_not_certify_is_not_asked_for() {
        let found = missing(Role::RestServer, &["dns:jm.example.com"], &["dns:example.com", "ip:10.0.0.0/8"]);
        assert_eq!(found, Missing::default());
    }
}
