//! The directory of each host.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ops_core::spec::{ClusterSpec, Host, InternalTls, RestTls};
use secure_conf::kerberos::Platform as KerberosPlatform;

use super::render::Request;
use super::zookeeper;
use crate::artifact::Artifact;
use crate::certificates::{self, Material};
use crate::configuration::{self, Login, Node, Place, Target, client_log_files, document, log_files};
use crate::error::DeployError;

/// Where stores lie in the directory of a host.
const STORES: &str = "tls";
/// The directory for hosts that run clients only.
const CLIENT: &str = "client";

pub(super) fn render(spec: &ClusterSpec, request: &Request<'_>) -> Result<Vec<Artifact>, DeployError> {
    let mut files = Vec::new();
    let lists = Lists::of(spec);
    for node in Node::on_hosts(spec) {
        files.extend(host(spec, request, &node, &lists)?);
    }
    files.extend(client(spec, request)?);
    Ok(files)
}

/// A host's directory.
fn directory(host: &Host) -> PathBuf {
    Path::new("hosts").join(host.to_string())
}

fn host(
    spec: &ClusterSpec,
    request: &Request<'_>,
    node: &Node<'_>,
    lists: &Lists,
) -> Result<Vec<Artifact>, DeployError> {
    let Some(own) = node.host else { return Ok(Vec::new()) };
    let name = directory(own);
    let internal = (spec.security.internal == InternalTls::Mutual)
        .then(|| request.stores.read(&certificates::host_leaf(own)?))
        .transpose()?;
    let rest = (node.job_manager && spec.security.rest != RestTls::Off)
        .then(|| request.stores.read(&certificates::rest_leaf(own)?))
        .transpose()?;
    let kerberos = spec.security.kerberos.as_ref().map(|kerberos| Login {
        kerberos,
        platform: KerberosPlatform::Standalone,
        keytab: &kerberos.keytab,
        krb5_conf: kerberos.krb5_conf.as_deref(),
    });
    let place = Place {
        stores: request.place.of(spec, &name).join(STORES),
        internal: internal.as_ref(),
        rest: rest.as_ref(),
        kerberos,
    };
    let settings = configuration::settings(spec, Target::Hosts, node);
    let doc = document(spec, node, &settings, &place, request.secrets)?;
    let mut files = vec![Artifact::secret(spec.flink_version.dialect().file_name(), doc.text().as_bytes())];
    files.push(readers(node));
    if node.job_manager {
        files.push(Artifact::public("masters", &lists.masters));
        files.push(Artifact::public("workers", &lists.workers));
    }
    if let Some(text) = zookeeper::configuration(spec) {
        files.push(Artifact::public("zoo.cfg", text));
    }
    files.extend(log_files().iter().map(|file| Artifact::public(file.name, file.text)));
    files.extend(stores(internal.iter().chain(&rest)));
    Ok(files.into_iter().map(|file| file.below(&name)).collect())
}

/// Tells `flinkops conf lint` which processes read the directory.
fn readers(node: &Node<'_>) -> Artifact {
    let processes = match (node.job_manager, node.task_manager.is_some()) {
        (true, true) => "jobmanager, taskmanager",
        (true, false) => "jobmanager",
        (false, true) => "taskmanager",
        (false, false) => "client",
    };
    let text = format!(
        "# What `flinkops conf lint` needs to know of this directory.\napiVersion: flinkops/v1\nprocesses: [{processes}]\n"
    );
    Artifact::public("flinkops.yaml", text)
}

fn stores<'a>(materials: impl Iterator<Item = &'a Material>) -> Vec<Artifact> {
    materials.flat_map(Material::files).map(|file| file.below(Path::new(STORES))).collect()
}

/// A conf directory for hosts that run `bin/flink` and nothing else.
fn client(spec: &ClusterSpec, request: &Request<'_>) -> Result<Vec<Artifact>, DeployError> {
    let node = Node::client();
    let rest = match spec.security.rest {
        RestTls::Off => None,
        RestTls::Mutual => Some(request.stores.read(&certificates::CLIENT.parse()?)?),
        // There is no certificate of clients; whom they trust stands in any truststore.
        RestTls::ServerOnly => {
            let first = spec.job_managers.hosts.first().map(certificates::rest_leaf).transpose()?;
            first.map(|leaf| request.stores.read(&leaf)).transpose()?
        }
    };
    let place = Place {
        stores: request.place.of(spec, Path::new(CLIENT)).join(STORES),
        internal: None,
        rest: rest.as_ref(),
        kerberos: None,
    };
    let settings = configuration::settings(spec, Target::Hosts, &node);
    let doc = document(spec, &node, &settings, &place, request.secrets)?;
    let mut files = vec![Artifact::secret(spec.flink_version.dialect().file_name(), doc.text().as_bytes())];
    files.push(readers(&node));
    files.extend(client_log_files().iter().map(|file| Artifact::public(file.name, file.text)));
    if let Some(rest) = &rest {
        let [keystore, truststore] = rest.files();
        let shown = (spec.security.rest == RestTls::Mutual).then_some(keystore);
        let all = shown.into_iter().chain([truststore]);
        files.extend(all.map(|file| file.below(Path::new(STORES))));
    }
    Ok(files.into_iter().map(|file| file.below(Path::new(CLIENT))).collect())
}

/// The lists that `bin/start-cluster.sh` reads.
struct Lists {
    masters: String,
    workers: String,
}

impl Lists {
    fn of(spec: &ClusterSpec) -> Self {
        let mut masters = String::new();
        for host in &spec.job_managers.hosts {
            // Without the port of the REST endpoint, which would be said twice.
            let _ = writeln!(masters, "{host}");
        }
        let mut workers = String::new();
        for host in spec.task_managers.iter().flat_map(|group| &group.hosts) {
            let _ = writeln!(workers, "{host}");
        }
        Self { masters, workers }
    }
}
