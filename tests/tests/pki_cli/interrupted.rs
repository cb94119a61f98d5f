//! Cut short: by Ctrl-C, by `kill -9`, by two at once.

use std::collections::HashSet;
use std::path::Path;

use end_to_end::running::{Recipient, Signal};

use crate::workshop::{CANARY, Workshop, below};

const BULK: [&str; 11] = [
    "bulk",
    "--dir",
    "ca",
    "--hosts",
    "hosts",
    "--key-type",
    "p-256",
    "--out",
    "out",
    "--password-from",
    "env:STORE_PASSWORD",
];

fn with_hosts(count: usize) -> Workshop {
    let workshop = Workshop::with_authority();
    workshop.write("hosts", (0..count).map(|number| format!("tm-{number}\n")).collect::<String>());
    workshop
}

/// Waits until some stores are in their places; what is being written does not count.
fn wait_for_some(workshop: &Workshop, count: usize) {
    for _ in 0..3000 {
        let files = below(&workshop.path("out"));
        if files.iter().filter(|file| !is_half_written(file)).count() >= count {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("nothing is written");
}

fn is_half_written(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".flinkops-"))
}

/// No serial number twice, and as many lines as were handed out or more.
fn assert_serials_differ(workshop: &Workshop, at_least: usize) {
    let report = workshop.json(&["status", "--dir", "ca", "--all"], 0);
    let rows = report["certificates"].as_array().unwrap();
    let serials: HashSet<_> = rows.iter().map(|row| row["serial"].to_string()).collect();
    assert_eq!(serials.len(), rows.len());
    assert!(rows.len() > at_least, "{} rows", rows.len());
}

#[test]
fn bulk_goes_on_where_it_was() {
    const COUNT: usize = 300;
    let workshop = with_hosts(COUNT);
    // An interruption ends it with a word and leaves no half-written file; kill -9 may leave some.
    let running = workshop.command(&BULK).spawn();
    wait_for_some(&workshop, 40);
    for process in workshop.run.processes() {
        assert!(!process.command.contains(CANARY), "{}", process.command);
    }
    running.signal(Signal::Interrupt, Recipient::Group);
    let output = running.wait().expect_code(130);
    workshop.judge(&output);
    assert!(
        output.stderr.contains("error: interrupted") && output.stderr.contains("goes on from here"),
        "{output}"
    );
    let half = below(&workshop.path("out")).iter().filter(|file| is_half_written(file)).count();
    assert_eq!(half, 0);

    let running = workshop.command(&BULK).spawn();
    std::thread::sleep(std::time::Duration::from_millis(300));
    running.signal(Signal::Kill, Recipient::Process);
    assert_eq!(running.wait().signal, Some(9));

    let done = workshop.json(&BULK, 0);
    let kept = done["kept"].as_u64().unwrap();
    assert!(kept >= 8, "{kept} were kept");
    assert_eq!(done["issued"].as_u64().unwrap() + kept, COUNT as u64);
    assert_eq!(workshop.json(&BULK, 0)["kept"].as_u64().unwrap(), COUNT as u64);
    assert_serials_differ(&workshop, COUNT);
    workshop.run.assert_no_process_left();
}

#[test]
fn two_at_once_share_an_authority() {
    let workshop = with_hosts(20);
    let other = ["bulk", "--dir", "ca", "--hosts", "hosts", "--key-type", "p-256", "--out", "other"];
    let (first, second) = (workshop.command(&BULK).spawn(), workshop.command(&other).spawn());
    for running in [first, second] {
        workshop.judge(&running.wait().expect_code(0));
    }
    assert_serials_differ(&workshop, 40);
}

#[test]
fn an_interrupted_init_is_there_whole_or_not_at_all() {
    let workshop = Workshop::new();
    for round in 0..10 {
        let running = workshop.command(&["init", "--dir", "ca", "--key-type", "p-256"]).spawn();
        std::thread::sleep(std::time::Duration::from_millis(round * 15));
        running.signal(Signal::Kill, Recipient::Process);
        let output = running.wait();
        if !workshop.path("ca").exists() {
            continue;
        }
        // The passphrase is on the disk before the key that it encrypts.
        let passphrases = below(workshop.run.path()).into_iter().filter(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            name == "ca.passphrase" || name.starts_with(".flinkops-passphrase-")
        });
        let opens = passphrases.map(|file| format!("file:{}", file.display())).any(|source| {
            let issue = [
                "issue",
                "--dir",
                "ca",
                "--name",
                "x",
                "--role",
                "internal",
                "--key-type",
                "p-256",
                "--out",
                "out",
                "--passphrase-from",
                &source,
            ];
            workshop.command(&issue).run().code == Some(0)
        });
        assert!(opens, "the key of a whole authority has its passphrase\n{output}");
        std::fs::remove_dir_all(workshop.path("ca")).unwrap();
    }
}
