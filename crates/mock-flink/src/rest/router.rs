//! Which path goes to which handler. Paths are case-sensitive; `/v1` in front, doubled and trailing slashes change nothing.

use super::error::{Reply, RestError};
use super::request::{Context, Request};
use super::versions::Feature;
use super::{checkpoints, cluster, exceptions, jars, job, job_manager, jobs, metrics, operations};
use super::{task_managers, vertices};
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
    /// A handler of a request without a body, in versions that have the feature.
    Since(Feature, Handler),
    /// `POST /jars/upload`, whose body is streamed.
    Upload,
    /// `DELETE /cluster`.
    Shutdown,
}

/// A path that was found, and what its variables stand for.
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) captured: Vec<(&'static str, String)>,
}

use Endpoint::{Body, Plain, Shutdown, Since, Upload};

/// Literal paths stand before those with variables in the same place.
const ROUTES: &[(&str, &str, Endpoint)] = &[
    ("GET", "/config", Plain(cluster::config)),
    ("GET", "/overview", Plain(cluster::overview)),
    ("DELETE", "/cluster", Shutdown),
    ("GET", "/jobs", Plain(jobs::ids)),
    ("GET", "/jobs/overview", Plain(jobs::overview)),
    ("GET", "/jobs/metrics", Plain(metrics::jobs)),
    ("GET", "/jobs/:jobid", Plain(job::details)),
    ("PATCH", "/jobs/:jobid", Plain(job::terminate)),
    ("GET", "/jobs/:jobid/yarn-cancel", Plain(job::terminate)),
    ("GET", "/jobs/:jobid/yarn-stop", Plain(job::yarn_stop)),
    ("GET", "/jobs/:jobid/status", Plain(job::status)),
    ("GET", "/jobs/:jobid/plan", Plain(job::plan)),
    ("GET", "/jobs/:jobid/config", Plain(job::config)),
    ("GET", "/jobs/:jobid/exceptions", Plain(exceptions::history)),
    ("GET", "/jobs/:jobid/execution-result", Plain(job::execution_result)),
    ("GET", "/jobs/:jobid/accumulators", Plain(job::accumulators)),
    ("GET", "/jobs/:jobid/metrics", Plain(metrics::job)),
    ("GET", "/jobs/:jobid/jobmanager/config", Plain(job_manager::config)),
    ("GET", "/jobs/:jobid/jobmanager/log-url", Plain(job_manager::log_url)),
    ("PATCH", "/jobs/:jobid/rescaling", Plain(job::rescaling)),
    ("GET", "/jobs/:jobid/rescaling/:triggerid", Plain(job::rescaling)),
    ("GET", "/jobs/:jobid/resource-requirements", Plain(job::resource_requirements)),
    ("GET", "/jobs/:jobid/checkpoints", Plain(checkpoints::statistics)),
    ("POST", "/jobs/:jobid/checkpoints", Body(operations::trigger_checkpoint)),
    ("GET", "/jobs/:jobid/checkpoints/config", Plain(checkpoints::config)),
    ("GET", "/jobs/:jobid/checkpoints/details/:checkpointid", Plain(checkpoints::details)),
    ("GET", "/jobs/:jobid/checkpoints/:triggerid", Plain(operations::checkpoint)),
    ("POST", "/jobs/:jobid/savepoints", Body(operations::trigger_savepoint)),
    ("GET", "/jobs/:jobid/savepoints/:triggerid", Plain(operations::savepoint)),
    ("POST", "/jobs/:jobid/stop", Body(operations::stop)),
    ("POST", "/savepoint-disposal", Body(operations::trigger_disposal)),
    ("GET", "/savepoint-disposal/:triggerid", Plain(operations::disposal)),
    ("GET", "/jobs/:jobid/vertices/:vertexid", Plain(vertices::details)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/accumulators", Plain(vertices::accumulators)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/backpressure", Plain(vertices::back_pressure)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/metrics", Plain(metrics::vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/watermarks", Plain(metrics::watermarks)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasktimes", Plain(vertices::subtask_times)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/taskmanagers", Plain(vertices::task_managers)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/accumulators", Plain(vertices::subtasks_accumulators)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/metrics", Plain(metrics::subtasks)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex", Plain(vertices::subtask)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/metrics", Plain(metrics::subtask)),
    (
        "GET",
        "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt",
        Plain(vertices::attempt),
    ),
    ("GET", "/taskmanagers", Plain(task_managers::list)),
    ("GET", "/taskmanagers/metrics", Plain(metrics::task_managers)),
    ("GET", "/taskmanagers/:taskmanagerid", Plain(task_managers::details)),
    ("GET", "/taskmanagers/:taskmanagerid/metrics", Plain(metrics::task_manager)),
    ("GET", "/taskmanagers/:taskmanagerid/logs", Plain(task_managers::logs)),
    ("GET", "/jobmanager/config", Plain(job_manager::config)),
    ("GET", "/jobmanager/metrics", Plain(metrics::job_manager)),
    ("GET", "/jobmanager/logs", Plain(job_manager::logs)),
    ("GET", "/datasets", Plain(cluster::data_sets)),
    ("GET", "/jars", Plain(jars::list)),
    ("POST", "/jars/upload", Upload),
    ("DELETE", "/jars/:jarid", Plain(jars::delete)),
    ("POST", "/jars/:jarid/run", Body(jars::run)),
    ("GET", "/jars/:jarid/plan", Body(jars::plan)),
    ("POST", "/jars/:jarid/plan", Body(jars::plan)),
    (
        "GET",
        "/jobs/:jobid/vertices/:vertexid/jm-operator-metrics",
        Since(Feature::CoordinatorMetrics, metrics::coordinator),
    ),
];

