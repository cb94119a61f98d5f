//! Names of hosts: this one's own, and those of the others.

use std::net::{IpAddr, ToSocketAddrs as _};

use super::{Check, Machine, Request, Verdict};

/// Names that are looked up at once.
const AT_ONCE: usize = 32;

pub(super) fn checks(machine: &Machine, request: &Request) -> Vec<Check> {
    let own = machine.text("/proc/sys/kernel/hostname").filter(|name| !name.is_empty());
    let own = own.map(|name| own_name(&name, &resolve(&name), request.hosts.is_empty()));
    own.into_iter().chain(others(&request.hosts)).collect()
}

/// Each waits for the network, and a name that is not found for seconds.
fn others(hosts: &[String]) -> Vec<Check> {
    let share = hosts.len().div_ceil(AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let look =
            |hosts: &[String]| hosts.iter().map(|host| other_name(host, &resolve(host))).collect::<Vec<_>>();
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
        assert!(resolve("localhost").iter().all(IpAddr::is_loopback) && !resolve("localhost").is_empty());
        assert!(resolve("no-such-host.invalid").is_empty());
    }
}
