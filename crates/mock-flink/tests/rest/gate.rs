//! What proxies in front of Flink ask for.

use crate::support::{get, send};
use mock_flink::{Gate, MockFlink};
use ops_core::secret::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::test]
async fn without_the_token_nothing_is_answered() {
    let mock = MockFlink::builder().gate(Gate::Bearer(Secret::new("a-token"))).start().await.unwrap();
    let refused = get(&mock, "/overview").await;
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer realm=\"flink\"")));
    let mut stream = tokio::net::TcpStream::connect(mock.address()).await.unwrap();
    let request =
        "GET /overview HTTP/1.1\r\nhost: test\r\nauthorization: Bearer a-token\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    assert_eq!(get(&mock, "/mock/clock").await.status, 200);
}

#[tokio::test]
async fn everything_is_below_the_prefix() {
    let mock = MockFlink::builder().path_prefix("flink/orders/").start().await.unwrap();
    assert!(mock.url().ends_with("/flink/orders"), "{}", mock.url());
    for path in ["/flink/orders/overview", "/flink/orders/v1/jobs?x=1", "/flink/orders"] {
        assert_eq!(get(&mock, path).await.status, 200, "{path}");
    }
    let beside = send(mock.address(), "GET", "/overview", "").await;
    assert!(beside.status == 404 && beside.error().contains("/flink/orders"), "{beside:?}");
    // The journal has what Flink sees.
    assert_eq!(mock.requests()[0].target, "/overview");
}
