//! Flink's own dashboard, out of real distributions, on mock-flink, in a headless browser: page by page, without an error
//! in the console. A request that fails is one, too.

use std::path::Path;
use std::time::Duration;

use end_to_end::http;
use end_to_end::need::Need;
use end_to_end::official::jobs_jar;
use end_to_end::run::TestRun;
use end_to_end::{binaries, require};

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or("", |(found, _)| found)
}

struct Browser<'a> {
    run: &'a TestRun,
    program: &'a Path,
    port: u16,
}

impl Browser<'_> {
    /// Opens a page of the dashboard; fails unless it shows all of `expected`, and the console stays empty.
    fn page(&self, path: &str, expected: &[&str]) {
        let shown = self
            .run
            .command(self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--enable-logging=stderr", "--log-level=0", "--virtual-time-budget=5000", "--dump-dom"])
            .arg(format!("--user-data-dir={}", self.run.path().join("profile").display()))
            .arg(format!("http://127.0.0.1:{}/#/{path}", self.port))
            .timeout(Duration::from_secs(120))
            .run()
            .expect_code(0);
        let console: Vec<&str> = shown.stderr.lines().filter(|line| line.contains(":CONSOLE")).collect();
        assert!(console.is_empty(), "{path}: {console:#?}");
        for text in expected {
            assert!(shown.stdout.contains(text), "{path} does not show `{text}`:\n{}", shown.stdout);
        }
    }
}

fn pages(browser: &Path, home: &Path, version: &str) {
    let run = TestRun::new();
    let mock = run
        .command(binaries::binary("examples/conformance"))
        .timeout(Duration::from_secs(600))
        .args(["--port", "0", "--slots", "8", "--flink-version", version, "--dashboard"])
        .arg(home)
        .args(["--conf", "rest.flamegraph.enabled=true", "--conf", "rest.profiling.enabled=true", "--conf"])
        .arg(format!("web.tmpdir={}", run.path().display()))
        .spawn();
    let line = mock.wait_for_stdout("listening on ");
    let port: u16 = line.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap();
    let jar = jobs_jar(&run, home, version);
    let url = format!("http://127.0.0.1:{port}");
    let submit = |program: &str| {
        let arguments =
            ["job", "submit", &jar.display().to_string(), "--url", &url, "--", program].map(str::to_owned);
        run.command(binaries::flinkops()).args(arguments).run()
    };
    submit("forever").expect_code(0);
    // This one fails, and so does waiting for it.
    submit("fail");
    let jobs = http::get(port, "/jobs/overview").unwrap();
    let running = jobs.split("{\"jid\"").find(|job| job.contains("conformance forever")).unwrap_or_default();
    let job = between(running, ":\"", "\"").to_owned();
    let details = http::get(port, &format!("/jobs/{job}")).unwrap();
    let vertex = between(&details, "\"vertices\":[{\"id\":\"", "\"").to_owned();
    let worker = between(&http::get(port, "/taskmanagers").unwrap(), "\"id\":\"", "\"").to_owned();
    let browser = Browser { run: &run, program: browser, port };

    browser.page("overview", &["conformance forever", "conformance fail", "RUNNING", "FAILED"]);
    // It was uploaded under a name that ends with its hash.
    browser.page("submit", &["jobs-", "ConformanceJobs"]);
    browser.page("task-manager", &[&worker]);
    browser.page(&format!("task-manager/{worker}/metrics"), &["Managed Memory"]);
    browser.page("job-manager/config", &["taskmanager.numberOfTaskSlots"]);
    let of_job = |page: &str| format!("job/running/{job}/{page}");
    browser.page(&of_job("overview"), &["conformance forever", "Source: numbers"]);
    browser.page(&of_job(&format!("overview/{vertex}/subtasks")), &["localhost"]);
    browser.page(&of_job(&format!("overview/{vertex}/backpressure")), &["OK"]);
    browser.page(&of_job("checkpoints"), &["Checkpoint Counts"]);
    browser.page(&of_job("exceptions"), &["Exception History"]);
    browser.page(&of_job("timeline"), &["conformance forever"]);
}

#[test]
fn flink_1_18() {
    let [browser, home, _javac] = require!(Need::Chromium, Need::Flink("1.18.1"), Need::Javac);
    pages(&browser, &home, "1.18.1");
}

#[test]
fn flink_1_20() {
    let [browser, home, _javac] = require!(Need::Chromium, Need::Flink("1.20.5"), Need::Javac);
    pages(&browser, &home, "1.20.5");
}

#[test]
fn flink_2_3() {
    let [browser, home, _javac] = require!(Need::Chromium, Need::Flink("2.3.0"), Need::Javac);
    pages(&browser, &home, "2.3.0");
}
