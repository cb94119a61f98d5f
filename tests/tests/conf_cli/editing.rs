//! `get`, `set`, `unset`, `fmt`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::desk::{CANARY, Desk};

const YAML: &str = "# head\nrest:\n  port: 8081 # the UI\n\nstate.backend: rocksdb\n";

#[test]
fn set_changes_one_value_and_keeps_the_rest_with_its_mode() {
    let desk = Desk::with("config.yaml", YAML);
    fs::set_permissions(desk.path("config.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    let set = ["set", "rest.port", "8082", "--flink-version", "2.3"];
    let dry = desk.conf(&[&set[..], &["--dry-run"]].concat(), 0);
    assert!(dry.stdout.contains("-  port: 8081 # the UI\n+  port: 8082 # the UI\n"), "{dry}");
    assert_eq!(desk.read("config.yaml"), YAML);
    let made = desk.json(&set, 0);
    assert_eq!((&made["changed"], &made["written"]), (&true.into(), &true.into()));
    assert_eq!(desk.read("config.yaml"), YAML.replace("8081", "8082"));
    assert_eq!(desk.mode("config.yaml"), 0o640);
    assert_eq!(desk.json(&set, 0)["changed"], false);
}

#[test]
fn what_flink_would_ignore_or_refuse_is_not_set() {
    let desk = Desk::with("flink-conf.yaml", "rest.port: 8081\n");
    let set = |key: &'static str, value: &'static str| {
        ["set", key, value, "--conf", "flink-conf.yaml", "--flink-version", "1.18"]
    };
    desk.refused(&set("rest.prot", "1"), &["no option `rest.prot`", "did you mean", "`rest.port`"]);
    desk.refused(&set("rest.port", "many"), &["`many` is not a whole number"]);
    desk.refused(&set("execution.checkpointing.interval", "PT1M"), &["is no duration"]);
    desk.refused(&set("state.backend", "rocksdb"), &["another name of `state.backend.type`"]);
    desk.refused(&set("security.ssl.internal.key-password", "x"), &["is a secret", "--value-from"]);
    desk.refused(&set("rest.address", "a#b"), &["cannot hold this value"]);
    desk.refused(&["set", "rest.port", "1"], &["none was given", "--flink-version"]);
    assert_eq!(desk.read("flink-conf.yaml"), "rest.port: 8081\n");
    desk.conf(&[&set("rest.prot", "1")[..], &["--danger-unchecked"]].concat(), 0);
    assert_eq!(desk.read("flink-conf.yaml"), "rest.port: 8081\nrest.prot: 1\n");
}

#[test]
fn a_secret_comes_from_elsewhere_and_is_not_shown() {
    let desk = Desk::with("conf/config.yaml", "");
    let target = ["--conf", "conf", "--flink-version", "2.3"];
    let key = "security.ssl.internal.keystore-password";
    desk.conf(&[&["set", key, "--value-from", "env:SECRET"][..], &target].concat(), 0);
    assert_eq!(desk.read("conf/config.yaml"), format!("{key}: {CANARY}\n"));
    let got = desk.json(&[&["get", key][..], &target].concat(), 0);
    assert_eq!(got["value"], "…");
    let shown = desk.command(&[&["get", key, "--danger-show-secret"][..], &target].concat()).run();
    assert_eq!(shown.expect_code(0).stdout, format!("{CANARY}\n"));
    let removed = desk.conf(&[&["unset", key][..], &target].concat(), 0);
    assert!(removed.stdout.contains(&format!("-{key}: …")), "{removed}");
    assert_eq!(desk.read("conf/config.yaml"), "");
}

#[test]
fn get_finds_what_flink_would_take() {
    let desk = Desk::with("config.yaml", YAML);
    let get = |key: &'static str| ["get", key, "--flink-version", "2.3"];
    assert_eq!(desk.conf(&get("rest.port"), 0).stdout, "8081\n");
    let former = desk.json(&get("state.backend.type"), 0);
    assert_eq!((&former["value"], &former["set_as"]), (&"rocksdb".into(), &"state.backend".into()));
    let default = desk.json(&get("parallelism.default"), 0);
    assert_eq!((&default["value"], &default["source"]), (&"1".into(), &"default".into()));
    assert_eq!(desk.json(&get("high-availability.storageDir"), 1)["value"], serde_json::Value::Null);
    desk.refused(&get("rest.prot"), &["did you mean", "`rest.port`"]);
    desk.refused(&get("security.ssl.enabled"), &["Flink 1.18 to 1.20 only"]);
}

#[test]
fn unset_says_when_another_name_still_sets_the_option() {
    let desk = Desk::with("config.yaml", "state.backend: rocksdb\nstate.backend.type: hashmap\n");
    let unset = ["unset", "state.backend.type", "--flink-version", "2.3"];
    let output = desk.conf(&unset, 0);
    assert!(output.stderr.contains("still set, as `state.backend` in line 1"), "{output}");
    assert_eq!(desk.read("config.yaml"), "state.backend: rocksdb\n");
    assert_eq!(desk.json(&unset, 0)["changed"], false);
}

#[test]
fn the_directory_holds_the_file_that_the_version_reads() {
    let desk = Desk::with("conf/config.yaml", "rest.port: 1\n");
    desk.write("conf/flink-conf.yaml", "rest.port: 2\n");
    let get = |version| desk.conf(&["get", "rest.port", "--conf", "conf", "--flink-version", version], 0);
    assert_eq!(get("1.18").stdout, "2\n");
    assert_eq!(get("1.20").stdout, "2\n");
    assert_eq!(get("2.0").stdout, "1\n");
    fs::remove_file(desk.path("conf/config.yaml")).unwrap();
    let target = ["--conf", "conf", "--flink-version", "2.3"];
    desk.refused(
        &[&["get", "rest.port"][..], &target].concat(),
        &["no configuration that Flink 2.3 reads", "conf migrate"],
    );
    let by_variable =
        desk.command(&["get", "rest.port", "--flink-version", "1.20"]).env("FLINK_CONF_DIR", "conf");
    assert_eq!(by_variable.run().expect_code(0).stdout, "2\n");
}

#[test]
fn fmt_lays_out_and_means_the_same() {
    let untidy = "#a\n\n\nrest:\n    port:   8081   # the UI\n    bind-address:   localhost\nstate.backend.type:  'rocksdb'\n\n";
    let desk = Desk::with("config.yaml", untidy);
    let check = desk.json(&["fmt", "config.yaml", "--check"], 1);
    assert_eq!((&check["files"][0]["changed"], &check["files"][0]["written"]), (&true.into(), &false.into()));
    assert_eq!(desk.read("config.yaml"), untidy);
    desk.conf(&["fmt", "."], 0);
    let tidy =
        "#a\n\nrest:\n  port: 8081 # the UI\n  bind-address: localhost\nstate.backend.type: 'rocksdb'\n";
    assert_eq!(desk.read("config.yaml"), tidy);
    desk.conf(&["fmt", "config.yaml", "--check"], 0);
    desk.conf(&["fmt", "config.yaml", "--style", "flat"], 0);
    assert_eq!(
        desk.read("config.yaml"),
        "#a\n\nrest.port: 8081 # the UI\nrest.bind-address: localhost\nstate.backend.type: 'rocksdb'\n"
    );
    desk.conf(&["fmt", "config.yaml", "--style", "nested"], 0);
    assert_eq!(
        desk.read("config.yaml"),
        "#a\n\nrest:\n  port: 8081 # the UI\n  bind-address: localhost\nstate:\n  backend:\n    type: 'rocksdb'\n"
    );
    desk.write("flink-conf.yaml", "a:  1\n");
    desk.refused(&["fmt", "flink-conf.yaml", "--style", "nested"], &["flink-conf.yaml cannot be nested"]);
    desk.refused(&["fmt", "none.yaml"], &["cannot read none.yaml"]);
}
