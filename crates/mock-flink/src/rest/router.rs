//! Which path goes to which handler, and in which versions. Paths are case-sensitive; `/v1` in front, doubled and trailing slashes change nothing.

use super::error::{Reply, RestError};
use super::request::{Context, Request};
use super::versions::{Feature, supports};
use super::{
    accumulators, applications, back_pressure, checkpoint_subtasks, checkpoints, cluster, exceptions,
};
use super::{
    flame_graph, jars, job, job_manager, jobs, logs, metrics, operations, profiler, rescales, rescaling,
};
use super::{result, task_managers, threads, vertices};
use ops_core::version::FlinkVersion;

use crate::app::App;
use crate::sim::Cluster;

type Handler = fn(&mut Context<'_>) -> Result<Reply, RestError>;

/// What a path leads to.
#[derive(Clone, Copy)]
pub(crate) enum Endpoint {
    /// A handler of a request without a body.
    Plain(Handler),
    /// A handler that reads the body itself.
    Body(Handler),
    /// `POST /jars/upload`, whose body is streamed.
    Upload,
    /// `POST /jobs`, whose body is streamed.
    Submit,
    /// `DELETE /cluster`.
    Shutdown,
}

/// Which versions have a path: all, or those with a feature.
#[derive(Clone, Copy)]
enum Gate {
    All,
    With(Feature),
}

/// A path that was found, and what its variables stand for.
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) captured: Vec<(&'static str, String)>,
}

use Endpoint::{Body, Plain, Shutdown, Submit, Upload};
use Gate::{All, With};

type Row = (&'static str, &'static str, Gate, Endpoint);

