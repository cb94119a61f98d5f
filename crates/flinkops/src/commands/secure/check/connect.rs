//! What a running REST endpoint really serves, against what the configuration says.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use pki::certificate::CertificateInfo;
use pki::verify::certificates::covers;
use pki::verify::handshake::stranger;
use rustls::StreamOwned;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secure_conf::audit::{Code, Finding, Request, RestEndpoint, codes, rest_endpoint};

use super::hello;
use crate::commands::pki::inspect::connect::{Endpoint, dial, probe_config};
use crate::exit;
use crate::failure::Failure;

/// No answer to a request is longer, as far as it is looked at.
const MAX_ANSWER: u64 = 4 << 10;

/// Checks the endpoint at `address`, or at the one that the first configuration names.
pub(super) fn check(
    address: Option<&str>,
    request: &Request,
    now: Timestamp,
) -> Result<Vec<Finding>, Failure> {
    let configured = rest_endpoint(request)?;
    let address = match (address, &configured) {
        (Some(address), _) => address.to_owned(),
        (None, Some(configured)) => configured_address(&configured.doc)?,
        (None, None) => {
            return Err(Failure::usage("no configuration says where the endpoint is")
                .help("give it: --connect=HOST:PORT"));
        }
    };
    let endpoint = Endpoint::parse(&address, None)?;
    let found = Found { address: &address, findings: Vec::new() };
    let report = examination(&endpoint, configured, found, now);
    report.map_err(|error| {
        Failure::new(exit::UNREACHABLE, format!("cannot connect to {address}: {error}"))
            .help("check the host and the port, or leave --connect out")
    })
}

struct Found<'a> {
    address: &'a str,
    findings: Vec<Finding>,
}

impl Found<'_> {
    fn add(&mut self, code: &'static Code, message: String, help: &str, evidence: String) {
        let message = format!("{} {message}", self.address);
        self.findings.push(Finding::served(code, self.address, message, help, evidence));
    }
}

fn examination(
    endpoint: &Endpoint,
    configured: Option<RestEndpoint>,
    mut found: Found<'_>,
    now: Timestamp,
) -> io::Result<Vec<Finding>> {
    if let Some(status) = plain(endpoint)? {
        found.add(
            &codes::SERVED_PLAIN,
            "answers plain HTTP".to_owned(),
            "restart the JobManager with a configuration that switches security.ssl.rest.enabled on",
            status,
        );
        return Ok(found.findings);
    }
    let chain = served_chain(endpoint)?;
    if let Some(leaf) = chain.first() {
        judge(leaf, endpoint, &mut found, now);
        compare(leaf, configured, &mut found);
    }
    for (who, identity) in
        [("without a certificate", None), ("with a certificate that it cannot know", stranger())]
    {
        if let Some(status) = answer(endpoint, identity)? {
            found.add(
                &codes::SERVES_STRANGERS,
                format!("answers a client {who}"),
                "set security.ssl.rest.authentication-enabled to true with `flinkops secure ssl`, and restart the JobManager",
                status,
            );
            // Who needs no certificate may show any.
            break;
        }
    }
    weak(endpoint, &mut found)?;
    Ok(found.findings)
}

/// Protocols and suites that no endpoint should agree to.
fn weak(endpoint: &Endpoint, found: &mut Found<'_>) -> io::Result<()> {
    let help = "name current suites with `flinkops secure ssl`; without client certificates, restrict jdk.tls.disabledAlgorithms";
    for (version, name) in [(hello::TLS10, "TLS 1.0"), (hello::TLS11, "TLS 1.1")] {
        let agreed = hello::ask(dial(endpoint)?, version, &hello::OLD_PROTOCOLS)?;
        if agreed.is_some_and(|agreed| agreed.version == version) {
            found.add(
                &codes::SERVES_WEAK,
                format!("agrees to {name}"),
                help,
                format!("it sent a ServerHello of {name}"),
            );
        }
    }
    let mut suites = hello::OUTDATED.to_vec();
    let mut agreed_to = Vec::new();
    while let Some(agreed) =
        hello::ask(dial(endpoint)?, hello::TLS12, &suites.iter().map(|(id, _)| *id).collect::<Vec<_>>())?
    {
        let Some(at) = suites.iter().position(|(id, _)| *id == agreed.suite) else { break };
        agreed_to.push(suites.remove(at).1);
    }
    if !agreed_to.is_empty() {
        let message = format!("agrees to suites without forward secrecy: {}", agreed_to.join(", "));
        found.add(
            &codes::SERVES_WEAK,
            message,
            help,
            format!("{} of {} offered", agreed_to.len(), hello::OUTDATED.len()),
        );
    }
    Ok(())
}

