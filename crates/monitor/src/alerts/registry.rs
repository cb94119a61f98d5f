//! Every alert, by name.

use super::alert::Alert;
use super::rules;

/// Every alert, group by group.
static ALL: [&Alert; 28] = [
    &rules::job_not_running::ALERT,
    &rules::job_vanished::ALERT,
    &rules::job_missing::ALERT,
    &rules::job_restart_loop::ALERT,
    &rules::job_restarted::ALERT,
    &rules::checkpoints_failing::ALERT,
    &rules::checkpoint_stuck::ALERT,
    &rules::checkpoint_near_timeout::ALERT,
    &rules::checkpoint_growing::ALERT,
    &rules::backpressure::ALERT,
    &rules::bottleneck::ALERT,
    &rules::watermark_lag::ALERT,
    &rules::consumer_lag::ALERT,
    &rules::data_skew::ALERT,
    &rules::heap::ALERT,
    &rules::metaspace::ALERT,
    &rules::managed::ALERT,
    &rules::direct::ALERT,
    &rules::garbage::ALERT,
    &rules::task_managers_lost::ALERT,
    &rules::slots_exhausted::ALERT,
    &rules::leader_flapping::ALERT,
    &rules::process_unreachable::ALERT,
    &rules::metrics_absent::ALERT,
    &rules::certificate_expiring::ALERT,
    &rules::certificate_ends::ALERT,
    &rules::keytab_old::ALERT,
    &rules::report_stale::ALERT,
];

/// Every alert, group by group.
pub fn all() -> &'static [&'static Alert] {
    &ALL
}

/// The alert of this name.
pub fn find(name: &str) -> Option<&'static Alert> {
    all().iter().copied().find(|alert| alert.name == name)
}
