//! The command: what is rendered, and what is said about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use deploy::artifact::Artifact;
use deploy::configuration::Secrets;
use deploy::kubernetes::LoginFiles;
use deploy::standalone::{self, Placement};
use ops_core::files;
use ops_core::spec::{ClusterSpec, Host, InternalTls, Platform};
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::certificates::{self, Certificates};
use super::progress::Progress;
use super::write::{self, Written};
use crate::failure::Failure;
use crate::output::{Output, human_duration, style};
use crate::{adapters, connection, exit};

/// A `krb5.conf` of many realms.
const MAX_KRB5_CONF: u64 = 1 << 20;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops render cluster.yaml --out rendered
  flinkops render cluster.yaml --out rendered --platform kubernetes --platform operator
  flinkops render cluster.yaml --out rendered --in-place      # to be started from there

Run it again at any time: certificates that are still good are kept, the same description gives the
same files, and what is no longer described is removed. Files that were edited by hand are left alone
and named; --overwrite replaces them. OUT/manifest.json lists what was written, with digests.
OUT/pki holds the certificate authority that is made if cluster.yaml names none.
Exit code: 0 rendered, 2 wrong input.")]
pub(crate) struct Options {
    /// The description of the cluster.
    #[arg(value_name = "FILE", default_value = "cluster.yaml")]
    file: PathBuf,
    /// The platform to render for: standalone, yarn, kubernetes or operator; may be given several times [default: those in
    /// cluster.yaml].
    #[arg(long = "platform", value_name = "PLATFORM", value_parser = platform)]
    platforms: Vec<Platform>,
    #[command(flatten)]
    common: Common,
}

/// What is the same for one platform and for several.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Where everything is written; a new directory is readable by you alone.
    #[arg(long = "out", value_name = "DIR")]
    out: PathBuf,
    /// The Flink to render for [default: the one in cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// The passphrase of the authority's key: env:NAME, file:PATH or prompt [default: file:DIR/ca.passphrase if that is
    /// there, else prompt].
    #[arg(long, value_name = "SOURCE")]
    passphrase_from: Option<String>,
    /// Name stores where they are rendered, so that processes on this machine can be started from OUT.
    #[arg(long)]
    in_place: bool,
    /// Write an Ansible inventory beside the rollout script.
    #[arg(long)]
    inventory: bool,
    /// Replace files that were edited by hand.
    #[arg(long)]
    overwrite: bool,
    /// Say which certificates would be issued and for which platforms, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

fn platform(text: &str) -> Result<Platform, String> {
    let found = Platform::ALL.into_iter().find(|platform| platform.name() == text);
    found.ok_or_else(|| "use one of standalone, yarn, kubernetes and operator".to_owned())
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Rendered {
    dry_run: bool,
    dir: PathBuf,
    cluster: String,
    flink_version: FlinkVersion,
    platforms: Vec<Platform>,
    certificates: Certificates,
    /// Null with --dry-run.
    files: Option<Written>,
    /// What is left to be done by hand before anything is started.
    notes: Vec<String>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    render(&options.file, &options.platforms, &options.common, output)
}

/// Renders a description for these platforms, or for those that it names.
pub(crate) fn render(
    file: &Path,
    platforms: &[Platform],
    options: &Common,
    output: &Output,
) -> Result<u8, Failure> {
    let watch = adapters::Stopwatch::start();
    let mut spec = ClusterSpec::read(file)?;
    if let Some(version) = options.flink_version {
        spec.flink_version = version;
    }
    let mut platforms = if platforms.is_empty() { spec.platforms.clone() } else { platforms.to_vec() };
    platforms.sort();
    platforms.dedup();
    deploy::check(&spec, &platforms)?;
    let beside = file.parent().unwrap_or(Path::new(""));
    let secrets = secrets(&spec, beside)?;
    let wanted = certificates::wanted(&spec, &platforms)?;
    let mut rendered = Rendered {
        dry_run: options.dry_run,
        dir: options.out.clone(),
        cluster: spec.name.to_string(),
        flink_version: spec.flink_version,
        platforms: platforms.clone(),
        certificates: Certificates::default(),
        files: None,
        notes: notes(&spec, &platforms)?,
    };
    let plan = certificates::Plan { spec: &spec, beside, out: &options.out, wanted };
    if options.dry_run {
        rendered.certificates = plan.foresee();
    } else {
        let progress = Progress::new(output);
        let stores = plan.issue(options.passphrase_from.as_deref(), &progress, &mut rendered.certificates)?;
        let mut files = Vec::new();
        for platform in &platforms {
            files.extend(artifacts(&spec, *platform, &stores, &secrets, options)?);
        }
        files.extend(deploy::monitoring::render(&spec, &platforms));
        let head =
            write::Head { cluster: &spec.name, flink_version: spec.flink_version, platforms: &platforms };
        rendered.files = Some(write::write(&options.out, &head, &files, options.overwrite, &progress)?);
        progress.finish();
    }
    let elapsed = watch.elapsed();
    output.result(&rendered, |rendered| human(rendered, elapsed))?;
    Ok(exit::DONE)
}

fn secrets(spec: &ClusterSpec, beside: &Path) -> Result<Secrets, Failure> {
    let mut secrets = Secrets::new();
    for (key, source) in &spec.secrets {
        let source = match source.strip_prefix("file:") {
            Some(path) => connection::file_source(&beside.join(path)),
            None => source.clone(),
        };
        let secret =
            connection::secret(&source, key).map_err(|failure| failure.during(format!("secrets.{key}")))?;
        secrets.insert(key.clone(), secret);
    }
    Ok(secrets)
}

fn artifacts(
    spec: &ClusterSpec,
    platform: Platform,
    stores: &deploy::certificates::StoreDirectory,
    secrets: &Secrets,
    options: &Common,
) -> Result<Vec<Artifact>, Failure> {
    let place = match options.in_place {
        false => Placement::Installed,
        true => Placement::InPlace(
            std::path::absolute(&options.out)
                .map_err(|error| Failure::usage(format!("{}: {error}", options.out.display())))?,
        ),
    };
    match platform {
        Platform::Standalone => {
            let request = standalone::Request { stores, secrets, place, inventory: options.inventory };
            Ok(standalone::render(spec, &request)?)
        }
        Platform::Yarn => Ok(deploy::yarn::render(spec, stores, secrets)?),
        Platform::Kubernetes => {
            Ok(deploy::kubernetes::render(spec, &kubernetes(spec, stores, secrets, options)?)?)
        }
        Platform::Operator => {
            Ok(deploy::operator::render(spec, &kubernetes(spec, stores, secrets, options)?)?)
        }
    }
}

/// What Kubernetes is given beside the description.
fn kubernetes<'a>(
    spec: &ClusterSpec,
    stores: &'a deploy::certificates::StoreDirectory,
    secrets: &'a Secrets,
    options: &Common,
) -> Result<deploy::kubernetes::Request<'a>, Failure> {
    let store_password = match &spec.kubernetes.cert_manager {
        Some(_) => Some(certificates::store_password(&options.out)?),
        None => None,
    };
    Ok(deploy::kubernetes::Request { stores, secrets, store_password, login: login(spec)? })
}

