//! The FlinkDeployment, and the Secrets that its pods join with their configuration.

use std::collections::BTreeMap;

use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::spec::{ClusterSpec, Cpus, RestTls, TaskManagerGroup};
use ops_core::version::{Dialect, FlinkVersion};
use serde_json::{Map, Value, json};

use crate::configuration::{self, Node, Place, Target, document, log_files};
use crate::error::DeployError;
use crate::kubernetes::configuration::{CONFIGURATION, LOGIN as LOGIN_SECRET, opaque};
use crate::kubernetes::names::Names;
use crate::kubernetes::object::Object;
use crate::kubernetes::parts::{self, STORES, login_data};
use crate::kubernetes::pod_template::pod_template;
use crate::kubernetes::pods::image;
use crate::kubernetes::{Request, Tls, access};
use crate::memory;

pub(super) fn objects(
    spec: &ClusterSpec,
    names: &Names,
    group: &TaskManagerGroup,
    tls: &Tls,
    request: &Request<'_>,
) -> Result<Vec<Object>, DeployError> {
    let node = Node::both(group);
    let settings = configuration::settings(spec, Target::Operator, &node);
    let place = Place {
        stores: STORES.into(),
        internal: tls.internal.as_ref(),
        rest: tls.rest.as_ref(),
        kerberos: parts::login(spec),
    };
    let doc = document(spec, &node, &settings, &place, request.secrets)?;
    let (configuration, secret) = split(&doc, spec.flink_version, spec.security.rest)?;
    let mut data = BTreeMap::new();
    data.insert("secret.yaml".to_owned(), secret.into_bytes());
    let mut objects = vec![Object::secret("secret-configuration.yaml", &opaque(names, CONFIGURATION, data))];
    if let Some(login) = &request.login {
        let data = login_data(login).into_iter().collect();
        objects.push(Object::secret("secret-kerberos.yaml", &opaque(names, LOGIN_SECRET, data)));
    }
    let mut deployment = json!({
        "image": image(spec),
        "flinkVersion": format!("v{}_{}", spec.flink_version.major, spec.flink_version.minor),
        "mode": "native",
        "serviceAccount": access::service_account(spec),
        "flinkConfiguration": configuration,
        "logConfiguration": {
            "log4j-console.properties": log_files().first().map(|file| file.text).unwrap_or_default(),
        },
        "jobManager": {
            "replicas": spec.job_managers.count(),
            "resource": resource(spec.job_managers.cpus.unwrap_or(Cpus::whole(1)), memory::job_manager(spec)?.mebibytes()),
        },
        "taskManager": {
            "resource": resource(
                group.cpus.unwrap_or(Cpus::whole(group.slots.get())),
                memory::task_manager(spec, group)?.mebibytes(),
            ),
        },
        "podTemplate": pod_template(spec, names, tls, CONFIGURATION),
    });
    if let Some(ingress) = &spec.kubernetes.ingress {
        let mut value = json!({"template": ingress.host});
        if let Some(class) = &ingress.class {
            value["className"] = json!(class);
        }
        if !ingress.annotations.is_empty() {
            value["annotations"] = json!(ingress.annotations);
        }
        if let Some(secret) = &ingress.tls_secret {
            value["tls"] = json!([{"hosts": [ingress.host], "secretName": secret}]);
        }
        deployment["ingress"] = value;
    }
    if let Some(job) = super::jobs::application(spec) {
        deployment["job"] = job;
    }
    objects.push(Object::custom(
        "flinkdeployment.yaml",
        "flink.apache.org/v1beta1",
        "FlinkDeployment",
        &names.meta(&names.cluster, None),
        deployment,
    ));
    Ok(objects)
}

/// The operator sets memory and CPUs from `resource`.
fn resource(cpus: Cpus, mebibytes: u64) -> Value {
    json!({"memory": format!("{mebibytes}m"), "cpu": f64::from(cpus.millis()) / 1000.0})
}

/// What goes into `flinkConfiguration`, and the lines for the Secret.
fn split(
    doc: &ConfDocument,
    version: FlinkVersion,
    rest: RestTls,
) -> Result<(Map<String, Value>, String), DeployError> {
    // Set by the operator from other fields.
    let elsewhere = ["jobmanager.memory.process.size", "taskmanager.memory.process.size"];
    let mut public = Map::new();
    // The operator writes the old file for every Flink before 2.0.
    let dialect = if version.major < 2 { Dialect::Legacy } else { Dialect::Yaml };
    let mut secret = ConfDocument::empty(dialect);
    for entry in doc.effective() {
        // A client that shows no certificate needs no more than whom to trust.
        let is_rest = entry.key.starts_with("security.ssl.rest.truststore")
            || (rest == RestTls::Mutual && entry.key.starts_with("security.ssl.rest."));
        if is_sensitive(&entry.key) && !is_rest {
            secret.set(&entry.key, &entry.value)?;
        } else if !elsewhere.contains(&entry.key.as_str()) {
            public.insert(entry.key.clone(), Value::String(entry.value.clone()));
        }
    }
    Ok((public, secret.to_text()))
}
