//! The rendered pods without Kubernetes: each a network namespace and mounts of its own, in which what the manifests say is done:
//! ConfigMap and Secrets as directories, the init container's script, the conf directory read-only, the container's arguments. A
//! job runs over two TaskManagers that find the JobManager by the name of its Service, with TLS on.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use end_to_end::need::{self, Missing, Need};
use end_to_end::running::Running;
use end_to_end::{exclusive, official, require};
use serde_json::Value;

use crate::network::Network;
use crate::workplace::Workplace;

/// Where the pods of a run are.
struct Node<'a> {
    place: &'a Workplace,
    network: &'a Network<'a>,
    home: &'a Path,
}

/// Sets the pod `$1` up and does its commands: `$2` as the init container, then the rest as the container.
const POD: &str = r#"
set -eu
pod=@RUN@/pods/$1
mkdir -p "$pod/upper" "$pod/work" "$pod/conf"
mount -t tmpfs tmpfs /opt
mkdir /opt/flink
mount -t overlay overlay -o "lowerdir=@HOME@,upperdir=$pod/upper,workdir=$pod/work" /opt/flink
mkdir -p /opt/flink/tls
mount --bind @RUN@/tls /opt/flink/tls
mount --bind "$pod/conf" /opt/flink/conf
# A pod finds itself by its own name, and the JobManager by what DNS says of the Service without an address of its own.
printf '127.0.0.1 localhost\n%s %s\n%s pods-jobmanager\n' @OWN@ "$(hostname)" @MANAGER@ >"$pod/hosts"
mount --bind "$pod/hosts" /etc/hosts
sh -c "$2"
mount -o remount,bind,ro /opt/flink/conf
shift 2
unset FLINK_HOME FLINK_CONF_DIR
exec "$@"
"#;

impl Node<'_> {
    /// An object that was rendered.
    fn object(&self, file: &str) -> Value {
        let text = fs::read_to_string(self.place.path("rendered/kubernetes").join(file)).unwrap();
        serde_saphyr::from_str(&text).unwrap()
    }

    /// What is mounted, as directories.
    fn mount_all(&self) {
        let directory = |name: &str| {
            fs::create_dir_all(self.place.path(name)).unwrap();
            self.place.path(name)
        };
        for (key, text) in self.object("configmap.yaml")["data"].as_object().unwrap() {
            fs::write(directory("public").join(key), text.as_str().unwrap()).unwrap();
        }
        for (file, to) in [
            ("secret-configuration.yaml", "secret"),
            ("secret-internal-tls.yaml", "tls"),
            ("secret-rest-tls.yaml", "tls"),
        ] {
            for (key, bytes) in self.object(file)["data"].as_object().unwrap() {
                fs::write(directory(to).join(key), STANDARD.decode(bytes.as_str().unwrap()).unwrap())
                    .unwrap();
            }
        }
    }

    /// Starts a pod of the workload in `file` on a host.
    fn start(&self, file: &str, host: usize) -> Running {
        let run = self.place.run.path().display().to_string();
        let template = &self.object(file)["spec"]["template"]["spec"];
        let script = template["initContainers"][0]["command"][2].as_str().unwrap();
        let script = script
            .replace("/public/", &format!("{run}/public/"))
            .replace("/secret/", &format!("{run}/secret/"));
        let arguments: Vec<_> = template["containers"][0]["args"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap())
            .collect();
        // What the image's entry point makes of the first.
        let program = match arguments[0] {
            "jobmanager" => "/opt/flink/bin/jobmanager.sh",
            "taskmanager" => "/opt/flink/bin/taskmanager.sh",
            "standalone-job" => "/opt/flink/bin/standalone-job.sh",
            other => panic!("the image has no `{other}`"),
        };
        let rest =
            arguments[1..].iter().map(|argument| argument.replace("$(POD_IP)", &Network::address(host)));
        let pod = POD
            .replace("@RUN@", &run)
            .replace("@HOME@", &self.home.display().to_string())
            .replace("@OWN@", &Network::address(host))
            .replace("@MANAGER@", &Network::address(0));
        self.place
            .run
            .command("ip")
            .args([
                "netns",
                "exec",
                &self.network.name(host),
                "sh",
                "-c",
                &pod,
                "pod",
                &host.to_string(),
                &script,
            ])
            .args([program, "start-foreground"])
            .args(rest)
            .env("FLINK_LOG_DIR", self.place.path("logs"))
            .env("FLINK_PID_DIR", self.place.path(&format!("pids-{host}")))
            .env("FLINK_IDENT_STRING", format!("pod-{host}"))
            .timeout(std::time::Duration::from_secs(900))
            .spawn()
    }
}