/// The certificate by itself.
fn judge(leaf: &CertificateDer<'_>, endpoint: &Endpoint, found: &mut Found<'_>, now: Timestamp) {
    let Ok(info) = CertificateInfo::parse(leaf) else { return };
    let evidence =
        || format!("subject {}, valid from {} to {}", info.subject, info.not_before, info.not_after);
    let help = "`flinkops pki renew`, then restart the JobManager";
    if now > info.not_after {
        found.add(
            &codes::SERVED_UNFIT,
            format!("shows a certificate that expired on {}", info.not_after),
            help,
            evidence(),
        );
    } else if now < info.not_before {
        found.add(
            &codes::SERVED_UNFIT,
            format!("shows a certificate that is valid only from {}", info.not_before),
            help,
            evidence(),
        );
    }
    if !info.usage.server {
        found.add(
            &codes::SERVED_UNFIT,
            "shows a certificate that is not for servers".to_owned(),
            "issue one with the role `rest-server`",
            evidence(),
        );
    }
    if !covers(&info, endpoint.host()) {
        let names: Vec<_> = info.names.iter().map(ToString::to_string).collect();
        let message = format!(
            "shows a certificate for {}",
            if names.is_empty() { "no name".into() } else { names.join(", ") }
        );
        found.add(
            &codes::SERVED_UNFIT,
            message,
            "issue one with the name by which clients reach it",
            evidence(),
        );
    }
}

/// The certificate against the one in the configured keystore.
fn compare(leaf: &CertificateDer<'_>, configured: Option<RestEndpoint>, found: &mut Found<'_>) {
    let identity = configured.and_then(|configured| configured.identity);
    let (Some(identity), Ok(info)) = (identity, CertificateInfo::parse(leaf)) else { return };
    let expected = &identity.identity.info;
    if expected.fingerprint_sha256 != info.fingerprint_sha256 {
        found.add(
            &codes::SERVED_OTHER,
            format!("shows another certificate than the one in {}", identity.path),
            "restart the JobManager: Flink reads its stores at start only",
            format!(
                "shown: {}, SHA-1 {}; configured: {}, SHA-1 {}",
                info.subject, info.fingerprint_sha1, expected.subject, expected.fingerprint_sha1
            ),
        );
    }
}

fn configured_address(doc: &ConfDocument) -> Result<String, Failure> {
    let listening = |host: &&str| !["0.0.0.0", "::"].contains(host);
    let host = doc.get("rest.address").filter(listening).or_else(|| doc.get("jobmanager.rpc.address"));
    let host = host.ok_or_else(|| {
        Failure::usage("the configuration names no address of the REST endpoint")
            .help("give it: --connect=HOST:PORT")
    })?;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Ok(format!("{host}:{}", doc.get("rest.port").unwrap_or("8081")))
}

/// The status line of an answer to a plain request.
fn plain(endpoint: &Endpoint) -> io::Result<Option<String>> {
    let mut stream = dial(endpoint)?;
    stream.write_all(b"GET /config HTTP/1.0\r\n\r\n")?;
    // Flink sends who speaks HTTP on its TLS port to https.
    Ok(status(&mut stream).filter(|status| !status.contains(" 301 ")))
}

fn served_chain(endpoint: &Endpoint) -> io::Result<Vec<CertificateDer<'static>>> {
    let (config, seen) = probe_config(None)?;
    let mut stream = dial(endpoint)?;
    let mut connection =
        rustls::ClientConnection::new(Arc::new(config), endpoint.server_name()).map_err(io::Error::other)?;
    while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
    Ok(seen.chain())
}

/// The status line of an answer over TLS, if the endpoint lets such a client in.
fn answer(
    endpoint: &Endpoint,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
) -> io::Result<Option<String>> {
    let (config, _seen) = probe_config(identity)?;
    let connection =
        rustls::ClientConnection::new(Arc::new(config), endpoint.server_name()).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, dial(endpoint)?);
    // A server that demands a certificate ends the connection now, or with the first answer.
    if stream.write_all(b"GET /config HTTP/1.0\r\n\r\n").is_err() {
        return Ok(None);
    }
    Ok(status(&mut stream))
}

fn status(stream: &mut impl io::Read) -> Option<String> {
    let mut answer = Vec::new();
    // An answer that breaks off is judged by what there is of it.
    let _ = stream.take(MAX_ANSWER).read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    text.lines().next().filter(|line| line.starts_with("HTTP/")).map(str::to_owned)
}
