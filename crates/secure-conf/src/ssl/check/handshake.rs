//! The proof: a TLS handshake in memory, with the stores on both sides as Flink has them on two hosts.
//!
//! Names are not checked here, as Flink does not check them on internal connections. The time of the handshake lies
//! within the leaf's validity, so that an expired certificate does not hide a second mistake; time is checked by its own.

use std::sync::Arc;

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;
use pki::certificate::KeyAlgorithm;
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

use super::super::facts;
use super::finding::{Finding, FindingKind, Scope};
use super::material::Identity;

/// More turns than any handshake takes.
const MAX_TURNS: usize = 16;

pub(super) fn check(
    doc: &ConfDocument,
    version: FlinkVersion,
    scope: Scope,
    identity: &Identity,
    anchors: &[CertificateDer<'static>],
    now: Timestamp,
    findings: &mut Vec<Finding>,
) {
    // What these say is why the handshake would fail, too.
    let known = [FindingKind::KeyMismatch, FindingKind::NotForServers, FindingKind::NotForClients];
    if findings.iter().any(|finding| finding.scope == scope && known.contains(&finding.kind)) {
        return;
    }
    let protocol = doc.get(facts::PROTOCOL).unwrap_or(facts::DEFAULT_PROTOCOL);
    let protocol = if protocol == "TLSv1.3" { &TLS13 } else { &TLS12 };
    let algorithms = doc.get(facts::ALGORITHMS).unwrap_or(facts::default_algorithms(version));
    let provider = Arc::new(provider(algorithms, protocol, identity.info.key));
    let time = now.clamp(identity.info.not_before, identity.info.not_after);
    let Err(error) = shake_hands(scope, identity, anchors, &provider, protocol, time) else { return };
    let untrusted = matches!(
        error,
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature)
    );
    let consequence = match scope {
        Scope::Internal => "TaskManagers will not register",
        Scope::Rest => "Flink's command line with this configuration will refuse the server",
    };
    let finding = if untrusted {
        Finding::error(
            FindingKind::Untrusted,
            scope,
            scope.key("truststore"),
            format!(
                "it does not vouch for {} in {}, which was issued by {}; {consequence}",
                identity.info.subject, identity.path, identity.info.issuer
            ),
            "put the issuer's root into the truststore, and intermediates into the keystore",
        )
    } else {
        let message = format!("a TLS handshake between keystore and truststore fails: {error}");
        let help = "issue certificate and stores anew";
        Finding::error(FindingKind::HandshakeFails, scope, scope.key("keystore"), message, help)
    };
    findings.push(if scope == Scope::Internal { finding } else { finding.warning() });
}

/// The suites that are set and fit the key, as far as rustls has them. Where it has none it gets all of its own: whether
/// suites fit is checked by name, and this is about the certificates.
fn provider(algorithms: &str, protocol: &SupportedProtocolVersion, key: KeyAlgorithm) -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    let protocol_name = if protocol == &TLS13 { "TLSv1.3" } else { "TLSv1.2" };
    let set: Vec<_> = provider
        .cipher_suites
        .iter()
        .filter(|suite| {
            let name = java_name(suite.suite());
            facts::suite_fits(&name, protocol_name, key) && facts::suites(algorithms).any(|set| set == name)
        })
        .copied()
        .collect();
    if !set.is_empty() {
        provider.cipher_suites = set;
    }
    provider
}

/// rustls writes `TLS13_AES_…` where Java writes `TLS_AES_…`.
fn java_name(suite: CipherSuite) -> String {
    suite.as_str().unwrap_or_default().replacen("TLS13_", "TLS_", 1)
}

fn shake_hands(
    scope: Scope,
    identity: &Identity,
    anchors: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
    protocol: &'static SupportedProtocolVersion,
    time: Timestamp,
) -> Result<(), Error> {
    let other = |error: &dyn std::fmt::Display| Error::General(error.to_string());
    let mut roots = RootCertStore::empty();
    for anchor in anchors {
        roots.add(anchor.clone())?;
    }
    let roots = Arc::new(roots);
    let time: Arc<dyn TimeProvider> = Arc::new(FixedTime(UnixTime::since_unix_epoch(
        std::time::Duration::from_secs(time.as_second().try_into().unwrap_or(0)),
    )));
    let key = || PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.pkcs8_der().to_vec()));

    let server = ServerConfig::builder_with_details(provider.clone(), time.clone())
        .with_protocol_versions(&[protocol])?;
    let server = match scope {
        Scope::Internal => {
            let verifier =
                WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone()).build();
            server.with_client_cert_verifier(verifier.map_err(|error| other(&error))?)
        }
        Scope::Rest => server.with_no_client_auth(),
    };
    let server = server.with_single_cert(identity.chain.clone(), key())?;

    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build();
    let verifier = AnyName(verifier.map_err(|error| other(&error))?);
    let client = ClientConfig::builder_with_details(provider.clone(), time)
        .with_protocol_versions(&[protocol])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let client = match scope {
        Scope::Internal => client.with_client_auth_cert(identity.chain.clone(), key())?,
        Scope::Rest => client.with_no_client_auth(),
    };

    let name = ServerName::try_from("flink.invalid").map_err(|error| other(&error))?;
    let mut client = Connection::from(ClientConnection::new(Arc::new(client), name)?);
    let mut server = Connection::from(ServerConnection::new(Arc::new(server))?);
    for _ in 0..MAX_TURNS {
        if !client.is_handshaking() && !server.is_handshaking() {
            return Ok(());
        }
        deliver(&mut client, &mut server)?;
        deliver(&mut server, &mut client)?;
    }
    Err(Error::General(format!("no end after {MAX_TURNS} turns")))
}

/// Takes to one side what the other has to say.
fn deliver(from: &mut Connection, to: &mut Connection) -> Result<(), Error> {
    let other = |error: std::io::Error| Error::General(error.to_string());
    let mut flight = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut flight).map_err(other)?;
    }
    let mut flight = flight.as_slice();
    while !flight.is_empty() {
        to.read_tls(&mut flight).map_err(other)?;
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
