//! The command.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ops_core::conf::ConfDocument;
use ops_core::spec::{ClusterSpec, RestTls as SpecRestTls};
use ops_core::version::FlinkVersion;
use pki::certificate::fingerprint_sha1;
use pki::store::{ReadOptions, read_any_file};
use secure_conf::ssl::{
    self, ClientAuthentication, ClientTls, Examination, RestTls, Severity, Side, SslWiring, StoreReader,
    TlsProtocol,
};

use super::stores::StoreOptions;
use super::{render, write};
use crate::commands::secure::{place, version};
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops secure ssl /opt/flink/conf --flink-version 1.20 \\
      --internal stores/internal.keystore.p12 --rest stores/rest.keystore.p12 --dry-run
  flinkops secure ssl conf --flink-version 2.3 --internal /etc/ssl/flink/keystore.jks \\
      --internal-truststore /etc/ssl/flink/truststore.jks --internal-password-from env:STOREPASS \\
      --internal-key-password-from env:KEYPASS --internal-truststore-password-from env:TRUSTPASS
  flinkops secure ssl cli-conf --flink-version 2.3 --client --rest stores/client.keystore.p12
  flinkops secure ssl conf --flink-version 1.20 --internal tls/internal.keystore.p12 \\
      --installed-in /etc/flink/tls --platform kubernetes --secrets-dir secrets

PATH is a conf directory, a configuration file, or a cluster.yaml, which names the version and stands
for its directory. The stores are opened and shake hands first; what would not work is not written.
Files with passwords become readable by their owner alone.
Exit code: 0 written (or nothing to change), 1 the wiring would not work, 2 wrong input.")]
pub(crate) struct Options {
    /// A conf directory, a configuration file, or a cluster.yaml.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The Flink that reads it, such as 1.20 [default: the one in cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    #[command(flatten)]
    stores: StoreOptions,
    /// PATH belongs to a host that runs bin/flink and nothing else: --rest is what it shows, if anything, and
    /// --rest-truststore whom it trusts.
    #[arg(long, conflicts_with_all = ["internal", "rest_client_auth", "pin_internal"])]
    client: bool,
    /// Whether REST clients need a certificate [default: required, or what cluster.yaml says].
    #[arg(long, value_enum, value_name = "WHETHER")]
    rest_client_auth: Option<ClientAuth>,
    /// The version of TLS: TLSv1.2 or TLSv1.3 [default: the one that is set, else TLSv1.3].
    #[arg(long, value_name = "PROTOCOL", value_parser = protocol)]
    protocol: Option<TlsProtocol>,
    /// Pin internal connections to the one certificate of --internal, which every host must have then.
    #[arg(long, requires = "internal")]
    pin_internal: bool,
    /// Pin the certificate in this file: with --client the server's, else that of the only client that is let in.
    #[arg(long, value_name = "CERT")]
    pin_rest: Option<PathBuf>,
    /// Where the stores will lie on the hosts that read the configuration [default: where they are].
    #[arg(long, value_name = "DIR")]
    installed_in: Option<PathBuf>,
    /// Where Flink runs.
    #[arg(long, value_enum, default_value_t, value_name = "PLATFORM")]
    platform: Platform,
    /// Keep passwords out of the configuration: write them into this directory, for the platform.
    #[arg(long, value_name = "DIR")]
    secrets_dir: Option<PathBuf>,
    /// Show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write a wiring that will not work here and now.
    #[arg(long)]
    danger_unproven: bool,
}

/// Whether REST clients need a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClientAuth {
    /// One that the truststore vouches for.
    Required,
    /// None.
    None,
}

/// Where Flink runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Platform {
    /// On hosts, started by its own scripts.
    #[default]
    Standalone,
    /// In YARN's containers.
    Yarn,
    /// In Kubernetes, from the official images.
    Kubernetes,
}

fn protocol(text: &str) -> Result<TlsProtocol, String> {
    let known = [TlsProtocol::Tls12, TlsProtocol::Tls13].into_iter();
    let mut found = known.filter(|protocol| protocol.java_name() == text);
    found.next().ok_or_else(|| "Flink takes one of TLSv1.2 and TLSv1.3".to_owned())
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if let Some(dir) = &options.secrets_dir {
        refuse_where_flink_has_no_way(options.platform, dir)?;
    }
    let version = version::version(options.flink_version, &options.path)?;
    let spec = version::description(&options.path)?;
    let file = place::file(&version::configuration(&options.path), version)?;
    let before =
        if file.exists() { ConfDocument::read(&file)? } else { ConfDocument::empty(version.dialect()) };

    // Wired with the stores where they are now, to be proven; written with the paths of their hosts.
    let mut wiring = wiring(options, &before, spec.as_ref(), output)?;
    let mut proven = before.clone();
    ssl::wire_ssl(&mut proven, version, &wiring)?;
    prove(options, &proven, version)?;
    if let Some(dir) = &options.installed_in {
        install(&mut wiring, dir);
    }
    let mut after = before.clone();
    let changes = ssl::wire_ssl(&mut after, version, &wiring)?;
    let result = write::write(
        write::Plan {
            file: &file,
            version,
            before: &before,
            after,
            changes,
            secrets_dir: options.secrets_dir.as_deref(),
            name: spec.as_ref().map_or("flink", |spec| spec.name.as_str()),
            dry_run: options.dry_run,
        },
        output,
    )?;
    let notes = notes(options, spec.as_ref());
    output.result(&render::Report { result, notes }, render::human)?;
    Ok(exit::DONE)
}

