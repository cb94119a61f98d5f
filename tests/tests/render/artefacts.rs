//! What is rendered from the guide's description and from one that says everything, judged by kubernetes-validate, shellcheck,
//! systemd and our own linter; and that secrets are where they belong.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use end_to_end::binaries;
use end_to_end::need::Need;
use end_to_end::require;
use end_to_end::run::TestRun;

use crate::workplace::Workplace;

const GUIDE: &str = include_str!("../../../examples/guide/cluster.yaml");

/// Fields that the guide's does not have.
const MUCH: &str = "apiVersion: flinkops/v1
name: much
flinkVersion: '2.3'
platforms: [kubernetes]
jobManagers: {replicas: 2, memory: 2g, cpus: 0.5}
taskManagers:
  - {name: small, replicas: 3, slots: 2, memory: 4g, labels: {disk: ssd}}
  - {name: large, replicas: 2, slots: 8, memory: 32g, cpus: 8}
highAvailability: {mode: kubernetes, storage: 's3://bucket/ha'}
checkpoints: {directory: 's3://bucket/checkpoints', savepoints: 's3://bucket/savepoints', interval: 10 s}
security: {rest: server-only}
metrics: {prometheus: 9249}
kubernetes:
  namespace: streaming
  expose: load-balancer
  ingress: {host: flink.example.com, class: nginx, tlsSecret: flink-tls}
  volume: {size: 100Gi, storageClass: nfs}
  annotations: {team: data}
flink: {s3.endpoint: 'https://minio.example.com'}
secrets: {s3.secret-key: 'file:s3-key', s3.access-key: 'env:S3_ACCESS'}
";

/// The same for one group, which the operator and YARN have.
fn application(version: &str, platform: &str) -> String {
    format!(
        "apiVersion: flinkops/v1\nname: app\nflinkVersion: '{version}'\nplatforms: [{platform}]\n\
         jobManagers: {{memory: 2g}}\ntaskManagers: [{{replicas: 2, slots: 2, memory: 4g}}]\n\
         checkpoints: {{savepoints: 's3://bucket/savepoints'}}\n\
         application: {{jar: /opt/flink/usrlib/job.jar, class: com.example.Job, arguments: [--since, \"it's\"]}}\n\
         kubernetes: {{certManager: {{issuer: company}}}}\nparallelism: 4\n"
    )
}

fn rendered(description: &str) -> Workplace {
    let place = Workplace::new(description);
    fs::write(place.path("s3-key"), "canary-secret-of-s3\n").unwrap();
    let command =
        place.run.command(binaries::flinkops()).args(["render", "cluster.yaml", "--out", "rendered"]);
    command.env("S3_ACCESS", "canary-access-of-s3").run().expect_code(0);
    place
}

/// Every file below with this end.
fn files(place: &Workplace, below: &str, end: &str) -> Vec<PathBuf> {
    let root = format!("rendered/{below}");
    if !place.path(&root).is_dir() {
        return Vec::new();
    }
    let all = place.files(&root).into_iter().filter(|(name, _)| name.ends_with(end));
    all.map(|(name, _)| place.path(&root).join(name)).collect()
}

fn validate(run: &TestRun, packages: &Path, version: &str, file: &Path) -> bool {
    let output = run
        .command("python3")
        .args(["-m", "kubernetes_validate", "--strict", "-k", version])
        .arg(file)
        .env("PYTHONPATH", packages)
        .run();
    output.code == Some(0)
}

#[test]
fn kubernetes_takes_every_manifest() {
    let packages = require!(Need::KubernetesValidate);
    let mut checked = 0;
    for description in
        [GUIDE.to_owned(), MUCH.to_owned(), application("1.20", "kubernetes"), application("2.3", "operator")]
    {
        let place = rendered(&description);
        let manifests =
            files(&place, "kubernetes", ".yaml").into_iter().chain(files(&place, "operator", ".yaml"));
        for file in manifests {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).unwrap();
            // Kinds that are not Kubernetes' own, and files that are no objects.
            let own = !text.contains("apiVersion: flink.apache.org")
                && !text.contains("apiVersion: cert-manager.io");
            let is_other = ["/client/", "/conf/"].iter().any(|part| file.to_string_lossy().contains(part))
                // A part of a pod, which Flink completes.
                || ["kustomization.yaml", "helm-values.yaml", "pod-template.yaml"].contains(&name.as_str());
            if is_other || !own {
                continue;
            }
            // The oldest and the newest that it knows.
            for version in ["1.25.0", "1.37.0"] {
                assert!(validate(&place.run, &packages, version, &file), "{version}: {name}\n{text}");
            }
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
    // It can fail.
    let run = TestRun::new();
    let bad = run.path().join("bad.yaml");
    fs::write(&bad, "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{prot: 1}]}\n")
        .unwrap();
    assert!(!validate(&run, &packages, "1.37.0", &bad));
}

#[test]
fn shells_take_every_script() {
    let shellcheck = require!(Need::Shellcheck);
    for description in [GUIDE.to_owned(), application("1.20", "yarn"), application("2.3", "yarn")] {
        let place = rendered(&description);
        let scripts = files(&place, "", ".sh");
        assert!(!scripts.is_empty());
        for script in scripts {
            let mode = fs::metadata(&script).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o755, "{}", script.display());
            place.run.command(&shellcheck).args(["-s", "sh"]).arg(&script).run().expect_code(0);
        }
    }
}

