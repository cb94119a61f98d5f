//! Stores as Secrets, or the wish for them to cert-manager.

use std::collections::BTreeMap;

use ops_core::spec::ClusterSpec;
use serde_json::json;

use super::configuration::opaque;
use super::names::Names;
use super::object::Object;
use super::{Request, Tls};
use crate::certificates::Material;

/// The Secret with the stores of internal connections.
pub(crate) const INTERNAL: &str = "internal-tls";
/// The Secret with the stores of the REST endpoint.
pub(crate) const REST: &str = "rest-tls";
/// The Secret with the password of stores that cert-manager makes.
const STORE_PASSWORD: &str = "store-password";

pub(crate) fn objects(spec: &ClusterSpec, names: &Names, tls: &Tls, request: &Request<'_>) -> Vec<Object> {
    let all = [(INTERNAL, &tls.internal), (REST, &tls.rest)];
    let wanted = all.into_iter().filter_map(|(name, material)| Some((name, material.as_ref()?)));
    let Some(manager) = &spec.kubernetes.cert_manager else {
        return wanted.map(|(name, material)| stores(names, name, material)).collect();
    };
    let mut objects: Vec<_> = wanted
        .map(|(name, _)| {
            let is_rest = name == REST;
            let kind = manager.kind.as_deref().unwrap_or("Issuer");
            // Internal connections are made in both directions with one certificate.
            let usages: &[&str] = if is_rest {
                &["digital signature", "key encipherment", "server auth"]
            } else {
                &["digital signature", "key encipherment", "server auth", "client auth"]
            };
            let mut dns = vec![names.with("jobmanager")];
            let mut addresses = Vec::new();
            if is_rest {
                let (ips, hosts): (Vec<_>, Vec<_>) = names
                    .rest_names()
                    .into_iter()
                    .chain(spec.rest.names.iter().cloned())
                    .partition(|name| name.parse::<std::net::IpAddr>().is_ok());
                (dns, addresses) = (hosts, ips);
            }
            let store = json!({
                "create": true,
                "profile": "Modern2023",
                "passwordSecretRef": {"name": names.with(STORE_PASSWORD), "key": "password"},
            });
            let mut certificate = json!({
                "secretName": names.with(name),
                "commonName": names.with(if is_rest { "rest" } else { "internal" }),
                "dnsNames": dns,
                "usages": usages,
                "duration": "2160h",
                "renewBefore": "720h",
                "privateKey": {"algorithm": "RSA", "size": 2048, "rotationPolicy": "Always"},
                "keystores": {"pkcs12": store},
                "issuerRef": {"name": manager.issuer, "kind": kind, "group": "cert-manager.io"},
            });
            if !addresses.is_empty() {
                certificate["ipAddresses"] = json!(addresses);
            }
            let file = format!("certificate-{}.yaml", if is_rest { "rest" } else { "internal" });
            Object::custom(
                file,
                "cert-manager.io/v1",
                "Certificate",
                &names.meta(names.with(name), None),
                certificate,
            )
        })
        .collect();
    if let (false, Some(password)) = (objects.is_empty(), &request.store_password) {
        let data = BTreeMap::from([("password".to_owned(), password.expose().as_bytes().to_vec())]);
        objects.push(Object::secret("secret-store-password.yaml", &opaque(names, STORE_PASSWORD, data)));
    }
    objects
}

fn stores(names: &Names, name: &str, material: &Material) -> Object {
    let [keystore, truststore] = material.bytes();
    let data = BTreeMap::from([
        (material.keystore_name.clone(), keystore.to_vec()),
        (material.truststore_name.clone(), truststore.to_vec()),
    ]);
    Object::secret(format!("secret-{name}.yaml"), &opaque(names, name, data))
}
