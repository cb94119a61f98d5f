//! The configuration of Flink before 2.0.

use ops_core::version::Dialect;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "conf_legacy", about: "the configuration of Flink before 2.0, flink-conf.yaml", run };

fn run(data: &[u8]) {
    super::shared::conf(data, Dialect::Legacy);
}
