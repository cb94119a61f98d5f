//! The mistakes: how each is made, by which code `secure check` must report it, and what a real Flink does about it.

mod material;
mod settings;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::workbench::Bench;

/// One mistake.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// The version on which it matters.
    pub(crate) version: &'static str,
    /// What `secure check` reports, as an error or a warning.
    pub(crate) code: &'static str,
    pub(crate) make: fn(&mut Bench<'_>),
    pub(crate) proof: Proof,
}

/// What shows that it is one. The texts are Flink's and Java's own.
pub(crate) enum Proof {
    /// Internal connections of the host, or between the two hosts.
    Internal(&'static str),
    /// The REST server and the client that reads the same configuration, or the client's own.
    Rest(&'static str),
    /// Flink's look at the Kerberos settings, when a process starts.
    Kerberos(&'static str),
    /// In `processes`, on real ones; it needs more than the set-up of TLS.
    Live,
    /// The mode of a file, a manifest: there is no Flink in it.
    Plain,
}

/// All of them.
pub(crate) fn faults() -> impl Iterator<Item = &'static Fault> {
    material::FAULTS.iter().chain(settings::FAULTS)
}

/// What is done to the files once they are written.
pub(crate) fn afterwards(fault: &Fault, bench: &Bench<'_>) {
    let conf = bench.root.join("one/conf");
    match fault.name {
        "a configuration that everybody can read" => {
            let file = conf.join(bench.version.dialect().file_name());
            fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        }
        "config.yaml before 1.19" => fs::remove_file(conf.join("flink-conf.yaml")).unwrap(),
        _ => {}
    }
}
