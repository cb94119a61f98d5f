//! `--clusters`.

use end_to_end::run::TestRun;

use crate::support::{ask, get, interrupt, run, start};

#[test]
fn each_cluster_has_a_port_of_its_own() {
    let test = TestRun::new();
    let arguments = ["--port", "0", "--clusters", "3", "--seed", "5", "--scenario", "job-zoo"];
    let (program, urls) = start::<3>(&test, &arguments);
    let first_jobs = urls.each_ref().map(|url| get(&format!("{url}/jobs"))["jobs"][0]["id"].clone());
    assert!(first_jobs[0].is_string() && first_jobs[0] != first_jobs[1] && first_jobs[1] != first_jobs[2]);
    assert_eq!(ask("DELETE", &format!("{}/cluster", urls[0]), "").0, 200);
    assert_eq!(get(&format!("{}/overview", urls[2]))["taskmanagers"], 3);
    assert_eq!(interrupt(program), Some(130));
}

#[test]
fn with_a_prefix_they_share_one_port() {
    let test = TestRun::new();
    let arguments = ["--port", "0", "--clusters", "2", "--path-prefix", "/flink"];
    let (_program, urls) = start::<2>(&test, &arguments);
    assert!(urls[0].ends_with("/flink/1") && urls[1].ends_with("/flink/2"));
    assert_eq!(urls[0].trim_end_matches('1'), urls[1].trim_end_matches('2'));
    assert_eq!(get(&format!("{}/mock/clock", urls[1]))["kind"], "real");
}

#[test]
fn the_highest_seed_is_one_for_several_clusters_too() {
    let test = TestRun::new();
    let seed = u64::MAX.to_string();
    let (_program, urls) = start::<2>(&test, &["--port", "0", "--clusters", "2", "--seed", &seed]);
    assert_eq!(get(&format!("{}/overview", urls[1]))["taskmanagers"], 1);
}

#[test]
fn what_does_not_fit_is_said() {
    let test = TestRun::new();
    for (arguments, expected) in [
        (&["--port", "65535", "--clusters", "2"][..], "choose a lower --port"),
        (&["--clusters", "0"], "1..=1000"),
        (&["--scenario", "job-zoo", "diff", "http://a", "http://b"], "cannot be used with"),
    ] {
        let error = run(&test, arguments).expect_code(2).stderr;
        assert!(error.contains(expected), "{error}");
    }
}
