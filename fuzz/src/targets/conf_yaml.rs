//! The configuration of Flink since 1.19.

use ops_core::version::Dialect;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "conf_yaml", about: "the configuration of Flink since 1.19, config.yaml", run };

fn run(data: &[u8]) {
    super::shared::conf(data, Dialect::Yaml);
}
