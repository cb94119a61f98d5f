//! The clock: whether something keeps it right. Checkpoints and certificates of several hosts are compared by time.

use std::path::Path;

use super::{Check, Machine, Verdict};

/// What each daemon leaves while it runs.
const DAEMONS: [(&str, &str); 5] = [
    ("systemd-timesyncd", "/run/systemd/timesync/synchronized"),
    ("chronyd", "/run/chrony/chronyd.pid"),
    ("ntpd", "/run/ntpd.pid"),
    ("ntpsec", "/run/ntpsec/ntpd.pid"),
    ("openntpd", "/run/openntpd.pid"),
];

pub(super) fn checks(machine: &Machine) -> Vec<Check> {
    let required = "kept right by chrony, ntpd or systemd-timesyncd";
    let running = DAEMONS.iter().find(|(_, sign)| machine.place(Path::new(sign)).exists());
    let container = [("/.dockerenv", "Docker"), ("/run/.containerenv", "Podman")];
    let container = container.iter().find(|(sign, _)| machine.place(Path::new(sign)).exists());
    vec![match (running, container) {
        (Some((daemon, _)), _) => Check::ok("clock", format!("{daemon} runs"), required),
        (None, Some((_, kind))) => {
            Check::ok("clock", format!("a container of {kind} has its host's clock"), required)
                .but(Verdict::Unknown, "look on the host: timedatectl")
        }
        (None, None) => Check::ok("clock", "nothing that keeps it right was found", required).but(
            Verdict::Warning,
            "install chrony: certificates and logs of several hosts are compared by time",
        ),
    }]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_daemon_leaves_a_sign() {
        let directory = tempfile::tempdir().unwrap();
        let machine = Machine::below(directory.path());
        assert_eq!(checks(&machine)[0].verdict, Verdict::Warning);
        fs::write(directory.path().join(".dockerenv"), "").unwrap();
        let inside = &checks(&machine)[0];
        assert_eq!(
            (inside.verdict, inside.found.as_str()),
            (Verdict::Unknown, "a container of Docker has its host's clock")
        );
        fs::create_dir_all(directory.path().join("run/chrony")).unwrap();
        fs::write(directory.path().join("run/chrony/chronyd.pid"), "7").unwrap();
        assert_eq!(
            (checks(&machine)[0].verdict, checks(&machine)[0].found.as_str()),
            (Verdict::Ok, "chronyd runs")
        );
    }
}