/// Whether this machine lets us mount.
fn mounts(place: &Workplace) -> bool {
    let probe = "d=$(mktemp -d) && mkdir $d/l $d/u $d/w $d/m && mount -t overlay overlay -o lowerdir=$d/l,upperdir=$d/u,workdir=$d/w $d/m";
    place.run.command("unshare").args(["--mount", "sh", "-c", probe]).run().code == Some(0)
}

fn pods_find_each_other(
    test: &str,
    home: &Path,
    ip: &Path,
    version: &str,
    application: &str,
    job_class: Option<&str>,
) {
    let _alone = exclusive::real_flink();
    let place = Workplace::new("");
    let network = if mounts(&place) { Network::new(&place.run, ip, 3) } else { None };
    let Some(network) = network else {
        let reason = "neither networks nor mounts may be made here".to_owned();
        need::skip(test, &Missing { reason, mend: "run as root".to_owned() });
        return;
    };
    let jar = official::jobs_jar(&place.run, home, version).display().to_string();
    let text = format!(
        "apiVersion: flinkops/v1\nname: pods\nflinkVersion: '{version}'\nplatforms: [kubernetes]\n\
         jobManagers: {{memory: 1g}}\ntaskManagers: [{{replicas: 2, slots: 1, memory: 1200m}}]\nparallelism: 2\n\
         rest: {{names: ['{}']}}\n{}\
         jvm: {{garbageCollector: serial, options: ['-XX:TieredStopAtLevel=1']}}\n",
        Network::address(0),
        application.replace("@JAR@", &jar),
    );
    fs::write(place.path("cluster.yaml"), text).unwrap();
    place.render(&[]);
    fs::create_dir(place.path("logs")).unwrap();
    let node = Node { place: &place, network: &network, home };
    node.mount_all();
    let _pods = [
        node.start("jobmanager.yaml", 0),
        node.start("taskmanager.yaml", 1),
        node.start("taskmanager.yaml", 2),
    ];
    let access = place.access(&Network::address(0), 8081);
    let running = || {
        let listed = place.job(&access, &["list", "--state", "running"])?;
        let jobs = listed["jobs"].as_array()?;
        let job = jobs.first()?;
        (job["tasks"]["running"].as_u64()? > 0).then(|| job["id"].as_str().unwrap_or_default().to_owned())
    };
    if job_class.is_none() {
        place.wait("the job's submission", || {
            place.job(&access, &["submit", &jar, "--parallelism", "2", "--", "forever"])
        });
    }
    let id = place.wait("the running job", running);
    let shown = place.job(&access, &["show", &id]).unwrap();
    assert_eq!(shown["vertices"][0]["parallelism"], 2, "{shown}");
    // No password is where everybody may read: the file that Flink reads is another.
    let public = fs::read_to_string(place.path("public/jobmanager.yaml")).unwrap();
    assert!(public.contains("security.ssl.internal.keystore:") && !public.contains("password:"), "{public}");
}

#[test]
fn a_session_on_2_3() {
    let [_java, ip, home] = require!(Need::Java, Need::Ip, Need::Flink("2.3.0"));
    pods_find_each_other("pods::a_session_on_2_3", &home, &ip, "2.3.0", "", None);
}

#[test]
fn an_application_on_1_20() {
    let [_java, ip, home] = require!(Need::Java, Need::Ip, Need::Flink("1.20.5"));
    let application = "application: {jar: '@JAR@', class: ConformanceJobs, arguments: [forever]}\n";
    pods_find_each_other(
        "pods::an_application_on_1_20",
        &home,
        &ip,
        "1.20.5",
        application,
        Some("ConformanceJobs"),
    );
}
