//! All objects, and whether the operator can run what is described.

use std::path::Path;

use ops_core::spec::{ClusterSpec, Platform};

use crate::artifact::Artifact;
use crate::check::only_group;
use crate::error::DeployError;
use crate::kubernetes::names::Names;
use crate::kubernetes::pod_template::rules;
use crate::kubernetes::{Request, Tls, access, certificates, object};
use crate::memory;

use super::{deployment, jobs};

/// The directory below that which is rendered into.
pub const DIRECTORY: &str = "operator";

/// What is said of several.
const KINDS: &str = "the operator has TaskManagers of one kind; keep one group for it";

/// Whether the operator can run what is described.
///
/// # Errors
/// Several kinds of TaskManagers, which the operator does not have, or Flink would refuse the memory.
pub fn check(spec: &ClusterSpec) -> Result<(), DeployError> {
    only_group(spec, KINDS)?;
    memory::check(spec)
}

/// Everything for the operator.
///
/// # Errors
/// As for [`check`]; stores are missing, or the version cannot be told what is described.
pub fn render(spec: &ClusterSpec, request: &Request<'_>) -> Result<Vec<Artifact>, DeployError> {
    check(spec)?;
    let group = only_group(spec, KINDS)?;
    let names = Names::of(spec);
    let tls = Tls::read(spec, Platform::Operator, request)?;
    let mut objects = vec![
        object::Object::new("namespace.yaml", &access::namespace(&names)),
        object::Object::new("serviceaccount.yaml", &access::account(spec, &names)),
    ];
    objects.extend(access::role(spec, &names, rules()));
    objects.extend(certificates::objects(spec, &names, &tls, request));
    objects.extend(deployment::objects(spec, &names, group, &tls, request)?);
    objects.extend(jobs::session_jobs(spec, &names));
    let mut files: Vec<_> = object::kustomization(&names, &objects).into_iter().collect();
    files.extend(objects.into_iter().map(object::Object::into_artifact));
    files.push(jobs::snapshot(spec, &names));
    files.extend(jobs::helm_values(&names, &tls));
    Ok(files.into_iter().map(|file| file.below(Path::new(DIRECTORY))).collect())
}
