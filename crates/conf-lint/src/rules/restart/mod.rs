//! Restarts after a failure.

mod strategy;

pub(crate) mod fc045_unknown_restart_strategy;
pub(crate) mod fc046_options_of_another_strategy;
pub(crate) mod fc047_no_restart;
pub(crate) mod fc048_backoff_bounds;
pub(crate) mod fc049_unknown_failover_strategy;
