//! The namespace, and what the pods may do in it.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use ops_core::spec::{ClusterSpec, HighAvailabilityMode};

use super::names::Names;
use super::object::Object;

/// The service account of the pods.
pub(crate) fn service_account(spec: &ClusterSpec) -> String {
    spec.kubernetes.service_account.clone().unwrap_or_else(|| "flink".to_owned())
}

pub(super) fn objects(spec: &ClusterSpec, names: &Names) -> Vec<Object> {
    let mut objects = vec![
        Object::new("namespace.yaml", &namespace(names)),
        Object::new("serviceaccount.yaml", &account(spec, names)),
    ];
    if spec.high_availability.mode == HighAvailabilityMode::Kubernetes {
        // What leader election and the pointers to jobs need, and nothing else.
        let verbs = ["create", "get", "list", "watch", "update", "patch", "delete"];
        let rules = [rule("", "configmaps", &verbs)];
        objects.extend(role(spec, names, rules.to_vec()));
    }
    objects
}

pub(crate) fn namespace(names: &Names) -> Namespace {
    // Every pod of ours passes the strictest of the standard levels.
    let levels = ["enforce", "audit", "warn"]
        .map(|mode| (format!("pod-security.kubernetes.io/{mode}"), "restricted".to_owned()));
    let mut labels = BTreeMap::from(levels);
    labels.insert("app.kubernetes.io/managed-by".to_owned(), "flinkops".to_owned());
    Namespace {
        metadata: ObjectMeta {
            name: Some(names.namespace.clone()),
            labels: Some(labels),
            ..ObjectMeta::default()
        },
        ..Namespace::default()
    }
}

pub(crate) fn account(spec: &ClusterSpec, names: &Names) -> ServiceAccount {
    ServiceAccount {
        metadata: names.meta(service_account(spec), None),
        // Pods that talk to the API server say so themselves.
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}

pub(crate) fn rule(group: &str, resource: &str, verbs: &[&str]) -> PolicyRule {
    PolicyRule {
        api_groups: Some(vec![group.to_owned()]),
        resources: Some(vec![resource.to_owned()]),
        verbs: verbs.iter().map(|verb| (*verb).to_owned()).collect(),
        ..PolicyRule::default()
    }
}

/// A role with these rules, bound to the service account.
pub(crate) fn role(spec: &ClusterSpec, names: &Names, rules: Vec<PolicyRule>) -> [Object; 2] {
    let name = names.cluster.clone();
    let role = Role { metadata: names.meta(&name, None), rules: Some(rules) };
    let binding = RoleBinding {
        metadata: names.meta(&name, None),
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "Role".to_owned(),
            name,
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name: service_account(spec),
            namespace: Some(names.namespace.clone()),
            ..Subject::default()
        }]),
    };
    [Object::new("role.yaml", &role), Object::new("rolebinding.yaml", &binding)]
}
