//! When an alert fires, and when it does not: the unit tests that come with it. Samples are a minute apart.

/// What is measured, and what comes of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What happens, in a few words.
    pub name: &'static str,
    /// Series, each with its values as promtool's unit tests write them.
    pub series: Vec<(String, String)>,
    /// When it is looked at, from the first sample on.
    pub at: &'static str,
    /// What fires then; nothing where the alert has to stay silent.
    pub fires: Vec<Fired>,
}

/// An alert that fires.
#[derive(Clone, Debug)]
pub struct Fired {
    /// Its labels, without severity.
    pub labels: Vec<(&'static str, &'static str)>,
    /// Its value, as the description shows it.
    pub value: &'static str,
}

impl Case {
    /// The alert fires once.
    pub(crate) fn fires(
        name: &'static str,
        at: &'static str,
        series: Vec<(String, String)>,
        labels: &[(&'static str, &'static str)],
        value: &'static str,
    ) -> Self {
        Self { name, series, at, fires: vec![Fired { labels: labels.to_vec(), value }] }
    }

    /// The alert stays silent.
    pub(crate) fn silent(name: &'static str, at: &'static str, series: Vec<(String, String)>) -> Self {
        Self { name, series, at, fires: Vec::new() }
    }
}

/// The labels of alerts on the job of [`of_job`].
pub(crate) const JOB: [(&str, &str); 3] = [("cluster", "prod"), ("job_id", "a1"), ("job_name", "orders")];

/// The labels of alerts on the vertex of [`of_subtask`].
pub(crate) const VERTEX: [(&str, &str); 5] = [
    ("cluster", "prod"),
    ("job_id", "a1"),
    ("job_name", "orders"),
    ("task_id", "v1"),
    ("task_name", "enrich"),
];

/// A metric of a job.
pub(crate) fn of_job(metric: &str, values: &str) -> (String, String) {
    named_job("orders", metric, values)
}

/// A metric of a job of that name.
pub(crate) fn named_job(name: &str, metric: &str, values: &str) -> (String, String) {
    let series = format!(
        "flink_jobmanager_job_{metric}{{cluster=\"prod\",job=\"flink-jobmanager\",instance=\"jm-1:9249\",\
         host=\"jm_1\",job_id=\"a1\",job_name=\"{name}\"}}"
    );
    (series, values.to_owned())
}

/// A metric of one subtask of the vertex `v1`, `enrich`.
pub(crate) fn of_subtask(metric: &str, subtask: u32, values: &str) -> (String, String) {
    of_vertex(("v1", "enrich"), metric, subtask, values)
}

/// A metric of one subtask of a vertex.
pub(crate) fn of_vertex(
    (id, name): (&str, &str),
    metric: &str,
    subtask: u32,
    values: &str,
) -> (String, String) {
    let series = format!(
        "flink_taskmanager_job_task_{metric}{{cluster=\"prod\",job=\"flink-taskmanager\",\
         instance=\"tm-1:9249\",host=\"tm_1\",tm_id=\"tm_1\",job_id=\"a1\",job_name=\"orders\",task_id=\"{id}\",\
         task_name=\"{name}\",subtask_index=\"{subtask}\"}}"
    );
    (series, values.to_owned())
}

/// The labels of alerts on the TaskManager of [`of_task_manager`].
pub(crate) const TASK_MANAGER: [(&str, &str); 5] = [
    ("cluster", "prod"),
    ("host", "tm_1"),
    ("instance", "tm-1:9249"),
    ("job", "flink-taskmanager"),
    ("tm_id", "tm_1"),
];

/// A metric of a TaskManager.
pub(crate) fn of_task_manager(metric: &str, values: &str) -> (String, String) {
    let series = format!(
        "flink_taskmanager_{metric}{{cluster=\"prod\",job=\"flink-taskmanager\",instance=\"tm-1:9249\",\
         host=\"tm_1\",tm_id=\"tm_1\"}}"
    );
    (series, values.to_owned())
}

/// A metric of a JobManager.
pub(crate) fn of_job_manager(metric: &str, values: &str) -> (String, String) {
    of_instance("jm-1:9249", metric, values)
}

/// A metric of one of several JobManagers.
pub(crate) fn of_instance(instance: &str, metric: &str, values: &str) -> (String, String) {
    let series = format!(
        "flink_jobmanager_{metric}{{cluster=\"prod\",job=\"flink-jobmanager\",instance=\"{instance}\",host=\"jm\"}}"
    );
    (series, values.to_owned())
}

/// Whether Prometheus reaches a process.
pub(crate) fn up(role: &str, instance: &str, values: &str) -> (String, String) {
    (format!("up{{cluster=\"prod\",job=\"flink-{role}\",instance=\"{instance}\"}}"), values.to_owned())
}
