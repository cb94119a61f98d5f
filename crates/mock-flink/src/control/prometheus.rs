//! `/mock/prometheus`: where the pages for Prometheus are.

use serde_json::{Map, Value, json};

use super::routes::{Call, refused};
use crate::app::App;
use crate::mock::reachable;
use crate::rest::{Reply, RestError};
use crate::sim::Process;

/// A process without a page has `null`: every port of the configured ones was taken.
pub(super) fn list(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let pages = app.exported.all();
    let url = |process: &Process| match pages.iter().find(|(found, _)| found == process) {
        Some((_, Some(address))) => Value::String(format!("http://{}/metrics", reachable(*address))),
        _ => Value::Null,
    };
    if pages.is_empty() {
        let class = crate::sim::PROMETHEUS_FACTORY;
        return Err(refused(
            404,
            format!(
                "no reporter for Prometheus is configured; start the mock with --conf \
                 metrics.reporter.prom.factory.class={class} --conf metrics.reporter.prom.port=9250-9260"
            ),
        ));
    }
    let task_managers: Map<String, Value> = pages
        .iter()
        .filter_map(|(process, _)| match process {
            Process::TaskManager(id) => Some((id.0.clone(), url(process))),
            Process::JobManager => None,
        })
        .collect();
    Ok(Reply::ok(&json!({ "jobmanager": url(&Process::JobManager), "taskmanagers": task_managers })))
}
