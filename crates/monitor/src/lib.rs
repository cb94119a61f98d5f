//! Monitoring: what Flink exports, and what is made of it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`catalogue`] | every metric of every version, with its name and labels in Prometheus |
//! | [`alerts`] | tested rules for Prometheus, in two languages |
//! | [`dashboards`] | dashboards for Grafana |
//! | [`check`] | whether rules and queries can work, against the catalogue and a live Prometheus |
//! | [`report`] | one page about a cluster, to be mailed and printed |
//! | [`reporter`] | the keys by which Flink exports metrics |
//! | [`scrape`] | the configuration by which Prometheus finds them |
//! | [`top`] | a live view on a terminal |

pub mod alerts;
pub mod catalogue;
pub mod check;
pub mod dashboards;
pub mod report;
pub mod reporter;
pub mod scrape;
pub mod top;