/// Literal paths stand before those with variables in the same place.
const ROUTES: &[Row] = &[
    ("GET", "/overview", All, Plain(cluster::overview)),
    ("GET", "/config", All, Plain(cluster::config)),
    ("DELETE", "/cluster", All, Shutdown),
    ("GET", "/jobs", All, Plain(jobs::ids)),
    ("POST", "/jobs", All, Submit),
    ("GET", "/jobs/overview", All, Plain(jobs::overview)),
    ("GET", "/jobs/metrics", All, Plain(metrics::jobs)),
    ("GET", "/jobs/:jobid", All, Plain(job::details)),
    ("PATCH", "/jobs/:jobid", All, Plain(job::terminate)),
    ("GET", "/jobs/:jobid/yarn-cancel", All, Plain(job::terminate)),
    ("GET", "/jobs/:jobid/yarn-stop", All, Plain(job::yarn_stop)),
    ("GET", "/jobs/:jobid/status", All, Plain(job::status)),
    ("GET", "/jobs/:jobid/plan", All, Plain(job::plan)),
    ("GET", "/jobs/:jobid/config", All, Plain(job::config)),
    ("GET", "/jobs/:jobid/exceptions", All, Plain(exceptions::history)),
    ("GET", "/jobs/:jobid/execution-result", All, Plain(result::execution_result)),
    ("GET", "/jobs/:jobid/accumulators", All, Plain(accumulators::job)),
    ("GET", "/jobs/:jobid/metrics", All, Plain(metrics::job)),
    ("GET", "/jobs/:jobid/jobmanager/config", All, Plain(job_manager::config)),
    ("GET", "/jobs/:jobid/jobmanager/environment", All, Plain(job_manager::environment)),
    ("GET", "/jobs/:jobid/jobmanager/log-url", All, Plain(job_manager::log_url)),
    ("GET", "/jobs/:jobid/taskmanagers/:taskmanagerid/log-url", All, Plain(task_managers::log_url)),
    ("PATCH", "/jobs/:jobid/clientHeartbeat", All, Body(job::client_heartbeat)),
    ("POST", "/jobs/:jobid/coordinators/:operatorid", All, Body(job::coordination)),
    ("PATCH", "/jobs/:jobid/rescaling", All, Plain(rescaling::disabled)),
    ("GET", "/jobs/:jobid/rescaling/:triggerid", All, Plain(rescaling::disabled)),
    ("GET", "/jobs/:jobid/resource-requirements", All, Plain(rescaling::requirements)),
    ("PUT", "/jobs/:jobid/resource-requirements", All, Body(rescaling::require)),
    ("GET", "/jobs/:jobid/rescales/config", With(Feature::Rescales), Plain(rescales::config)),
    ("GET", "/jobs/:jobid/rescales/history", With(Feature::Rescales), Plain(rescales::history)),
    ("GET", "/jobs/:jobid/rescales/overview", With(Feature::Rescales), Plain(rescales::overview)),
    ("GET", "/jobs/:jobid/rescales/summary", With(Feature::Rescales), Plain(rescales::summary)),
    ("GET", "/jobs/:jobid/rescales/details/:rescaleuuid", With(Feature::Rescales), Plain(rescales::details)),
    ("GET", "/jobs/:jobid/checkpoints", All, Plain(checkpoints::statistics)),
    ("POST", "/jobs/:jobid/checkpoints", All, Body(operations::trigger_checkpoint)),
    ("GET", "/jobs/:jobid/checkpoints/config", All, Plain(checkpoints::config)),
    ("GET", "/jobs/:jobid/checkpoints/details/:checkpointid", All, Plain(checkpoints::details)),
    (
        "GET",
        "/jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid",
        All,
        Plain(checkpoint_subtasks::details),
    ),
    ("GET", "/jobs/:jobid/checkpoints/:triggerid", All, Plain(operations::checkpoint)),
    ("POST", "/jobs/:jobid/savepoints", All, Body(operations::trigger_savepoint)),
    ("GET", "/jobs/:jobid/savepoints/:triggerid", All, Plain(operations::savepoint)),
    ("POST", "/jobs/:jobid/stop", All, Body(operations::stop)),
    ("POST", "/savepoint-disposal", All, Body(operations::trigger_disposal)),
    ("GET", "/savepoint-disposal/:triggerid", All, Plain(operations::disposal)),
    ("GET", "/jobs/:jobid/vertices/:vertexid", All, Plain(vertices::details)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/accumulators", All, Plain(accumulators::vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/backpressure", All, Plain(back_pressure::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/flamegraph", All, Plain(flame_graph::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/metrics", All, Plain(metrics::vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/watermarks", All, Plain(metrics::watermarks)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasktimes", All, Plain(vertices::subtask_times)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/taskmanagers", All, Plain(vertices::task_managers)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/accumulators", All, Plain(accumulators::subtasks)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/metrics", All, Plain(metrics::subtasks)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex", All, Plain(vertices::subtask)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/metrics", All, Plain(metrics::subtask)),
    (
        "GET",
        "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt",
        All,
        Plain(vertices::attempt),
    ),
    (
        "GET",
        "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt/accumulators",
        All,
        Plain(accumulators::attempt),
    ),
    (
        "GET",
        "/jobs/:jobid/vertices/:vertexid/jm-operator-metrics",
        With(Feature::CoordinatorMetrics),
        Plain(metrics::coordinator),
    ),
    ("GET", "/applications/overview", With(Feature::Applications), Plain(applications::overview)),
    ("GET", "/applications/:applicationid", With(Feature::Applications), Plain(applications::details)),
    ("POST", "/applications/:applicationid/cancel", With(Feature::Applications), Plain(applications::cancel)),
    (
        "GET",
        "/applications/:applicationid/exceptions",
        With(Feature::Applications),
        Plain(applications::exceptions),
    ),
    (
        "GET",
        "/applications/:applicationid/jobmanager/config",
        With(Feature::Applications),
        Plain(applications::config),
    ),
    ("GET", "/taskmanagers", All, Plain(task_managers::list)),
    ("GET", "/taskmanagers/metrics", All, Plain(metrics::task_managers)),
    ("GET", "/taskmanagers/:taskmanagerid", All, Plain(task_managers::details)),
    ("GET", "/taskmanagers/:taskmanagerid/metrics", All, Plain(metrics::task_manager)),
    ("GET", "/taskmanagers/:taskmanagerid/log", All, Plain(logs::of_task_manager)),
    ("GET", "/taskmanagers/:taskmanagerid/stdout", All, Plain(logs::output_of_task_manager)),
    ("GET", "/taskmanagers/:taskmanagerid/logs", All, Plain(logs::list_of_task_manager)),
    ("GET", "/taskmanagers/:taskmanagerid/logs/:filename", All, Plain(logs::file_of_task_manager)),
    ("GET", "/taskmanagers/:taskmanagerid/thread-dump", All, Plain(threads::of_task_manager)),
    (
        "GET",
        "/taskmanagers/:taskmanagerid/profiler",
        With(Feature::Profiler),
        Plain(profiler::list_of_task_manager),
    ),
    (
        "POST",
        "/taskmanagers/:taskmanagerid/profiler",
        With(Feature::Profiler),
        Body(profiler::start_on_task_manager),
    ),
    (
        "GET",
        "/taskmanagers/:taskmanagerid/profiler/:filename",
        With(Feature::Profiler),
        Plain(profiler::file_of_task_manager),
    ),
    ("GET", "/jobmanager/config", All, Plain(job_manager::config)),
    ("GET", "/jobmanager/environment", All, Plain(job_manager::environment)),
    ("GET", "/jobmanager/metrics", All, Plain(metrics::job_manager)),
    ("GET", "/jobmanager/log", All, Plain(logs::of_job_manager)),
    ("GET", "/jobmanager/stdout", All, Plain(logs::output_of_job_manager)),
    ("GET", "/jobmanager/logs", All, Plain(logs::list_of_job_manager)),
    ("GET", "/jobmanager/logs/:filename", All, Plain(logs::file_of_job_manager)),
    ("GET", "/jobmanager/thread-dump", All, Plain(threads::of_job_manager)),
    ("GET", "/jobmanager/profiler", With(Feature::Profiler), Plain(profiler::list_of_job_manager)),
    ("POST", "/jobmanager/profiler", With(Feature::Profiler), Body(profiler::start_on_job_manager)),
    ("GET", "/jobmanager/profiler/:filename", With(Feature::Profiler), Plain(profiler::file_of_job_manager)),
    ("GET", "/datasets", All, Plain(cluster::data_sets)),
    ("DELETE", "/datasets/:datasetid", All, Plain(operations::delete_data_set)),
    ("GET", "/datasets/delete/:triggerid", All, Plain(operations::data_set_deletion)),
    ("GET", "/jars", All, Plain(jars::list)),
    ("POST", "/jars/upload", All, Upload),
    ("DELETE", "/jars/:jarid", All, Plain(jars::delete)),
    ("POST", "/jars/:jarid/run", All, Body(jars::run)),
    ("POST", "/jars/:jarid/run-application", With(Feature::Applications), Body(jars::run_application)),
    ("GET", "/jars/:jarid/plan", All, Body(jars::plan)),
    ("POST", "/jars/:jarid/plan", All, Body(jars::plan)),
];

/// The paths that can be asked for without a change of anything, in all versions.
pub(crate) fn readable() -> impl Iterator<Item = &'static str> {
    let changing = ["/jobs/:jobid/yarn-cancel", "/jobs/:jobid/yarn-stop"];
    ROUTES
        .iter()
        .filter(move |(method, pattern, ..)| *method == "GET" && !changing.contains(pattern))
        .map(|(_, pattern, ..)| *pattern)
}

/// Every method and path, with the versions that have it.
pub(crate) fn list() -> impl Iterator<Item = (&'static str, &'static str, Vec<FlinkVersion>)> {
    ROUTES.iter().map(|(method, pattern, gate, _)| {
        let has = |version: &FlinkVersion| match gate {
            All => true,
            With(feature) => supports(*version, *feature),
        };
        (*method, *pattern, FlinkVersion::KNOWN.into_iter().filter(has).collect())
    })
}

/// Finds what a path leads to.
pub(crate) fn route(version: FlinkVersion, method: &str, path: &str) -> Option<Route> {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.first() == Some(&"v1") {
        segments.remove(0);
    }
    ROUTES.iter().find_map(|(verb, pattern, gate, endpoint)| {
        if *verb != method {
            return None;
        }
        let captured = matches(pattern, &segments)?;
        if let With(feature) = gate
            && !supports(version, *feature)
        {
            return None;
        }
        Some(Route { endpoint: *endpoint, captured })
    })
}

fn matches(pattern: &'static str, segments: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let mut parts = pattern.split('/').skip(1);
    let mut captured = Vec::new();
    for segment in segments {
        let part = parts.next()?;
        match part.strip_prefix(':') {
            Some(name) => {
                let value = decoded(segment);
                // A slash in a jar's id would lead out of the upload directory.
                if value.contains('/') {
                    return None;
                }
                captured.push((name, value));
            }
            None if part == *segment => {}
            None => return None,
        }
    }
    parts.next().is_none().then_some(captured)
}

/// Percent-decoding; what is not valid stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let hex = text.get(index + 1..index + 3).filter(|_| bytes[index] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                index += 3;
            }
            None => {
                out.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// The parameters of a query, decoded.
pub(crate) fn query(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(&key.replace('+', " ")), decoded(&value.replace('+', " ")))
        })
        .collect()
}

