//! All objects, and what they need beside the description.

use std::path::Path;

use ops_core::secret::Secret;
use ops_core::spec::{ClusterSpec, InternalTls, Platform, RestTls};

use crate::artifact::Artifact;
use crate::certificates::{self as leaves, Material, StoreDirectory};
use crate::configuration::Secrets;
use crate::error::DeployError;

use super::names::Names;
use super::parts::Parts;
use super::{access, certificates, configuration, native, network, object, storage, workloads};

/// The directory below that which is rendered into.
pub const DIRECTORY: &str = "kubernetes";

/// What is rendered beside the description.
pub struct Request<'a> {
    /// The stores that were issued.
    pub stores: &'a StoreDirectory,
    /// The values of the keys under `secrets`.
    pub secrets: &'a Secrets,
    /// The password of the stores that cert-manager makes, where it does.
    pub store_password: Option<Secret>,
    /// The files of the login, where they could be read here.
    pub login: Option<LoginFiles>,
}

/// What a pod needs to log in.
pub struct LoginFiles {
    /// The keytab.
    pub keytab: zeroize::Zeroizing<Vec<u8>>,
    /// The `krb5.conf`, as text.
    pub krb5_conf: String,
}

/// The certificates of a cluster that Kubernetes places.
pub(crate) struct Tls {
    pub(crate) internal: Option<Material>,
    pub(crate) rest: Option<Material>,
    pub(crate) client: Option<Material>,
}

impl Tls {
    pub(crate) fn read(
        spec: &ClusterSpec,
        platform: Platform,
        request: &Request<'_>,
    ) -> Result<Self, DeployError> {
        let internal_on = spec.security.internal == InternalTls::Mutual;
        let rest_on = spec.security.rest != RestTls::Off;
        if let (Some(_), Some(password)) = (&spec.kubernetes.cert_manager, &request.store_password) {
            // cert-manager names both files and protects both with one password.
            let made = |on: bool, directory| on.then(|| Material::foreign(directory, password));
            return Ok(Self {
                internal: made(internal_on, "internal"),
                rest: made(rest_on, "rest"),
                client: None,
            });
        }
        let read = |leaf| request.stores.read(&leaf);
        let internal = internal_on.then(|| read(leaves::shared_leaf(spec, platform)?)).transpose()?;
        let rest = rest_on.then(|| read(leaves::shared_rest_leaf(spec, platform)?)).transpose()?;
        let client =
            (spec.security.rest == RestTls::Mutual).then(|| read(leaves::CLIENT.parse()?)).transpose()?;
        Ok(Self { internal, rest, client })
    }
}

/// Everything for a cluster of plain objects.
///
/// # Errors
/// Stores are missing, the memory is refused, or the version cannot be told what is described.
pub fn render(spec: &ClusterSpec, request: &Request<'_>) -> Result<Vec<Artifact>, DeployError> {
    let names = Names::of(spec);
    let tls = Tls::read(spec, Platform::Kubernetes, request)?;
    let parts = Parts::new(spec, &names, &tls, request)?;
    let mut objects = access::objects(spec, &names);
    objects.extend(configuration::objects(&names, &parts, request));
    objects.extend(certificates::objects(spec, &names, &tls, request));
    objects.extend(storage::objects(spec, &names));
    objects.extend(network::objects(spec, &names));
    objects.extend(workloads::objects(spec, &names, &parts)?);
    let mut files: Vec<_> = object::kustomization(&names, &objects).into_iter().collect();
    files.extend(objects.into_iter().map(object::Object::into_artifact));
    files.extend(parts.client);
    files.extend(native::files(spec, &names, &tls, request)?);
    Ok(files.into_iter().map(|file| file.below(Path::new(DIRECTORY))).collect())
}