/// Finds what a path leads to.
pub(crate) fn route(method: &str, path: &str) -> Option<Route> {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.first() == Some(&"v1") {
        segments.remove(0);
    }
    ROUTES.iter().find_map(|(verb, pattern, endpoint)| {
        if *verb != method {
            return None;
        }
        let captured = matches(pattern, &segments)?;
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

/// Answers a request whose route is known; uploads and the shutdown are the server's business.
pub(crate) fn answer(app: &App, cluster: &mut Cluster, request: &Request, route: &Route) -> Reply {
    let mut context = Context { app, cluster, request, captured: &route.captured };
    let result = match route.endpoint {
        Plain(handler) => context.no_body().and_then(|()| handler(&mut context)),
        Since(feature, _) if !context.supports(feature) => {
            Err(RestError::no_such_path(&request.method, &request.path))
        }
        Since(_, handler) => context.no_body().and_then(|()| handler(&mut context)),
        Body(handler) => handler(&mut context),
        Upload => Err(RestError::refused(400, "Exactly 1 file must be sent, received 0.")),
        Shutdown => Ok(Reply::empty(200)),
    };
    result.unwrap_or_else(|error| error.reply())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_slashes_change_nothing() {
        for path in ["/overview", "/v1/overview", "//overview", "/overview/", "/v1//overview//"] {
            assert!(route("GET", path).is_some(), "{path}");
        }
        for path in ["/v2/overview", "/v1", "/", "/Overview", "/v1/v1/overview", "/jars/..%2Fx.jar/plan"] {
            assert!(route("GET", path).is_none(), "{path}");
        }
        assert!(route("POST", "/overview").is_none() && route("HEAD", "/overview").is_none());
    }

    #[test]
    fn variables_are_captured_and_literals_win() {
        let route = route("GET", "/jobs/abc/vertices/d%65f/subtasks/accumulators").unwrap();
        assert_eq!(route.captured, [("jobid", "abc".to_owned()), ("vertexid", "def".to_owned())]);
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        for (text, expected) in [("a%20b", "a b"), ("%", "%"), ("%2", "%2"), ("%zz", "%zz"), ("%ff", "%ff")] {
            assert_eq!(decoded(text), expected);
        }
    }
}
