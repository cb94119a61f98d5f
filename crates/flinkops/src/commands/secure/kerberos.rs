//! `flinkops secure kerberos`: the Kerberos keys of a configuration, and the files beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ops_core::conf::ConfDocument;
use ops_core::files::{self, Access, Mode};
use ops_core::version::FlinkVersion;
use secure_conf::kerberos::krb5_conf::{DnsLookup, KdcAddress, Krb5ConfTemplate, RealmTemplate};
use secure_conf::kerberos::{
    DelegationTokens, Finding, KerberosWiring, Platform, Surroundings, check_configuration, render_jaas,
    wire_kerberos,
};
use secure_conf::keytab::{EncryptionType, Principal};
use secure_conf::ssl::Change;
use serde::Serialize;

use super::{place, version};
use crate::commands::keytab::write_finding;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops secure kerberos /opt/flink/conf --flink-version 2.3 --keytab /etc/security/keytabs/flink.keytab \\
      --principal flink@EXAMPLE.COM --login-context KafkaClient --krb5-conf /etc/flink/krb5.conf --dry-run
  flinkops secure kerberos conf --flink-version 1.20 --keytab /etc/flink/flink.keytab --principal flink@EXAMPLE.COM \\
      --krb5-conf /etc/flink/krb5.conf --krb5-out krb5.conf --kdc kdc-1.example.com --kdc kdc-2.example.com

