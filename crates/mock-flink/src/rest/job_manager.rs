//! `/jobmanager/…`: configuration and logs.

use ops_core::conf::flink_hides;
use ops_core::rest::wire::configuration::ConfigEntry;
use ops_core::rest::wire::logs::{LogList, LogUrl};

use super::error::{Reply, RestError};
use super::request::Context;

/// What Flink writes in place of a value that looks secret.
const HIDDEN: &str = "******";

/// Also the answer for a job, even for one that does not exist: a session cluster has one configuration.
pub(super) fn config(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let entries: Vec<ConfigEntry> = context
        .cluster
        .settings()
        .entries()
        .map(|(key, value)| {
            let value = if flink_hides(key) { HIDDEN } else { value };
            ConfigEntry { key: key.to_owned(), value: value.to_owned() }
        })
        .collect();
    Ok(Reply::ok(&entries))
}

/// The simulated processes write no log files.
pub(super) fn logs(_context: &mut Context<'_>) -> Result<Reply, RestError> {
    Ok(Reply::ok(&LogList::default()))
}

pub(super) fn log_url(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.job_id()?;
    let url = format!("{}/#/job-manager/logs", context.app.url);
    Ok(Reply::ok(&LogUrl { url: Some(url) }).without_cors())
}
