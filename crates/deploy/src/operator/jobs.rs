//! The application, session jobs, snapshots, and what the operator itself needs.

use ops_core::spec::ClusterSpec;
use serde_json::{Value, json};

use crate::artifact::Artifact;
use crate::kubernetes::names::Names;
use crate::kubernetes::object::{Object, yaml};
use crate::kubernetes::parts::STORES;
use crate::kubernetes::{Tls, certificates};

/// The job of an application cluster.
pub(super) fn application(spec: &ClusterSpec) -> Option<Value> {
    let application = spec.application.as_ref()?;
    let mut job = json!({
        "jarURI": uri(&application.jar.to_string_lossy()),
        "args": application.arguments,
        "upgradeMode": upgrade_mode(spec),
        "state": "running",
    });
    if let Some(class) = &application.class {
        job["entryClass"] = json!(class);
    }
    if let Some(savepoint) = &application.from_savepoint {
        job["initialSavepointPath"] = json!(savepoint);
    }
    job["parallelism"] = json!(spec.parallelism.unwrap_or(1));
    Some(job)
}

/// A path in the image is written `local://`.
fn uri(jar: &str) -> String {
    if jar.contains("://") { jar.to_owned() } else { format!("local://{jar}") }
}

fn upgrade_mode(spec: &ClusterSpec) -> String {
    let fallback = if spec.checkpoints.savepoints.is_some() { "savepoint" } else { "stateless" };
    spec.kubernetes.upgrade_mode.clone().unwrap_or_else(|| fallback.to_owned())
}

pub(super) fn session_jobs(spec: &ClusterSpec, names: &Names) -> Vec<Object> {
    let object = |job: &ops_core::spec::SessionJob| {
        let mut value = json!({
            "jarURI": job.jar,
            "args": job.arguments,
            "parallelism": job.parallelism.or(spec.parallelism).unwrap_or(1),
            "upgradeMode": upgrade_mode(spec),
            "state": "running",
        });
        if let Some(class) = &job.class {
            value["entryClass"] = json!(class);
        }
        Object::custom(
            format!("flinksessionjob-{}.yaml", job.name),
            "flink.apache.org/v1beta1",
            "FlinkSessionJob",
            &names.meta(&job.name, None),
            json!({"deploymentName": names.cluster, "job": value}),
        )
    };
    spec.kubernetes.session_jobs.iter().map(object).collect()
}

/// A savepoint on demand. (A FlinkDeployment has no field for how long savepoints are kept: `kubernetes.operator.savepoint.history.max.age`
/// does that, under `flink`.)
pub(super) fn snapshot(spec: &ClusterSpec, names: &Names) -> Artifact {
    let (kind, name) = match spec.kubernetes.session_jobs.first() {
        Some(job) if spec.application.is_none() => ("FlinkSessionJob", job.name.as_str()),
        _ => ("FlinkDeployment", names.cluster.as_str()),
    };
    let mut savepoint = json!({"formatType": "CANONICAL", "disposeOnDelete": false});
    if let Some(directory) = &spec.checkpoints.savepoints {
        savepoint["path"] = json!(directory);
    }
    let value = json!({
        "apiVersion": "flink.apache.org/v1beta1",
        "kind": "FlinkStateSnapshot",
        "metadata": {"generateName": format!("{name}-"), "namespace": names.namespace, "labels": names.labels(None)},
        "spec": {"jobReference": {"kind": kind, "name": name}, "savepoint": savepoint, "backoffLimit": 2},
    });
    let head = "# A savepoint: kubectl create -f, as often as wanted; kubectl get flinkstatesnapshots shows its path.\n";
    Artifact::public("on-demand/flinkstatesnapshot.yaml", format!("{head}{}", yaml(&value)))
}

/// The operator opens the stores of the REST endpoint under the path that the pods have. They must lie in its own namespace, too.
pub(super) fn helm_values(names: &Names, tls: &Tls) -> Option<Artifact> {
    tls.rest.as_ref()?;
    let value = json!({
        "watchNamespaces": [names.namespace],
        "operatorVolumes": {
            "create": true,
            "data": [{"name": "flink-tls", "secret": {"secretName": names.with(certificates::REST), "defaultMode": 0o440}}],
        },
        "operatorVolumeMounts": {
            "create": true,
            "data": [{"name": "flink-tls", "mountPath": STORES, "readOnly": true}],
        },
        "podSecurityContext": {"runAsUser": 9999, "runAsGroup": 9999, "fsGroup": 9999},
    });
    let head = format!(
        "# For `helm upgrade --install flink-kubernetes-operator … -f helm-values.yaml`: the operator is a client of the REST\n\
         # endpoint and needs its stores. Copy the Secret {} into the operator's namespace.\n",
        names.with(certificates::REST)
    );
    Some(Artifact::public("helm-values.yaml", format!("{head}{}", yaml(&value))))
}
