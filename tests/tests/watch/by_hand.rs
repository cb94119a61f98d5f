//! `flinkops recover plan|run|backup`: what a watcher does, step by step.

use std::fs;

use serde_json::Value;

use crate::people::Place;

#[test]
fn a_failed_job_is_planned_for_and_brought_back() {
    let place = Place::new();
    let apply = ["job", "apply", "-f", "orders.yaml", "--journal", "journal.db"];
    place.flinkops(&apply).expect_code(0);
    let first = place.wait("RUNNING", 1);
    let plan = ["recover", "plan", "-f", "orders.yaml", "--journal", "journal.db"];
    let planned = |code| {
        let output = place.flinkops(&[&plan[..], &["-o", "json"]].concat()).expect_code(code);
        serde_json::from_str::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(planned(0)["steps"], serde_json::json!([]));
    std::thread::sleep(std::time::Duration::from_millis(1500));
    place.fail(&first);
    place.wait("FAILED", 1);
    let told = planned(1);
    let chosen = told["chosen"].as_str().unwrap();
    assert!(chosen.starts_with("s3://bucket/checkpoints/"), "{told:#}");
    let commands: Vec<&str> =
        told["steps"].as_array().unwrap().iter().filter_map(|step| step["command"].as_str()).collect();
    let run = format!("flinkops recover run -f orders.yaml --from {chosen}");
    assert!(commands.contains(&run.as_str()), "{commands:?}");
    let text = place.flinkops(&plan).expect_code(1).stdout;
    assert!(text.contains("states, the newest first") && text.contains(&run), "{text}");
    // Nobody is there to be asked.
    let run = ["recover", "run", "-f", "orders.yaml", "--journal", "journal.db"];
    let asked = place.flinkops(&run).expect_code(2);
    assert!(asked.stderr.contains("--yes does not ask"), "{asked}");
    let output = place.flinkops(&[&run[..], &["--yes", "-o", "json"]].concat()).expect_code(0);
    let told: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&told["runs"], told["state"].as_str()), (&true.into(), Some(chosen)), "{told}");
    assert_ne!(place.wait("RUNNING", 1), first);
    // It stands in the journal, and there is nothing more to recover.
    let history = place.flinkops(&["job", "history", "--journal", "journal.db", "-o", "json"]).expect_code(0);
    assert!(history.stdout.contains(chosen), "{history}");
    let again = place.flinkops(&[&run[..], &["--yes"]].concat()).expect_code(2);
    assert!(again.stderr.contains("there is nothing to recover"), "{again}");
}

#[test]
fn what_cannot_be_copied_is_refused_with_a_reason() {
    let place = Place::new();
    fs::create_dir(place.run.path().join("there")).unwrap();
    fs::create_dir_all(place.run.path().join("job/chk-7")).unwrap();
    fs::write(place.run.path().join("job/chk-7/_metadata"), b"this is no metadata").unwrap();
    for (path, to, said) in [
        ("s3://bucket/chk-1", "new", "is not on this machine"),
        ("nothing", "new", "it has no file `_metadata`"),
        ("job/chk-7", "new", "it begins with 0x74686973"),
        ("job/chk-7", "there", "is there already"),
    ] {
        let output = place.flinkops(&["recover", "backup", path, "--to", to]).expect_code(2);
        assert!(output.stderr.contains(said), "{path}: {output}");
    }
    let left = fs::read_dir(place.run.path()).unwrap().flatten().map(|entry| entry.file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().starts_with("new")));
}
