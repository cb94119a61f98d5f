//! A real Prometheus with a configuration, and its HTTP API.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use end_to_end::run::TestRun;
use end_to_end::running::Running;
use end_to_end::{http, port};
use serde_json::Value;

/// A running server. It ends with it.
pub(crate) struct Server {
    _process: Running,
    port: u16,
}

impl Server {
    /// Starts it with `prometheus.yml` of the run's directory, and waits until it answers.
    pub(crate) fn start(run: &TestRun, program: &Path, life: Duration) -> Self {
        let [port] = port::free::<1>();
        let process = run
            .command(program)
            .args(["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--log.level=warn"])
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .timeout(life)
            .spawn();
        let server = Self { _process: process, port };
        for _ in 0..600 {
            if http::get(port, "/-/ready").is_some_and(|text| text.contains("Ready")) {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("Prometheus is not ready after 30 s");
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The data of an answer of its API.
    pub(crate) fn data(&self, path: &str) -> Value {
        let (status, body) = http::ask_url("GET", &format!("{}/api/v1/{path}", self.url()), "").unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        let mut answer: Value = serde_json::from_str(&body).unwrap();
        answer["data"].take()
    }

    /// The names of the alerts that fire.
    pub(crate) fn firing(&self) -> BTreeSet<String> {
        let alerts = self.data("alerts");
        let firing = alerts["alerts"].as_array().unwrap().iter().filter(|alert| alert["state"] == "firing");
        firing.map(|alert| alert["labels"]["alertname"].as_str().unwrap().to_owned()).collect()
    }
}
