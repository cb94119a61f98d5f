//! HTTPS, with and without client certificates.

use std::sync::Arc;
use std::time::Duration;

use mock_flink::{MockFlink, TlsMaterial};
use ops_core::tls::{ClientIdentity, TrustAnchors, client_config};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    fn certificate(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    fn issue(&self, name: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        (vec![leaf.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

async fn mock(authority: &Authority, clients: Option<&Authority>) -> MockFlink {
    let (chain, key) = authority.issue("localhost");
    let client_anchors = clients.map(|clients| vec![clients.certificate()]);
    MockFlink::builder().tls(TlsMaterial { chain, key, client_anchors }).start().await.unwrap()
}

/// Asks for the overview; the status, or that the connection failed.
async fn status(mock: &MockFlink, trusted: &Authority, identity: Option<ClientIdentity>) -> Option<u16> {
    let anchors = TrustAnchors::from_der([trusted.certificate()]);
    let config = client_config(&anchors, identity.as_ref()).unwrap();
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    // With TLS 1.3 a refused client learns of it when it reads.
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let request = b"GET /overview HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.ok()?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.ok()?;
    std::str::from_utf8(&answer[9..]).unwrap().parse().ok()
}

#[tokio::test]
async fn https_is_served_to_those_who_trust_it() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let mock = mock(&authority, None).await;
    assert!(mock.url().starts_with("https://localhost:"));
    assert_eq!(status(&mock, &authority, None).await, Some(200));
    assert_eq!(status(&mock, &stranger, None).await, None);
}

#[tokio::test]
async fn with_client_authorities_only_their_clients_get_in() {
    let (authority, clients, stranger) = (Authority::new(), Authority::new(), Authority::new());
    let mock = mock(&authority, Some(&clients)).await;
    let identity = |issuer: &Authority| {
        let (chain, key) = issuer.issue("client");
        Some(ClientIdentity::from_der(chain, key))
    };
    assert_eq!(status(&mock, &authority, identity(&clients)).await, Some(200));
    assert_eq!(status(&mock, &authority, identity(&stranger)).await, None);
    assert_eq!(status(&mock, &authority, None).await, None);
}

#[tokio::test]
async fn plain_http_is_sent_to_https() {
    let authority = Authority::new();
    let mock = mock(&authority, None).await;
    let answer = crate::support::get(&mock, "/overview").await;
    let location = format!("{}/overview", mock.url());
    assert_eq!((answer.status, answer.header("location")), (301, Some(location.as_str())));
}

#[tokio::test]
async fn a_slow_handshake_holds_up_nobody_else() {
    let authority = Authority::new();
    let mock = mock(&authority, None).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(mock.address()).await.unwrap());
    }
    let answered = tokio::time::timeout(Duration::from_secs(5), status(&mock, &authority, None)).await;
    assert_eq!(answered.unwrap(), Some(200));
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused_at_the_start() {
    let authority = Authority::new();
    let ((chain, _), (_, key)) = (authority.issue("localhost"), authority.issue("localhost"));
    let material = TlsMaterial { chain, key, client_anchors: None };
    let error = MockFlink::builder().tls(material).start().await.unwrap_err();
    assert!(error.to_string().contains("TLS material"), "{error}");
}
