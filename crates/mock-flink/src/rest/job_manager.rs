//! `/jobmanager/…`: configuration and logs.

use ops_core::conf::flink_hides;
use ops_core::rest::wire::configuration::ConfigEntry;
use ops_core::rest::wire::logs::LogUrl;
use serde_json::json;

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

/// The JVM that the JobManager would run in, with the memory that the configuration gives it.
pub(super) fn environment(context: &mut Context<'_>) -> Result<Reply, RestError> {
    if !context.path("jobid").is_empty() {
        context.job_id()?;
    }
    let settings = context.cluster.settings();
    let version = context.version();
    let process = settings.bytes(&["jobmanager.memory.process.size"]).unwrap_or(1600 << 20);
    let metaspace = settings.bytes(&["jobmanager.memory.jvm-metaspace.size"]).unwrap_or(256 << 20);
    let off_heap = settings.bytes(&["jobmanager.memory.off-heap.size"]).unwrap_or(128 << 20);
    let overhead = (process / 10).clamp(192 << 20, 1024 << 20);
    let heap = settings
        .bytes(&["jobmanager.memory.heap.size"])
        .unwrap_or_else(|| (process - metaspace - off_heap - overhead).max(128 << 20));
    let mut options =
        vec![format!("-Xmx{heap}"), format!("-Xms{heap}"), format!("-XX:MaxMetaspaceSize={metaspace}")];
    let own = [settings.text(&["env.java.opts.all"]), settings.text(&["env.java.opts.jobmanager"])];
    options.extend(own.into_iter().flatten().flat_map(str::split_whitespace).map(str::to_owned));
    options.push("-Dlog4j.configurationFile=file:/opt/flink/conf/log4j.properties".to_owned());
    let jars = ["flink-dist", "flink-csv", "flink-json", "flink-connector-files", "flink-table-runtime"];
    let classpath: Vec<String> =
        jars.iter().map(|jar| format!("/opt/flink/lib/{jar}-{version}.jar")).collect();
    Ok(Reply::ok(&json!({
        "jvm": {
            "version": "OpenJDK 64-Bit Server VM - Debian - 17/17.0.15+6-Debian-1deb12u1",
            "arch": "amd64",
            "options": options,
        },
        "classpath": classpath,
    })))
}

pub(super) fn log_url(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.job_id()?;
    let url = format!("{}/#/job-manager/logs", context.app.url);
    Ok(Reply::ok(&LogUrl { url: Some(url) }).without_cors())
}
