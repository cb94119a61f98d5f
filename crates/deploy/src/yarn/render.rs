//! All files, and whether YARN can be what is described.

use std::path::{Path, PathBuf};

use ops_core::spec::{ClusterSpec, InternalTls, Platform, RestTls};
use secure_conf::kerberos::Platform as KerberosPlatform;

use crate::artifact::Artifact;
use crate::certificates::{self, StoreDirectory};
use crate::check::only_group;
use crate::configuration::{
    self, Login, Node, Place, Secrets, Target, client_log_files, document, log_files,
};
use crate::error::DeployError;
use crate::memory;

use super::{keys, script};

/// The directory below that which is rendered into.
pub const DIRECTORY: &str = "yarn";

/// Where stores are, here and in containers.
pub(super) const STORES: &str = "tls";

/// What is said of several.
const KINDS: &str = "Flink on YARN starts TaskManagers of one kind; keep one group for it";

/// Whether YARN can be what is described.
///
/// # Errors
/// Several kinds of TaskManagers, which YARN does not have, or Flink would refuse the memory.
pub fn check(spec: &ClusterSpec) -> Result<(), DeployError> {
    only_group(spec, KINDS)?;
    memory::check(spec)
}

/// Everything for a session or an application on YARN.
///
/// # Errors
/// As for [`check`]; stores are missing, or the version cannot be told what is described.
pub fn render(
    spec: &ClusterSpec,
    stores: &StoreDirectory,
    secrets: &Secrets,
) -> Result<Vec<Artifact>, DeployError> {
    check(spec)?;
    let group = only_group(spec, KINDS)?;
    let read = |on: bool, leaf| on.then(|| stores.read(&leaf)).transpose();
    let internal = read(
        spec.security.internal == InternalTls::Mutual,
        certificates::shared_leaf(spec, Platform::Yarn)?,
    )?;
    let rest =
        read(spec.security.rest != RestTls::Off, certificates::shared_rest_leaf(spec, Platform::Yarn)?)?;
    let node = Node::both(group);
    let mut settings = configuration::settings(spec, Target::Yarn, &node);
    keys::add(spec, internal.is_some() || rest.is_some(), &mut settings);
    let place = Place {
        stores: PathBuf::from(STORES),
        internal: internal.as_ref(),
        rest: rest.as_ref(),
        kerberos: spec.security.kerberos.as_ref().map(|kerberos| Login {
            kerberos,
            platform: KerberosPlatform::Yarn,
            keytab: &kerberos.keytab,
            krb5_conf: kerberos.krb5_conf.as_deref(),
        }),
    };
    let doc = document(spec, &node, &settings, &place, secrets)?;
    let conf = Path::new("conf");
    let mut files = vec![
        Artifact::secret(conf.join(spec.flink_version.dialect().file_name()), doc.text().as_bytes()),
        Artifact::program("start.sh", script::start(spec)),
    ];
    if let Some(text) = script::per_job(spec) {
        files.push(Artifact::program("per-job.sh", text));
    }
    // The containers log with log4j.properties, the session's client with its own file.
    let mut logs: Vec<_> = log_files().iter().chain(client_log_files()).collect();
    logs.sort_by_key(|file| file.name);
    logs.dedup_by_key(|file| file.name);
    files.extend(logs.into_iter().map(|file| Artifact::public(conf.join(file.name), file.text)));
    for material in internal.iter().chain(&rest) {
        files.extend(material.files().map(|file| file.below(Path::new(STORES))));
    }
    Ok(files.into_iter().map(|file| file.below(Path::new(DIRECTORY))).collect())
}
