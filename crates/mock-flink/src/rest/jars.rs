//! `/jars`: list, delete, run, plan. The upload itself is streamed by the server.

use ops_core::rest::wire::jars::{JarEntry, JarFile, JarList, JarRunRequest, JarRunResponse, JarUpload};
use ops_core::rest::wire::plan::PlanBody;

use super::error::{Reply, RestError};
use super::job::graph_plan;
use super::request::Context;
use super::versions::Feature;
use crate::jars::Jar;
use crate::programs::{MainError, ProgramCall};
use crate::sim::{Cluster, ClusterSpec, JobGraph, MemoryStore, Submission, SubmitError, Throwable};

const INVOCATION: &str = "org.apache.flink.client.program.ProgramInvocationException";
const RUNTIME: &str = "org.apache.flink.util.FlinkRuntimeException";

const NO_PARALLELISM: &str =
    "Parallelism must be at least one, or ExecutionConfig.PARALLELISM_DEFAULT (use system default).";
const NO_PLAN: &str = "The program plan could not be fetched - the program aborted pre-maturely.";
const PLAN_ADVICE: &str =
    " The root cause may be that the main method doesn't call `env.execute()` or `env.executeAsync()`.";

const RUN_FIELDS: [&str; 9] = [
    "entryClass",
    "programArgs",
    "programArgsList",
    "parallelism",
    "jobId",
    "allowNonRestoredState",
    "savepointPath",
    "restoreMode",
    "flinkConfiguration",
];

const PLAN_FIELDS: [&str; 6] =
    ["entryClass", "programArgs", "programArgsList", "parallelism", "jobId", "flinkConfiguration"];

/// The answer to an upload.
pub(crate) fn uploaded(jar: &Jar) -> Reply {
    let filename = jar.path.display().to_string();
    Reply::ok(&JarUpload { filename, status: "success".to_owned() })
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let jars = context.app.jars();
    let files = jars.all().iter().map(|jar| JarFile {
        id: jar.id.clone(),
        name: jar.name.clone(),
        uploaded: jar.uploaded,
        // A file that is no jar is listed without entries.
        entry: jar.manifest().map_or_else(
            |_| Vec::new(),
            |manifest| {
                manifest.entry_classes.into_iter().map(|name| JarEntry { name, description: None }).collect()
            },
        ),
    });
    Ok(Reply::ok(&JarList { address: context.app.url.clone(), files: files.collect() }))
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.path("jarid");
    let mut jars = context.app.jars();
    if jars.delete(id) {
        return Ok(Reply::empty(200));
    }
    let directory = jars.uploads().display();
    Err(RestError::refused(400, format!("File {id} does not exist in {directory}.")))
}

pub(super) fn run(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let body: JarRunRequest = context.body("JarRunRequestBody", &RUN_FIELDS)?;
    let (call, body) = call(context, body)?;
    let refused = |cause: Throwable| {
        let cause = cause.wrapped(RUNTIME, "Could not execute application.").completion();
        RestError::refused_by(400, "Could not execute application.", cause)
    };
    if body.parallelism.is_some_and(|parallelism| parallelism == 0 || parallelism < -1) {
        return Err(refused(thrown(MainError {
            class: "java.lang.IllegalArgumentException".to_owned(),
            message: NO_PARALLELISM.to_owned(),
        })));
    }
    let graph = context.app.programs.call(&call).map_err(|error| {
        let nothing = || RestError::refused(400, "No jobs included in application.");
        if error.is_no_job() { nothing() } else { refused(thrown(error)) }
    })?;
    let name = graph.name.clone();
    let submission = submission(graph, &call, body);
    let applications = context.supports(Feature::Applications);
    let jobid = context.cluster.submit(submission).map_err(|error| {
        let cause = match error {
            SubmitError::Duplicate(_) if applications => Throwable::new(
                "org.apache.flink.runtime.client.DuplicateApplicationSubmissionException",
                "Application has already been submitted.",
            ),
            SubmitError::Duplicate(_) => Throwable::new(
                "org.apache.flink.runtime.client.DuplicateJobSubmissionException",
                "Job has already been submitted.",
            ),
            SubmitError::NotInitialized { cause, .. } => {
                let message = cause.headline();
                cause.wrapped("java.lang.RuntimeException", message)
            }
        };
        let message = format!("Failed to execute job '{name}'.");
        let cause = cause.wrapped("org.apache.flink.util.FlinkException", message.clone());
        refused(cause.wrapped(INVOCATION, format!("The main method caused an error: {message}")))
    })?;
    let application_id = applications.then(|| jobid.to_string());
    Ok(Reply::ok(&JarRunResponse { jobid, application_id }))
}

