//! The description of a cluster.

use std::path::Path;

use ops_core::spec::ClusterSpec;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "cluster_spec", about: "the description of a cluster, cluster.yaml", run };

fn run(data: &[u8]) {
    let Some(text) = super::shared::text(data) else { return };
    let _ = ClusterSpec::parse(text, Path::new("cluster.yaml"));
}
