//! What quickstart starts from: a description of a cluster and its Flink configuration. The guide's, built in;
//! or a conf directory of the user's.

use std::path::{Path, PathBuf};

use ops_core::conf::ConfDocument;
use ops_core::files;
use ops_core::spec::{ClusterSpec, Host, TaskManagerGroup};
use ops_core::version::{Dialect, FlinkVersion};

use crate::failure::Failure;

const GUIDE_CLUSTER: &str = include_str!("../../guide/cluster.yaml");
const GUIDE_CONF: &str = include_str!("../../guide/flink-conf.yaml");

/// Host lists longer than this are none.
const MAX_HOSTS_FILE: u64 = 1 << 20;

/// A cluster and its configuration, as they were found.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) spec: ClusterSpec,
    /// The text of `cluster.yaml`, to be kept beside the results; none if the cluster was put together from
    /// other files.
    pub(crate) spec_text: Option<String>,
    pub(crate) conf: ConfDocument,
    /// How messages call the configuration file.
    pub(crate) conf_label: PathBuf,
}

/// The guide's cluster, built into the binary.
pub(crate) fn guide() -> Result<Inputs, Failure> {
    Ok(Inputs {
        spec: ClusterSpec::parse(GUIDE_CLUSTER, Path::new("examples/guide/cluster.yaml"))?,
        spec_text: Some(GUIDE_CLUSTER.to_owned()),
        conf: ConfDocument::parse(GUIDE_CONF, Dialect::Legacy)?,
        conf_label: "examples/guide/flink-conf.yaml".into(),
    })
}

/// A conf directory: `flink-conf.yaml` or `config.yaml`, and `cluster.yaml`, or `masters` and `workers`.
/// `version` is what the user said or what the Flink home is; without it, `cluster.yaml` must say it.
pub(crate) fn directory(dir: &Path, version: Option<FlinkVersion>) -> Result<Inputs, Failure> {
    if !dir.is_dir() {
        return Err(Failure::usage(format!("{} is not a directory", dir.display()))
            .help("give Flink's conf directory, the one with flink-conf.yaml or config.yaml in it"));
    }
    let spec_path = dir.join("cluster.yaml");
    let (spec_text, spec) = if spec_path.is_file() {
        let text = files::read_text(&spec_path, MAX_HOSTS_FILE)?;
        let spec = ClusterSpec::parse(&text, &spec_path)?;
        (Some(text), Some(spec))
    } else {
        (None, None)
    };
    let version = version.or_else(|| spec.as_ref().map(|spec| spec.flink_version));
    let (conf_label, conf) = configuration(dir, version)?;
    let spec = match spec {
        Some(spec) => spec,
        None => {
            let fallback = match conf.dialect() {
                Dialect::Legacy => FlinkVersion::new(1, 18, 1),
                Dialect::Yaml => FlinkVersion::new(2, 3, 0),
            };
            from_host_lists(dir, &conf, version.unwrap_or(fallback))?
        }
    };
    Ok(Inputs { spec, spec_text, conf, conf_label })
}

/// The configuration file that this version reads; if only the other one is there, that one.
fn configuration(dir: &Path, version: Option<FlinkVersion>) -> Result<(PathBuf, ConfDocument), Failure> {
    let preferred = match version {
        // 1.19 and 1.20 read flink-conf.yaml first, if it is there.
        Some(version) if version.reads(Dialect::Legacy) => [Dialect::Legacy, Dialect::Yaml],
        Some(_) => [Dialect::Yaml, Dialect::Legacy],
        None => [Dialect::Legacy, Dialect::Yaml],
    };
    let found =
        preferred.map(|dialect| dir.join(dialect.file_name())).into_iter().find(|path| path.is_file());
    let path = found.ok_or_else(|| {
        Failure::usage(format!("{} holds neither flink-conf.yaml nor config.yaml", dir.display()))
            .help("give Flink's conf directory with --from-conf DIR")
    })?;
    let document = ConfDocument::read(&path)?;
    Ok((path, document))
}

/// A cluster out of `masters`, `workers` and the slots in the configuration; one host of each if the lists are
/// missing.
fn from_host_lists(dir: &Path, conf: &ConfDocument, version: FlinkVersion) -> Result<ClusterSpec, Failure> {
    let address = conf.get("jobmanager.rpc.address").and_then(|host| host.parse::<Host>().ok());
    let local = || Host::Name("localhost".to_owned());
    let mut masters = hosts(&dir.join("masters"))?;
    if masters.is_empty() {
        masters.push(address.unwrap_or_else(local));
    }
    let mut workers = hosts(&dir.join("workers"))?;
    if workers.is_empty() {
        workers.push(local());
    }
    let slots = conf.get("taskmanager.numberOfTaskSlots").and_then(|slots| slots.parse().ok());
    let workers = vec![TaskManagerGroup::on_hosts(workers, slots.unwrap_or(std::num::NonZeroU16::MIN))];
    let name = "cluster".to_owned().try_into().map_err(Failure::usage)?;
    Ok(ClusterSpec::on_hosts(name, version, masters, workers))
}

/// The hosts in a `masters` or `workers` file; ports are dropped, as Flink means them for its web interface.
fn hosts(path: &Path) -> Result<Vec<Host>, Failure> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = files::read_text(path, MAX_HOSTS_FILE)?;
    let mut hosts: Vec<Host> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let name =
            line.rsplit_once(':').filter(|(name, _)| !name.contains(':')).map_or(line, |(name, _)| name);
        let host = name
            .parse()
            .map_err(|error| Failure::usage(format!("{}:{}: {error}", path.display(), number + 1)))?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Ok(hosts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_is_built_in() {
        let inputs = guide().unwrap();
        assert_eq!(inputs.spec.slots(), 16);
        assert_eq!(inputs.conf.get("taskmanager.memory.process.size"), Some("16384m"));
    }

    #[test]
    fn host_lists_make_a_cluster() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("flink-conf.yaml"), "taskmanager.numberOfTaskSlots: 3\n").unwrap();
        std::fs::write(dir.path().join("masters"), "jm:8081\n").unwrap();
        std::fs::write(dir.path().join("workers"), "# the racks\ntm-1\ntm-2:8081\ntm-1\n").unwrap();
        let inputs = directory(dir.path(), None).unwrap();
        assert_eq!(
            inputs.spec.hosts().iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["jm", "tm-1", "tm-2"]
        );
        assert_eq!((inputs.spec.slots(), inputs.spec.flink_version.line()), (6, "1.18".to_owned()));
        std::fs::write(dir.path().join("workers"), "tm 1\n").unwrap();
        assert!(directory(dir.path(), None).unwrap_err().message.contains("workers:1: `tm 1` is not a host"));
    }

    #[test]
    fn a_directory_without_a_configuration_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let failure = directory(dir.path(), None).unwrap_err();
        assert!(failure.message.contains("holds neither flink-conf.yaml nor config.yaml"));
        assert!(
            directory(&dir.path().join("none"), None).unwrap_err().message.contains("is not a directory")
        );
    }
}