fn submission(graph: JobGraph, call: &ProgramCall, body: JarRunRequest) -> Submission {
    Submission {
        id: body.job_id,
        parallelism: Some(call.parallelism),
        savepoint: body.savepoint_path.filter(|path| !path.is_empty()),
        configuration: body.flink_configuration.unwrap_or_default().into_iter().collect(),
        ..Submission::new(graph)
    }
}

/// Runs the main method as an application of its own: what it throws shows there, not in the answer.
pub(super) fn run_application(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let known: Vec<&str> = RUN_FIELDS.iter().copied().chain(["applicationId"]).collect();
    let wanted: ApplicationBody = context.body("JarRunApplicationRequestBody", &known)?;
    let body: JarRunRequest = context.body("JarRunApplicationRequestBody", &known)?;
    let (call, body) = call(context, body)?;
    let id = match wanted.application_id.as_deref() {
        None => None,
        Some(text) => {
            Some(u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32).ok_or_else(|| {
                RestError::refused(400, "Request did not match expected format JarRunApplicationRequestBody.")
            })?)
        }
    };
    let id = context.cluster.start_application(id, &call.entry_class).ok_or_else(|| {
        let class = "org.apache.flink.runtime.client.DuplicateApplicationSubmissionException";
        let cause = Throwable::new(class, "Application has already been submitted.").completion();
        RestError::refused_by(400, "Could not submit application.", cause)
    })?;
    let failed = |cause: Throwable| {
        let class = "org.apache.flink.client.deployment.application.ApplicationExecutionException";
        cause.wrapped(class, "Could not execute application.")
    };
    match context.app.programs.call(&call) {
        Ok(graph) => {
            let submission = Submission { application: Some(id), ..submission(graph, &call, body) };
            if let Err(error) = context.cluster.submit(submission) {
                let cause = Throwable::new("java.lang.RuntimeException", error.to_string());
                context.cluster.fail_application(id, failed(cause));
            }
        }
        Err(error) => context.cluster.fail_application(id, failed(thrown(error))),
    }
    Ok(Reply::json(202, &serde_json::json!({ "applicationid": format!("{id:032x}") })))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ApplicationBody {
    application_id: Option<String>,
}

/// What is answered is the plan of a job that is never submitted.
pub(super) fn plan(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let body: JarRunRequest = context.body("JarPlanRequestBody", &PLAN_FIELDS)?;
    let (call, body) = call(context, body)?;
    if body.parallelism.is_some_and(|parallelism| parallelism == 0 || parallelism < -1) {
        return Err(RestError::Internal(Throwable::new(
            "java.lang.IllegalArgumentException",
            NO_PARALLELISM,
        )));
    }
    let graph = context.app.programs.call(&call).map_err(|error| {
        RestError::Internal(if error.is_no_job() {
            let advice = if context.supports(Feature::PlanAdvice) { PLAN_ADVICE } else { "" };
            Throwable::new(INVOCATION, format!("{NO_PLAN}{advice}"))
        } else {
            thrown(error)
        })
    })?;
    Ok(Reply::ok(&PlanBody { plan: draft(context, graph, &call, body)? }))
}

fn draft(
    context: &mut Context<'_>,
    graph: JobGraph,
    call: &ProgramCall,
    body: JarRunRequest,
) -> Result<ops_core::rest::wire::plan::Plan, RestError> {
    let mut scratch = Cluster::new(ClusterSpec {
        settings: context.cluster.settings().clone(),
        task_managers: 0,
        slots: 0,
        start: context.cluster.now(),
        seed: context.cluster.fresh_id() as u64,
        store: Box::new(MemoryStore::default()),
    });
    let submission =
        Submission { id: body.job_id, parallelism: Some(call.parallelism), ..Submission::new(graph) };
    let id = scratch.submit(submission).ok();
    let job = id.and_then(|id| scratch.job(id));
    job.map(graph_plan).ok_or_else(|| RestError::refused(400, "The program has no job."))
}

