//! The client against TLS servers: what goes wrong in a handshake is told with the option that mends it.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{RestClient, RetryPolicy, Timeouts};
use crate::rest::RestError;
use crate::tls::{ClientIdentity, TrustAnchors, client_config, server_config};

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{\"slots-total\":3}";

/// Whether the server asks for a client certificate.
enum Clients {
    Anyone,
    Certified,
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    fn issue(&self, host: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new([host.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        (vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }

    fn anchors(&self) -> TrustAnchors {
        TrustAnchors::from_der([self.certificate.clone()])
    }

    fn identity(&self) -> ClientIdentity {
        let (chain, key) = self.issue("client");
        ClientIdentity::from_der(chain, key)
    }

    /// A server with a certificate for this host; its port.
    async fn serve(&self, host: &str, clients: Clients) -> u16 {
        let (chain, key) = self.issue(host);
        let anchors = self.anchors();
        let demanded = match clients {
            Clients::Anyone => None,
            Clients::Certified => Some(&anchors),
        };
        let acceptor =
            tokio_rustls::TlsAcceptor::from(Arc::new(server_config(chain, key, demanded).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut stream = acceptor.accept(stream).await?;
                    let _request = stream.read(&mut [0; 1024]).await?;
                    stream.write_all(ANSWER).await?;
                    stream.shutdown().await
                });
            }
        });
        port
    }
}

async fn overview(
    url: String,
    anchors: &TrustAnchors,
    identity: Option<&ClientIdentity>,
) -> Result<u32, RestError> {
    let tls = client_config(anchors, identity).unwrap();
    let client = RestClient::builder(&url).tls(tls).retries(RetryPolicy::NEVER).build().unwrap();
    client.overview().await.map(|overview| overview.slots_total)
}

#[tokio::test]
async fn each_way_to_be_refused_names_its_mend() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let open = ours.serve("localhost", Clients::Anyone).await;
    let closed = ours.serve("localhost", Clients::Certified).await;
    let misnamed = ours.serve("elsewhere", Clients::Anyone).await;
    let url = |port: u16| format!("https://localhost:{port}");
    let (anchors, identity) = (ours.anchors(), ours.identity());
    assert_eq!(overview(url(open), &anchors, None).await.unwrap(), 3);
    assert_eq!(overview(url(closed), &anchors, Some(&identity)).await.unwrap(), 3);
    let cases = [
        (
            overview(url(closed), &anchors, None).await,
            "demands a client certificate: give --identity FILE.p12 or --cert",
        ),
        (
            overview(url(closed), &anchors, Some(&theirs.identity())).await,
            "does not accept this client certificate",
        ),
        (
            overview(url(open), &theirs.anchors(), None).await,
            "give the cluster's authority with --cacert FILE",
        ),
        (overview(url(misnamed), &anchors, None).await, "use a name that it holds in the address"),
    ];
    for (result, expected) in cases {
        let error = result.unwrap_err();
        assert!(error.is_tls() && !error.is_retryable(), "{error}");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
}

#[tokio::test]
async fn the_wrong_protocol_is_told_on_both_sides() {
    let ours = Authority::new("ours");
    let tls = ours.serve("localhost", Clients::Anyone).await;
    let error = overview(format!("http://localhost:{tls}"), &ours.anchors(), None).await.unwrap_err();
    assert!(error.to_string().contains("write https:// in its address"), "{error}");
    let plain = wiremock::MockServer::start().await;
    let url = format!("https://localhost:{}", plain.address().port());
    let error = overview(url, &ours.anchors(), None).await.unwrap_err();
    assert!(error.is_tls() && error.to_string().contains("write http:// in the address"), "{error}");
}

#[tokio::test]
async fn a_server_that_never_shakes_hands_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let timeouts = Timeouts { connect: Duration::from_millis(100), ..Timeouts::default() };
    let tls = client_config(&TrustAnchors::none(), None).unwrap();
    let client = RestClient::builder(&url).tls(tls).timeouts(timeouts).build().unwrap();
    let error = client.overview().await.unwrap_err();
    assert!(error.is_timed_out() && error.is_unreachable(), "{error}");
    assert!(error.to_string().contains("no connection within 0.1 s"), "{error}");
}
