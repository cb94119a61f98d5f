//! `flinkops monitor scrape`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use monitor::scrape::{Discovery, Tls, scrape, targets_file};
use ops_core::spec::{ClusterSpec, Platform};

use super::written::{put, put_all};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor scrape --cluster cluster.yaml
  flinkops monitor scrape --cluster cluster.yaml --out prometheus-flink.yml
  flinkops monitor scrape --cluster cluster.yaml --targets /etc/prometheus/flink --out /etc/prometheus/flink.yml
  flinkops monitor scrape --cluster cluster.yaml --platform kubernetes

Targets get the labels cluster, job (flink-jobmanager, flink-taskmanager) and instance: alerts and dashboards group by them.
Flink's reporter speaks HTTP; --tls-… is for a proxy before it.")]
pub(crate) struct Options {
    /// The description of the cluster.
    #[arg(long, value_name = "FILE", default_value = "cluster.yaml")]
    cluster: PathBuf,
    /// What it runs on [default: the first platform of the description].
    #[arg(long, value_enum, value_name = "PLATFORM")]
    platform: Option<On>,
    /// Write the targets into a file of this directory, which Prometheus reads again when it changes.
    #[arg(long, value_name = "DIR", requires = "out")]
    targets: Option<PathBuf>,
    /// Write the configuration into this file instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The endpoints speak TLS, with certificates of the authorities in this file (PEM), as seen from Prometheus.
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// The certificate of Prometheus, where endpoints ask for one (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum On {
    /// Hosts that the description names.
    Standalone,
    /// Pods, of `flinkops render` or of the operator.
    Kubernetes,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let spec = ClusterSpec::read(&options.cluster)?;
    let platform = match options.platform {
        Some(On::Standalone) => Platform::Standalone,
        Some(On::Kubernetes) => Platform::Kubernetes,
        None => spec.platforms.first().copied().unwrap_or_default(),
    };
    let identity = options.tls_cert.clone().zip(options.tls_key.clone());
    let tls = (options.tls_ca.is_some() || identity.is_some())
        .then(|| Tls { authority: options.tls_ca.clone(), identity });
    let discovery = if options.targets.is_some() { Discovery::File } else { Discovery::Static };
    let scrape = scrape(&spec, platform, discovery, tls.as_ref()).map_err(Failure::usage)?;
    let (Some(out), Some(directory), Some(targets)) = (&options.out, &options.targets, &scrape.targets)
    else {
        return put(&scrape.config, options.out.as_deref(), output);
    };
    // Prometheus looks for the file beside its own configuration.
    let name = targets_file(&spec);
    let file = directory.join(&name);
    let config = scrape.config.replace(&format!("{name:?}"), &format!("{:?}", file.display().to_string()));
    put_all(&[(out.clone(), config), (file, targets.clone())], output)
}