#[test]
fn systemd_takes_every_unit() {
    let analyze = require!(Need::SystemdAnalyze);
    // The programs that units start must be there.
    let place = Workplace::new("");
    let home = place.path("flink");
    fs::create_dir_all(home.join("bin")).unwrap();
    for script in ["jobmanager.sh", "taskmanager.sh", "zookeeper.sh"] {
        let path = home.join("bin").join(script);
        fs::write(&path, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let text = GUIDE.replacen(
        "parallelism: 4\n",
        &format!(
            "parallelism: 4\ninstallation: {{home: {}, temporary: [/var/tmp/flink]}}\n\
             highAvailability: {{mode: zookeeper, quorum: ['jobmanager-host:2181'], storage: 'file:///srv/ha', bundled: true}}\n",
            home.display()
        ),
        1,
    );
    fs::write(place.path("cluster.yaml"), text).unwrap();
    place.render(&["--platform", "standalone"]);
    let units = files(&place, "standalone/systemd", ".service");
    assert_eq!(units.len(), 3);
    for unit in &units {
        // An instance, where the unit is a template.
        let named = place.path(&unit.file_name().unwrap().to_string_lossy().replace('@', "@1"));
        fs::copy(unit, &named).unwrap();
        let output =
            place.run.command(&analyze).args(["verify", "--man=no"]).arg(&named).run().expect_code(0);
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""), "{}", unit.display());
    }
    // It can fail.
    let bad = place.path("bad.service");
    fs::write(&bad, "[Service]\nExecStart=/nowhere/at/all\nRestart=perhaps\n").unwrap();
    let output = place.run.command(&analyze).args(["verify", "--man=no"]).arg(&bad).run();
    assert!(output.code != Some(0) || !output.stderr.is_empty(), "{output}");
}

#[test]
fn the_linter_finds_nothing_in_what_is_rendered() {
    for version in ["1.18", "1.19", "1.20", "2.0", "2.1", "2.2", "2.3"] {
        let place = Workplace::new(GUIDE);
        place.render(&["--flink-version", version]);
        let mut directories: Vec<_> = fs::read_dir(place.path("rendered/standalone/hosts"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        let others = ["standalone/client", "yarn/conf", "kubernetes/client", "kubernetes/native/conf"];
        directories.extend(others.map(|name| place.path("rendered").join(name)));
        assert_eq!(directories.len(), 9);
        for directory in directories {
            let path = directory.display().to_string();
            let output =
                place.flinkops(&["conf", "lint", &path, "--flink-version", version, "--fail-on", "info"], 0);
            assert_eq!(output.stdout, "nothing found\n", "{version} {path}");
        }
    }
}

/// Secrets are in files for their owner alone, and in no others.
#[test]
fn secrets_are_where_they_belong() {
    for description in [GUIDE, MUCH] {
        let place = rendered(description);
        let passwords: Vec<_> = place
            .files("rendered")
            .into_iter()
            .filter(|(name, _)| name.ends_with(".password") || name.ends_with("ca.passphrase"))
            .map(|(_, bytes)| String::from_utf8(bytes).unwrap().trim().to_owned())
            .chain(["canary-secret-of-s3".to_owned(), "canary-access-of-s3".to_owned()])
            .collect();
        assert!(passwords.len() > 3);
        let mut private = 0;
        for (name, bytes) in place.files("rendered") {
            let mode = fs::metadata(place.path("rendered").join(&name)).unwrap().permissions().mode() & 0o777;
            if mode == 0o600 {
                private += 1;
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            // What the operator's own client must know, and what opens nothing by itself.
            if name == "operator/flinkdeployment.yaml" {
                let internal = text
                    .lines()
                    .filter(|line| line.contains("password") && !line.contains("security.ssl.rest."));
                assert_eq!(internal.count(), 0, "{text}");
                continue;
            }
            for password in &passwords {
                assert!(!text.contains(password.as_str()), "{name} (mode {mode:o}) holds a secret");
            }
        }
        assert!(private > 5);
    }
}
