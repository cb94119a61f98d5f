//! `flinkops quickstart` cut short: by a signal, by `kill -9`, and run again afterwards.

use std::time::Duration;

use end_to_end::binaries;
use end_to_end::run::TestRun;
use end_to_end::running::{Recipient, Signal};

const STEPS: [&str; 5] = ["ok read", "ok issue", "ok start", "ok submit", "ok crash"];

#[test]
fn killed_at_any_step_it_can_be_run_again() {
    let run = TestRun::new();
    for step in STEPS {
        let running = run.command(binaries::flinkops()).arg("quickstart").spawn();
        running.wait_for_stdout(step);
        running.signal(Signal::Kill, Recipient::Process);
        assert_eq!(running.wait().signal, Some(9));
        run.assert_no_process_left();
    }
    run.command(binaries::flinkops()).arg("quickstart").run().expect_code(0);
}

#[test]
fn interrupted_it_stops_everything_and_says_so() {
    let run = TestRun::new();
    for signal in [Signal::Interrupt, Signal::Terminate] {
        let running = run.command(binaries::flinkops()).arg("quickstart").spawn();
        running.wait_for_stdout("ok start");
        running.signal(signal, Recipient::Group);
        let output = running.wait().expect_code(130);
        assert!(output.stderr.contains("error: interrupted"), "{output}");
        run.assert_no_process_left();
    }
}

#[test]
fn two_at_once_do_not_share_a_directory() {
    let run = TestRun::new();
    let first = run.command(binaries::flinkops()).arg("quickstart").spawn();
    first.wait_for_stdout("ok read");
    let second = run.command(binaries::flinkops()).arg("quickstart").timeout(Duration::from_secs(20)).run();
    let second = second.expect_code(2);
    assert!(second.stderr.contains("another quickstart is running"), "{second}");
    first.wait().expect_code(0);
}
