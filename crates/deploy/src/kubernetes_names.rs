//! What the objects of a cluster on Kubernetes are called, and under which names its REST endpoint is reached.

use ops_core::spec::{ClusterSpec, Platform};

/// The names.
#[derive(Clone, Debug)]
pub(crate) struct KubernetesNames {
    /// The cluster's, and the beginning of all others.
    pub(crate) cluster: String,
    pub(crate) namespace: String,
    rest_service: String,
    further: Vec<String>,
}

impl KubernetesNames {
    pub(crate) fn of(spec: &ClusterSpec, _platform: Platform) -> Self {
        let cluster = spec.name.to_string();
        let namespace = spec.kubernetes.namespace.clone().unwrap_or_else(|| cluster.clone());
        let further = spec.kubernetes.ingress.iter().map(|ingress| ingress.host.clone()).collect();
        // The operator calls the Service so; ours is called the same, so that clients need not know who made it.
        Self { rest_service: format!("{cluster}-rest"), cluster, namespace, further }
    }

    /// The Service before the REST endpoint.
    pub(crate) fn rest_service(&self) -> &str {
        &self.rest_service
    }

    /// Every name under which the REST endpoint is reached.
    pub(crate) fn rest_names(&self) -> Vec<String> {
        let Self { rest_service, namespace, .. } = self;
        let mut names = vec![
            rest_service.clone(),
            format!("{rest_service}.{namespace}"),
            format!("{rest_service}.{namespace}.svc"),
            format!("{rest_service}.{namespace}.svc.cluster.local"),
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
        ];
        names.extend(self.further.iter().cloned());
        names
    }
}
