//! `flinkops init`: a description of a cluster, from nothing or from an existing installation.

use std::path::{Path, PathBuf};

use clap::Args;
use deploy::Installation;
use ops_core::conf::ConfDocument;
use ops_core::files::{self, Access, create_directory, ensure_directory};
use ops_core::secret::Secret;
use ops_core::spec::{ClusterName, ClusterSpec, Host, TaskManagerGroup};
use ops_core::version::{Dialect, FlinkVersion};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

/// Longer lists of hosts are none.
const MAX_LIST: u64 = 16 << 20;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops init --flink-version 2.3 --job-manager jm-1 --task-manager tm-1 --task-manager tm-2
  flinkops init prod/cluster.yaml --from-conf /opt/flink/conf --flink-version 1.20 --name prod
  flinkops init --schema > cluster.schema.json

The file says every field with its meaning and default. With --from-conf, what rendering it gives is
the configuration that was read; certificates are issued anew, and secrets go into secrets/ beside the
file, for you alone.")]
pub(crate) struct Options {
    /// The file to write.
    #[arg(value_name = "FILE", default_value = "cluster.yaml")]
    file: PathBuf,
    /// A conf directory to read: flink-conf.yaml or config.yaml, masters, workers, zoo.cfg.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["job_managers", "task_managers"])]
    from_conf: Option<PathBuf>,
    /// The Flink that runs there [default: the newest; with --from-conf the one that the file is for].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// What the cluster is called: lower-case letters, digits, hyphens.
    #[arg(long, value_name = "NAME", default_value = "flink", value_parser = name)]
    name: ClusterName,
    /// A host that a JobManager runs on; may be given several times [default: localhost].
    #[arg(long = "job-manager", value_name = "HOST")]
    job_managers: Vec<Host>,
    /// A host that a TaskManager runs on; may be given several times [default: localhost].
    #[arg(long = "task-manager", value_name = "HOST")]
    task_managers: Vec<Host>,
    /// Print the JSON Schema of the file, for editors, and write nothing.
    #[arg(long)]
    schema: bool,
    /// Replace the file if it is there.
    #[arg(long)]
    overwrite: bool,
    /// Print the file instead of writing it. Secrets are not shown.
    #[arg(long)]
    dry_run: bool,
}

fn name(text: &str) -> Result<ClusterName, String> {
    text.to_owned().try_into()
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Written {
    file: PathBuf,
    cluster: ClusterName,
    flink_version: FlinkVersion,
    job_managers: usize,
    task_managers: usize,
    /// Files with secrets that were read.
    secrets: Vec<PathBuf>,
    /// What could not be taken over as it was.
    notes: Vec<String>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if options.schema {
        let text = serde_json::to_string_pretty(&ClusterSpec::schema()).map_err(Failure::usage)?;
        output.text(&(text + "\n"))?;
        return Ok(exit::DONE);
    }
    let described = match &options.from_conf {
        Some(directory) => installation(options, directory)?,
        None => deploy::Described { spec: fresh(options), secrets: Default::default(), notes: Vec::new() },
    };
    let text = deploy::describe(&described.spec);
    // What cannot be read again must not be written.
    let spec = ClusterSpec::parse(&text, &options.file).map_err(|error| {
        Failure::from(error).during("the installation cannot be described").help(
            "mend the configuration first (`flinkops conf lint`), or describe the cluster without --from-conf",
        )
    })?;
    if options.dry_run {
        output.text(&text)?;
        return Ok(exit::DONE);
    }
    if options.file.exists() && !options.overwrite {
        return Err(Failure::usage(format!("{} is there already", options.file.display()))
            .help("name another file, or replace it with --overwrite"));
    }
    let beside = options.file.parent().unwrap_or(Path::new(""));
    if !beside.as_os_str().is_empty() {
        ensure_directory(beside, Access::Public)?;
    }
    let mut secrets = Vec::new();
    for (key, secret) in &described.secrets {
        let directory = beside.join("secrets");
        create_directory(&directory, Access::Private)?;
        let path = directory.join(key);
        let line = Secret::new(format!("{}\n", secret.expose()));
        files::write(&path, line.expose().as_bytes(), Access::Private)?;
        secrets.push(path);
    }
    files::write(&options.file, text.as_bytes(), Access::Public)?;
    let written = Written {
        file: options.file.clone(),
        cluster: spec.name.clone(),
        flink_version: spec.flink_version,
        job_managers: spec.job_managers.count(),
        task_managers: spec.task_manager_count(),
        secrets,
        notes: described.notes,
    };
    output.result(&written, human)?;
    Ok(exit::DONE)
}

fn fresh(options: &Options) -> ClusterSpec {
    let local = || vec![Host::Name("localhost".to_owned())];
    let or_local = |hosts: &Vec<Host>| if hosts.is_empty() { local() } else { hosts.clone() };
    let newest = FlinkVersion::KNOWN[FlinkVersion::KNOWN.len() - 1];
    ClusterSpec::on_hosts(
        options.name.clone(),
        options.flink_version.unwrap_or(newest),
        or_local(&options.job_managers),
        vec![TaskManagerGroup::on_hosts(or_local(&options.task_managers), std::num::NonZeroU16::MIN)],
    )
}

fn installation(options: &Options, directory: &Path) -> Result<deploy::Described, Failure> {
    let there = |dialect: Dialect| directory.join(dialect.file_name()).is_file();
    // 1.19 and 1.20 read the old file first, if it is there.
    let preferred = match options.flink_version {
        Some(version) if !version.reads(Dialect::Legacy) => [Dialect::Yaml, Dialect::Legacy],
        _ => [Dialect::Legacy, Dialect::Yaml],
    };
    let dialect = preferred.into_iter().find(|dialect| there(*dialect)).ok_or_else(|| {
        Failure::usage(format!("{} holds neither flink-conf.yaml nor config.yaml", directory.display()))
            .help("give Flink's conf directory")
    })?;
    let version = options.flink_version.unwrap_or(match dialect {
        Dialect::Legacy => FlinkVersion::new(1, 18, 1),
        Dialect::Yaml => FlinkVersion::KNOWN[FlinkVersion::KNOWN.len() - 1],
    });
    if !version.reads(dialect) {
        return Err(Failure::usage(format!(
            "Flink {version} does not read {}",
            directory.join(dialect.file_name()).display()
        ))
        .help("give the version that runs there with --flink-version; `flinkops conf migrate` leads to another one"));
    }
    let conf = ConfDocument::read(&directory.join(dialect.file_name()))?;
    let list = |name: &str| {
        let path = directory.join(name);
        path.is_file().then(|| files::read_text(&path, MAX_LIST)).transpose()
    };
    let (masters, workers, zoo_cfg) = (list("masters")?, list("workers")?, list("zoo.cfg")?);
    Ok(deploy::describe_installation(&Installation {
        version,
        name: options.name.clone(),
        conf: &conf,
        masters: masters.as_deref(),
        workers: workers.as_deref(),
        zoo_cfg: zoo_cfg.as_deref(),
    }))
}

fn human(written: &Written) -> String {
    let good = style::GOOD;
    let mut text = format!(
        "{good}described{good:#} {} (Flink {}) in {}; JobManagers: {}, TaskManagers: {}\n",
        written.cluster,
        written.flink_version,
        written.file.display(),
        written.job_managers,
        written.task_managers,
    );
    for path in &written.secrets {
        text.push_str(&format!("  secret: {}\n", path.display()));
    }
    for note in &written.notes {
        text.push_str(&format!("  note: {note}\n"));
    }
    text.push_str(&format!("  next: flinkops render {} --out rendered\n", written.file.display()));
    text
}
