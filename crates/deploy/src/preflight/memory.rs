//! Memory against what the processes take, swap, and huge pages.

use ops_core::units::human_bytes;

use super::{Check, Machine, Request, Verdict};

pub(super) fn checks(machine: &Machine, request: &Request) -> Vec<Check> {
    let mut checks = Vec::new();
    let meminfo = machine.text("/proc/meminfo").unwrap_or_default();
    let value = |key: &str| kibibytes(&meminfo, key);
    let needed: u64 = request.processes.iter().filter_map(|process| process.memory).sum();
    let names: Vec<&str> = request.processes.iter().map(|process| process.name).collect();
    let required = match needed {
        0 => "as much as the processes take".to_owned(),
        needed => format!("{} for {}", human_bytes(needed), names.join(" and ")),
    };
    match (value("MemTotal"), value("MemAvailable")) {
        (Some(total), available) => {
            let limit = group_limit(machine).filter(|limit| *limit < total);
            let usable = limit.unwrap_or(total);
            let available = available.unwrap_or(usable).min(usable);
            let group =
                limit.map(|limit| format!(", of which the control group leaves {}", human_bytes(limit)));
            let found = format!(
                "{}{}, {} available",
                human_bytes(total),
                group.unwrap_or_default(),
                human_bytes(available)
            );
            let check = Check::ok("memory", found, required);
            let smaller =
                "make the processes smaller (taskmanager.memory.process.size), or the machine bigger";
            let ended = "end what else runs here, or the kernel may kill Flink's processes";
            checks.push(if needed > usable {
                check.but(Verdict::Failure, smaller)
            } else {
                check.but_if(needed > available, Verdict::Warning, ended)
            });
        }
        (None, _) => {
            checks.push(Check::ok("memory", "unknown", required).but(Verdict::Unknown, "see free -h"))
        }
    }
    if let Some(swap) = value("SwapTotal") {
        let swappiness = machine.number("/proc/sys/vm/swappiness");
        let found = match (swap, swappiness) {
            (0, _) => "none".to_owned(),
            (swap, Some(swappiness)) => format!("{}, vm.swappiness {swappiness}", human_bytes(swap)),
            (swap, None) => human_bytes(swap),
        };
        let harmful = swap > 0 && swappiness.is_none_or(|swappiness| swappiness > 10);
        let mend = "swapoff -a, or sysctl vm.swappiness=1: a heap that is swapped out stops for seconds at every collection";
        let required = "none, or vm.swappiness of 10 at most";
        checks.push(Check::ok("swap", found, required).but_if(harmful, Verdict::Warning, mend));
    }
    if let Some(text) = machine.text("/sys/kernel/mm/transparent_hugepage/enabled") {
        let chosen = text.split(['[', ']']).nth(1).unwrap_or(&text).to_owned();
        let always = chosen == "always";
        let mend = "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled: RocksDB's memory grows beyond what was planned otherwise";
        checks.push(Check::ok("huge pages", chosen, "madvise or never").but_if(
            always,
            Verdict::Warning,
            mend,
        ));
    }
    checks
}

/// The limit of the control group, where it has one.
fn group_limit(machine: &Machine) -> Option<u64> {
    machine.cgroup("memory.max", "memory/memory.limit_in_bytes")?.parse().ok()
}

fn kibibytes(meminfo: &str, key: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    let number: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(number * 1024)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::preflight::Process;

    fn write(root: &Path, path: &str, text: &str) {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn request(memory: u64) -> Request {
        let processes = vec![Process { name: "TaskManager", memory: Some(memory) }];
        Request { processes, ..Request::new("2.3".parse().unwrap()) }
    }

    #[test]
    fn memory_is_what_the_group_leaves() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let meminfo =
            "MemTotal:       16777216 kB\nMemAvailable:    8388608 kB\nSwapTotal:       2097152 kB\n";
        write(root, "proc/meminfo", meminfo);
        write(root, "proc/sys/vm/swappiness", "60\n");
        write(root, "sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
        let machine = Machine::below(root);
        let verdicts = |machine: &Machine, memory: u64| -> Vec<Verdict> {
            checks(machine, &request(memory << 30)).iter().map(|check| check.verdict).collect()
        };
        use Verdict::{Failure, Ok, Warning};
        assert_eq!(verdicts(&machine, 4), [Ok, Warning, Warning]);
        assert_eq!(verdicts(&machine, 12), [Warning, Warning, Warning]);
        assert_eq!(verdicts(&machine, 20), [Failure, Warning, Warning]);
        write(root, "proc/self/cgroup", "0::/\n");
        write(root, "sys/fs/cgroup/memory.max", "2147483648\n");
        write(root, "proc/sys/vm/swappiness", "1\n");
        write(root, "sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        assert_eq!(verdicts(&machine, 4), [Failure, Ok, Ok]);
        let found = &checks(&machine, &request(1 << 30))[0].found;
        assert_eq!(found, "16.0 GiB, of which the control group leaves 2.0 GiB, 2.0 GiB available");
        // What a group without a limit says.
        write(root, "sys/fs/cgroup/memory.max", "max\n");
        assert_eq!(verdicts(&machine, 4)[0], Ok);
    }
}
