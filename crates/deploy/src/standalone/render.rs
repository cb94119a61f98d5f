//! All files, and whether bare hosts can be what is described.

use std::path::{Path, PathBuf};

use ops_core::spec::{ClusterSpec, HighAvailabilityMode};

use crate::artifact::Artifact;
use crate::certificates::StoreDirectory;
use crate::configuration::Secrets;
use crate::error::DeployError;
use crate::memory;

use super::{hosts, inventory, rollout, systemd};

/// The directory below that which is rendered into.
pub const DIRECTORY: &str = "standalone";

/// What is rendered beside the description.
pub struct Request<'a> {
    /// The stores that were issued.
    pub stores: &'a StoreDirectory,
    /// The values of the keys under `secrets`.
    pub secrets: &'a Secrets,
    /// Where the stores will be read: by default in `installation.configuration` of each host.
    pub place: Placement,
    /// Whether an Ansible inventory is wanted.
    pub inventory: bool,
}

/// Where the files of a host will lie when its processes read them.
#[derive(Clone, Debug, Default)]
pub enum Placement {
    /// In `installation.configuration` of the host.
    #[default]
    Installed,
    /// Where they are rendered: the absolute path of the directory that is rendered into.
    InPlace(PathBuf),
}

impl Placement {
    pub(super) fn of(&self, spec: &ClusterSpec, name: &Path) -> PathBuf {
        match self {
            Self::Installed => spec.installation.configuration.clone(),
            Self::InPlace(out) => out.join(DIRECTORY).join(name),
        }
    }
}

/// Whether bare hosts can be what is described.
///
/// # Errors
/// Hosts are missing, high availability needs Kubernetes, or Flink would refuse the memory.
pub fn check(spec: &ClusterSpec) -> Result<(), DeployError> {
    let missing = |field, reason| DeployError::Missing { platform: "standalone", field, reason };
    if spec.job_managers.hosts.is_empty() {
        return Err(missing("jobManagers.hosts", "the hosts that JobManagers run on"));
    }
    if spec.task_managers.iter().any(|group| group.hosts.is_empty()) {
        return Err(missing("taskManagers.hosts", "the hosts that TaskManagers run on, in each group"));
    }
    if spec.high_availability.mode == HighAvailabilityMode::Kubernetes {
        return Err(DeployError::Field {
            field: "highAvailability.mode",
            problem: "`kubernetes` works within Kubernetes only; bare hosts have `zookeeper`".to_owned(),
        });
    }
    memory::check(spec)
}

/// Everything for bare hosts.
///
/// # Errors
/// As for [`check`]; stores are missing, or the version cannot be told what is described.
pub fn render(spec: &ClusterSpec, request: &Request<'_>) -> Result<Vec<Artifact>, DeployError> {
    check(spec)?;
    let mut files = hosts::render(spec, request)?;
    files.extend(systemd::render(spec));
    files.push(Artifact::program("rollout.sh", rollout::script(spec)));
    if request.inventory {
        files.push(Artifact::public("inventory.yaml", inventory::text(spec)));
    }
    Ok(files.into_iter().map(|file| file.below(Path::new(DIRECTORY))).collect())
}
