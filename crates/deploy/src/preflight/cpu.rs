//! Cores, as many as the control group leaves.

use super::{Check, Machine, Request, Verdict};

pub(super) fn checks(machine: &Machine, request: &Request) -> Vec<Check> {
    let cores = machine.text("/proc/cpuinfo").map(|text| {
        text.lines()
            .filter(|line| line.split(':').next().is_some_and(|key| key.trim() == "processor"))
            .count()
    });
    let Some(cores) = cores.filter(|cores| *cores > 0) else {
        return vec![Check::ok("cores", "unknown", "one for each slot").but(Verdict::Unknown, "see lscpu")];
    };
    let limit = quota(machine).map(|limit| limit.min(cores as f64));
    let found = match limit {
        Some(limit) if limit < cores as f64 => {
            format!("{cores}, of which the control group leaves {limit:.1}")
        }
        _ => cores.to_string(),
    };
    let usable = limit.unwrap_or(cores as f64);
    let slots = request.slots;
    let mend = format!(
        "set taskmanager.numberOfTaskSlots to {} at most: slots share cores, they do not bring any",
        usable.max(1.0) as u32
    );
    let required = format!("{slots}, one for each slot");
    vec![Check::ok("cores", found, required).but_if(usable < f64::from(slots), Verdict::Warning, mend)]
}

/// The cores that `cpu.max` (`QUOTA PERIOD`, or `max`) leaves; in the first version of control groups there are two files.
fn quota(machine: &Machine) -> Option<f64> {
    let text = machine.cgroup("cpu.max", "cpu/cpu.cfs_quota_us")?;
    let mut parts = text.split_whitespace();
    let quota: f64 = parts.next()?.parse().ok().filter(|quota| *quota > 0.0)?;
    let period = match parts.next() {
        Some(period) => period.parse().ok()?,
        None => machine.number("/sys/fs/cgroup/cpu/cpu.cfs_period_us")? as f64,
    };
    Some(quota / period)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_control_group_takes_cores_away() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for path in ["proc/self", "sys/fs/cgroup/flink.slice/tm.service", "sys/fs/cgroup/cpu"] {
            fs::create_dir_all(root.join(path)).unwrap();
        }
        fs::write(root.join("proc/cpuinfo"), "processor\t: 0\nmodel name\t: x\n\nprocessor\t: 1\n").unwrap();
        let machine = Machine::below(root);
        assert_eq!(quota(&machine), None);
        fs::write(root.join("proc/self/cgroup"), "0::/flink.slice/tm.service\n").unwrap();
        // The nearest group that has a limit.
        fs::write(root.join("sys/fs/cgroup/flink.slice/cpu.max"), "150000 100000\n").unwrap();
        assert_eq!(quota(&machine), Some(1.5));
        fs::write(root.join("sys/fs/cgroup/flink.slice/tm.service/cpu.max"), "max 100000\n").unwrap();
        assert_eq!(quota(&machine), None);
        fs::write(root.join("proc/self/cgroup"), "4:cpu,cpuacct:/x\n").unwrap();
        fs::write(root.join("sys/fs/cgroup/cpu/cpu.cfs_quota_us"), "50000\n").unwrap();
        fs::write(root.join("sys/fs/cgroup/cpu/cpu.cfs_period_us"), "100000\n").unwrap();
        assert_eq!(quota(&machine), Some(0.5));
    }
}
