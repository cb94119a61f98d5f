//! Which certificates a cluster needs, and the stores that were issued for it.
//!
//! On hosts every host has an internal certificate with its own name, every JobManager one for its REST endpoint, and clients
//! share one. YARN and Kubernetes choose the hosts: there the processes of a cluster share one internal certificate (Flink
//! does not look at names between its own processes), and the REST endpoint has the names of its Service.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files;
use ops_core::secret::Secret;
use ops_core::spec::{ClusterSpec, Host, InternalTls, Platform, RestTls};
use pki::authority::LeafRequest;
use pki::certificate::KeyAlgorithm;
use pki::key::KeyKind;
use pki::names::{LeafName, SubjectAltName};
use pki::node_stores::NodeStores;
use pki::profile::{CustomUsage, Role};
use pki::store::Format;
use secure_conf::ssl::{StoreType, Stores, Truststore};
use zeroize::Zeroizing;

use crate::artifact::Artifact;
use crate::error::DeployError;
use crate::kubernetes::names::Names;

/// What the name of a certificate for the REST endpoint ends with.
pub const REST_SUFFIX: &str = "-rest";
/// The name of the certificate that clients of the REST endpoint share.
pub const CLIENT: &str = "client";

/// No store of ours comes near this size.
const MAX_STORE: u64 = 1 << 20;

/// The certificates that the platforms need.
///
/// # Errors
/// A host whose name no certificate can have.
pub fn wanted(
    spec: &ClusterSpec,
    platforms: &[Platform],
    now: Timestamp,
) -> Result<Vec<LeafRequest>, DeployError> {
    let mut leaves: Vec<LeafRequest> = Vec::new();
    for platform in platforms {
        let more = match platform {
            Platform::Standalone => on_hosts(spec, now)?,
            Platform::Yarn => on_yarn(spec, now)?,
            Platform::Kubernetes | Platform::Operator => on_kubernetes(spec, *platform, now)?,
        };
        leaves.extend(more);
    }
    if spec.security.rest == RestTls::Mutual {
        leaves.push(LeafRequest::new(CLIENT.parse()?, Role::RestClient, [], now));
    }
    Ok(leaves)
}

/// An internal certificate for each host, and one for the REST endpoint of each JobManager.
///
/// # Errors
/// A host whose name no certificate can have.
pub fn on_hosts(spec: &ClusterSpec, now: Timestamp) -> Result<Vec<LeafRequest>, DeployError> {
    let mut leaves = Vec::new();
    if spec.security.internal == InternalTls::Mutual {
        for host in spec.hosts() {
            leaves.push(LeafRequest::new(host_leaf(host)?, Role::Internal, [name_of(host)?], now));
        }
    }
    if spec.security.rest != RestTls::Off {
        for host in &spec.job_managers.hosts {
            let mut names = vec![name_of(host)?];
            names.extend(further_names(spec)?);
            leaves.push(LeafRequest::new(rest_leaf(host)?, Role::RestServer, names, now));
        }
    }
    Ok(leaves)
}

fn on_yarn(spec: &ClusterSpec, now: Timestamp) -> Result<Vec<LeafRequest>, DeployError> {
    // A wildcard names the domain of the nodes; without one no name in it can be right.
    let names = match &spec.yarn.node_names {
        Some(names) => vec![SubjectAltName::host(names)?],
        None => vec![SubjectAltName::host("localhost")?],
    };
    shared(spec, Platform::Yarn, names, now)
}

fn on_kubernetes(
    spec: &ClusterSpec,
    platform: Platform,
    now: Timestamp,
) -> Result<Vec<LeafRequest>, DeployError> {
    if spec.kubernetes.cert_manager.is_some() {
        return Ok(Vec::new());
    }
    let names = Names::of(spec).rest_names();
    let names = names.iter().map(|name| SubjectAltName::host(name)).collect::<Result<_, _>>()?;
    shared(spec, platform, names, now)
}

fn shared(
    spec: &ClusterSpec,
    platform: Platform,
    mut names: Vec<SubjectAltName>,
    now: Timestamp,
) -> Result<Vec<LeafRequest>, DeployError> {
    let mut leaves = Vec::new();
    if spec.security.internal == InternalTls::Mutual {
        leaves.push(LeafRequest::new(shared_leaf(spec, platform)?, Role::Internal, [], now));
    }
    if spec.security.rest != RestTls::Off {
        names.extend(further_names(spec)?);
        // YARN's clients and the operator read the configuration of the cluster, so they show its certificate.
        let role = match platform {
            Platform::Yarn | Platform::Operator => Role::Custom(CustomUsage::ServerAndClient),
            Platform::Standalone | Platform::Kubernetes => Role::RestServer,
        };
        leaves.push(LeafRequest::new(shared_rest_leaf(spec, platform)?, role, names, now));
    }
    Ok(leaves)
}

fn further_names(spec: &ClusterSpec) -> Result<Vec<SubjectAltName>, DeployError> {
    Ok(spec.rest.names.iter().map(|name| SubjectAltName::host(name)).collect::<Result<_, _>>()?)
}

