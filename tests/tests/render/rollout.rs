//! The rollout script, over hosts that are network namespaces with mounts of their own: it brings the files there, starts the
//! units, and RPC, data and REST really cross from host to host. What stands in for systemd does what the unit says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use end_to_end::need::{self, Missing, Need};
use end_to_end::run::Output;
use end_to_end::{exclusive, official, require};

use crate::network::Network;
use crate::workplace::{PATIENCE, Workplace};

/// Runs `$2` on the host `$1`, with the host's own directories in their places.
const SSH: &str = r#"#!/bin/sh
set -eu
host=$1
exec ip netns exec "$(cat "@RUN@/names/$host")" sh -c '
    set -eu
    mount --bind "@RUN@/fs/$1/etc" @RUN@/etc
    mount --bind "@RUN@/fs/$1/units" /etc/systemd/system
    FLINKOPS_HOST=$1 PATH="@RUN@/bin:$PATH" exec sh -c "$2"
' ssh "$host" "$2"
"#;

/// What the script asks of systemd.
const SYSTEMCTL: &str = r#"#!/bin/sh
set -eu
state=@RUN@/fs/$FLINKOPS_HOST
alive() { [ -e "$state/$1.pid" ] && kill -0 "$(cat "$state/$1.pid")" 2>/dev/null; }
begin() {
    unit=/etc/systemd/system/$1.service
    [ -e "$unit" ] || { echo "no unit $1" >&2; exit 5; }
    # Every Environment= of the unit, and what it starts.
    # shellcheck disable=SC2046
    export $(sed -n 's/^Environment=//p' "$unit")
    FLINK_IDENT_STRING=$FLINKOPS_HOST FLINK_PID_DIR=$state FLINK_LOG_DIR=@RUN@/logs
    export FLINK_IDENT_STRING FLINK_PID_DIR FLINK_LOG_DIR
    start=$(sed -n 's/^ExecStart=//p' "$unit")
    # shellcheck disable=SC2086
    setsid $start >"$state/$1.out" 2>&1 </dev/null &
    echo $! >"$state/$1.pid"
}
end() {
    alive "$1" || return 0
    kill "$(cat "$state/$1.pid")"
    n=0
    while alive "$1" && [ $n -lt 300 ]; do sleep 0.1; n=$((n + 1)); done
    rm -f "$state/$1.pid"
}
case "$1 ${2-}" in
    "daemon-reload ") ;;
    "is-active --quiet") alive "$3" ;;
    "enable --now") alive "$3" || begin "$3" ;;
    "disable --now") end "$3" ;;
    "restart "*) end "$2"; begin "$2" ;;
    *) echo "systemctl $*: not expected" >&2; exit 64 ;;
esac
"#;

