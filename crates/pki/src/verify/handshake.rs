//! A TLS handshake in memory, with real stores on one side or on both, as Flink has them on two hosts.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::time_provider::TimeProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, CipherSuite, ClientConfig, ClientConnection, Connection, DigitallySignedStruct, Error,
    RootCertStore, ServerConfig, ServerConnection, SignatureScheme, SupportedProtocolVersion,
};
use serde::Serialize;

use super::certificates::Identity;
use super::suites;
use crate::certificate::KeyAlgorithm;
use crate::key::{KeyKind, SigningKey};

/// More turns than any handshake takes.
const MAX_TURNS: usize = 16;

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Protocol {
    /// TLS 1.2.
    #[serde(rename = "TLSv1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "TLSv1.3")]
    Tls13,
}

impl Protocol {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tls12, Self::Tls13];

    /// As Java and Flink write it: `TLSv1.2` or `TLSv1.3`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }

    fn version(self) -> &'static SupportedProtocolVersion {
        match self {
            Self::Tls12 => &TLS12,
            Self::Tls13 => &TLS13,
        }
    }
}

/// Which sides the identity under test takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Server and client at once, each asking the other for its certificate: Flink's internal connections.
    Both,
    /// The server; the client has no certificate.
    Server,
    /// The client; the server is made up, and asks for its certificate.
    Client,
}

/// A handshake to try.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Handshake<'a> {
    /// Key and chain under test.
    pub identity: &'a Identity,
    /// Which side they take.
    pub sides: Sides,
    /// What the other side trusts.
    pub anchors: &'a [CertificateDer<'static>],
    /// The protocol.
    pub protocol: Protocol,
    /// The suites to allow, as `security.ssl.algorithms` has them. Where none of them fits the key, or rustls has none of
    /// them, all that fit are allowed: whether suites fit is a question of its own.
    pub algorithms: Option<&'a str>,
    /// The name that the client checks. Without one it checks none, as on Flink's internal connections.
    pub host: Option<&'a str>,
    /// The time at which certificates are judged.
    pub time: Timestamp,
}

impl<'a> Handshake<'a> {
    /// With every suite that fits, and without a check of the name.
    pub fn new(
        identity: &'a Identity,
        sides: Sides,
        anchors: &'a [CertificateDer<'static>],
        protocol: Protocol,
        time: Timestamp,
    ) -> Self {
        Self { identity, sides, anchors, protocol, algorithms: None, host: None, time }
    }
}

/// What was agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Negotiated {
    /// The protocol.
    pub protocol: Protocol,
    /// The cipher suite, by Java's name.
    pub suite: String,
}

/// Why a handshake failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct HandshakeError {
    /// What it failed on.
    pub kind: HandshakeErrorKind,
    /// What rustls said.
    pub reason: String,
}

/// What a handshake failed on, as far as the checks of certificates name it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandshakeErrorKind {
    /// The chain does not lead to a trusted certificate.
    Untrusted,
    /// A certificate is not valid at that time.
    Time,
    /// The certificate does not hold the name.
    Name,
    /// The certificate may not be used on that side.
    Usage,
    /// Something else.
    Other,
}

impl From<Error> for HandshakeError {
    fn from(error: Error) -> Self {
        use HandshakeErrorKind as Kind;
        let kind = match &error {
            Error::InvalidCertificate(problem) => match problem {
                CertificateError::UnknownIssuer | CertificateError::BadSignature => Kind::Untrusted,
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => Kind::Time,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    Kind::Name
                }
                CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                    Kind::Usage
                }
                _ => Kind::Other,
            },
            _ => Kind::Other,
        };
        Self { kind, reason: error.to_string() }
    }
}

fn other(error: &dyn std::fmt::Display) -> Error {
    Error::General(error.to_string())
}

/// Shakes hands.
///
/// # Errors
/// The handshake fails, for the reason given.
pub fn shake_hands(handshake: &Handshake<'_>) -> Result<Negotiated, HandshakeError> {
    attempt(handshake).map_err(Into::into)
}

