//! Whether rules and queries can work: against the catalogue alone, or against a live Prometheus too.

mod finding;
mod judge;
mod prometheus;
mod query;
mod rule_file;
mod subject;

pub use finding::{Finding, FindingKind, Report, Weight};
pub use judge::{Known, judge};
pub use prometheus::{Firing, Prometheus, PrometheusError, Seen};
pub use query::{Query, QueryError, Selected};
pub use rule_file::{RuleFileError, read_rules};
pub use subject::{Subject, own};
