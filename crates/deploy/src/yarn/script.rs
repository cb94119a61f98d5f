//! The commands, as scripts that look first.

use ops_core::spec::{Application, ClusterSpec};

use crate::shell::quoted;

const HEAD: &str = include_str!("start.sh");

/// Starts a session, or the application.
pub(super) fn start(spec: &ClusterSpec) -> String {
    let command = match &spec.application {
        // `run-application` went with 2.0.
        Some(application) if spec.flink_version.major < 2 => {
            run(application, "\"$home/bin/flink\" run-application -t yarn-application")
        }
        Some(application) => run(application, "\"$home/bin/flink\" run -t yarn-application"),
        None => "exec \"$home/bin/yarn-session.sh\" --detached \"$@\"".to_owned(),
    };
    let what = if spec.application.is_some() { "the application" } else { "the session cluster" };
    fill(spec, what, &command)
}

/// One cluster for each job, started by the client: deprecated since 1.15, gone with 2.0.
pub(super) fn per_job(spec: &ClusterSpec) -> Option<String> {
    if spec.flink_version.major >= 2 {
        return None;
    }
    let warning = "echo \"per-job mode is deprecated and Flink 2 does not have it; application mode takes its place\" >&2\n";
    let command = match &spec.application {
        Some(application) => run(application, "\"$home/bin/flink\" run -d -t yarn-per-job"),
        None => "exec \"$home/bin/flink\" run -d -t yarn-per-job \"$@\"".to_owned(),
    };
    Some(fill(spec, "a cluster for one job", &format!("{warning}{command}")))
}

fn run(application: &Application, start: &str) -> String {
    let mut command = format!("exec {start}");
    for (option, value) in [("-c", &application.class), ("-s", &application.from_savepoint)] {
        if let Some(value) = value {
            command.push_str(&format!(" {option} {}", quoted(value)));
        }
    }
    command.push_str(&format!(" \"$@\" {}", quoted(&application.jar.to_string_lossy())));
    for argument in &application.arguments {
        command.push_str(&format!(" {}", quoted(argument)));
    }
    command
}

fn fill(spec: &ClusterSpec, what: &str, command: &str) -> String {
    let kerberos = spec.security.kerberos.as_ref();
    let keytab = kerberos.map(|kerberos| quoted(&kerberos.keytab.to_string_lossy())).unwrap_or_default();
    let provided = spec.application.as_ref().is_some_and(|one| one.jar.to_string_lossy().contains("://"));
    let jar = spec
        .application
        .as_ref()
        .filter(|_| !provided)
        .map(|application| quoted(&application.jar.to_string_lossy()))
        .unwrap_or_default();
    HEAD.replace("@WHAT@", what)
        .replace("@NAME@", spec.name.as_str())
        .replace("@VERSION@", &spec.flink_version.to_string())
        .replace("@HOME@", &spec.installation.home.display().to_string())
        .replace("@KEYTAB@", &keytab)
        .replace("@JAR@", &jar)
        .replace("@COMMAND@", command)
}
