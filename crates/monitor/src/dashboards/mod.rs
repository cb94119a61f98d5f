//! Dashboards for Grafana, as JSON for provisioning from files: one dashboard a file.

mod all;
mod board;
mod checkpoints;
mod cluster;
mod fleet;
mod grafana;
mod job;
mod jvm;
mod security;

pub use all::{ALL, find};
pub use board::{Dashboard, Panel, Row, Shape, Target, Unit, Variable};
pub use grafana::{grafana, provider};
