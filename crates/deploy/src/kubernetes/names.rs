//! What the objects of a cluster on Kubernetes are called, and under which names its REST endpoint is reached.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use ops_core::spec::{ClusterSpec, TaskManagerGroup};

/// The names and labels of a cluster's objects.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The cluster's, and the beginning of all others.
    pub(crate) cluster: String,
    pub(crate) namespace: String,
    version: String,
    ingress: Option<String>,
}

impl Names {
    pub(crate) fn of(spec: &ClusterSpec) -> Self {
        let cluster = spec.name.to_string();
        Self {
            namespace: spec.kubernetes.namespace.clone().unwrap_or_else(|| cluster.clone()),
            cluster,
            version: spec.flink_version.to_string(),
            ingress: spec.kubernetes.ingress.as_ref().map(|ingress| ingress.host.clone()),
        }
    }

    /// The cluster's name and something behind it.
    pub(crate) fn with(&self, suffix: &str) -> String {
        format!("{}-{suffix}", self.cluster)
    }

    /// The Service before the REST endpoint. The operator and Flink's native integration call theirs the same.
    pub(crate) fn rest_service(&self) -> String {
        self.with("rest")
    }

    /// Every name under which the REST endpoint is reached.
    pub(crate) fn rest_names(&self) -> Vec<String> {
        let (service, namespace) = (self.rest_service(), &self.namespace);
        let mut names = vec![
            service.clone(),
            format!("{service}.{namespace}"),
            format!("{service}.{namespace}.svc"),
            format!("{service}.{namespace}.svc.cluster.local"),
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
        ];
        names.extend(self.ingress.clone());
        names
    }

    /// The name of the TaskManagers of a group.
    pub(crate) fn task_managers(&self, spec: &ClusterSpec, group: &TaskManagerGroup) -> String {
        match (&group.name, &spec.task_managers[..]) {
            (Some(name), _) => self.with(&format!("taskmanager-{name}")),
            (None, [_]) => self.with("taskmanager"),
            (None, groups) => {
                let number = groups.iter().position(|one| std::ptr::eq(one, group)).unwrap_or(0) + 1;
                self.with(&format!("taskmanager-{number}"))
            }
        }
    }

    /// The labels that choose the pods of the cluster, or of one part of it.
    pub(crate) fn selector(&self, component: Option<&str>) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::from([
            ("app.kubernetes.io/name".to_owned(), "flink".to_owned()),
            ("app.kubernetes.io/instance".to_owned(), self.cluster.clone()),
        ]);
        if let Some(component) = component {
            labels.insert("app.kubernetes.io/component".to_owned(), component.to_owned());
        }
        labels
    }

    pub(crate) fn label_selector(&self, component: Option<&str>) -> LabelSelector {
        LabelSelector { match_labels: Some(self.selector(component)), ..LabelSelector::default() }
    }

    /// All recommended labels.
    pub(crate) fn labels(&self, component: Option<&str>) -> BTreeMap<String, String> {
        let mut labels = self.selector(component);
        labels.insert("app.kubernetes.io/version".to_owned(), self.version.clone());
        labels.insert("app.kubernetes.io/part-of".to_owned(), self.cluster.clone());
        labels.insert("app.kubernetes.io/managed-by".to_owned(), "flinkops".to_owned());
        labels
    }

    pub(crate) fn meta(&self, name: impl Into<String>, component: Option<&str>) -> ObjectMeta {
        ObjectMeta {
            name: Some(name.into()),
            namespace: Some(self.namespace.clone()),
            labels: Some(self.labels(component)),
            ..ObjectMeta::default()
        }
    }
}
