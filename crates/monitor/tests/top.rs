//! The live view on mock clusters: its screens, its keys, how many requests it makes, and how long a frame takes.

use std::time::Duration;

use mock_flink::MockFlink;
use mock_flink::scenario::Scenario;
use monitor::top::{Action, Key, View, plain, sample};
use ops_core::rest::RestClient;

const ORDERS: &str = "
description: A job with a bottleneck.
cluster:
  {flink-version: '2.3', task-managers: 3, slots: 4, seed: 7, virtual-time: true, age: 10 min, configuration: {execution.checkpointing.interval: 20s}}
programs:
  - class: com.example.Orders
    job: orders
    vertices:
      - {operators: ['Source: orders'], rate: 800}
      - {operators: ['Source: customers'], rate: 50}
      - {operators: [enrich], inputs: [0, 1], busy: 1.6}
      - {operators: [count], inputs: [2], busy: 0.3}
      - {operators: ['Sink: warehouse'], inputs: [2], busy: 0.2}
  - {class: com.example.Report, job: nightly report, batch: true, finishes-after: 1 min}
jobs:
  - {class: com.example.Report}
  - {class: com.example.Orders, parallelism: 2}
";

struct Watched {
    mock: MockFlink,
    client: RestClient,
    view: View,
    clock: i64,
}

impl Watched {
    async fn on(scenario: &str, view: View) -> Self {
        let scenario = Scenario::parse(scenario, "test.yaml".as_ref()).unwrap();
        let mock = MockFlink::builder().scenario(scenario).start().await.unwrap();
        let client = RestClient::builder(&mock.url()).build().unwrap();
        let clock = 1_800_000_000_000;
        let mut watched = Self { mock, client, view, clock };
        watched.look().await;
        watched
    }

    async fn look(&mut self) {
        let sample = sample(&self.client, self.view.wanted(), self.view.asked(), self.clock).await.unwrap();
        self.view.see(sample);
    }

    async fn later(&mut self, seconds: u64) {
        self.mock.advance(Duration::from_secs(seconds));
        self.clock += i64::try_from(seconds).unwrap() * 1000;
        self.look().await;
    }

    fn screen(&self) -> String {
        plain(&self.view, 80, 24)
    }
}

#[tokio::test]
async fn screens_at_80_by_24() {
    let mut watched = Watched::on(ORDERS, View::default()).await;
    insta::assert_snapshot!("first_look", watched.screen());
    watched.later(10).await;
    insta::assert_snapshot!("second_look", watched.screen());
    for key in [Key::Next, Key::Sort, Key::Zoom] {
        watched.view.press(key);
    }
    insta::assert_snapshot!("vertices_by_load", watched.screen());
    watched.view.press(Key::Next);
    insta::assert_snapshot!("checkpoints", watched.screen());
    watched.view.press(Key::Next);
    watched.look().await;
    insta::assert_snapshot!("task_managers", watched.screen());
    watched.view.press(Key::Help);
    insta::assert_snapshot!("help", watched.screen());
    watched.view.fail("the cluster at http://jm:8081 does not answer".to_owned());
    assert!(watched.screen().ends_with("does not answer\n"));
    assert_eq!(watched.view.press(Key::Back), Action::Draw);
    assert_eq!(watched.view.press(Key::Back), Action::Draw);
    assert_eq!(watched.view.press(Key::Back), Action::Quit);
}

#[tokio::test]
async fn jobs_are_chosen_with_the_arrows() {
    let mut watched = Watched::on(ORDERS, View::default()).await;
    let first = watched.view.wanted();
    assert_eq!(watched.view.press(Key::Down), Action::Look);
    watched.look().await;
    assert_ne!(watched.view.wanted(), first);
    assert!(watched.screen().contains("of nightly report"), "{}", watched.screen());
    assert_eq!(watched.view.press(Key::Home), Action::Look);
    assert_eq!(watched.view.wanted(), first);
}

#[tokio::test]
async fn an_empty_cluster_has_a_screen_too() {
    let watched = Watched::on("cluster: {task-managers: 0, virtual-time: true}", View::default()).await;
    insta::assert_snapshot!("empty", watched.screen());
    for (width, height) in [(1, 1), (10, 3), (40, 10), (300, 100)] {
        assert_eq!(plain(&watched.view, width, height).lines().count(), usize::from(height));
    }
}

/// Five hundred vertices, two hundred TaskManagers.
fn wide() -> String {
    let vertices: String = (0..500)
        .map(|number| match number {
            0..10 => format!("      - {{operators: ['Source: topic-{number}'], rate: 100}}\n"),
            _ => format!("      - {{operators: [op-{number}], inputs: [{}, {}]}}\n", number - 1, number - 10),
        })
        .collect();
    format!(
        "cluster: {{task-managers: 200, slots: 4, virtual-time: true, age: 1 min}}\nprograms:\n  - class: com.example.Wide\n    \
         job: wide\n    vertices:\n{vertices}jobs:\n  - {{class: com.example.Wide, parallelism: 2}}\n"
    )
}

#[tokio::test]
async fn a_wide_job_is_drawn_at_once() {
    let mut watched = Watched::on(&wide(), View::default()).await;
    let before = watched.mock.requests().len();
    watched.later(2).await;
    let requests = watched.mock.requests().len() - before;
    assert!(requests <= 5 + 8, "{requests} requests");
    let started = now();
    for _ in 0..20 {
        assert!(plain(&watched.view, 200, 60).contains("VERTICES 500 of wide"));
    }
    let frame = started.elapsed() / 20;
    assert!(frame < Duration::from_millis(50), "a frame takes {frame:?}");
}

#[expect(clippy::disallowed_methods, reason = "the test measures")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
