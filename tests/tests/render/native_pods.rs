//! What Flink's native integration, and with it the operator, makes of the pod template that is rendered: the processes are led to
//! the configuration that was joined with its secrets, and the ConfigMap of Flink holds none.

use std::fs;
use std::path::Path;

use end_to_end::need::Need;
use end_to_end::{official, require};
use serde_json::Value;

use crate::workplace::Workplace;

fn pods_are_joined(home: &Path, version: &str) {
    let place = Workplace::new(include_str!("../../../examples/guide/cluster.yaml"));
    place.render(&["--platform", "operator", "--flink-version", version]);
    let text = fs::read_to_string(place.path("rendered/operator/flinkdeployment.yaml")).unwrap();
    let deployment: Value = serde_saphyr::from_str(&text).unwrap();
    // JSON is YAML, too.
    fs::write(place.path("pod.yaml"), deployment["spec"]["podTemplate"].to_string()).unwrap();
    let jar = official::jar_of(&place.run, home, version, "NativePods");
    let path = format!("{}:{}/lib/*", jar.display(), home.display());
    let output = place
        .run
        .command("java")
        .args(["-cp", &path, "NativePods", "pod.yaml"])
        .arg(home.join("conf"))
        .run()
        .expect_code(0);
    let json = output.stdout.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{output}"));
    let made: Value = serde_json::from_str(json).unwrap();
    let pod = &made["spec"]["template"]["spec"];
    let volumes = pod["volumes"].as_array().unwrap();
    let configuration = volumes.iter().find(|volume| volume["name"] == "flink-config-volume").unwrap();
    let joined = &pod["initContainers"][0]["volumeMounts"];
    assert!(
        joined.as_array().unwrap().iter().any(|mount| mount["name"] == configuration["name"]),
        "{joined}"
    );
    let container = &pod["containers"][0];
    let variables = container["env"].as_array().unwrap();
    let led = variables.iter().find(|variable| variable["name"] == "FLINK_CONF_DIR").unwrap();
    let mounts = container["volumeMounts"].as_array().unwrap();
    assert!(
        mounts.iter().any(|mount| mount["mountPath"] == led["value"] && mount["name"] == "joined"),
        "{mounts:?}"
    );
    // Nothing of what was given is lost, and the start script is the one that reads the variable.
    assert!(["tls", "kerberos"].iter().all(|name| mounts.iter().any(|mount| mount["name"] == *name)));
    assert!(container["args"].to_string().contains("kubernetes-jobmanager.sh"), "{}", container["args"]);
    let script = fs::read_to_string(home.join("bin/config.sh")).unwrap();
    assert!(script.contains(r#"if [ -z "$FLINK_CONF_DIR" ]"#));
}

#[test]
fn flink_1_20_joins_its_configuration() {
    let [_java, _javac, home] = require!(Need::Java, Need::Javac, Need::Flink("1.20.5"));
    pods_are_joined(&home, "1.20.5");
}

#[test]
fn flink_2_3_joins_its_configuration() {
    let [_java, _javac, home] = require!(Need::Java, Need::Javac, Need::Flink("2.3.0"));
    pods_are_joined(&home, "2.3.0");
}
