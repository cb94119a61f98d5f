//! Jobs and processes in general.

pub(crate) mod fc044_number_out_of_range;
pub(crate) mod fc090_parent_first;
pub(crate) mod fc091_home_directory;
pub(crate) mod fc092_history_elsewhere;
pub(crate) mod fc093_no_cancellation_watchdog;
