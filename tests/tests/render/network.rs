//! Hosts on one machine: each a network namespace with an address of its own, behind one bridge.

use std::path::{Path, PathBuf};

use end_to_end::run::{Output, TestRun};

/// What the hosts' addresses begin with: 198.18.0.0/15 is one of the ranges that nobody routes, and other runs take other
/// parts of it.
fn net() -> String {
    let part = std::process::id() % 512;
    format!("198.{}.{}", 18 + part / 256, part % 256)
}

pub(crate) struct Network<'a> {
    run: &'a TestRun,
    ip: PathBuf,
    /// What the names of namespaces and devices begin with; devices have 15 characters.
    tag: String,
    count: usize,
}

impl<'a> Network<'a> {
    /// So many hosts, with the addresses [`Network::address`]; `None` where this is not allowed.
    pub(crate) fn new(run: &'a TestRun, ip: &Path, count: usize) -> Option<Self> {
        let tag = format!("fo{}", std::process::id() % 1_000_000);
        let network = Self { run, ip: ip.to_owned(), tag, count };
        let bridge = network.bridge();
        network.ip(&["link", "add", &bridge, "type", "bridge"])?;
        network.ip(&["addr", "add", &format!("{}.254/24", net()), "dev", &bridge])?;
        network.ip(&["link", "set", &bridge, "up"])?;
        for host in 0..count {
            let (name, here, there) =
                (network.name(host), format!("{}v{host}", network.tag), format!("{}w{host}", network.tag));
            network.ip(&["netns", "add", &name])?;
            network.ip(&["link", "add", &here, "type", "veth", "peer", "name", &there])?;
            network.ip(&["link", "set", &here, "master", &bridge, "up"])?;
            network.ip(&["link", "set", &there, "netns", &name])?;
            let address = format!("{}/24", Self::address(host));
            network.ip(&["-n", &name, "addr", "add", &address, "dev", &there])?;
            network.ip(&["-n", &name, "link", "set", &there, "up"])?;
            network.ip(&["-n", &name, "link", "set", "lo", "up"])?;
        }
        Some(network)
    }

    /// The address of a host.
    pub(crate) fn address(host: usize) -> String {
        format!("{}.{}", net(), host + 1)
    }

    /// The namespace of a host.
    pub(crate) fn name(&self, host: usize) -> String {
        format!("{}-{host}", self.tag)
    }

    fn bridge(&self) -> String {
        format!("{}br", self.tag)
    }

    fn ip(&self, arguments: &[&str]) -> Option<Output> {
        let output = self.run.command(&self.ip).args(arguments).run();
        (output.code == Some(0)).then_some(output)
    }
}

impl Drop for Network<'_> {
    fn drop(&mut self) {
        for host in 0..self.count {
            let _ = self.ip(&["netns", "del", &self.name(host)]);
        }
        let _ = self.ip(&["link", "del", &self.bridge()]);
    }
}
