//! The page about a cluster, in a real browser: nothing in the console, nothing asked for elsewhere.

use std::fs;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::{binaries, require};

#[test]
fn the_page_shows_in_a_browser_and_asks_for_nothing() {
    let browser = require!(Need::Chromium);
    let run = TestRun::new();
    let mock = run
        .command(binaries::mock_flink())
        .args(["--port", "0", "--scenario", "back-pressure"])
        .timeout(Duration::from_secs(120))
        .spawn();
    let line = mock.wait_for_stdout("listening on ");
    let url = line.rsplit(' ').next().unwrap().to_owned();
    let flinkops = |arguments: &[&str]| run.command(binaries::flinkops()).args(arguments).run();
    flinkops(&["pki", "init", "--dir", "pki", "--name", "ca", "--passphrase-from", "generate"])
        .expect_code(0);
    fs::write(run.path().join("config.yaml"), "state.checkpoint.dir: <script>alert(1)</script>\n").unwrap();
    let report = ["monitor", "report", "--url", &url, "--html", "page.html", "--for", "3", "--interval", "1"];
    let more = ["--pki", "pki", "--conf", "config.yaml", "--flink-version", "2.3"];
    flinkops(&[&report[..], &more].concat()).expect_code(0);
    let html = fs::read_to_string(run.path().join("page.html")).unwrap();
    assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("href=\"http"), "{html}");
    // No name is resolved: whatever the page asked for would fail, and the console would say so.
    for (width, height) in [(390, 1600), (1280, 1600)] {
        let picture = run.path().join(format!("{width}.png"));
        let shown = run
            .command(&browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--enable-logging=stderr", "--log-level=0", "--hide-scrollbars"])
            .args(["--host-resolver-rules=MAP * ~NOTFOUND"])
            .arg(format!("--window-size={width},{height}"))
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("--user-data-dir={}", run.path().join("profile").display()))
            .arg(format!("file://{}", run.path().join("page.html").display()))
            .timeout(Duration::from_secs(120))
            .run()
            .expect_code(0);
        let console: Vec<&str> = shown.stderr.lines().filter(|line| line.contains(":CONSOLE")).collect();
        assert!(console.is_empty(), "{console:#?}");
        assert!(fs::metadata(&picture).is_ok_and(|found| found.len() > 10_000), "no picture at {width}");
    }
    for text in [
        "Source: orders",
        "Diagnosis",
        "DR303",
        "Checkpoints",
        "Memory of a TaskManager",
        "Certificates",
        "FC001",
        "polyline",
    ] {
        assert!(html.contains(text), "{text}");
    }
}