/// Answers a request whose route is known; uploads, submissions and the shutdown are the server's business.
pub(crate) fn answer(app: &App, cluster: &mut Cluster, request: &Request, route: &Route) -> Reply {
    let mut context = Context { app, cluster, request, captured: &route.captured };
    let result = match route.endpoint {
        Plain(handler) => context.no_body().and_then(|()| handler(&mut context)),
        Body(handler) => handler(&mut context),
        Upload => Err(RestError::refused(400, "Exactly 1 file must be sent, received 0.")),
        Submit => Err(super::submit::no_plan()),
        Shutdown => Ok(Reply::empty(200)),
    };
    result.unwrap_or_else(|error| error.reply())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST: FlinkVersion = FlinkVersion::new(2, 3, 0);

    #[test]
    fn prefixes_and_slashes_change_nothing() {
        for path in ["/overview", "/v1/overview", "//overview", "/overview/", "/v1//overview//"] {
            assert!(route(NEWEST, "GET", path).is_some(), "{path}");
        }
        for path in ["/v2/overview", "/v1", "/", "/Overview", "/v1/v1/overview", "/jars/..%2Fx.jar/plan"] {
            assert!(route(NEWEST, "GET", path).is_none(), "{path}");
        }
        assert!(route(NEWEST, "POST", "/overview").is_none() && route(NEWEST, "HEAD", "/overview").is_none());
    }

    #[test]
    fn variables_are_captured_and_literals_win() {
        let route = route(NEWEST, "GET", "/jobs/abc/vertices/d%65f/subtasks/accumulators").unwrap();
        assert_eq!(route.captured, [("jobid", "abc".to_owned()), ("vertexid", "def".to_owned())]);
    }

    #[test]
    fn queries_are_decoded() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            query("a=1&b=x%20y+z&c&&d=%3D"),
            [pair("a", "1"), pair("b", "x y z"), pair("c", ""), pair("d", "=")]
        );
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        for (text, expected) in [("a%20b", "a b"), ("%", "%"), ("%2", "%2"), ("%zz", "%zz"), ("%ff", "%ff")] {
            assert_eq!(decoded(text), expected);
        }
    }
}
