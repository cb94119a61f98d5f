//! Flink's native integration, as ready commands: Flink itself asks Kubernetes for pods.
//!
//! What `bin/kubernetes-session.sh` knows goes into a ConfigMap, so it is told nothing about TLS and Kerberos: the pods join
//! that with a Secret. The client that starts the cluster does not speak to it; `client/` is for those that do.

use std::collections::BTreeMap;
use std::path::Path;

use ops_core::conf::is_sensitive;
use ops_core::spec::{Application, ClusterSpec};

use super::configuration::opaque;
use super::names::Names;
use super::object::{Object, yaml};
use super::parts::{STORES, login};
use super::pod_template::{pod_template, rules};
use super::{Request, Tls, access, pods};
use crate::artifact::Artifact;
use crate::configuration::{
    self, Node, Place, Settings, Target, client_log_files, document, log_files, take,
};
use crate::error::DeployError;
use crate::shell::quoted;

/// The Secret with what the ConfigMap must not hold.
const SECRET: &str = "native";
const START: &str = include_str!("native.sh");

/// The files below `native/`; none where TaskManagers are of several kinds, which the integration does not have.
pub(super) fn files(
    spec: &ClusterSpec,
    names: &Names,
    tls: &Tls,
    request: &Request<'_>,
) -> Result<Vec<Artifact>, DeployError> {
    let [group] = &spec.task_managers[..] else { return Ok(Vec::new()) };
    let node = Node::both(group);
    let mut settings = configuration::settings(spec, Target::Operator, &node);
    keys(spec, names, &mut settings);
    let place = Place {
        stores: STORES.into(),
        internal: tls.internal.as_ref(),
        rest: tls.rest.as_ref(),
        kerberos: login(spec),
    };
    let doc = document(spec, &node, &settings, &place, request.secrets)?;
    let (public, secret) = take(doc, |key| key.starts_with("security.") || is_sensitive(key))?;
    let data = BTreeMap::from([("secret.yaml".to_owned(), secret.text().as_bytes().to_vec())]);
    let mut files = vec![
        Artifact::secret(
            Path::new("conf").join(spec.flink_version.dialect().file_name()),
            public.text().as_bytes(),
        ),
        Artifact::public("pod-template.yaml", yaml(&pod_template(spec, names, tls, SECRET))),
        Artifact::program("start.sh", script(spec, names)),
        Object::secret("secret-native.yaml", &opaque(names, SECRET, data)).into_artifact(),
    ];
    files.extend(access::role(spec, names, rules()).map(Object::into_artifact));
    let logs = log_files().iter().chain(client_log_files());
    let mut logs: Vec<_> = logs.collect();
    logs.sort_by_key(|file| file.name);
    logs.dedup_by_key(|file| file.name);
    files.extend(logs.into_iter().map(|file| Artifact::public(Path::new("conf").join(file.name), file.text)));
    Ok(files.into_iter().map(|file| file.below(Path::new("native"))).collect())
}

fn keys(spec: &ClusterSpec, names: &Names, settings: &mut Settings) {
    settings.set(&["kubernetes.cluster-id"], names.with("native"), "What its objects are called after.");
    settings.set(&["kubernetes.namespace"], &names.namespace, "Where they are.");
    settings.set(
        &["kubernetes.container.image.ref", "kubernetes.container.image"],
        pods::image(spec),
        "What the containers are started from.",
    );
    settings.set(
        &["kubernetes.service-account"],
        access::service_account(spec),
        "With the right to start and stop pods.",
    );
    settings.set(
        &["kubernetes.pod-template-file.default", "kubernetes.pod-template-file"],
        "pod-template.yaml",
        "The init container that adds the secrets, and the volumes with stores.",
    );
    let cpu = |millis: u32| format!("{:.3}", f64::from(millis) / 1000.0);
    settings.set_if(
        &["kubernetes.jobmanager.cpu.amount", "kubernetes.jobmanager.cpu"],
        spec.job_managers.cpus.map(|cpus| cpu(cpus.millis())),
        "The CPUs that the JobManager asks for.",
    );
    let group = spec.task_managers.first();
    settings.set_if(
        &["kubernetes.taskmanager.cpu.amount", "kubernetes.taskmanager.cpu"],
        group.and_then(|group| group.cpus).map(|cpus| cpu(cpus.millis())),
        "The CPUs that a TaskManager asks for.",
    );
    if spec.job_managers.count() > 1 {
        settings.set(
            &["kubernetes.jobmanager.replicas"],
            spec.job_managers.count().to_string(),
            "One leads, the others stand by.",
        );
    }
}

fn script(spec: &ClusterSpec, names: &Names) -> String {
    let (what, command) = match &spec.application {
        None => ("the session cluster", "exec \"$home/bin/kubernetes-session.sh\" \"$@\"".to_owned()),
        Some(application) => ("the application", run(spec, application)),
    };
    START
        .replace("@WHAT@", what)
        .replace("@NAME@", &names.cluster)
        .replace("@NAMESPACE@", &names.namespace)
        .replace("@VERSION@", &spec.flink_version.to_string())
        .replace("@HOME@", &spec.installation.home.display().to_string())
        .replace("@COMMAND@", &command)
}

fn run(spec: &ClusterSpec, application: &Application) -> String {
    // `run-application` went with 2.0.
    let verb = if spec.flink_version.major < 2 { "run-application" } else { "run" };
    let mut command = format!("exec \"$home/bin/flink\" {verb} -t kubernetes-application");
    for (option, value) in [("-c", &application.class), ("-s", &application.from_savepoint)] {
        if let Some(value) = value {
            command.push_str(&format!(" {option} {}", quoted(value)));
        }
    }
    let jar = application.jar.to_string_lossy();
    let uri = if jar.contains("://") { jar.into_owned() } else { format!("local://{jar}") };
    command.push_str(&format!(" \"$@\" {}", quoted(&uri)));
    for argument in &application.arguments {
        command.push_str(&format!(" {}", quoted(argument)));
    }
    command
}
