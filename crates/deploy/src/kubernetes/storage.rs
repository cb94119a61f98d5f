//! A volume that all pods share, for checkpoints without object storage.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use ops_core::spec::ClusterSpec;

use super::names::Names;
use super::object::Object;

/// The claim's name behind the cluster's.
pub(crate) const DATA: &str = "data";
/// Where it is mounted unless something else is said.
pub(crate) const PATH: &str = "/flink-data";

pub(super) fn objects(spec: &ClusterSpec, names: &Names) -> Vec<Object> {
    let Some(volume) = &spec.kubernetes.volume else { return Vec::new() };
    let claim = PersistentVolumeClaim {
        metadata: names.meta(names.with(DATA), None),
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec!["ReadWriteMany".to_owned()]),
            resources: Some(VolumeResourceRequirements {
                requests: Some(BTreeMap::from([("storage".to_owned(), Quantity(volume.size.clone()))])),
                ..VolumeResourceRequirements::default()
            }),
            storage_class_name: volume.storage_class.clone(),
            ..PersistentVolumeClaimSpec::default()
        }),
        ..PersistentVolumeClaim::default()
    };
    vec![Object::new("persistentvolumeclaim.yaml", &claim)]
}