fn name_of(host: &Host) -> Result<SubjectAltName, DeployError> {
    Ok(SubjectAltName::host(&host.to_string())?)
}

/// The name of a host's certificate: its host name or address. Colons of IPv6 addresses, which file names do not like,
/// become hyphens.
///
/// # Errors
/// It is longer than a common name may be.
pub fn host_leaf(host: &Host) -> Result<LeafName, DeployError> {
    let text = match host {
        Host::Address(address) if address.is_ipv6() => {
            format!("ip6-{}", address.to_string().replace(':', "-"))
        }
        other => other.to_string(),
    };
    Ok(text.parse()?)
}

/// The name of the certificate of a JobManager's REST endpoint.
///
/// # Errors
/// It is longer than a common name may be.
pub fn rest_leaf(host: &Host) -> Result<LeafName, DeployError> {
    Ok(format!("{}{REST_SUFFIX}", host_leaf(host)?).parse()?)
}

/// The name of the certificate that the processes on a platform share.
///
/// # Errors
/// It is longer than a common name may be.
pub fn shared_leaf(spec: &ClusterSpec, platform: Platform) -> Result<LeafName, DeployError> {
    Ok(format!("{}-{}", spec.name, platform.name()).parse()?)
}

/// The name of the certificate of the REST endpoint on a platform.
///
/// # Errors
/// It is longer than a common name may be.
pub fn shared_rest_leaf(spec: &ClusterSpec, platform: Platform) -> Result<LeafName, DeployError> {
    Ok(format!("{}-{}{REST_SUFFIX}", spec.name, platform.name()).parse()?)
}

/// A directory with PKCS#12 stores, as `flinkops pki bulk` writes them.
#[derive(Clone, Debug)]
pub struct StoreDirectory {
    /// The directory.
    pub path: PathBuf,
    /// The kind of the keys in them.
    pub key: KeyKind,
}

/// The stores of one certificate, in memory.
pub struct Material {
    /// The keystore's file name.
    pub keystore_name: String,
    /// The truststore's file name.
    pub truststore_name: String,
    keystore: Zeroizing<Vec<u8>>,
    truststore: Zeroizing<Vec<u8>>,
    keystore_password: Secret,
    truststore_password: Secret,
    key: KeyAlgorithm,
}

impl StoreDirectory {
    /// Reads the stores of one certificate.
    ///
    /// # Errors
    /// One of the files is missing or cannot be read.
    pub fn read(&self, leaf: &LeafName) -> Result<Material, DeployError> {
        let files = NodeStores::in_directory(&self.path, leaf, Format::Pkcs12(Default::default()));
        let missing = || DeployError::NoStores { leaf: leaf.to_string(), dir: self.path.clone() };
        let (Some(keystore_password), Some(truststore_password)) =
            (&files.keystore_password_file, &files.truststore_password_file)
        else {
            return Err(missing());
        };
        let bytes = |path: &Path| match fs::metadata(path) {
            Ok(data) if data.is_file() && data.len() <= MAX_STORE => {
                fs::read(path).map(Zeroizing::new).map_err(|error| files::context("read", path)(error).into())
            }
            _ => Err(missing()),
        };
        let password = |path: &Path| {
            if !path.is_file() {
                return Err(missing());
            }
            let line = Zeroizing::new(files::read_text(path, 4096)?);
            Ok(Secret::new(line.trim_end_matches(['\n', '\r'])))
        };
        Ok(Material {
            keystore_name: file_name(&files.keystore),
            truststore_name: file_name(&files.truststore),
            keystore: bytes(&files.keystore)?,
            truststore: bytes(&files.truststore)?,
            keystore_password: password(keystore_password)?,
            truststore_password: password(truststore_password)?,
            key: self.key.algorithm(),
        })
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Material {
    /// Stores that somebody else makes, in a directory of their own, as cert-manager names them.
    pub(crate) fn foreign(directory: &str, password: &Secret) -> Self {
        Self {
            keystore_name: format!("{directory}/keystore.p12"),
            truststore_name: format!("{directory}/truststore.p12"),
            keystore: Zeroizing::default(),
            truststore: Zeroizing::default(),
            keystore_password: password.clone(),
            truststore_password: password.clone(),
            key: KeyAlgorithm::Rsa,
        }
    }

    /// How a configuration names the stores, in the directory where they will lie.
    pub fn stores(&self, dir: &Path) -> Stores {
        Stores {
            keystore: dir.join(&self.keystore_name),
            keystore_type: StoreType::Pkcs12,
            keystore_password: self.keystore_password.clone(),
            key_password: self.keystore_password.clone(),
            truststore: Truststore {
                path: dir.join(&self.truststore_name),
                store_type: StoreType::Pkcs12,
                password: self.truststore_password.clone(),
            },
            key_algorithm: self.key,
        }
    }

    /// The store files, each private.
    pub fn files(&self) -> [Artifact; 2] {
        [
            Artifact::secret(&self.keystore_name, &self.keystore),
            Artifact::secret(&self.truststore_name, &self.truststore),
        ]
    }

    /// The keystore's bytes and the truststore's.
    pub fn bytes(&self) -> [&[u8]; 2] {
        [&self.keystore, &self.truststore]
    }
}
