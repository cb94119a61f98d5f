//! An object as a file.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde_json::Value;

use super::names::Names;
use crate::artifact::Artifact;

/// An object, and the file it is written to.
pub(crate) struct Object {
    file: String,
    value: Value,
    secret: bool,
}

impl Object {
    /// A Kubernetes object. Only what the crate's own types serialize without fail comes here.
    pub(crate) fn new(file: impl Into<String>, object: &impl Serialize) -> Self {
        let value = serde_json::to_value(object).unwrap_or(Value::Null);
        Self { file: file.into(), value, secret: false }
    }

    /// One that holds secrets.
    pub(crate) fn secret(file: impl Into<String>, object: &impl Serialize) -> Self {
        Self { secret: true, ..Self::new(file, object) }
    }

    /// An object of a kind that Kubernetes itself does not have.
    pub(crate) fn custom(
        file: impl Into<String>,
        api_version: &str,
        kind: &str,
        metadata: &ObjectMeta,
        spec: Value,
    ) -> Self {
        let metadata = serde_json::to_value(metadata).unwrap_or(Value::Null);
        let value = serde_json::json!({
            "apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec,
        });
        Self { file: file.into(), value, secret: false }
    }

    pub(crate) fn into_artifact(self) -> Artifact {
        let text = yaml(&self.value);
        if self.secret {
            Artifact::secret(&self.file, text.as_bytes())
        } else {
            Artifact::public(&self.file, text)
        }
    }
}

/// YAML of a value, with `apiVersion` and `kind` first, as people expect.
pub(crate) fn yaml(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_default()
}

/// What `kubectl apply -k` reads.
pub(crate) fn kustomization(names: &Names, objects: &[Object]) -> Option<Artifact> {
    let resources: Vec<_> = objects.iter().map(|object| object.file.clone()).collect();
    if resources.is_empty() {
        return None;
    }
    let value = serde_json::json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": names.namespace,
        "resources": resources,
    });
    let head = "# Made by `flinkops render`. For an overlay, name this directory under `resources` of another kustomization.\n";
    Some(Artifact::public("kustomization.yaml", format!("{head}{}", yaml(&value))))
}
