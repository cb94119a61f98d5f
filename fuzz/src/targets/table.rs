//! The targets, by name.

use super::{
    cluster_spec, conf_legacy, conf_yaml, der, jar, java_stream, jks, job_description, keytab, krb5_conf,
    pem, pkcs12, rest_answers, rule_file, scenario, state_metadata, values,
};
use crate::Target;

/// Every target, by name.
pub const TARGETS: [Target; 17] = [
    cluster_spec::TARGET,
    conf_legacy::TARGET,
    conf_yaml::TARGET,
    der::TARGET,
    jar::TARGET,
    java_stream::TARGET,
    jks::TARGET,
    job_description::TARGET,
    keytab::TARGET,
    krb5_conf::TARGET,
    pem::TARGET,
    pkcs12::TARGET,
    rest_answers::TARGET,
    rule_file::TARGET,
    scenario::TARGET,
    state_metadata::TARGET,
    values::TARGET,
];