/// The keytab and `krb5.conf`, where they can be read here; else they are brought to Kubernetes by hand.
fn login(spec: &ClusterSpec) -> Result<Option<LoginFiles>, Failure> {
    let Some(kerberos) = &spec.security.kerberos else { return Ok(None) };
    let krb5_conf = kerberos.krb5_conf.as_deref().unwrap_or(Path::new("/etc/krb5.conf"));
    if !kerberos.keytab.is_file() || !krb5_conf.is_file() {
        return Ok(None);
    }
    let keytab = std::fs::read(&kerberos.keytab).map_err(files::context("read", &kerberos.keytab))?;
    Ok(Some(LoginFiles { keytab: keytab.into(), krb5_conf: files::read_text(krb5_conf, MAX_KRB5_CONF)? }))
}

fn human(rendered: &Rendered, elapsed: Duration) -> String {
    let good = style::GOOD;
    let platforms: Vec<_> = rendered.platforms.iter().map(|platform| platform.name()).collect();
    let mut text = String::new();
    match &rendered.files {
        None => text.push_str(&format!("would render {} for {}\n", rendered.cluster, platforms.join(", "))),
        Some(files) => {
            text.push_str(&format!(
                "{good}rendered{good:#} {} (Flink {}) for {} into {} in {}: {}\n",
                rendered.cluster,
                rendered.flink_version,
                platforms.join(", "),
                rendered.dir.display(),
                human_duration(elapsed),
                files.human(),
            ));
        }
    }
    text.push_str(&rendered.certificates.human(rendered.dry_run));
    for note in &rendered.notes {
        text.push_str(&format!("  note: {note}\n"));
    }
    if rendered.files.is_some() {
        for platform in &rendered.platforms {
            text.push_str(&format!("  {}\n", next_step(*platform, &rendered.dir)));
        }
    }
    text
}

/// What is left to be done by hand.
fn notes(spec: &ClusterSpec, platforms: &[Platform]) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    let by_name = platforms.contains(&Platform::Standalone)
        && spec.security.internal == InternalTls::Mutual
        && secure_conf::ssl::compares_internal_names(spec.flink_version);
    let is_short = |host: &&&Host| matches!(host, Host::Name(name) if !name.contains('.'));
    if let (true, Some(short)) = (by_name, spec.hosts().iter().find(is_short)) {
        notes.push(format!(
            "Flink {} compares the name that reverse lookup gives for a TaskManager's address with its certificate: `{short}` must be that name (`getent hosts ADDRESS`); if it is a longer one, write that into cluster.yaml",
            spec.flink_version
        ));
    }
    let in_pods =
        platforms.iter().any(|platform| matches!(platform, Platform::Kubernetes | Platform::Operator));
    if let (true, Some(kerberos), None) = (in_pods, &spec.security.kerberos, login(spec)?) {
        let namespace = spec.kubernetes.namespace.as_deref().unwrap_or(spec.name.as_str());
        let krb5_conf = kerberos.krb5_conf.as_deref().unwrap_or(Path::new("/etc/krb5.conf"));
        notes.push(format!(
            "the keytab or krb5.conf is not on this machine; where they are: kubectl create secret generic {}-kerberos -n {namespace} --from-file=flink.keytab={} --from-file=krb5.conf={}",
            spec.name,
            kerberos.keytab.display(),
            krb5_conf.display(),
        ));
    }
    Ok(notes)
}

/// What to type next.
fn next_step(platform: Platform, dir: &Path) -> String {
    let dir = dir.display();
    match platform {
        Platform::Standalone => format!("next: {dir}/standalone/rollout.sh push, then start"),
        Platform::Yarn => format!("next: {dir}/yarn/start.sh"),
        Platform::Kubernetes => format!("next: kubectl apply -k {dir}/kubernetes"),
        Platform::Operator => format!("next: kubectl apply -k {dir}/operator"),
    }
}
