//! Evidence from where the command line says it is.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jobs::{JobRef, JobsError, find};
use ops_core::rest::{RestClient, RestError};
use recovery::doctor::evidence::{Note, Unreachable, read_log};
use recovery::doctor::{Evidence, Wanted, bundle, collect};

use super::command::Options;
use crate::adapters;
use crate::cli::ClusterOptions;
use crate::commands::conf;
use crate::commands::monitor::prometheus_failure;
use crate::commands::runtime;
use crate::connection;
use crate::failure::Failure;

/// A larger bundle is none, in bytes.
const LARGEST_BUNDLE: u64 = 256 << 20;

/// Log files that are read, the newest first.
const LOGS: usize = 64;

/// What is read of the end of each, in bytes.
const OF_LOG: u64 = 16 << 20;

/// Everything that there is to look at.
pub(super) fn gather(options: &Options, cluster: &ClusterOptions) -> Result<Evidence, Failure> {
    if let Some(path) = &options.bundle_in {
        let bytes = end_of(path, LARGEST_BUNDLE).map_err(|error| cannot_read(path, &error))?;
        return bundle::unpack(&bytes)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())));
    }
    let mut evidence = of_cluster(options, cluster)?;
    for directory in &options.logs {
        let logs = logs_in(directory)?.into_iter();
        match evidence.jobs.first().filter(|_| options.job.is_some()) {
            Some(job) => evidence.logs.extend(logs.map(|log| log.about(job.details.jid))),
            None => evidence.logs.extend(logs),
        }
    }
    for path in &options.conf {
        lint(path, options, &mut evidence)?;
    }
    if let Some(prometheus) = options.prometheus.open()? {
        let firing = runtime()?.block_on(prometheus.firing()).map_err(prometheus_failure)?;
        let label =
            |alert: &monitor::check::Firing, name: &str| alert.labels.get(name).cloned().unwrap_or_default();
        evidence.alerts.extend(firing.iter().map(|alert| Note {
            code: alert.name().to_owned(),
            severity: label(alert, "severity"),
            message: alert.annotations.get("summary").cloned().unwrap_or_default(),
            place: [label(alert, "job_name"), label(alert, "instance")].join(" ").trim().to_owned(),
            help: None,
        }));
    }
    Ok(evidence)
}

/// What the cluster says of a job, or of all.
pub(crate) fn asked(job: Option<&JobRef>, cluster: &ClusterOptions) -> Result<Evidence, Failure> {
    let client = connection::client(cluster)?;
    of(&client, job, adapters::now().as_millisecond())
}

/// What the cluster says. Where files were given and no cluster is configured, there is none to ask.
fn of_cluster(options: &Options, cluster: &ClusterOptions) -> Result<Evidence, Failure> {
    let at = adapters::now().as_millisecond();
    let files_alone = !(options.logs.is_empty() && options.conf.is_empty());
    let client = match connection::client(cluster) {
        Ok(client) => client,
        Err(_)
            if files_alone && options.job.is_none() && cluster.url.is_none() && cluster.context.is_none() =>
        {
            let gaps = vec!["no cluster was asked: none is configured".to_owned()];
            return Ok(Evidence { at, gaps, ..Evidence::default() });
        }
        Err(error) => return Err(error),
    };
    of(&client, options.job.as_ref(), at)
}

fn of(client: &RestClient, job: Option<&JobRef>, at: i64) -> Result<Evidence, Failure> {
    let asked: Result<Evidence, JobsError> = runtime()?.block_on(async {
        let wanted = match job {
            None => Wanted::Jobs,
            Some(job) => match find(client, job).await {
                Ok(id) => Wanted::Job(id),
                Err(JobsError::NoSuchJob { given, .. }) => Wanted::Missing(given),
                Err(error) => return Err(error),
            },
        };
        Ok(collect(client, &wanted, at).await?)
    });
    match asked {
        Ok(evidence) => Ok(evidence),
        Err(JobsError::Rest(error)) if !error.is_refused() => {
            let tls = matches!(error, RestError::Handshake { .. } | RestError::Broken { .. });
            let unreachable = Some(Unreachable { why: error.to_string(), tls });
            Ok(Evidence { at, cluster: Some(client.url().to_owned()), unreachable, ..Evidence::default() })
        }
        Err(error) => Err(error.into()),
    }
}

/// The logs in a directory, or one log.
fn logs_in(path: &Path) -> Result<Vec<recovery::doctor::evidence::Log>, Failure> {
    let cannot = |error: std::io::Error| cannot_read(path, &error);
    let mut found: Vec<(std::time::SystemTime, PathBuf)> = Vec::new();
    let mut directories = vec![(path.to_owned(), 0)];
    while let Some((place, depth)) = directories.pop() {
        let meta = fs::metadata(&place).map_err(cannot)?;
        if meta.is_file() {
            found.push((meta.modified().map_err(cannot)?, place));
            continue;
        }
        for entry in fs::read_dir(&place).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let kind = entry.file_type().map_err(cannot)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_log = [".log", ".out", ".err"].iter().any(|part| name.contains(part));
            if kind.is_dir() && depth < 3 {
                directories.push((entry.path(), depth + 1));
            } else if kind.is_file() && is_log && !name.ends_with(".gz") {
                let modified = entry.metadata().and_then(|meta| meta.modified()).map_err(cannot)?;
                found.push((modified, entry.path()));
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::usage(format!("there is no log in {}", path.display()))
            .help("files whose names contain .log, .out or .err are read"));
    }
    found.sort_by(|one, other| other.cmp(one));
    let zone = TimeZone::system();
    found
        .iter()
        .take(LOGS)
        .map(|(_, file)| {
            let bytes = end_of(file, OF_LOG).map_err(|error| cannot_read(file, &error))?;
            Ok(read_log(&file.display().to_string(), &bytes, &zone))
        })
        .collect()
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("cannot read {}: {error}", path.display()))
}

/// The last bytes of a file.
fn end_of(file: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut file = fs::File::open(file)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What `conf lint` says, and the settings where the cluster could not be asked for its own.
fn lint(path: &Path, options: &Options, evidence: &mut Evidence) -> Result<(), Failure> {
    let version = options.flink_version.or_else(|| evidence.version.as_ref()?.parse().ok());
    let files = conf::read_files(path, conf::version(version, path)?)?;
    let report = conf_lint::lint_files(&files);
    evidence.lint.extend(report.findings.iter().map(|finding| Note {
        code: finding.code.to_owned(),
        severity: finding.severity.to_string(),
        message: finding.message.clone(),
        place: format!("{}:{}", finding.file, finding.line),
        help: Some(finding.help.clone()),
    }));
    if evidence.settings.is_empty() {
        let entries = files.document().effective();
        evidence.settings = entries.map(|entry| (entry.key.clone(), entry.value.clone())).collect();
    }
    Ok(())
}
