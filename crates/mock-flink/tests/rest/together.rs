//! Several clusters behind one address.

use crate::support::{get, send};
use mock_flink::{Builder, MockFlink};

fn below(prefix: &str, version: &str) -> Builder {
    MockFlink::builder().path_prefix(prefix).version(version.parse().unwrap())
}

#[tokio::test]
async fn each_is_below_its_prefix_and_knows_nothing_of_the_others() {
    let clusters = vec![below("/a", "1.18"), below("/b/", "2.3")];
    let [first, second] = Builder::start_together(clusters).await.unwrap().try_into().unwrap();
    assert_eq!(first.address(), second.address());
    assert!(second.url().ends_with("/b"));
    for (path, version) in [("/a/overview", "1.18.1"), ("/b/v1/overview", "2.3.0")] {
        assert_eq!(get(&first, path).await.json()["flink-version"], version);
    }
    first.add_task_manager();
    assert_eq!(get(&second, "/a/overview").await.json()["taskmanagers"], 2);
    assert_eq!(get(&second, "/b/overview").await.json()["taskmanagers"], 1);
    assert_eq!(second.requests().len(), 2);
    assert_eq!(get(&first, "/b/mock/requests").await.json()["requests"][0]["target"], "/v1/overview");
    let beside = get(&first, "/overview").await;
    assert_eq!((beside.status, beside.error().as_str()), (404, "Nothing is here; Flink is below /a, /b"));
    assert_eq!(get(&first, "/mock/requests").await.status, 404);
}

#[tokio::test]
async fn one_that_is_shut_down_leaves_the_others() {
    let clusters = vec![below("/a", "2.3"), below("/b", "2.3")];
    let [first, second] = Builder::start_together(clusters).await.unwrap().try_into().unwrap();
    assert_eq!(send(first.address(), "DELETE", "/a/cluster", "").await.status, 200);
    first.stopped().await;
    assert_eq!(get(&second, "/a/overview").await.status, 502);
    first.shutdown().await;
    assert_eq!(get(&second, "/b/overview").await.status, 200);
    let address = second.address();
    second.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn prefixes_tell_them_apart() {
    for clusters in
        [vec![], vec![below("/a", "2.3"), below("a", "2.3")], vec![below("", "2.3"), below("a", "2.3")]]
    {
        let error = Builder::start_together(clusters).await.unwrap_err();
        assert!(error.to_string().contains("path prefix each"), "{error}");
    }
}
