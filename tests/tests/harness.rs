//! The harness proves itself: a test that passes because the harness looks the other way is worse than none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use end_to_end::need::{Need, Policy, resolve};
use end_to_end::run::TestRun;
use end_to_end::running::{Recipient, Signal};
use end_to_end::{exclusive, port, require, residue};

fn shell(run: &TestRun, script: &str) -> end_to_end::run::Invocation {
    run.command("/bin/sh").args(["-c", script])
}

fn panic_of(body: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(body)).expect_err("this should have failed");
    panic.downcast_ref::<String>().cloned().expect("the panic carries a text")
}

#[test]
fn code_streams_input_and_directory_are_those_of_the_command() {
    let run = TestRun::new();
    let output = shell(&run, "cat; pwd; echo \"$X\" >&2; exit 7").stdin("in\n").env("X", "err").run();
    assert_eq!((output.code, output.signal), (Some(7), None));
    let here = run.path().canonicalize().unwrap();
    assert_eq!(output.stdout, format!("in\n{}\n", here.display()));
    assert_eq!(output.stderr, "err\n");
}

#[test]
fn an_unexpected_code_shows_everything_that_was_said() {
    let run = TestRun::new();
    let message = panic_of(|| drop(shell(&run, "echo out; echo err >&2; exit 3").run().expect_code(0)));
    for part in ["exit code 3", "--- stdout\nout", "--- stderr\nerr"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_late_command_is_killed_with_its_children() {
    let run = TestRun::new();
    let message = panic_of(|| {
        drop(shell(&run, "sleep 600 & sleep 600").timeout(Duration::from_millis(300)).run());
    });
    assert!(message.contains("did not end within"), "{message}");
    run.assert_no_process_left();
}

#[test]
fn a_daemon_in_another_session_is_found_listed_and_killed_at_the_end() {
    let run = TestRun::new();
    shell(&run, "setsid sleep 601 >/dev/null 2>&1 & true").run().expect_code(0);
    let message = panic_of(|| run.assert_no_process_left());
    assert!(message.contains("sleep 601"), "{message}");
    let left = run.processes();
    drop(run);
    assert_eq!(left.len(), 1);
    assert!(!std::path::Path::new(&format!("/proc/{}/exe", left[0].pid)).exists());
}

#[test]
fn runs_do_not_see_each_others_processes() {
    let (one, two) = (TestRun::new(), TestRun::new());
    let sleeper = shell(&one, "echo ready; exec sleep 602").spawn();
    sleeper.wait_for_stdout("ready");
    two.assert_no_process_left();
    assert_eq!(one.processes().len(), 1);
    drop(sleeper);
    one.assert_no_process_left();
    assert!(residue::of_run("no such run").is_empty());
}

#[test]
fn a_daemon_that_holds_the_output_does_not_hold_the_test() {
    let run = TestRun::new();
    let output = shell(&run, "setsid sleep 603 & echo started").run().expect_code(0);
    assert_eq!(output.stdout, "started\n");
    assert!(output.elapsed < Duration::from_secs(2), "{output}");
}

#[test]
fn lines_are_awaited_and_signals_arrive() {
    let run = TestRun::new();
    // Not SIGINT: a shell cannot trap it where it was ignored from the start, as it is for background jobs.
    let trap = "trap 'echo caught; exit 143' TERM; echo listening on port 1; while :; do sleep 0.05; done";
    let running = shell(&run, trap).spawn();
    assert_eq!(running.wait_for_stdout("listening"), "listening on port 1");
    running.signal(Signal::Terminate, Recipient::Process);
    let output = running.wait().expect_code(143);
    assert!(output.stdout.ends_with("caught\n"), "{output}");

    let running = shell(&run, "echo ready; sleep 604").spawn();
    running.wait_for_stdout("ready");
    running.signal(Signal::Kill, Recipient::Group);
    assert_eq!(running.wait().signal, Some(9));
    run.assert_no_process_left();
}

#[test]
fn waiting_for_a_line_that_never_comes_ends_with_the_output() {
    let run = TestRun::new();
    let running = shell(&run, "echo something else; echo trouble >&2").spawn();
    let message = panic_of(|| drop(running.wait_for_stdout("listening")));
    assert!(message.contains("never said `listening`") && message.contains("something else"), "{message}");
}

#[test]
fn ports_differ_and_are_free() {
    let ports: [u16; 8] = port::free();
    let mut distinct = ports.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 8);
    std::net::TcpListener::bind(("127.0.0.1", ports[0])).unwrap();
}

#[test]
fn the_lock_lets_one_in_at_a_time() {
    let inside = Arc::new(AtomicUsize::new(0));
    let name = format!("self-test-{}", std::process::id());
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (inside, name) = (Arc::clone(&inside), name.clone());
            std::thread::spawn(move || {
                let _alone = exclusive::named(&name);
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                std::thread::sleep(Duration::from_millis(20));
                inside.fetch_sub(1, Ordering::SeqCst);
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    exclusive::remove(&name);
}

#[test]
fn what_is_missing_is_said_with_its_mend() {
    let missing = resolve([Need::Flink("0.0.1")], Policy::Fail).unwrap_err();
    assert_eq!(missing.reason, "Flink 0.0.1 is not downloaded");
    assert_eq!(missing.mend, "cargo xtask flink get 0.0.1");
}

#[test]
fn a_jvm_started_as_a_daemon_by_flinks_own_scripts_does_not_escape() {
    let [_java, home] = require!(Need::Java, Need::Flink("1.18.1"));
    let _alone = exclusive::real_flink();
    let run = TestRun::new();
    let [rest, rpc] = port::free();
    let conf = run.path().join("conf");
    std::fs::create_dir(&conf).unwrap();
    let keys = format!(
        "jobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\nrest.port: {rest}\n\
         jobmanager.memory.process.size: 1024m\n"
    );
    std::fs::write(conf.join("flink-conf.yaml"), keys).unwrap();
    let jobmanager = run.command(home.join("bin/jobmanager.sh")).arg("start").env("FLINK_CONF_DIR", &conf);
    let places = ["FLINK_PID_DIR", "FLINK_LOG_DIR"];
    places.iter().fold(jobmanager, |command, name| command.env(name, run.path())).run().expect_code(0);
    let message = panic_of(|| run.assert_no_process_left());
    assert!(message.contains("StandaloneSessionClusterEntrypoint"), "{message}");
    let jvm = run.processes()[0].pid;
    drop(run);
    assert!(!std::path::Path::new(&format!("/proc/{jvm}/exe")).exists());
}
