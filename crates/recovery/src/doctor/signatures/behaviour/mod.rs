//! Signatures of how jobs and clusters behave.

pub(crate) mod bottleneck;
pub(crate) mod checkpoint_slow_barriers;
pub(crate) mod checkpoint_slow_subtask;
pub(crate) mod checkpoint_slow_synchronous;
pub(crate) mod checkpoint_slow_writing;
pub(crate) mod checkpoint_stuck;
pub(crate) mod checkpoints_fail;
pub(crate) mod cluster_unreachable;
pub(crate) mod garbage_collection;
pub(crate) mod idle_source_subtasks;
pub(crate) mod job_lost;
pub(crate) mod job_manager_replaced;
pub(crate) mod late_records_dropped;
pub(crate) mod no_task_managers;
pub(crate) mod restart_loop;
pub(crate) mod skewed_state;
pub(crate) mod skewed_subtasks;
pub(crate) mod state_grows;
pub(crate) mod task_manager_silent;
pub(crate) mod uneven_spread;
pub(crate) mod waits_for_slots;
pub(crate) mod watermark_held_back;
