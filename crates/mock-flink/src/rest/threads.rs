//! Thread dumps: the threads that such a process always has, and those of the tasks that run in it.

use serde_json::{Value, json};

use super::error::{Reply, RestError};
use super::request::Context;
use super::task_managers;
use crate::sim::{Cluster, TaskManager};

const EVERYWHERE: [&str; 12] = [
    "main",
    "Reference Handler",
    "Finalizer",
    "Signal Dispatcher",
    "Common-Cleaner",
    "flink-scheduler-1",
    "flink-pekko.actor.default-dispatcher-4",
    "flink-pekko.remote.default-remote-dispatcher-5",
    "flink-pekko.actor.supervisor-dispatcher-9",
    "flink-metrics-scheduler-1",
    "Flink-Metric-View-Updater-thread-1",
    "flink-metrics-pekko.actor.internal-dispatcher-2",
];

fn thread(id: usize, name: &str, state: &str) -> Value {
    let text = match state {
        "RUNNABLE" => format!("\"{name}\" Id={id} RUNNABLE\n\n\n"),
        _ => format!(
            "\"{name}\" Id={id} {state}\n\tat java.base@17/jdk.internal.misc.Unsafe.park(Native Method)\n\tat \
             java.base@17/java.lang.Thread.run(Thread.java:840)\n\n\n"
        ),
    };
    json!({ "threadName": name, "stringifiedThreadInfo": text })
}

fn dump<'a>(own: impl IntoIterator<Item = (String, &'a str)>) -> Reply {
    let always = EVERYWHERE.iter().map(|name| ((*name).to_owned(), "WAITING"));
    let threads: Vec<Value> =
        always.chain(own).zip(1..).map(|((name, state), id)| thread(id, &name, state)).collect();
    Reply::ok(&json!({ "threadInfos": threads }))
}

pub(super) fn of_job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let jobs = context.cluster.jobs().filter(|job| !job.is_over());
    let masters =
        jobs.zip(2..).map(|(_, number)| (format!("jobmanager_{number}-main-scheduler-thread-1"), "WAITING"));
    let own = [
        "flink-rest-server-netty-boss-thread-1",
        "Flink-DispatcherRestEndpoint-thread-1",
        "cluster-io-thread-1",
    ];
    Ok(dump(own.into_iter().map(|name| (name.to_owned(), "RUNNABLE")).chain(masters)))
}

pub(super) fn of_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let found = task_managers::find(context).map_err(RestError::Internal)?;
    let own = ["IOManager writer thread #1", "IOManager reader thread #1", "Flink Netty Server (0) Thread 0"];
    let tasks = tasks(context.cluster, found);
    Ok(dump(own.into_iter().map(|name| (name.to_owned(), "RUNNABLE")).chain(tasks)))
}

fn tasks(cluster: &Cluster, found: &TaskManager) -> Vec<(String, &'static str)> {
    let mut threads = Vec::new();
    for vertex in cluster.jobs().flat_map(|job| &job.vertices) {
        for (index, subtask) in vertex.subtasks.iter().enumerate() {
            let attempt = &subtask.current;
            let here = attempt.placement.as_ref().is_some_and(|placed| placed.task_manager == found.id);
            if here && attempt.started().is_some() && !attempt.state.is_terminal() {
                let name = format!(
                    "{} ({}/{})#{}",
                    vertex.spec.name(),
                    index + 1,
                    vertex.parallelism,
                    attempt.number
                );
                let state = if vertex.spec.busy > 0.5 { "RUNNABLE" } else { "TIMED_WAITING" };
                threads.push((name, state));
            }
        }
    }
    threads
}
