//! Faults as a client meets them, down to the connection.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::{get, send};
use mock_flink::{Action, Fault, Latency, MockFlink, Span, When};

/// Asks over a connection of its own; what arrives, and how the connection ends.
fn raw(address: SocketAddr, target: &str) -> (String, Result<(), ErrorKind>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nhost: test\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return (String::from_utf8_lossy(&bytes).into_owned(), Ok(())),
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
            Err(error) => return (String::from_utf8_lossy(&bytes).into_owned(), Err(error.kind())),
        }
    }
}

async fn raw_of(mock: &MockFlink, target: &'static str) -> (String, Result<(), ErrorKind>) {
    let address = mock.address();
    tokio::task::spawn_blocking(move || raw(address, target)).await.unwrap()
}

fn on(pattern: &str) -> mock_flink::Matcher {
    pattern.parse().unwrap()
}

#[tokio::test]
async fn a_status_is_answered_in_place_of_the_work() {
    let mock = MockFlink::builder()
        .fault(Fault::status(on("DELETE /cluster"), 500))
        .fault(
            Fault::new(on("GET /overview"), Action::Status { code: 429, body: Some("slow down".to_owned()) })
                .when(When::Nth(2)),
        )
        .start()
        .await
        .unwrap();
    assert_eq!(send(mock.address(), "DELETE", "/cluster", "").await.status, 500);
    let statuses =
        [get(&mock, "/overview").await, get(&mock, "/overview").await, get(&mock, "/overview").await];
    assert_eq!(statuses.each_ref().map(|answer| answer.status), [200, 429, 200]);
    assert_eq!(statuses[1].body, "slow down");
    // Refused requests are in the journal, with what they were answered.
    assert_eq!(
        mock.requests().iter().map(|request| request.status).collect::<Vec<_>>(),
        [500, 200, 429, 200]
    );
}

#[tokio::test]
async fn a_change_of_leaders_ends_with_the_clusters_time() {
    let mock = MockFlink::builder().virtual_time().start().await.unwrap();
    mock.change_leader(Duration::from_secs(8));
    let answer = get(&mock, "/jobs").await;
    assert_eq!(answer.status, 503);
    assert!(answer.error().starts_with("Service temporarily unavailable due to an ongoing leader election"));
    mock.advance(Duration::from_secs(8));
    assert_eq!(get(&mock, "/jobs").await.status, 200);
}

#[tokio::test]
async fn answers_come_late_and_piece_by_piece() {
    let ms = Duration::from_millis;
    let mock = MockFlink::builder().start().await.unwrap();
    mock.fault(Fault::latency(on("GET /config"), ms(80)));
    let uniform = Latency::Uniform { min: Span(ms(60)), max: Span(ms(70)) };
    mock.fault(Fault::new(on("GET /jobs"), Action::Latency(uniform)));
    mock.fault(Fault::new(on("GET /overview"), Action::Drip { bytes: 50, every: Span(ms(20)) }));
    let took = async |target| {
        let start = tokio::time::Instant::now();
        let answer = get(&mock, target).await;
        assert_eq!(answer.status, 200);
        answer.json();
        start.elapsed()
    };
    assert!(took("/config").await >= ms(80));
    assert!(took("/jobs").await >= ms(60));
    // More than a hundred bytes: three pieces at least.
    assert!(took("/overview").await >= ms(60));
    mock.clear_faults();
    assert!(took("/config").await < ms(80));
}

#[tokio::test]
async fn bodies_break_and_connections_too() {
    let mock = MockFlink::builder().start().await.unwrap();
    mock.fault(Fault::new(on("GET /config"), Action::Malformed));
    mock.fault(Fault::new(on("GET /overview"), Action::Truncated { after: 10 }));
    mock.fault(Fault::reset(on("GET /jobs")));
    mock.fault(Fault::new(on("GET /taskmanagers"), Action::Reset { in_body: true }));
    let malformed = get(&mock, "/config").await;
    assert_eq!(malformed.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&malformed.body).is_err(), "{malformed:?}");

    let (text, end) = raw_of(&mock, "/overview").await;
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(body.len() == 10 && end.is_ok(), "{text} {end:?}");
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    assert!(length.is_some_and(|length: usize| length > 10), "{head}");

    assert_eq!(raw_of(&mock, "/jobs").await, (String::new(), Err(ErrorKind::ConnectionReset)));
    let (text, end) = raw_of(&mock, "/taskmanagers").await;
    assert_eq!(end, Err(ErrorKind::ConnectionReset), "{text}");
    // Everybody else is served.
    assert_eq!(get(&mock, "/jobs/overview").await.status, 200);
}

#[tokio::test]
async fn what_comes_late_is_done_although_nobody_waits() {
    let mock = MockFlink::builder().start().await.unwrap();
    let late = Action::Late { by: mock_flink::Span(Duration::from_millis(150)) };
    mock.fault(Fault::new(on("DELETE /jars/*"), late));
    let jar = crate::support::uploaded(&mock).await;
    let answer = {
        let (address, request) = (mock.address(), format!("DELETE /jars/{jar} HTTP/1.1\r\nhost: x\r\n\r\n"));
        tokio::task::spawn_blocking(move || {
            use std::io::{Read as _, Write as _};
            let mut connection = std::net::TcpStream::connect(address).unwrap();
            connection.write_all(request.as_bytes()).unwrap();
            connection.read_to_end(&mut Vec::new()).map_err(|error| error.kind())
        })
    };
    assert_eq!(answer.await.unwrap(), Err(ErrorKind::ConnectionReset));
    let there = async || get(&mock, "/jars").await.json()["files"].as_array().unwrap().len();
    assert_eq!(there().await, 1);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(there().await, 0);
}

#[tokio::test]
async fn a_share_of_requests_is_met_and_the_same_seed_meets_the_same() {
    let met = async |seed| {
        let mock = MockFlink::builder()
            .seed(seed)
            .fault(Fault::status(on("/**"), 500).when(When::Fraction(0.3)))
            .start()
            .await
            .unwrap();
        let mut statuses = Vec::new();
        for _ in 0..100 {
            statuses.push(get(&mock, "/jobs").await.status);
        }
        statuses
    };
    let (one, again, other) = (met(1).await, met(1).await, met(2).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    let failed = one.iter().filter(|status| **status == 500).count();
    assert!((15..=45).contains(&failed), "{failed}");
}