fn thrown(error: MainError) -> Throwable {
    let message = format!("The main method caused an error: {}", error.message);
    Throwable::new(error.class, error.message).wrapped(INVOCATION, message)
}

/// Reads the jar and the parameters, of which the body's go before those of the query.
fn call(context: &Context<'_>, body: JarRunRequest) -> Result<(ProgramCall, JarRunRequest), RestError> {
    let body = with_query(context, body)?;
    let jars = context.app.jars();
    let id = context.path("jarid");
    let jar = jars.find(id).ok_or_else(|| {
        let class = "org.apache.flink.runtime.rest.handler.RestHandlerException";
        let path = jars.uploads().join(id);
        let cause = Throwable::new(class, format!("Jar file {} does not exist", path.display()));
        RestError::Internal(cause.completion())
    })?;
    let entry_class = entry_class(context, jar, body.entry_class.as_deref())?;
    let arguments = match (&body.program_args_list, &body.program_args) {
        (Some(list), _) => list.clone(),
        (None, Some(text)) if context.supports(Feature::ProgramArgsText) => split_arguments(text),
        _ => Vec::new(),
    };
    let configured = body.flink_configuration.as_ref().and_then(|entries| entries.get("parallelism.default"));
    let parallelism = body
        .parallelism
        .and_then(|parallelism| u32::try_from(parallelism).ok())
        .or_else(|| configured.and_then(|value| value.parse().ok()))
        .unwrap_or_else(|| context.cluster.settings().default_parallelism());
    Ok((ProgramCall { entry_class, arguments, parallelism }, body))
}

fn with_query(context: &Context<'_>, mut body: JarRunRequest) -> Result<JarRunRequest, RestError> {
    let text = |name: &str| context.query(name).map(str::to_owned);
    body.entry_class = body.entry_class.or_else(|| text("entry-class"));
    body.savepoint_path = body.savepoint_path.or_else(|| text("savepointPath"));
    body.program_args = body.program_args.or_else(|| text("program-args"));
    body.program_args_list = body
        .program_args_list
        .or_else(|| Some(context.queries("programArg")?.into_iter().map(str::to_owned).collect()));
    if let (None, Some(value)) = (body.parallelism, context.query("parallelism")) {
        let parsed = value.parse().map_err(|_| RestError::parameter("query", "parallelism", value))?;
        body.parallelism = Some(parsed);
    }
    Ok(body)
}

/// The class to start: the one asked for or the manifest's; it has to be in the jar, or be a registered program.
fn entry_class(context: &Context<'_>, jar: &Jar, asked: Option<&str>) -> Result<String, RestError> {
    let broken = |message: String| {
        let opening = format!("Error while opening jar file '{}'", jar.path.display());
        let cause = Throwable::new("java.util.zip.ZipException", message)
            .wrapped("java.io.IOException", opening.clone())
            .wrapped(INVOCATION, opening);
        RestError::Internal(cause.completion())
    };
    let invalid = |message: String, cause: Option<Throwable>| {
        let whole = match cause {
            Some(cause) => cause.wrapped(INVOCATION, message),
            None => Throwable::new(INVOCATION, message),
        };
        RestError::Internal(whole.completion())
    };
    let manifest = jar.manifest().map_err(broken)?;
    let Some(class) = asked.map(str::to_owned).or_else(|| manifest.entry_classes.into_iter().next()) else {
        let message = "Neither a 'Main-Class', nor a 'program-class' entry was found in the jar file.";
        return Err(invalid(message.to_owned(), None));
    };
    if context.app.programs.knows(&class) || jar.holds(&class).map_err(broken)? {
        return Ok(class);
    }
    let message = format!("The program's entry point class '{class}' was not found in the jar file.");
    Err(invalid(message, Some(Throwable::new("java.lang.ClassNotFoundException", class))))
}

/// Splits at blanks outside of single or double quotes, as Flink does.
fn split_arguments(text: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                current.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => arguments.extend(current.take()),
            (c, _) => current.get_or_insert_default().push(c),
        }
    }
    arguments.extend(current);
    arguments
}

#[cfg(test)]
mod tests {
    use super::split_arguments;

    #[test]
    fn arguments_are_split_outside_of_quotes() {
        assert_eq!(split_arguments("--a 1  --b 'two words' \"\""), ["--a", "1", "--b", "two words", ""]);
        assert!(split_arguments("  ").is_empty());
    }
}
