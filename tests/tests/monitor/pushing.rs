//! A real JobManager that pushes to a real PushGateway, by the keys of `monitor reporter`.

use std::fs;
use std::time::Duration;

use end_to_end::flink::{self, Process, stock_value};
use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::{binaries, exclusive, http, port, require};

#[test]
fn a_job_manager_pushes_on_2_3() {
    let [home, gateway, _] = require!(Need::Flink("2.3.0"), Need::Pushgateway, Need::Java);
    let _alone = exclusive::real_flink();
    let run = TestRun::new();
    let [rest, rpc, port] = port::free::<3>();
    let _gateway = run
        .command(gateway)
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .timeout(Duration::from_secs(120))
        .spawn();
    let conf = run.path().join("conf");
    fs::create_dir_all(&conf).unwrap();
    let opened = stock_value(&home, "env.java.opts.all").unwrap_or_default();
    let text = format!(
        "jobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\nrest.port: {rest}\nrest.address: localhost\n\
         jobmanager.memory.process.size: 900m\nenv.java.opts.all: {opened}\n"
    );
    fs::write(conf.join("config.yaml"), text).unwrap();
    let url = format!("http://127.0.0.1:{port}");
    run.command(binaries::flinkops())
        .args(["monitor", "reporter", "--pushgateway", &url, "--group", "cluster=prod", "--interval", "1"])
        .args(["--flink-version", "2.3", "--write", "conf"])
        .run()
        .expect_code(0);
    let _job_manager = flink::start(&run, &home, Process::JobManager, &conf, "jm", Duration::from_secs(120));
    let mut page = String::new();
    for _ in 0..600 {
        page = http::get(port, "/metrics").unwrap_or_default();
        if page.contains("flink_jobmanager_taskSlotsTotal{") {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let line = page.lines().find(|line| line.starts_with("flink_jobmanager_taskSlotsTotal{"));
    let line = line.unwrap_or_else(|| panic!("nothing was pushed:\n{page}"));
    assert!(line.contains("cluster=\"prod\"") && line.contains("job=\"flink"), "{line}");
}
