//! Looking at what a host serves: a TLS handshake that verifies nothing, and is given up when it is over.

use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use jiff::Timestamp;
use pki::inspect::{Object, Problem, inspect};
use pki::store::ReadOptions;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;

/// For looking the name up, connecting and shaking hands together.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What a host serves.
#[derive(Debug, Serialize)]
pub(super) struct Served {
    pub(super) address: String,
    /// `TLSv1.2` or `TLSv1.3`.
    pub(super) protocol: Option<String>,
    /// As Java and Flink name it.
    pub(super) cipher_suite: Option<String>,
    /// Whether the host asks for a client certificate.
    pub(super) asks_for_client_certificate: bool,
    /// Null: it was completed. Hosts that insist on a client certificate end it.
    pub(super) handshake_error: Option<String>,
    /// The chain as it was sent, in the form of `inspect` of a file.
    pub(super) certificates: Vec<Object>,
    pub(super) problems: Vec<Problem>,
}

/// What a handshake told.
struct Told {
    protocol: Option<String>,
    cipher_suite: Option<String>,
    error: Option<String>,
    chain: Vec<CertificateDer<'static>>,
    asked: bool,
}

/// A host with a port.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    host: String,
    port: u16,
    name: ServerName<'static>,
}

impl Endpoint {
    /// Reads `HOST:PORT`; `server_name` is what the host is asked for, if that is another name.
    pub(crate) fn parse(address: &str, server_name: Option<&str>) -> Result<Self, Failure> {
        let malformed = || {
            Failure::usage(format!("`{address}` is no address to connect to"))
                .help("write HOST:PORT, an IPv6 address in brackets: [fd00::1]:8081")
        };
        let (host, port) = address.rsplit_once(':').ok_or_else(malformed)?;
        let port: u16 = port.parse().ok().filter(|port| *port > 0).ok_or_else(malformed)?;
        let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host).to_owned();
        let name = ServerName::try_from(server_name.unwrap_or(&host).to_owned()).map_err(|_| malformed())?;
        Ok(Self { host, port, name })
    }

    /// The host, without brackets.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// What it is asked for.
    pub(crate) fn server_name(&self) -> ServerName<'static> {
        self.name.clone()
    }
}

/// Looks at `address`, a host with a port.
pub(super) fn look(address: &str, server_name: Option<&str>, now: Timestamp) -> Result<Served, Failure> {
    let endpoint = Endpoint::parse(address, server_name)?;
    // A thread, since looking names up cannot be bounded otherwise. One that is late ends with the process.
    let (answer, answered) = mpsc::channel();
    std::thread::spawn(move || answer.send(shake_hands(&endpoint)));
    let told = answered.recv_timeout(TIMEOUT).unwrap_or_else(|_| {
        Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} s", TIMEOUT.as_secs())))
    });
    let told = told.map_err(|error| {
        Failure::new(exit::UNREACHABLE, format!("cannot connect to {address}: {error}"))
            .help("check the host, the port, and that it speaks TLS there")
    })?;
    if let (Some(error), true) = (&told.error, told.chain.is_empty()) {
        return Err(Failure::new(
            exit::REFUSED,
            format!("{address} answers, but showed no certificate: {error}"),
        )
        .help("is it plain HTTP, or Flink 1.18 or 1.19 with the static RSA suite that is its default? Set security.ssl.algorithms there"));
    }
    let report = inspect(pki::pem::certificates(&told.chain).as_bytes(), &ReadOptions::default(), now);
    Ok(Served {
        address: address.to_owned(),
        protocol: told.protocol,
        cipher_suite: told.cipher_suite,
        asks_for_client_certificate: told.asked,
        handshake_error: told.error,
        certificates: report.objects.into_iter().map(without_line).collect(),
        problems: report.problems,
    })
}

/// Nothing came from a text, so nothing stands on a line.
fn without_line(object: Object) -> Object {
    match object {
        Object::Certificate { certificate, .. } => Object::Certificate { line: None, certificate },
        other => other,
    }
}

/// A configuration that trusts everyone and notes what it is shown, with the certificate to show, if any.
pub(crate) fn probe_config(
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
) -> io::Result<(ClientConfig, Arc<Seen>)> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let seen =
        Arc::new(Seen { provider: provider.clone(), chain: Mutex::default(), asked: AtomicBool::new(false) });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(seen.clone());
    let config = match identity {
        Some((chain, key)) => config.with_client_auth_cert(chain, key).map_err(io::Error::other)?,
        None => config.with_client_cert_resolver(seen.clone()),
    };
    Ok((config, seen))
}

fn shake_hands(endpoint: &Endpoint) -> io::Result<Told> {
    let mut stream = dial(endpoint)?;
    let (config, seen) = probe_config(None)?;
    let name = endpoint.server_name();
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    let mut error = None;
    while connection.is_handshaking() && error.is_none() {
        error = connection.complete_io(&mut stream).err().map(|error| error.to_string());
    }
    connection.send_close_notify();
    // The host may be gone already; there is nothing left to be said to it.
    let _ = connection.complete_io(&mut stream);
    let suite = connection.negotiated_cipher_suite();
    let chain = seen.chain();
    Ok(Told {
        protocol: connection
            .protocol_version()
            .and_then(|version| version.as_str())
            .map(|version| version.replace('_', ".")),
        cipher_suite: suite
            .and_then(|suite| suite.suite().as_str())
            .map(|suite| suite.replace("TLS13_", "TLS_")),
        error,
        chain,
        asked: seen.asked.load(Ordering::Relaxed),
    })
}

/// A connection that gives up when nothing comes.
pub(crate) fn dial(endpoint: &Endpoint) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in (endpoint.host.as_str(), endpoint.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, TIMEOUT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(TIMEOUT))?;
                stream.set_write_timeout(Some(TIMEOUT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Notes what the host shows and asks for. It trusts everyone, so no data may ever go over such a connection.
#[derive(Debug)]
pub(crate) struct Seen {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
    asked: AtomicBool,
}

impl Seen {
    /// The chain that was shown, as it was sent.
    pub(crate) fn chain(&self) -> Vec<CertificateDer<'static>> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = std::iter::once(end_entity).chain(intermediates);
        let chain = chain.map(|certificate| certificate.clone().into_owned()).collect();
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ResolvesClientCert for Seen {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}
