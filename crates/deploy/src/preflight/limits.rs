//! How many files and processes may be open: of this session, and of its control group. A service has limits of its own (`LimitNOFILE`).

use super::{Check, Machine, Verdict};

/// RocksDB keeps many files open, and every channel of the network is one.
const FILES: u64 = 65_536;

/// Below this a TaskManager of a few slots runs out at once.
const FEWEST_FILES: u64 = 4096;

/// A JVM has hundreds of threads, and each counts.
const THREADS: u64 = 4096;

pub(super) fn checks(machine: &Machine) -> Vec<Check> {
    let limits = machine.text("/proc/self/limits").unwrap_or_default();
    let mut checks = Vec::new();
    if let Some(files) = soft(&limits, "Max open files") {
        let verdict = if files < FEWEST_FILES { Verdict::Failure } else { Verdict::Warning };
        let mend =
            "LimitNOFILE=65536 in the systemd unit, or nofile in /etc/security/limits.d, for who runs Flink";
        let required = format!("{FILES} or more");
        checks.push(Check::ok("open files", shown(files), required).but_if(files < FILES, verdict, mend));
    }
    if let Some(threads) = soft(&limits, "Max processes") {
        let mend =
            "LimitNPROC=32768 in the systemd unit, or nproc in /etc/security/limits.d: threads count, too";
        let required = format!("{THREADS} or more");
        checks.push(Check::ok("processes", shown(threads), required).but_if(
            threads < THREADS,
            Verdict::Warning,
            mend,
        ));
    }
    let group = machine.cgroup("pids.max", "pids/pids.max").and_then(|text| text.parse::<u64>().ok());
    if let Some(threads) = group {
        let mend = "TasksMax=infinity in the systemd unit, or a higher pids limit of the container";
        let check = Check::ok("processes of the group", shown(threads), format!("{THREADS} or more"));
        checks.push(check.but_if(threads < THREADS, Verdict::Warning, mend));
    }
    checks
}

fn shown(value: u64) -> String {
    if value == u64::MAX { "unlimited".to_owned() } else { value.to_string() }
}

/// The soft limit, which is the one that holds. The columns are 26 characters wide at least.
fn soft(limits: &str, name: &str) -> Option<u64> {
    let rest = limits.lines().find_map(|line| line.strip_prefix(name))?;
    match rest.split_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_soft_limit_holds() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("proc/self")).unwrap();
        let write = |files: &str| {
            let text = format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max processes             unlimited            unlimited            processes \n\
                 Max open files            {files:<21}1048576              files     \n"
            );
            fs::write(directory.path().join("proc/self/limits"), text).unwrap();
            let checks = checks(&Machine::below(directory.path()));
            checks.iter().map(|check| (check.found.clone(), check.verdict)).collect::<Vec<_>>()
        };
        let unlimited = ("unlimited".to_owned(), Verdict::Ok);
        assert_eq!(write("1024"), [("1024".to_owned(), Verdict::Failure), unlimited.clone()]);
        assert_eq!(write("8192"), [("8192".to_owned(), Verdict::Warning), unlimited.clone()]);
        assert_eq!(write("1048576"), [("1048576".to_owned(), Verdict::Ok), unlimited]);
    }
}