fn attempt(handshake: &Handshake<'_>) -> Result<Negotiated, Error> {
    let Handshake { identity, sides, anchors, protocol, algorithms, host, time } = handshake;
    let provider = Arc::new(provider(*algorithms, *protocol, identity.info.key));
    let time: Arc<dyn TimeProvider> = Arc::new(FixedTime(UnixTime::since_unix_epoch(
        std::time::Duration::from_secs(time.as_second().try_into().unwrap_or(0)),
    )));
    let mut roots = RootCertStore::empty();
    for anchor in *anchors {
        roots.add(anchor.clone())?;
    }
    let roots = Arc::new(roots);
    let key = || PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.pkcs8_der().to_vec()));

    let server = ServerConfig::builder_with_details(provider.clone(), time.clone())
        .with_protocol_versions(&[protocol.version()])?;
    let server = match sides {
        Sides::Server => server.with_no_client_auth(),
        Sides::Both | Sides::Client => {
            let verifier =
                WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone()).build();
            server.with_client_cert_verifier(verifier.map_err(|error| other(&error))?)
        }
    };
    let client = ClientConfig::builder_with_details(provider.clone(), time)
        .with_protocol_versions(&[protocol.version()])?;
    let (server, client) = if *sides == Sides::Client {
        let (chain, key) = made_up(identity.info.key).map_err(|error| other(&error))?;
        let trusting = client.dangerous().with_custom_certificate_verifier(Arc::new(Anyone(provider)));
        (server.with_single_cert(chain, key)?, trusting)
    } else {
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider).build();
        let verifier = verifier.map_err(|error| other(&error))?;
        let client = match host {
            Some(_) => client.with_webpki_verifier(verifier),
            None => client.dangerous().with_custom_certificate_verifier(Arc::new(AnyName(verifier))),
        };
        (server.with_single_cert(identity.chain.clone(), key())?, client)
    };
    let client = match sides {
        Sides::Server => client.with_no_client_auth(),
        Sides::Both | Sides::Client => client.with_client_auth_cert(identity.chain.clone(), key())?,
    };

    let name = host.unwrap_or("flink.invalid").trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(name).map_err(|error| other(&error))?;
    let mut client = Connection::from(ClientConnection::new(Arc::new(client), name)?);
    let mut server = Connection::from(ServerConnection::new(Arc::new(server))?);
    for _ in 0..MAX_TURNS {
        if !client.is_handshaking() && !server.is_handshaking() {
            let suite = client.negotiated_cipher_suite().map(|suite| java_name(suite.suite()));
            return Ok(Negotiated { protocol: *protocol, suite: suite.unwrap_or_default() });
        }
        deliver(&mut client, &mut server)?;
        deliver(&mut server, &mut client)?;
    }
    Err(Error::General(format!("no end after {MAX_TURNS} turns")))
}

/// The suites that are set and fit the key, as far as rustls has them; all of its own where there is none.
fn provider(algorithms: Option<&str>, protocol: Protocol, key: KeyAlgorithm) -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    let Some(algorithms) = algorithms else { return provider };
    let fits = |name: &str| {
        suites::suite_fits(name, protocol.name(), key) && suites::suites(algorithms).any(|set| set == name)
    };
    let set: Vec<_> =
        provider.cipher_suites.iter().filter(|suite| fits(&java_name(suite.suite()))).copied().collect();
    if !set.is_empty() {
        provider.cipher_suites = set;
    }
    provider
}

/// rustls writes `TLS13_AES_…` where Java writes `TLS_AES_…`.
fn java_name(suite: CipherSuite) -> String {
    suite.as_str().unwrap_or_default().replacen("TLS13_", "TLS_", 1)
}

/// A key with a certificate that nobody vouches for, to find out who asks. `None`: the system gives no random numbers.
pub fn stranger() -> Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    made_up(KeyAlgorithm::Ecdsa).ok()
}

/// A server for clients to be tried against, with a key of a kind that fits the suites allowed.
fn made_up(
    key: KeyAlgorithm,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Box<dyn std::error::Error>> {
    let kind = if key == KeyAlgorithm::Rsa { KeyKind::Rsa2048 } else { KeyKind::P256 };
    let key = SigningKey::generate(kind)?;
    let params = rcgen::CertificateParams::new(vec!["flink.invalid".to_owned()])?;
    let certificate = params.self_signed(&*key.0)?;
    let pkcs8 = PrivatePkcs8KeyDer::from(key.0.serialize_der());
    Ok((vec![certificate.into()], PrivateKeyDer::Pkcs8(pkcs8)))
}

/// Takes to one side what the other has to say.
fn deliver(from: &mut Connection, to: &mut Connection) -> Result<(), Error> {
    let mut flight = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut flight).map_err(|error| other(&error))?;
    }
    let mut flight = flight.as_slice();
    while !flight.is_empty() {
        to.read_tls(&mut flight).map_err(|error| other(&error))?;
        to.process_new_packets()?;
    }
    Ok(())
}

#[derive(Debug)]
struct FixedTime(UnixTime);

impl TimeProvider for FixedTime {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

/// The ordinary verification of a server, but for its name, which it checks last.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// Accepts the made-up server, which nobody but the test talks to.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