fn program(path: &Path, text: &str, run: &str) {
    fs::write(path, text.replace("@RUN@", run)).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_cluster_is_brought_to_its_hosts_and_runs_there() {
    let [_java, ip, home] = require!(Need::Java, Need::Ip, Need::Flink("2.3.0"));
    let _alone = exclusive::real_flink();
    let place = Workplace::new("");
    let Some(network) = Network::new(&place.run, &ip, 3) else {
        let reason = "no network namespaces may be made here".to_owned();
        need::skip(
            "rollout::a_cluster_is_brought_to_its_hosts_and_runs_there",
            &Missing { reason, mend: "run as root".to_owned() },
        );
        return;
    };
    let run = place.run.path().display().to_string();
    let hosts: Vec<_> = (0..3).map(Network::address).collect();
    for directory in ["bin", "names", "etc", "logs"] {
        fs::create_dir(place.path(directory)).unwrap();
    }
    for (number, host) in hosts.iter().enumerate() {
        fs::create_dir_all(place.path(&format!("fs/{host}/etc"))).unwrap();
        fs::create_dir_all(place.path(&format!("fs/{host}/units"))).unwrap();
        fs::write(place.path("names").join(host), network.name(number)).unwrap();
    }
    program(&place.path("bin/ssh"), SSH, &run);
    program(&place.path("bin/systemctl"), SYSTEMCTL, &run);
    let text = format!(
        "apiVersion: flinkops/v1\nname: hosts\nflinkVersion: '2.3.0'\n\
         installation: {{home: {home}, configuration: {run}/etc/flink, logs: {run}/logs, temporary: [{run}], user: root}}\n\
         jobManagers: {{hosts: ['{}'], memory: 1g}}\n\
         taskManagers: [{{hosts: ['{}', '{}'], slots: 1, memory: 1200m}}]\n\
         checkpoints: {{directory: 'file://{run}/checkpoints', savepoints: 'file://{run}/savepoints', interval: 1 s}}\n\
         jvm: {{garbageCollector: serial, options: ['-XX:TieredStopAtLevel=1']}}\n",
        hosts[0],
        hosts[1],
        hosts[2],
        home = home.display(),
    );
    fs::write(place.path("cluster.yaml"), text).unwrap();
    place.render(&[]);
    let rollout = |arguments: &[&str]| -> Output {
        place
            .run
            .command(place.path("rendered/standalone/rollout.sh"))
            .args(arguments)
            .env("FLINKOPS_SSH", place.path("bin/ssh"))
            .env("FLINKOPS_SUDO", "")
            .env_remove("FLINK_HOME")
            .timeout(PATIENCE)
            .run()
    };
    assert_eq!(rollout(&["push", "nobody"]).code, Some(2));
    assert_ne!(rollout(&["status"]).code, Some(0));
    rollout(&["push"]).expect_code(0);
    // Each host has its own, for its owner alone, and nothing of the others.
    for host in &hosts {
        let conf = place.path(&format!("fs/{host}/etc/flink/config.yaml"));
        assert_eq!(fs::metadata(&conf).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(&conf).unwrap().contains(&format!(" on {host}.")));
        assert!(place.path(&format!("fs/{host}/units/flink-taskmanager.service")).exists());
        let stores = fs::read_dir(place.path(&format!("fs/{host}/etc/flink/tls"))).unwrap();
        assert!(
            stores
                .map(|store| store.unwrap().file_name())
                .all(|name| name.to_string_lossy().starts_with(host))
        );
    }
    rollout(&["start"]).expect_code(0);
    let access = place.access(&hosts[0], 8081);
    let jar = official::jobs_jar(&place.run, &home, "2.3.0").display().to_string();
    let job = place.wait("the job's submission", || {
        place.job(&access, &["submit", &jar, "--parallelism", "2", "--", "forever"])
    });
    let id = job["job_id"].as_str().unwrap().to_owned();
    let has_checkpoint = || {
        let shown = place.job(&access, &["show", &id])?;
        (shown["state"] == "RUNNING" && shown["checkpoints"]["completed"].as_u64()? > 0).then_some(())
    };
    place.wait("a running job with a checkpoint", has_checkpoint);
    let status = rollout(&["status"]).expect_code(0);
    assert_eq!(status.stdout.matches("runs").count(), 3, "{status}");

    // A change reaches the hosts: the old configuration is kept beside the new one, and processes see it when restarted.
    let changed = fs::read_to_string(place.path("cluster.yaml")).unwrap() + "flink: {web.timeout: 5 min}\n";
    fs::write(place.path("cluster.yaml"), changed).unwrap();
    place.render(&[]);
    rollout(&["push", &hosts[0]]).expect_code(0);
    let conf = |directory: &str| {
        fs::read_to_string(place.path(&format!("fs/{}/etc/{directory}/config.yaml", hosts[0]))).unwrap()
    };
    assert!(conf("flink").contains("web.timeout") && !conf("flink.old").contains("web.timeout"));
    rollout(&["restart", &hosts[0]]).expect_code(0);
    place.wait("the JobManager's return", || place.job(&access, &["list"]));
    rollout(&["stop"]).expect_code(0);
    assert_ne!(rollout(&["status"]).code, Some(0));
}