Set are exactly the keys that the version and the platform understand; the rest of the file stays as it is.
Standalone clusters get their krb5.conf by -Djava.security.krb5.conf in env.java.opts.all, since
security.kerberos.krb5-conf.path does nothing there. What is wrong in the result, as far as this host can
see, is said; `flinkops keytab check --live` asks the KDC.")]
pub(crate) struct Options {
    /// A conf directory, a configuration file, or a cluster.yaml.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The Flink that reads it, such as 1.20 [default: the one in cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// Where the cluster runs.
    #[arg(long, value_enum, default_value_t, value_name = "PLATFORM")]
    platform: Where,
    /// The keytab, by its absolute path on the hosts (Kubernetes and YARN: on the client, which ships it).
    #[arg(long, value_name = "FILE")]
    keytab: PathBuf,
    /// Who logs in.
    #[arg(short, long, value_name = "PRINCIPAL")]
    principal: Principal,
    /// A login context that is used, beside those that are set, and beside that of ZooKeeper where it is used for high
    /// availability: KafkaClient for Kafka, or another name that a connector asks for.
    #[arg(long = "login-context", value_name = "NAME")]
    contexts: Vec<String>,
    /// The krb5.conf, by its absolute path on the hosts (Kubernetes and YARN: on the client).
    #[arg(long, value_name = "FILE")]
    krb5_conf: Option<PathBuf>,
    #[command(flatten)]
    template: Template,
    /// Write a JAAS file with the same login and contexts, for Java programs beside Flink.
    #[arg(long, value_name = "FILE")]
    jaas_out: Option<PathBuf>,
    /// A Hadoop file system to access beside the default one, such as hdfs://other:8020.
    #[arg(long = "file-system", value_name = "URI")]
    file_systems: Vec<String>,
    /// Whether the JobManager fetches Hadoop delegation tokens.
    #[arg(long, value_enum, value_name = "WHETHER")]
    delegation_tokens: Option<Tokens>,
    /// The service name of ZooKeeper's principal, where it is not `zookeeper`.
    #[arg(long, value_name = "NAME")]
    zookeeper_service: Option<String>,
    /// The context of ZooKeeper connections, where it is not `Client`.
    #[arg(long, value_name = "NAME")]
    zookeeper_context: Option<String>,
    /// Show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// A krb5.conf to be written.
#[derive(Debug, Args)]
#[command(next_help_heading = "A new krb5.conf")]
struct Template {
    /// Write a krb5.conf for the realm of the principal.
    #[arg(long, value_name = "FILE", requires = "kdcs")]
    krb5_out: Option<PathBuf>,
    /// A KDC of the realm, as HOST or HOST:PORT; they are asked in this order.
    #[arg(long = "kdc", value_name = "ADDRESS", requires = "krb5_out")]
    kdcs: Vec<KdcAddress>,
    /// Where passwords are changed.
    #[arg(long, value_name = "ADDRESS", requires = "krb5_out")]
    admin_server: Option<KdcAddress>,
    /// A domain whose hosts belong to the realm, such as example.com.
    #[arg(long = "domain", value_name = "DOMAIN", requires = "krb5_out")]
    domains: Vec<String>,
    /// An encryption type to allow; none: those that Java and MIT choose by themselves.
    #[arg(long = "etype", value_name = "TYPE", value_delimiter = ',', requires = "krb5_out")]
    etypes: Vec<EncryptionType>,
    /// Look for KDCs of other realms in DNS.
    #[arg(long, requires = "krb5_out")]
    dns_lookup_kdc: bool,
    /// Replace a krb5.conf or JAAS file that says something else.
    #[arg(long)]
    force: bool,
}

/// Where the cluster runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Where {
    /// On hosts, started by Flink's own scripts.
    #[default]
    Standalone,
    /// In Kubernetes, by Flink's native integration.
    Kubernetes,
    /// In YARN's containers.
    Yarn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tokens {
    /// It does; processes need no keytab for Hadoop then.
    Fetch,
    /// It does not.
    Off,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Wired {
    file: PathBuf,
    flink_version: FlinkVersion,
    platform: Platform,
    changes: Vec<Change>,
    /// Files beside it that were written.
    files: Vec<PathBuf>,
    /// Whether anything was written: not in a dry run, and not where nothing was to be changed.
    written: bool,
    /// What is wrong in the result, as far as this host can see.
    findings: Vec<Finding>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let version = version::version(options.flink_version, &options.path)?;
    let file = place::file(&version::configuration(&options.path), version)?;
    let before =
        if file.exists() { ConfDocument::read(&file)? } else { ConfDocument::empty(version.dialect()) };
    let platform = match options.platform {
        Where::Standalone => Platform::Standalone,
        Where::Kubernetes => Platform::Kubernetes,
        Where::Yarn => Platform::Yarn,
    };
    let mut after = before.clone();
    let changes = wire_kerberos(&mut after, version, &wiring(options, platform))?;
    let beside = beside(options, &after)?;
    let written = !options.dry_run && (!changes.is_empty() || !beside.is_empty());
    if !options.dry_run {
        for (path, text) in &beside {
            files::write(path, text.as_bytes(), Access::Public)?;
        }
        if !changes.is_empty() {
            replace(&file, &before, &after)?;
        }
    }
    // What was just written here is the krb5.conf that the hosts will have.
    let krb5_conf = options.template.krb5_out.clone().filter(|path| path.exists());
    let surroundings = Surroundings { krb5_conf, ..Surroundings::of(platform) };
    let findings = check_configuration(&after, version, &surroundings);
    let files = beside.into_iter().map(|(path, _)| path).collect();
    let wired = Wired { file, flink_version: version, platform, changes, files, written, findings };
    output.result(&wired, |wired| human(wired, options.dry_run))?;
    Ok(exit::DONE)
}

fn wiring(options: &Options, platform: Platform) -> KerberosWiring {
    KerberosWiring {
        platform,
        keytab: options.keytab.clone(),
        principal: options.principal.clone(),
        contexts: options.contexts.clone(),
        krb5_conf: options.krb5_conf.clone(),
        file_systems: options.file_systems.clone(),
        delegation_tokens: options.delegation_tokens.map(|tokens| match tokens {
            Tokens::Fetch => DelegationTokens::Fetch,
            Tokens::Off => DelegationTokens::Off,
        }),
        zookeeper_service: options.zookeeper_service.clone(),
        zookeeper_context: options.zookeeper_context.clone(),
    }
}

/// The files beside the configuration that are to be written, where they do not say the same already.
fn beside(options: &Options, after: &ConfDocument) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = Vec::new();
    if let Some(path) = &options.template.krb5_out {
        files.push((path.clone(), krb5_conf(options)));
    }
    if let Some(path) = &options.jaas_out {
        let contexts = after.get("security.kerberos.login.contexts").unwrap_or_default();
        let contexts: Vec<_> =
            contexts.split(',').map(str::trim).filter(|context| !context.is_empty()).collect();
        if contexts.is_empty() {
            return Err(Failure::usage("a JAAS file needs at least one login context")
                .help("add --context Client or --login-context KafkaClient"));
        }
        files.push((path.clone(), render_jaas(&contexts, &options.keytab, &options.principal)?));
    }
    let mut needed = Vec::new();
    for (path, text) in files {
        match files::read_text(&path, 1 << 20) {
            Ok(present) if present == text => continue,
            Err(_) if !path.exists() => {}
            _ if options.template.force => {}
            _ => {
                return Err(Failure::usage(format!(
                    "{} is there already and says something else; nothing was written",
                    path.display()
                ))
                .help("choose another name, or add --force to replace it"));
            }
        }
        needed.push((path, text));
    }
    Ok(needed)
}

fn krb5_conf(options: &Options) -> String {
    let template = &options.template;
    let realm = options.principal.realm_text();
    Krb5ConfTemplate {
        default_realm: realm.clone(),
        realms: vec![RealmTemplate {
            name: realm,
            kdcs: template.kdcs.clone(),
            admin_server: template.admin_server.clone(),
            domains: template.domains.clone(),
        }],
        enctypes: template.etypes.clone(),
        dns: if template.dns_lookup_kdc { DnsLookup::Kdcs } else { DnsLookup::Never },
    }
    .render()
}

/// Rewrites the file, or makes it. Who could read it before still can: nothing that was set is a secret.
fn replace(file: &Path, before: &ConfDocument, after: &ConfDocument) -> Result<(), Failure> {
    let (before, after) = (before.to_text(), after.to_text());
    if file.exists() {
        return Ok(files::rewrite(file, before.as_bytes(), after.as_bytes(), Mode::Kept)?);
    }
    Ok(files::write(file, after.as_bytes(), Access::Public)?)
}

fn human(wired: &Wired, dry_run: bool) -> String {
    let (heading, gone, come) = (style::HEADING, style::ERROR, style::GOOD);
    let mut text = String::new();
    let file = wired.file.display();
    if wired.changes.is_empty() {
        let _ = writeln!(text, "{heading}{file}{heading:#}: every key is as it should be");
    } else {
        let _ = writeln!(text, "{heading}{file}{heading:#}");
        for change in &wired.changes {
            if let Some(before) = &change.before {
                let _ = writeln!(text, "{gone}-{gone:#} {}: {before}", change.key);
            }
            if let Some(after) = &change.after {
                let _ = writeln!(text, "{come}+{come:#} {}: {after}", change.key);
            }
        }
    }
    for path in &wired.files {
        let did = if dry_run { "would write" } else { "wrote" };
        let _ = writeln!(text, "{did} {}", path.display());
    }
    let _ = match (wired.written, dry_run) {
        (true, _) => writeln!(text, "written for Flink {}", wired.flink_version),
        (false, true) => writeln!(text, "nothing was written: this is a dry run"),
        (false, false) => writeln!(text, "nothing was written"),
    };
    for finding in &wired.findings {
        write_finding(&mut text, finding);
    }
    text
}
