//! Rendering again: what is good stays, what somebody edited is not lost, what is no longer described goes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::workplace::Workplace;

const SMALL: &str = "apiVersion: flinkops/v1
name: small
flinkVersion: '2.3'
jobManagers: {hosts: [jm]}
taskManagers: [{hosts: [tm-1, tm-2], slots: 2}]
";

#[test]
fn the_same_description_gives_the_same_files() {
    let place = Workplace::new(SMALL);
    let first = place.render(&[]);
    assert_eq!(
        (&first["certificates"]["created"], &first["certificates"]["issued"]),
        (&true.into(), &5.into())
    );
    let before = place.files("rendered");
    let second = place.render(&[]);
    assert_eq!(second["files"]["written"], 0);
    assert_eq!((&second["certificates"]["issued"], &second["certificates"]["kept"]), (&0.into(), &5.into()));
    assert_eq!(place.files("rendered"), before);
}

#[test]
fn a_change_touches_what_it_concerns() {
    let place = Workplace::new(SMALL);
    place.render(&[]);
    fs::write(place.path("cluster.yaml"), SMALL.replace("tm-2], slots: 2", "tm-3], slots: 2")).unwrap();
    let again = place.render(&[]);
    assert_eq!((&again["certificates"]["issued"], &again["certificates"]["kept"]), (&1.into(), &4.into()));
    assert!(!place.path("rendered/standalone/hosts/tm-2").exists());
    assert!(place.path("rendered/standalone/hosts/tm-3/config.yaml").exists());
    assert!(again["files"]["removed"].as_u64() > Some(0));
}

#[test]
fn what_was_edited_by_hand_is_named_and_kept() {
    let place = Workplace::new(SMALL);
    place.render(&[]);
    let file = place.path("rendered/standalone/hosts/jm/config.yaml");
    let edited = fs::read_to_string(&file).unwrap() + "web.timeout: 1 min\n";
    fs::write(&file, &edited).unwrap();
    let other = place.path("rendered/standalone/hosts/tm-1/config.yaml");
    let before = fs::read_to_string(&other).unwrap();
    fs::write(place.path("cluster.yaml"), SMALL.replace("slots: 2", "slots: 4")).unwrap();
    let refused = place.flinkops(&["render", "cluster.yaml", "--out", "rendered"], 2);
    assert!(
        refused.stderr.contains("standalone/hosts/jm/config.yaml") && refused.stderr.contains("--overwrite"),
        "{refused}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), edited);
    assert_eq!(fs::read_to_string(&other).unwrap(), before, "nothing was written");
    place.flinkops(&["render", "cluster.yaml", "--out", "rendered", "--overwrite"], 0);
    assert!(!fs::read_to_string(&file).unwrap().contains("web.timeout"));
    assert!(fs::read_to_string(&other).unwrap().contains("numberOfTaskSlots: 4"));
}

/// A rendering that was killed leaves files of before and after. Both are its own, whatever is rendered next.
#[test]
fn what_an_interrupted_rendering_left_is_not_taken_for_edited() {
    let place = Workplace::new(SMALL);
    let render = |slots: &str| {
        fs::write(place.path("cluster.yaml"), SMALL.replace("slots: 2", slots)).unwrap();
        place.render(&[]);
        let manifest = fs::read_to_string(place.path("rendered/manifest.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&manifest).unwrap()
    };
    let file = |host: &str| place.path(&format!("rendered/standalone/hosts/{host}/config.yaml"));
    let before = render("slots: 2");
    let old = fs::read(file("tm-1")).unwrap();
    let after = render("slots: 4");
    // As after a kill: one host has the old file, the other the new one, and the manifest says what was under way.
    fs::write(file("tm-1"), old).unwrap();
    let mut between = before.clone();
    for host in ["tm-1", "tm-2"] {
        let name = format!("standalone/hosts/{host}/config.yaml");
        between["pending"][&name] = serde_json::json!([after["files"][&name]]);
    }
    fs::write(place.path("rendered/manifest.json"), between.to_string()).unwrap();
    let last = render("slots: 8");
    assert!(last["pending"].is_null(), "{last}");
    for host in ["tm-1", "tm-2"] {
        assert!(fs::read_to_string(file(host)).unwrap().contains("numberOfTaskSlots: 8"));
    }
}

/// A directory that is there is somebody's; a new one is for its owner alone.
#[test]
fn directories_keep_their_modes() {
    let place = Workplace::new(SMALL);
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    fs::create_dir(place.path("there")).unwrap();
    fs::set_permissions(place.path("there"), fs::Permissions::from_mode(0o755)).unwrap();
    place.flinkops(&["render", "cluster.yaml", "--out", "there"], 0);
    place.render(&[]);
    place.flinkops(&["init", "there/cluster.yaml"], 0);
    assert_eq!((mode("there"), mode("rendered")), (0o755, 0o700));
    assert_eq!(mode("there/pki"), 0o700);
    assert_eq!(mode("there/standalone/hosts/jm/tls"), 0o700);
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Workplace::new(SMALL);
    let said = place.render(&["--dry-run"]);
    assert_eq!((&said["dry_run"], &said["certificates"]["issued"]), (&true.into(), &5.into()));
    assert!(!place.path("rendered").exists());
}

#[test]
fn wrong_input_is_said_before_anything_is_written() {
    for (description, more, said) in [
        (
            SMALL.replace("hosts: [jm]", "replicas: 1"),
            &["--platform", "standalone"][..],
            "`jobManagers` needs `hosts`",
        ),
        (SMALL.to_owned(), &["--platform", "mesos"], "standalone, yarn, kubernetes and operator"),
        (
            SMALL.replace("slots: 2", "slots: 2, memory: 100m"),
            &["--platform", "kubernetes"],
            "Flink would refuse the memory of the TaskManager",
        ),
        (
            SMALL.replace("name: small", "name: 1small"),
            &["--platform", "operator"],
            "`1small` names Services",
        ),
        (format!("{SMALL}secrets: {{s3.secret-key: 'file:nowhere'}}\n"), &[], "secrets.s3.secret-key"),
        (format!("{SMALL}security: {{pki: {{keyType: rsa-1024}}}}\n"), &[], "security.pki.keyType"),
        (
            format!("{SMALL}security: {{pki: {{stores: nowhere}}}}\n"),
            &[],
            "lacks the stores of jm and 4 more",
        ),
        (format!("{SMALL}security: {{pki: {{authority: nowhere}}}}\n"), &[], "nowhere"),
    ] {
        let place = Workplace::new(&description);
        let refused = place.flinkops(&[&["render", "cluster.yaml", "--out", "rendered"], more].concat(), 2);
        assert!(refused.stderr.contains(said), "{said}: {refused}");
        assert!(!place.path("rendered").exists(), "{said}");
    }
}
