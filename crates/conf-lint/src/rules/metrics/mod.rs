//! Metrics: reporters that do not start, or report nothing.

mod reporters;

pub(crate) mod fc009_reporter_class;
pub(crate) mod fc083_reporter_without_factory;
pub(crate) mod fc084_reporter_not_listed;
pub(crate) mod fc085_reporter_interval;
pub(crate) mod fc086_unknown_reporter;
pub(crate) mod fc087_pushgateway_url;
pub(crate) mod fc088_scope_variable;
pub(crate) mod fc089_latency_tracking;
