//! The pod template of Flink's native integration, and so of the operator.
//!
//! Flink puts its whole configuration into a ConfigMap and mounts that. An init container copies it into memory and adds what is
//! in a Secret; `FLINK_CONF_DIR` leads the processes to the result. That Flink keeps all of this is seen in what its own
//! classes make of the template (`tests/tests/render/native_pods.rs`).

use k8s_openapi::api::rbac::v1::PolicyRule;
use ops_core::spec::ClusterSpec;
use serde_json::{Value, json};

use super::configuration::LOGIN as LOGIN_SECRET;
use super::names::Names;
use super::parts::{LOGIN, STORES};
use super::pods::image;
use super::{Tls, access, certificates, storage};

/// Where the joined configuration is.
const CONF: &str = "/opt/flink/joined";
/// Where Flink's native integration mounts the ConfigMap, and what it calls the volume.
const MOUNTED: &str = "/opt/flink/conf";
const MOUNTED_VOLUME: &str = "flink-config-volume";
/// What the operator and Flink call the container with Flink in it.
const MAIN: &str = "flink-main-container";

/// What the JobManager does with the API server: it starts TaskManagers.
pub(crate) fn rules() -> Vec<PolicyRule> {
    let all = ["create", "get", "list", "watch", "update", "patch", "delete", "deletecollection"];
    vec![
        access::rule("", "pods", &all),
        access::rule("", "configmaps", &all),
        access::rule("apps", "deployments", &["get", "list", "watch", "update", "patch", "delete"]),
    ]
}

/// The template; `secret` is the name of the Secret with `secret.yaml`, behind that of the cluster.
pub(crate) fn pod_template(spec: &ClusterSpec, names: &Names, tls: &Tls, secret: &str) -> Value {
    // Which of the two files it is differs between versions, and with the operator.
    let script = format!(
        "umask 077 && cp {MOUNTED}/* {CONF}/ && for file in {CONF}/config.yaml {CONF}/flink-conf.yaml; do if [ -e $file ]; then echo >> $file && cat /secret/secret.yaml >> $file; fi; done"
    );
    let restricted = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": {"drop": ["ALL"]},
    });
    let mut mounts = vec![json!({"name": "joined", "mountPath": CONF, "readOnly": true})];
    let mut volumes = vec![
        json!({"name": "secret", "secret": {"secretName": names.with(secret), "defaultMode": 0o440}}),
        json!({"name": "joined", "emptyDir": {"medium": "Memory"}}),
    ];
    let sources: Vec<_> = [(certificates::INTERNAL, &tls.internal), (certificates::REST, &tls.rest)]
        .into_iter()
        .filter(|(_, material)| material.is_some())
        .map(|(name, _)| {
            let mut source = json!({"name": names.with(name)});
            if spec.kubernetes.cert_manager.is_some() {
                let directory = if name == certificates::REST { "rest" } else { "internal" };
                source["items"] = json!(
                    ["keystore.p12", "truststore.p12"]
                        .map(|key| { json!({"key": key, "path": format!("{directory}/{key}")}) })
                );
            }
            json!({"secret": source})
        })
        .collect();
    if !sources.is_empty() {
        volumes.push(json!({"name": "tls", "projected": {"sources": sources, "defaultMode": 0o440}}));
        mounts.push(json!({"name": "tls", "mountPath": STORES, "readOnly": true}));
    }
    if spec.security.kerberos.is_some() {
        volumes.push(json!({"name": "kerberos", "secret": {"secretName": names.with(LOGIN_SECRET), "defaultMode": 0o440}}));
        mounts.push(json!({"name": "kerberos", "mountPath": LOGIN, "readOnly": true}));
    }
    if let Some(volume) = &spec.kubernetes.volume {
        volumes
            .push(json!({"name": "data", "persistentVolumeClaim": {"claimName": names.with(storage::DATA)}}));
        mounts.push(json!({"name": "data", "mountPath": volume.path.as_deref().unwrap_or(storage::PATH)}));
    }
    let mut metadata = json!({"name": "pod-template", "labels": names.labels(None)});
    if !spec.kubernetes.annotations.is_empty() {
        metadata["annotations"] = json!(spec.kubernetes.annotations);
    }
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {
            "automountServiceAccountToken": true,
            "securityContext": {
                "runAsNonRoot": true,
                "runAsUser": 9999,
                "runAsGroup": 9999,
                "fsGroup": 9999,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "initContainers": [{
                "name": "configuration",
                "image": image(spec),
                "command": ["/bin/sh", "-c", script],
                "volumeMounts": [
                    {"name": MOUNTED_VOLUME, "mountPath": MOUNTED, "readOnly": true},
                    {"name": "secret", "mountPath": "/secret", "readOnly": true},
                    {"name": "joined", "mountPath": CONF},
                ],
                "resources": {
                    "requests": {"cpu": "50m", "memory": "32Mi"},
                    "limits": {"cpu": "50m", "memory": "32Mi"},
                },
                "securityContext": restricted,
            }],
            "containers": [{
                "name": MAIN,
                "env": [{"name": "FLINK_CONF_DIR", "value": CONF}],
                "volumeMounts": mounts,
                "securityContext": restricted,
            }],
            "volumes": volumes,
        },
    })
}
