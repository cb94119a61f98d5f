//! From settings to a file: comments, extra keys, TLS and Kerberos.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use ops_core::spec::{ClusterSpec, Kerberos, RestTls};
use secure_conf::kerberos::{KerberosWiring, Platform as KerberosPlatform, wire_kerberos};
use secure_conf::ssl::{
    ClientAuthentication, ClientIdentity, ClientTls, RestTls as RestWiring, SslWiring, StorePaths,
    TlsProtocol, wire_ssl,
};

use zeroize::Zeroizing;

use super::node::Node;
use super::setting::Settings;
use crate::certificates::Material;
use crate::error::DeployError;

/// The values of the keys under `secrets`.
pub type Secrets = BTreeMap<String, Secret>;

/// What a document needs to know of the place where it is read.
pub struct Place<'a> {
    /// The directory of the stores there.
    pub stores: PathBuf,
    /// The internal certificate, where internal TLS is on.
    pub internal: Option<&'a Material>,
    /// The certificate of the REST endpoint, on JobManagers; of clients, in places for clients.
    pub rest: Option<&'a Material>,
    /// The login, where there is one.
    pub kerberos: Option<Login<'a>>,
}

/// A login in one place.
pub struct Login<'a> {
    /// What the description says.
    pub kerberos: &'a Kerberos,
    /// Where the cluster runs.
    pub platform: KerberosPlatform,
    /// Where the keytab lies there.
    pub keytab: &'a Path,
    /// Where `krb5.conf` lies there, unless it is where Java looks.
    pub krb5_conf: Option<&'a Path>,
}

/// The configuration file of a node.
///
/// # Errors
/// A key or value that the dialect cannot hold, or stores and logins that cannot be wired.
pub fn document(
    spec: &ClusterSpec,
    node: &Node<'_>,
    settings: &Settings,
    place: &Place<'_>,
    secrets: &Secrets,
) -> Result<ConfDocument, DeployError> {
    let version = spec.flink_version;
    let mut doc = ConfDocument::empty(version.dialect());
    let where_ = node.host.map_or_else(String::new, |host| format!(" on {host}"));
    doc.append_comment(&format!(
        "Cluster {}, Flink {version}: {}{where_}.\nMade by `flinkops render` from cluster.yaml: change that, and render again.",
        spec.name,
        node.processes(),
    ));
    for setting in settings.iter() {
        if let Some(reason) = setting.reason {
            doc.append_comment(reason);
        }
        doc.set(&setting.key, &setting.value)?;
    }
    if !spec.flink.is_empty() {
        doc.append_comment("From `flink` in cluster.yaml, as it stands there.");
    }
    for (key, value) in spec.flink.iter().filter(|(key, _)| is_for(node, key)) {
        doc.set(key, value)?;
    }
    if !secrets.is_empty() && !node.is_client() {
        doc.append_comment("From `secrets` in cluster.yaml.");
        for (key, value) in secrets {
            doc.set(key, value.expose())?;
        }
    }
    wire_tls(spec, node, place, &mut doc)?;
    if let Some(login) = &place.kerberos {
        wire_login(spec, node, login, &mut doc)?;
    }
    Ok(doc)
}

/// A key that names a kind of process is for that kind only.
fn is_for(node: &Node<'_>, key: &str) -> bool {
    if key.starts_with("taskmanager.") && !key.starts_with("taskmanager.memory.") {
        // Slots and the like are read by the JobManager of platforms that start TaskManagers themselves.
        return node.task_manager.is_some() || node.host.is_none();
    }
    if key.starts_with("jobmanager.") && !key.starts_with("jobmanager.rpc.") {
        return node.job_manager || node.host.is_none();
    }
    true
}

fn wire_tls(
    spec: &ClusterSpec,
    node: &Node<'_>,
    place: &Place<'_>,
    doc: &mut ConfDocument,
) -> Result<(), DeployError> {
    let dir = &place.stores;
    // Containers of YARN start in a directory with what was shipped, and nobody knows where that is.
    let paths = if dir.is_absolute() { StorePaths::Absolute } else { StorePaths::Relative };
    let mut wiring = SslWiring { protocol: TlsProtocol::Tls13, paths, ..SslWiring::default() };
    if node.is_client() {
        let Some(material) = place.rest else { return Ok(()) };
        let stores = material.stores(dir);
        let identity = (spec.security.rest == RestTls::Mutual).then(|| ClientIdentity {
            keystore: stores.keystore.clone(),
            keystore_type: stores.keystore_type,
            keystore_password: stores.keystore_password.clone(),
            key_password: stores.key_password.clone(),
        });
        wiring.client = Some(ClientTls { truststore: stores.truststore, identity });
    } else {
        wiring.internal = place.internal.map(|material| material.stores(dir));
        wiring.rest = place.rest.map(|material| RestWiring {
            stores: material.stores(dir),
            client_authentication: match spec.security.rest {
                RestTls::Mutual => ClientAuthentication::Required,
                RestTls::ServerOnly | RestTls::Off => ClientAuthentication::None,
            },
        });
    }
    if wiring.internal.is_none() && wiring.rest.is_none() && wiring.client.is_none() {
        return Ok(());
    }
    doc.append_comment(
        "TLS. Every process needs a restart to see new stores. Whoever reads this file has the passwords.",
    );
    wire_ssl(doc, spec.flink_version, &wiring)?;
    Ok(())
}

fn wire_login(
    spec: &ClusterSpec,
    node: &Node<'_>,
    login: &Login<'_>,
    doc: &mut ConfDocument,
) -> Result<(), DeployError> {
    let principal = match node.host {
        Some(host) => login.kerberos.principal.replace("_HOST", &host.to_string()),
        // Where the platform chooses the hosts, all processes are one user.
        None => login.kerberos.principal.replace("/_HOST", ""),
    };
    let principal = principal.parse().map_err(|error: secure_conf::keytab::PrincipalError| {
        DeployError::Field { field: "security.kerberos.principal", problem: error.to_string() }
    })?;
    doc.append_comment("Kerberos: who logs in, and what for.");
    let wiring = KerberosWiring {
        platform: login.platform,
        keytab: login.keytab.to_owned(),
        principal,
        contexts: login.kerberos.contexts.clone(),
        krb5_conf: login.krb5_conf.map(Path::to_owned),
        file_systems: Vec::new(),
        delegation_tokens: None,
        zookeeper_service: None,
        zookeeper_context: None,
    };
    wire_kerberos(doc, spec.flink_version, &wiring)?;
    Ok(())
}

/// Takes the keys that `is_taken` names out of a document, into one of their own.
///
/// # Errors
/// A key cannot go by itself, or cannot be held by the other document.
pub(crate) fn take(
    doc: ConfDocument,
    is_taken: impl Fn(&str) -> bool,
) -> Result<(ConfDocument, ConfDocument), DeployError> {
    let mut rest = doc;
    let keys = rest.effective().filter(|entry| is_taken(&entry.key));
    let keys: Vec<_> = keys.map(|entry| (entry.key.clone(), Zeroizing::new(entry.value.clone()))).collect();
    let mut taken = ConfDocument::empty(rest.dialect());
    for (key, value) in &keys {
        taken.set(key, value)?;
        rest.unset(key);
    }
    // What stays must not be what was to go.
    if let Some(entry) = rest.effective().find(|entry| is_taken(&entry.key)) {
        return Err(secure_conf::SecureConfError::Tied { key: entry.key.clone() }.into());
    }
    Ok((rest, taken))
}
