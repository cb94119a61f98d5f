//! The ConfigMap, and the Secrets.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};

use super::Request;
use super::names::Names;
use super::object::Object;
use super::parts::{Parts, login_data};
use crate::configuration::log_files;

/// The ConfigMap's name, and that of the Secret with the other half.
pub(crate) const CONFIGURATION: &str = "configuration";
/// The Secret with the login's files.
pub(crate) const LOGIN: &str = "kerberos";

pub(super) fn objects(names: &Names, parts: &Parts, request: &Request<'_>) -> Vec<Object> {
    let mut data: BTreeMap<_, _> =
        log_files().iter().map(|file| (file.name.to_owned(), file.text.to_owned())).collect();
    let mut secret = BTreeMap::new();
    let kinds = [("jobmanager", &parts.job_manager)].into_iter();
    let groups = parts.task_managers.iter().map(|(name, part)| (short(names, name), part));
    for (kind, part) in kinds.chain(groups) {
        data.insert(format!("{kind}.yaml"), part.public.clone());
        secret.insert(format!("{kind}.yaml"), part.secret.to_string().into_bytes());
    }
    let map = ConfigMap {
        metadata: names.meta(names.with(CONFIGURATION), None),
        data: Some(data),
        ..ConfigMap::default()
    };
    let mut objects = vec![
        Object::new("configmap.yaml", &map),
        Object::secret("secret-configuration.yaml", &opaque(names, CONFIGURATION, secret)),
    ];
    if let Some(login) = &request.login {
        let data = login_data(login).into_iter().collect();
        objects.push(Object::secret("secret-kerberos.yaml", &opaque(names, LOGIN, data)));
    }
    objects
}

/// The name of a kind of pod without the cluster's before it: it names keys of the ConfigMap.
pub(crate) fn short<'a>(names: &Names, name: &'a str) -> &'a str {
    name.strip_prefix(names.cluster.as_str()).map_or(name, |rest| rest.trim_start_matches('-'))
}

/// A Secret of files.
pub(crate) fn opaque(names: &Names, suffix: &str, data: BTreeMap<String, Vec<u8>>) -> Secret {
    Secret {
        metadata: names.meta(names.with(suffix), None),
        type_: Some("Opaque".to_owned()),
        data: Some(data.into_iter().map(|(key, bytes)| (key, ByteString(bytes))).collect()),
        ..Secret::default()
    }
}
