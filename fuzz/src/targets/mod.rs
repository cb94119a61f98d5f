//! The targets, a file each.

mod cluster_spec;
mod conf_legacy;
mod conf_yaml;
mod der;
mod jar;
mod java_stream;
mod jks;
mod job_description;
mod keytab;
mod krb5_conf;
mod pem;
mod pkcs12;
mod rest_answers;
mod rule_file;
mod scenario;
mod shared;
mod state_metadata;
mod table;
mod values;

pub use table::TARGETS;
