//! The pages for Prometheus. That names, kinds and labels are Flink's, `cargo xtask conformance` shows.

use std::time::Duration;

use end_to_end::run::TestRun;

use crate::support::{ask, get, start};

const REPORTER: [&str; 4] = [
    "--conf",
    "metrics.reporter.prom.factory.class=org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    "--conf",
    "metrics.reporter.prom.port=0",
];

fn sample(page: &str, name: &str) -> f64 {
    let line = page.lines().find(|line| line.starts_with(name) && line[name.len()..].starts_with('{'));
    line.unwrap_or_else(|| panic!("{name}")).rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn every_process_has_a_page_with_what_rest_says() {
    let arguments = [&["--port", "0", "--scenario", "job-zoo"][..], &REPORTER].concat();
    let test = TestRun::new();
    let (_program, [url]) = start(&test, &arguments);
    let pages = get(&format!("{url}/mock/prometheus"));
    let (status, page) = ask("GET", pages["jobmanager"].as_str().unwrap(), "");
    assert_eq!(status, 200);
    assert_eq!(sample(&page, "flink_jobmanager_numRegisteredTaskManagers"), 3.0);
    let jobs = get(&format!("{url}/jobs/overview"));
    let running = jobs["jobs"].as_array().unwrap().iter().filter(|job| job["state"] == "RUNNING").count();
    assert!(page.lines().filter(|line| line.starts_with("flink_jobmanager_job_uptime{")).count() >= running);
    let task_managers = pages["taskmanagers"].as_object().unwrap();
    assert_eq!(task_managers.len(), 3);
    for (id, page) in task_managers {
        let (_, page) = ask("GET", page.as_str().unwrap(), "");
        let label = format!("tm_id=\"{}\"", id.replace('-', "_"));
        let samples = page.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>();
        assert!(samples.len() >= 40 && samples.iter().all(|line| line.contains(&label)), "{label}");
    }
}

#[test]
fn pages_come_and_go_with_their_task_managers() {
    let test = TestRun::new();
    let (_program, [url]) = start(&test, &[&["--port", "0"][..], &REPORTER].concat());
    let all = || get(&format!("{url}/mock/prometheus"))["taskmanagers"].as_object().unwrap().clone();
    let await_count = |count: usize| {
        for _ in 0..2000 {
            if all().len() == count {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("{:?}", all());
    };
    let (lost, page) = all().into_iter().next().unwrap();
    ask("POST", &format!("{url}/mock/task-managers"), "");
    await_count(2);
    assert_eq!(ask("DELETE", &format!("{url}/mock/task-managers/{lost}"), "").0, 200);
    await_count(1);
    let address = page.as_str().unwrap().split('/').nth(2).unwrap().to_owned();
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn without_a_reporter_there_are_no_pages() {
    let test = TestRun::new();
    let (_program, [url]) = start(&test, &["--port", "0"]);
    let (status, body) = ask("GET", &format!("{url}/mock/prometheus"), "");
    assert!(status == 404 && body.contains("metrics.reporter.prom.port"), "{body}");
}
