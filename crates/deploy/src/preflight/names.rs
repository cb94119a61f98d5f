//! Names of hosts: this one's own, and those of the others.

use std::net::{IpAddr, ToSocketAddrs as _};

use ops_core::version::FlinkVersion;

use super::{Check, Machine, Request, Verdict};
use secure_conf::ssl::compares_internal_names;

/// Names that are looked up at once.
const AT_ONCE: usize = 32;

pub(super) fn checks(machine: &Machine, request: &Request) -> Vec<Check> {
    let own = machine.text("/proc/sys/kernel/hostname").filter(|name| !name.is_empty());
    let own = own.map(|name| own_name(&name, &resolve(&name), request.hosts.is_empty()));
    own.into_iter().chain(others(&request.hosts, request.flink)).collect()
}

/// Each waits for the network, and a name that is not found for seconds.
fn others(hosts: &[String], flink: FlinkVersion) -> Vec<Check> {
    let share = hosts.len().div_ceil(AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let look = |hosts: &[String]| -> Vec<Check> {
            let both = |host: &String| {
                let addresses = resolve(host);
                let back = addresses.first().map(|address| back(host, *address, name_of(*address), flink));
                [Some(other_name(host, &addresses)), back]
            };
            hosts.iter().flat_map(both).flatten().collect()
        };
        let asked: Vec<_> = hosts.chunks(share).map(|hosts| scope.spawn(move || look(hosts))).collect();
        asked.into_iter().flat_map(|asked| asked.join().unwrap_or_default()).collect()
    })
}

/// The addresses of a name, as the system's own resolver gives them.
fn resolve(name: &str) -> Vec<IpAddr> {
    let found = (name, 0).to_socket_addrs().into_iter().flatten();
    let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// The name that the system's resolver has for an address.
fn name_of(address: IpAddr) -> Option<String> {
    let name = dns_lookup::lookup_addr(&address).ok()?;
    // It gives the address back where there is no name.
    (name.parse::<IpAddr>().is_err()).then_some(name)
}

/// Whether the address leads back to the name: Flink shows TaskManagers by it, and from 2.3 on compares it with their certificates.
fn back(host: &str, address: IpAddr, name: Option<String>, flink: FlinkVersion) -> Check {
    let same = match (&name, host.parse::<IpAddr>()) {
        (Some(name), Err(_)) => name.trim_end_matches('.').eq_ignore_ascii_case(host),
        // Without a name, the address itself is compared.
        (None, Ok(_)) => true,
        (Some(_), Ok(_)) | (None, Err(_)) => false,
    };
    let found = name.unwrap_or_else(|| "no name".to_owned());
    let check = Check::ok(format!("{address} back to a name"), found, host.to_owned());
    let verdict = if compares_internal_names(flink) { Verdict::Warning } else { Verdict::Ok };
    let mend = format!(
        "Flink {flink} compares this name with the certificate of a TaskManager: let reverse lookup give {host}, or use the name that it gives"
    );
    check.but_if(!same && verdict == Verdict::Warning, verdict, mend)
}

fn shown(addresses: &[IpAddr]) -> String {
    match addresses {
        [] => "not found".to_owned(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

fn own_name(name: &str, addresses: &[IpAddr], alone: bool) -> Check {
    let what = format!("own name {name}");
    let check = Check::ok(what, shown(addresses), "an address that other hosts reach");
    let mend = format!(
        "give {name} the address of its network in /etc/hosts or DNS: a TaskManager announces itself by this name"
    );
    if addresses.is_empty() {
        check.but(Verdict::Failure, mend)
    } else {
        // Debian writes 127.0.1.1; that is enough where everything runs on one host.
        let loopback = addresses.iter().all(IpAddr::is_loopback);
        check.but_if(loopback, if alone { Verdict::Warning } else { Verdict::Failure }, mend)
    }
}

fn other_name(host: &str, addresses: &[IpAddr]) -> Check {
    let check = Check::ok(format!("host {host}"), shown(addresses), "an address");
    check.but_if(
        addresses.is_empty(),
        Verdict::Failure,
        format!("put {host} into DNS, or into /etc/hosts of every host"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_announces_its_loopback_is_found_by_nobody() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for (addresses, alone, verdict) in [
            (&[address("127.0.1.1")][..], false, Verdict::Failure),
            (&[address("127.0.1.1")], true, Verdict::Warning),
            (&[address("127.0.1.1"), address("10.0.0.7")], false, Verdict::Ok),
            (&[], true, Verdict::Failure),
        ] {
            assert_eq!(own_name("tm-1", addresses, alone).verdict, verdict, "{addresses:?}");
        }
        assert_eq!(other_name("jm-1", &[]).verdict, Verdict::Failure);
        let ip = address("10.0.0.7");
        let name = |text: &str| Some(text.to_owned());
        for (host, found, version, verdict) in [
            ("tm-1.x.org", name("TM-1.x.org."), "2.3", Verdict::Ok),
            ("tm-1", name("tm-1.x.org"), "2.3", Verdict::Warning),
            ("tm-1", name("tm-1.x.org"), "2.2", Verdict::Ok),
            ("tm-1", None, "2.3", Verdict::Warning),
            ("10.0.0.7", None, "2.3", Verdict::Ok),
            ("10.0.0.7", name("tm-1.x.org"), "2.3", Verdict::Warning),
        ] {
            assert_eq!(back(host, ip, found, version.parse().unwrap()).verdict, verdict, "{host} {version}");
        }
        assert!(resolve("localhost").iter().all(IpAddr::is_loopback) && !resolve("localhost").is_empty());
        assert!(resolve("no-such-host.invalid").is_empty());
    }
}
