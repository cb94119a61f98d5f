//! Monitoring: what Flink exports, and what is made of it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`catalogue`] | every metric of every version, with its name and labels in Prometheus |
//! | [`alerts`] | tested rules for Prometheus, in two languages |
//! | [`dashboards`] | dashboards for Grafana |
//! | [`check`] | whether rules and queries can work, against the catalogue and a live Prometheus |
//! | [`reporter`] | the keys by which Flink exports metrics |
//! | [`scrape`] | the configuration by which Prometheus finds them |

pub mod alerts;
pub mod catalogue;
pub mod check;
pub mod dashboards;
pub mod reporter;
pub mod scrape;
