//! The operating system, its kernel, and where its randomness comes from.

use super::{Check, Machine, Verdict};

/// The oldest kernel that today's JDKs and glibc are built for.
const OLDEST: (u32, u32) = (3, 10);

/// Since this kernel, random numbers never run out.
const PLENTY: (u32, u32) = (5, 6);

pub(super) fn checks(machine: &Machine) -> Vec<Check> {
    let system = machine.text("/etc/os-release").and_then(|text| {
        let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(name.trim_matches('"').to_owned())
    });
    let system = system.unwrap_or_else(|| "Linux of an unknown distribution".to_owned());
    let Some(release) = machine.text("/proc/sys/kernel/osrelease") else {
        return vec![
            Check::ok("system", system, "Linux").but(Verdict::Failure, "Flink's scripts need Linux here"),
        ];
    };
    let version = version(&release);
    let required = format!("Linux {}.{} or later", OLDEST.0, OLDEST.1);
    let kernel = Check::ok("system", format!("{system}, kernel {release}"), required).but_if(
        version < OLDEST,
        Verdict::Failure,
        "take a newer distribution",
    );
    let mut checks = vec![kernel];
    if version < PLENTY
        && let Some(bits) = machine.number("/proc/sys/kernel/random/entropy_avail")
    {
        let found = format!("{bits} bits");
        let mend = "install rng-tools or haveged: TLS waits for random numbers otherwise";
        checks.push(Check::ok("entropy", found, "200 bits or more").but_if(
            bits < 200,
            Verdict::Warning,
            mend,
        ));
    }
    checks
}

fn version(release: &str) -> (u32, u32) {
    let mut parts = release.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn kernels_are_compared_by_number() {
        assert_eq!(version("5.15.0-91-generic"), (5, 15));
        assert_eq!(version("3.10.0-1160.el7.x86_64"), (3, 10));
        assert_eq!(version("odd"), (0, 0));
        let directory = tempfile::tempdir().unwrap();
        let random = directory.path().join("proc/sys/kernel/random");
        fs::create_dir_all(&random).unwrap();
        fs::create_dir_all(directory.path().join("etc")).unwrap();
        fs::write(directory.path().join("proc/sys/kernel/osrelease"), "4.18.0-553.el8\n").unwrap();
        fs::write(random.join("entropy_avail"), "17\n").unwrap();
        fs::write(directory.path().join("etc/os-release"), "ID=rocky\nPRETTY_NAME=\"Rocky Linux 8.10\"\n")
            .unwrap();
        let checks = super::checks(&Machine::below(directory.path()));
        assert_eq!(checks[0].found, "Rocky Linux 8.10, kernel 4.18.0-553.el8");
        assert_eq!((checks[1].found.as_str(), checks[1].verdict), ("17 bits", Verdict::Warning));
    }
}
