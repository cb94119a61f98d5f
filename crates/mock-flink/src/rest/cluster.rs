//! `/config`, `/overview`, `/datasets`.

use ops_core::rest::wire::cluster::{ClusterOverview, DashboardConfig, Features};
use ops_core::rest::wire::state::JobStatus;
use serde_json::json;

use super::error::{Reply, RestError};
use super::request::Context;
use super::versions::revision;
use crate::sim::{Cluster, TaskManager};

pub(super) fn config(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let (commit, date) = revision(context.version());
    let enabled =
        |key: &str| context.cluster.settings().entries().all(|(k, v)| k != key || v.trim() != "false");
    Ok(Reply::ok(&DashboardConfig {
        refresh_interval: context.cluster.settings().number(&["web.refresh-interval"]).unwrap_or(3000),
        timezone_name: "Coordinated Universal Time".to_owned(),
        timezone_offset: 0,
        flink_version: context.version().to_string(),
        flink_revision: format!("{commit} @ {date}"),
        features: Features {
            web_submit: enabled("web.submit.enable"),
            web_cancel: enabled("web.cancel.enable"),
            web_rescale: false,
            web_history: false,
        },
    }))
}

pub(super) fn overview(context: &mut Context<'_>) -> Result<Reply, RestError> {
    Ok(Reply::ok(&of(context.cluster)))
}

/// The overview of the cluster.
pub(super) fn of(cluster: &Cluster) -> ClusterOverview {
    let task_managers = cluster.task_managers();
    let mut overview = ClusterOverview {
        taskmanagers: task_managers.len() as u32,
        slots_total: task_managers.iter().map(|found| found.slots.len() as u32).sum(),
        slots_available: task_managers.iter().map(TaskManager::free_slots).sum(),
        flink_version: cluster.version().to_string(),
        flink_commit: revision(cluster.version()).0.to_owned(),
        ..ClusterOverview::default()
    };
    for job in cluster.jobs() {
        let count = match job.status {
            JobStatus::Finished => &mut overview.jobs_finished,
            JobStatus::Canceled => &mut overview.jobs_cancelled,
            JobStatus::Failed => &mut overview.jobs_failed,
            _ => &mut overview.jobs_running,
        };
        *count += 1;
    }
    overview
}

pub(super) fn data_sets(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let sets: Vec<serde_json::Value> = context
        .cluster
        .data_sets()
        .iter()
        .map(|set| json!({ "id": format!("{:032x}", set.id), "isComplete": true }))
        .collect();
    Ok(Reply::ok(&json!({ "dataSets": sets })))
}