fn wiring(
    options: &Options,
    before: &ConfDocument,
    spec: Option<&ClusterSpec>,
    output: &Output,
) -> Result<SslWiring, Failure> {
    let mut wiring = SslWiring { protocol: tls_version(options, before), ..SslWiring::default() };
    if options.client {
        let truststore = options.stores.rest_truststore(output)?;
        let identity = options.stores.client_identity(output)?;
        wiring.client = Some(ClientTls { truststore, identity });
    } else {
        let read = options.stores.internal(output)?;
        if let (true, Some(read)) = (options.pin_internal, &read) {
            wiring.internal_pin = Some(read.fingerprint_sha1.clone());
        }
        wiring.internal = read.map(|read| read.stores);
        if let Some(read) = options.stores.rest(output)? {
            let server_only = spec.is_some_and(|spec| spec.security.rest == SpecRestTls::ServerOnly);
            let client_authentication = match options.rest_client_auth {
                Some(ClientAuth::None) => ClientAuthentication::None,
                None if server_only => ClientAuthentication::None,
                _ => ClientAuthentication::Required,
            };
            wiring.rest = Some(RestTls { stores: read.stores, client_authentication });
        }
        if wiring.internal.is_none() && wiring.rest.is_none() {
            return Err(Failure::usage("there is nothing to wire: no store was named").help(
                "add --internal N.keystore.p12 and --rest M.keystore.p12; `flinkops pki issue` makes them",
            ));
        }
    }
    if let Some(file) = &options.pin_rest {
        wiring.rest_pin = Some(pin(file)?);
    }
    Ok(wiring)
}

/// Names every store where it will lie instead of where it is.
fn install(wiring: &mut SslWiring, dir: &Path) {
    let rest = wiring.rest.as_mut().map(|rest| &mut rest.stores);
    for stores in wiring.internal.iter_mut().chain(rest) {
        place(&mut stores.keystore, dir);
        place(&mut stores.truststore.path, dir);
    }
    if let Some(client) = &mut wiring.client {
        place(&mut client.truststore.path, dir);
        if let Some(identity) = &mut client.identity {
            place(&mut identity.keystore, dir);
        }
    }
}

fn place(path: &mut PathBuf, dir: &Path) {
    *path = dir.join(path.file_name().unwrap_or_default());
}

fn tls_version(options: &Options, before: &ConfDocument) -> TlsProtocol {
    let set = before.get("security.ssl.protocol").and_then(|set| protocol(set).ok());
    options.protocol.or(set).unwrap_or(TlsProtocol::Tls13)
}

/// The SHA-1 fingerprint of the first certificate in a file.
fn pin(file: &Path) -> Result<String, Failure> {
    let store = read_any_file(file, &ReadOptions::default())?;
    let first = store.trusted().next();
    first.map(|certificate| fingerprint_sha1(certificate)).ok_or_else(|| {
        Failure::usage(format!("{} holds no certificate", file.display()))
            .help("give the certificate to pin as PEM or DER")
    })
}

fn prove(options: &Options, doc: &ConfDocument, version: FlinkVersion) -> Result<(), Failure> {
    let reader = StoreReader::default();
    let mut examination = Examination::new(doc, version, adapters::now(), &reader);
    examination.side = if options.client { Side::Client } else { Side::Cluster };
    let findings = ssl::examine(&examination).findings;
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() || options.danger_unproven {
        return Ok(());
    }
    let list: Vec<_> = errors.iter().map(|finding| finding.to_string()).collect();
    Err(Failure::new(exit::FINDINGS, "this wiring would not work, so nothing was written")
        .evidence(list.join("\n"))
        .help("mend the stores, or write it all the same with --danger-unproven"))
}

fn refuse_where_flink_has_no_way(platform: Platform, dir: &Path) -> Result<(), Failure> {
    let where_ = match platform {
        Platform::Kubernetes => return Ok(()),
        Platform::Standalone => {
            "on hosts, Flink reads passwords from its configuration file only, and -D would show them to every user in the list of processes"
        }
        Platform::Yarn => {
            "on YARN, Flink ships its configuration file to the containers and reads passwords from nothing else, and -D would show them in the list of processes"
        }
    };
    Err(Failure::usage(format!("passwords cannot be kept in {}: {where_}", dir.display()))
        .help("leave --secrets-dir out: the configuration becomes readable by its owner alone"))
}

fn notes(options: &Options, spec: Option<&ClusterSpec>) -> Vec<String> {
    use ops_core::spec::InternalTls;
    let mut notes = Vec::new();
    if let Some(spec) = spec.filter(|_| !options.client) {
        if spec.security.internal == InternalTls::Mutual && !options.stores.has_internal() {
            notes.push("cluster.yaml asks for internal TLS, and no --internal was given".to_owned());
        }
        if spec.security.rest != SpecRestTls::Off && !options.stores.has_rest() {
            notes.push("cluster.yaml asks for TLS on REST, and no --rest was given".to_owned());
        }
    }
    notes.push(match options.client {
        true => "point FLINK_CONF_DIR of bin/flink at this configuration".to_owned(),
        false => "Flink reads its stores at start only: restart every process".to_owned(),
    });
    if !options.client && options.stores.has_rest() && options.rest_client_auth != Some(ClientAuth::None) {
        notes.push(
            "hosts that run bin/flink need a configuration of their own: `flinkops secure ssl DIR --client --rest client.keystore.p12`"
                .to_owned(),
        );
    }
    notes
}
