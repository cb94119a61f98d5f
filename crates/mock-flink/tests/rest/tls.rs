//! HTTPS, with and without client certificates.

use std::sync::Arc;
use std::time::Duration;

use mock_flink::{MockFlink, TlsMaterial};
use ops_core::tls::{ClientIdentity, TrustAnchors, client_config};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::support::{Answer, try_exchange};

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

/// Sends a request; `None` when the connection failed.
async fn over_tls_as(
    mock: &MockFlink,
    (trusted, identity): (&Authority, Option<ClientIdentity>),
    (method, target, body): (&str, &str, &str),
) -> Option<Answer> {
    let anchors = TrustAnchors::from_der([trusted.certificate()]);
    let config = client_config(&anchors, identity.as_ref()).unwrap();
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    // With TLS 1.3 a refused client learns of it when it reads.
    try_exchange(stream, method, target, "application/json", body.as_bytes()).await
}

async fn over_tls(mock: &MockFlink, trusted: &Authority, method: &str, target: &str, body: &str) -> Answer {
    over_tls_as(mock, (trusted, None), (method, target, body)).await.unwrap()
}

/// Asks for the overview; the status, or that the connection failed.
async fn status(mock: &MockFlink, trusted: &Authority, identity: Option<ClientIdentity>) -> Option<u16> {
    let answer = over_tls_as(mock, (trusted, identity), ("GET", "/overview", "")).await?;
    Some(answer.status)
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
async fn certificates_are_exchanged_while_it_runs() {
    let (authority, other, clients) = (Authority::new(), Authority::new(), Authority::new());
    let mock = mock(&authority, None).await;
    let (chain, key) = other.issue("localhost");
    let fits = TlsMaterial { chain, key, client_anchors: Some(vec![clients.certificate()]) };
    mock.exchange_tls(fits).unwrap();
    assert_eq!(status(&mock, &authority, None).await, None);
    assert_eq!(status(&mock, &other, None).await, None);
    let (chain, key) = clients.issue("client");
    assert_eq!(status(&mock, &other, Some(ClientIdentity::from_der(chain, key))).await, Some(200));

    let ((chain, _), (_, key)) = (authority.issue("localhost"), authority.issue("localhost"));
    mock.exchange_tls(TlsMaterial { chain, key, client_anchors: None }).unwrap_err();
    let plain = MockFlink::builder().start().await.unwrap();
    let answer = crate::support::send(plain.address(), "POST", "/mock/tls", r#"{"chain":"","key":""}"#).await;
    assert_eq!((answer.status, answer.error().contains("--tls-cert")), (409, true));
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_put_in_over_http() {
    let authority = Authority::new();
    let mock = mock(&authority, None).await;
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let expired = params.signed_by(&key, &authority.issuer).unwrap();
    let exchange = |chain: String| json!({ "chain": chain, "key": key.serialize_pem() }).to_string();
    let answer = over_tls(&mock, &authority, "POST", "/mock/tls", &exchange("no PEM".to_owned())).await;
    assert_eq!((answer.status, answer.error().contains("`chain` holds no PEM certificate")), (400, true));
    assert!(!answer.body.contains("PRIVATE"));
    let answer = over_tls(&mock, &authority, "POST", "/mock/tls", &exchange(expired.pem())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(status(&mock, &authority, None).await, None);
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
