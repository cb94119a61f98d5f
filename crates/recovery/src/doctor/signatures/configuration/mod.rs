//! Signatures of how they are configured.

pub(crate) mod alert_fires;
pub(crate) mod checkpoints_in_memory;
pub(crate) mod checkpoints_not_retained;
pub(crate) mod configuration_lint;
pub(crate) mod interval_shorter_than_checkpoints;
pub(crate) mod key_groups_uneven;
pub(crate) mod network_memory_tight;
pub(crate) mod no_checkpoints;
pub(crate) mod no_high_availability;
