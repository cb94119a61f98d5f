//! The alerts, one a file.

mod backpressure;
mod bottleneck;
mod certificate_ends;
mod certificate_expiring;
mod checkpoint_growing;
mod checkpoint_near_timeout;
mod checkpoint_stuck;
mod checkpoints_failing;
mod consumer_lag;
mod data_skew;
mod direct;
mod garbage;
mod heap;
mod job_missing;
mod job_not_running;
mod job_restart_loop;
mod job_restarted;
mod job_vanished;
mod keytab_old;
mod leader_flapping;
mod managed;
mod metaspace;
mod metrics_absent;
mod process_unreachable;
mod report_stale;
mod slots_exhausted;
mod task_managers_lost;
mod watermark_lag;

use super::alert::Alert;

/// Every alert, group by group.
pub(super) static ALL: [&Alert; 28] = [
    &job_not_running::ALERT,
    &job_vanished::ALERT,
    &job_missing::ALERT,
    &job_restart_loop::ALERT,
    &job_restarted::ALERT,
    &checkpoints_failing::ALERT,
    &checkpoint_stuck::ALERT,
    &checkpoint_near_timeout::ALERT,
    &checkpoint_growing::ALERT,
    &backpressure::ALERT,
    &bottleneck::ALERT,
    &watermark_lag::ALERT,
    &consumer_lag::ALERT,
    &data_skew::ALERT,
    &heap::ALERT,
    &metaspace::ALERT,
    &managed::ALERT,
    &direct::ALERT,
    &garbage::ALERT,
    &task_managers_lost::ALERT,
    &slots_exhausted::ALERT,
    &leader_flapping::ALERT,
    &process_unreachable::ALERT,
    &metrics_absent::ALERT,
    &certificate_expiring::ALERT,
    &certificate_ends::ALERT,
    &keytab_old::ALERT,
    &report_stale::ALERT,
];
