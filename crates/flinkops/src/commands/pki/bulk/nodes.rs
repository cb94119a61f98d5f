//! Which leaves are wanted, from a list of hosts or a cluster.yaml.

use std::path::Path;

use jiff::Timestamp;
use ops_core::files;
use ops_core::spec::{ClusterSpec, Platform};
use pki::authority::LeafRequest;
use pki::names::{LeafName, SubjectAltName};
use pki::profile::Role;

use crate::failure::Failure;

/// A hundred thousand hosts with a few names each.
const MAX_LIST: u64 = 16 << 20;

/// A list of hosts: one a line, further names of it behind it, `#` begins a comment. Flink's `workers` and `masters` files
/// are such lists; the ports of the latter are passed over.
pub(super) fn of_list(file: &Path, role: Role, now: Timestamp) -> Result<Vec<LeafRequest>, Failure> {
    let text = files::read_text(file, MAX_LIST)?;
    let mut nodes = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let Some(host) = words.next() else { continue };
        let place = || format!("{}:{}", file.display(), number + 1);
        let host = without_port(host);
        let mut names =
            vec![SubjectAltName::host(host).map_err(|error| Failure::from(error).during(place()))?];
        for word in words {
            let name = match word.split_once(':') {
                Some(("dns" | "ip" | "uri", _)) => word.parse(),
                _ => SubjectAltName::host(word),
            };
            names.push(name.map_err(|error| Failure::from(error).during(place()))?);
        }
        let name = leaf_name(&names[0]).map_err(|failure| failure.during(place()))?;
        nodes.push(LeafRequest::new(name, role, names, now));
    }
    if nodes.is_empty() {
        return Err(Failure::usage(format!("{} names no host", file.display()))
            .help("write one host name or address a line"));
    }
    Ok(nodes)
}

/// Everything that the security of a cluster asks for: an internal leaf for each host, one for the REST endpoint of each
/// JobManager (`HOST-rest`), and one for clients (`client`) where they must show one. With a role, that one only.
pub(super) fn of_cluster(
    spec: &ClusterSpec,
    role: Option<Role>,
    now: Timestamp,
) -> Result<Vec<LeafRequest>, Failure> {
    let mut nodes = deploy::certificates::wanted(spec, &[Platform::Standalone], now)?;
    nodes.retain(|node| role.is_none_or(|role| role == node.role));
    if nodes.is_empty() {
        return Err(Failure::usage("the security of the cluster asks for no such certificate")
            .help("leave --role out, or set security.internal and security.rest in cluster.yaml"));
    }
    Ok(nodes)
}

/// The name of a host's leaf: its host name or address. Colons of IPv6 addresses, which file names do not like, become
/// hyphens.
fn leaf_name(host: &SubjectAltName) -> Result<LeafName, Failure> {
    let text = match host {
        SubjectAltName::Dns(name) => name.clone(),
        SubjectAltName::Ip(address) if address.is_ipv6() => {
            format!("ip6-{}", address.to_string().replace(':', "-"))
        }
        SubjectAltName::Ip(address) => address.to_string(),
        other => other.to_string(),
    };
    Ok(text.parse()?)
}

/// `jm-1:8081` without its port; IPv6 addresses are left alone unless they are in brackets.
fn without_port(host: &str) -> &str {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) && (!name.contains(':') || name.ends_with(']')) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Result<Vec<LeafRequest>, Failure> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hosts");
        std::fs::write(&file, text).unwrap();
        of_list(&file, Role::Internal, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn lists_of_hosts_are_those_of_flink_and_more() {
        let nodes = list("# workers\nTM-1.x.y tm-1 10.0.0.1 uri:spiffe://x\n\njm:8081 # master\n10.0.0.2:8081\nfd00::1\n[::1]:8081\n")
            .unwrap();
        let found: Vec<_> = nodes
            .iter()
            .map(|node| {
                let names: Vec<_> = node.names.iter().map(ToString::to_string).collect();
                (node.name.to_string(), names.join(" "))
            })
            .collect();
        let expected = [
            ("tm-1.x.y", "dns:tm-1.x.y dns:tm-1 ip:10.0.0.1 uri:spiffe://x"),
            ("jm", "dns:jm"),
            ("10.0.0.2", "ip:10.0.0.2"),
            ("ip6-fd00--1", "ip:fd00::1"),
            ("ip6---1", "ip:::1"),
        ];
        assert_eq!(found, expected.map(|(name, names)| (name.to_owned(), names.to_owned())));
    }

    #[test]
    fn mistakes_have_their_line() {
        assert!(list("ok\nbad_host\n").unwrap_err().message.contains("hosts:2: "));
        assert!(list("a dns:\n").unwrap_err().message.contains("hosts:1: "));
        assert!(list("# nothing\n").unwrap_err().message.contains("names no host"));
    }

    #[test]
    fn a_cluster_gets_what_its_security_asks_for() {
        let spec = |security: &str| {
            let text = format!(
                "apiVersion: flinkops/v1\nname: x\nflinkVersion: '2.3'\njobManagers: {{hosts: [jm]}}\ntaskManagers: [{{hosts: [tm-1, jm]}}]\n{security}"
            );
            ClusterSpec::parse(&text, Path::new("cluster.yaml")).unwrap()
        };
        let names = |security: &str, role| {
            let nodes = of_cluster(&spec(security), role, Timestamp::UNIX_EPOCH);
            nodes.map(|nodes| nodes.iter().map(|node| node.name.to_string()).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(names("", None).unwrap(), "jm tm-1 jm-rest client");
        assert_eq!(names("security: {rest: server-only}", None).unwrap(), "jm tm-1 jm-rest");
        assert_eq!(names("", Some(Role::RestServer)).unwrap(), "jm-rest");
        names("security: {rest: 'off'}", Some(Role::RestClient)).unwrap_err();
    }
}
