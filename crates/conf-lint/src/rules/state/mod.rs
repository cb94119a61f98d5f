//! State and checkpoints: where state lives, how often it is saved, and whether a restart will find it.

pub(crate) mod backend;
mod places;

pub(crate) mod fc028_checkpoints_in_memory;
pub(crate) mod fc029_checkpoint_time_too_short;
pub(crate) mod fc030_pause_beyond_interval;
pub(crate) mod fc031_unaligned_concurrent;
pub(crate) mod fc032_unaligned_at_least_once;
pub(crate) mod fc033_alignment_timeout;
pub(crate) mod fc034_checkpoints_not_kept;
pub(crate) mod fc035_path_without_scheme;
pub(crate) mod fc036_state_on_local_disk;
pub(crate) mod fc037_state_in_tmp;
pub(crate) mod fc038_full_checkpoints;
pub(crate) mod fc039_options_of_another_backend;
pub(crate) mod fc040_unknown_state_backend;
pub(crate) mod fc041_unknown_checkpoint_storage;
pub(crate) mod fc042_changelog_in_memory;
pub(crate) mod fc043_backlog_interval;
