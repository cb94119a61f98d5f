//! Keys that no reflection can list, since a part of them is the user's: reporters, environment variables,
//! file systems. They are known by their shape.

use crate::version::FlinkVersion;

/// A family of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// The shape: `<name>` is one part of the key, and `*` at the end one part or more.
    pub pattern: &'static str,
    /// What the keys set.
    pub about: &'static str,
    /// The release lines that read the keys.
    held: Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Always,
    /// From this line on.
    Since(u16, u16),
    /// In the lines before this one.
    Before(u16, u16),
}

const fn family(pattern: &'static str, about: &'static str) -> Family {
    Family { pattern, about, held: Held::Always }
}

const fn held(held: Held, pattern: &'static str, about: &'static str) -> Family {
    Family { pattern, about, held }
}

const FAMILIES: &[Family] = &[
    family("containerized.master.env.*", "environment of the JobManager's container"),
    family("containerized.taskmanager.env.*", "environment of the TaskManagers' containers"),
    family("env.java.home", "the Java that the start scripts run"),
    held(Held::Since(2, 1), "events.reporter.<name>.*", "an event reporter"),
    family("external-resource.<name>.*", "an external resource"),
    family("flink.hadoop.*", "passed on to Hadoop"),
    family("flink.yarn.*", "passed on to YARN"),
    family("fs.<scheme>.limit.<which>", "connection limits of a file system"),
    family("fs.azure.*", "passed on to the Azure file system"),
    family("fs.gs.*", "passed on to the Google Cloud file system"),
    held(Held::Before(2, 0), "fs.hdfs.hadoopconf", "the directory of Hadoop's configuration"),
    held(Held::Before(2, 0), "fs.hdfs.hdfsdefault", "Hadoop's hdfs-default.xml"),
    held(Held::Before(2, 0), "fs.hdfs.hdfssite", "Hadoop's hdfs-site.xml"),
    family("fs.oss.*", "passed on to the OSS file system"),
    family("fs.s3.*", "passed on to the S3 file system"),
    family("fs.s3a.*", "passed on to the S3 file system of Hadoop"),
    family("gs.*", "the Google Cloud file system"),
    family("metrics.reporter.<name>.*", "a metric reporter"),
    family("presto.s3.*", "passed on to the S3 file system of Presto"),
    family("s3.*", "the S3 file systems"),
    family("s3a.*", "passed on to the S3 file system of Hadoop"),
    family("security.delegation.token.provider.<name>.*", "a delegation token provider"),
    family("security.kerberos.token.provider.<name>.*", "a delegation token provider, under its former name"),
    family("sql-gateway.endpoint.<name>.*", "an endpoint of the SQL gateway"),
    family("table.catalog-store.<kind>.*", "a catalog store"),
    held(Held::Since(2, 3), "table.secret-store.<kind>.*", "a secret store"),
    family("taskmanager.compute.numa", "whether the start scripts run one TaskManager for each NUMA node"),
    held(Held::Since(1, 19), "traces.reporter.<name>.*", "a trace reporter"),
    family("workflow-scheduler.<name>.*", "a workflow scheduler"),
    family(
        "yarn.application-master.env.*",
        "environment of the JobManager's container, under its former name",
    ),
    family("yarn.taskmanager.env.*", "environment of the TaskManagers' containers, under its former name"),
    family("zookeeper.heap.mb", "memory of the ZooKeeper that the start scripts run"),
];

impl Family {
    /// The families that a version knows, by pattern.
    pub fn all(version: FlinkVersion) -> impl Iterator<Item = &'static Self> {
        FAMILIES.iter().filter(move |family| family.holds(version))
    }

    /// The family that a key of this version belongs to.
    pub(super) fn of(key: &str, version: FlinkVersion) -> Option<&'static Self> {
        Self::all(version).find(|family| matches(family.pattern, key))
    }

    fn holds(&self, version: FlinkVersion) -> bool {
        match self.held {
            Held::Always => true,
            Held::Since(major, minor) => version.at_least(major, minor),
            Held::Before(major, minor) => !version.at_least(major, minor),
        }
    }
}

/// Whether a key has the shape of a pattern. A placeholder stands for one part that is not empty;
/// the last one, like `*`, for all parts that are left.
pub(super) fn matches(pattern: &str, key: &str) -> bool {
    let mut patterns = pattern.split('.').peekable();
    let mut rest = Some(key);
    while let Some(pattern) = patterns.next() {
        let Some(key) = rest else { return false };
        let (part, after) = match key.split_once('.') {
            Some((part, after)) => (part, Some(after)),
            None => (key, None),
        };
        let open = pattern == "*" || (pattern.starts_with('<') && pattern.ends_with('>'));
        if open && patterns.peek().is_none() {
            return key.split('.').all(|part| !part.is_empty());
        }
        if part.is_empty() || !(open || part == pattern) {
            return false;
        }
        rest = after;
    }
    rest.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_matched_part_by_part() {
        for (key, expected) in [
            ("metrics.reporter.prom.port", Some("metrics.reporter.<name>.*")),
            ("metrics.reporter.prom.filter.includes", Some("metrics.reporter.<name>.*")),
            ("metrics.reporter.prom", None),
            ("metrics.reporter..port", None),
            ("metrics.reporters", None),
            ("containerized.master.env.LD_LIBRARY_PATH", Some("containerized.master.env.*")),
            ("fs.hdfs.limit.total", Some("fs.<scheme>.limit.<which>")),
            ("fs.default-schema", None),
            ("s3.access-key", Some("s3.*")),
            ("s3", None),
            ("env.java.home", Some("env.java.home")),
            ("env.java.homes", None),
        ] {
            assert_eq!(
                Family::of(key, "1.20".parse().unwrap()).map(|family| family.pattern),
                expected,
                "{key}"
            );
        }
    }
}
