//! What Flink's Prometheus reporter exports of a process: the metrics that REST answers, under the reporter's names and
//! labels, in the text format 0.0.4.

use std::fmt::Write as _;

use indexmap::IndexMap;
use ops_core::ids::TaskManagerId;

use super::metrics::{self, TaskMetrics};
use super::request::{Context, Request};
use crate::app::App;
use crate::sim::{Job, Process, TaskManager};

/// A histogram of REST as a summary: its suffixes there, and the quantiles here.
const QUANTILES: [(&str, &str); 6] = [
    ("_median", "0.5"),
    ("_p75", "0.75"),
    ("_p95", "0.95"),
    ("_p98", "0.98"),
    ("_p99", "0.99"),
    ("_p999", "0.999"),
];

/// What REST answers of a histogram, and the reporter does not.
const LEFT_OUT: [&str; 5] = ["_max", "_mean", "_min", "_p90", "_stddev"];

/// The page of a process; `None` when there is no such TaskManager any more.
pub(crate) fn page(app: &App, process: &Process) -> Option<String> {
    let mut cluster = app.cluster();
    let request = Request::default();
    let context = Context { app, cluster: &mut cluster, request: &request, captured: &[] };
    let reporter = context.cluster.settings().prometheus();
    let mut page = Page { families: IndexMap::new(), filters: reporter.is_none_or(|found| found.filters) };
    match process {
        Process::JobManager => page.job_manager(&context),
        Process::TaskManager(id) => page.task_manager(&context, find(&context, id)?),
    }
    Some(page.text())
}

fn find<'a>(context: &'a Context<'_>, id: &TaskManagerId) -> Option<&'a TaskManager> {
    context.cluster.task_managers().iter().find(|found| found.id == *id)
}

type Labels = Vec<(&'static str, String)>;

struct Page {
    families: IndexMap<String, Family>,
    /// Whether odd characters in the values of labels are replaced.
    filters: bool,
}

struct Family {
    help: String,
    kind: &'static str,
    samples: String,
}

impl Page {
    fn job_manager(&mut self, context: &Context<'_>) {
        let host = vec![("host", host(context))];
        self.gauges("jobmanager", &metrics::of_job_manager(context), &host);
        for job in context.cluster.jobs().filter(|job| job.has_graph() && !job.is_over()) {
            let labels = [host.clone(), of_job(job)].concat();
            self.gauges("jobmanager_job", &metrics::of_job(context, job), &labels);
            for vertex in job.vertices.iter().filter(|vertex| vertex.spec.inputs.is_empty()) {
                let (id, name) = (vertex.id().to_string(), vertex.spec.name());
                // Flink names the operator after the whole chain here.
                let own = vec![
                    ("task_id", id.clone()),
                    ("task_name", name.clone()),
                    ("operator_id", id),
                    ("operator_name", name),
                ];
                let values = [("unassignedSplits".to_owned(), "0".to_owned())];
                let scope = "jobmanager_job_operator_coordinator_enumerator";
                self.gauges(scope, &values, &[labels.clone(), own].concat());
            }
        }
    }

    fn task_manager(&mut self, context: &Context<'_>, found: &TaskManager) {
        let process = vec![("host", found.host.clone()), ("tm_id", found.id.0.clone())];
        self.gauges("taskmanager", &metrics::of_task_manager(context, found), &process);
        for job in context.cluster.jobs().filter(|job| !job.is_over()) {
            for vertex in &job.vertices {
                for (subtask, index) in vertex.subtasks.iter().zip(0_u32..) {
                    let attempt = &subtask.current;
                    let here = attempt.placement.as_ref().is_some_and(|place| place.task_manager == found.id);
                    if !here || attempt.started().is_none() || attempt.state.is_terminal() {
                        continue;
                    }
                    let own = vec![
                        ("task_id", vertex.id().to_string()),
                        ("task_name", vertex.spec.name()),
                        ("task_attempt_num", attempt.number.to_string()),
                        (
                            "task_attempt_id",
                            format!("{:032x}_{}_{index}_{}", job.sharing_group, vertex.id(), attempt.number),
                        ),
                        ("subtask_index", index.to_string()),
                    ];
                    let labels = [process.clone(), of_job(job), own].concat();
                    self.task(&metrics::of_attempt(context, (job, vertex), attempt, index + 1), &labels);
                }
            }
        }
    }

    fn task(&mut self, task: &TaskMetrics, labels: &Labels) {
        self.gauges("taskmanager_job_task", &task.own, labels);
        for operator in &task.operators {
            let own =
                vec![("operator_id", operator.id.to_string()), ("operator_name", operator.name.clone())];
            let labels = [labels.clone(), own].concat();
            self.gauges("taskmanager_job_task_operator", &operator.own, &labels);
            if let Some((split, values)) = &operator.split {
                let labels = [labels, vec![("split", split.to_string())]].concat();
                self.gauges("taskmanager_job_task_operator_split", values, &labels);
            }
        }
    }

    /// Adds values under the scope. Whatever REST answers as parts of a histogram becomes a summary.
    fn gauges(&mut self, scope: &str, values: &[(String, String)], labels: &Labels) {
        let shown = self.shown(labels);
        let is_histogram = |base: &str| values.iter().any(|(name, _)| histogram(name) == Some(base));
        for (name, value) in values {
            if let Some((base, quantile)) = quantile(name).filter(|(base, _)| is_histogram(base)) {
                let labels = format!("{shown}quantile=\"{quantile}\",");
                let full = format!("flink_{scope}_{}", clean(base));
                self.add(&full, (scope, base, "summary"), "", &labels, value);
                if quantile == QUANTILES[0].1 {
                    self.add(&full, (scope, base, "summary"), "_count", &shown, "0");
                }
            } else if !histogram(name).is_some_and(is_histogram) {
                self.add(
                    &format!("flink_{scope}_{}", clean(name)),
                    (scope, name, "gauge"),
                    "",
                    &shown,
                    value,
                );
            }
        }
    }

    fn add(
        &mut self,
        full: &str,
        (scope, name, kind): (&str, &str, &'static str),
        suffix: &str,
        labels: &str,
        value: &str,
    ) {
        let family = self.families.entry(full.to_owned()).or_insert_with(|| {
            // `Status.JVM.CPU.Load` is `Load` in the scope of `Status.JVM.CPU`.
            let (groups, last) = name.rsplit_once('.').unwrap_or(("", name));
            let scope =
                if groups.is_empty() { scope.to_owned() } else { format!("{scope}_{}", clean(groups)) };
            Family { help: format!("{last} (scope: {scope})"), kind, samples: String::new() }
        });
        let _ = writeln!(family.samples, "{full}{suffix}{{{labels}}} {}", number(value));
    }

    fn shown(&self, labels: &Labels) -> String {
        let mut text = String::new();
        for (name, value) in labels {
            let value = if self.filters { clean(value) } else { escaped(value) };
            let _ = write!(text, "{name}=\"{value}\",");
        }
        text
    }

    fn text(self) -> String {
        let mut text = String::new();
        for (name, family) in self.families {
            let _ = writeln!(text, "# HELP {name} {}\n# TYPE {name} {}", family.help, family.kind);
            text.push_str(&family.samples);
        }
        text
    }
}

/// The histogram that REST answers this part of, which the reporter leaves out.
fn histogram(name: &str) -> Option<&str> {
    LEFT_OUT.iter().find_map(|suffix| name.strip_suffix(suffix))
}

fn quantile(name: &str) -> Option<(&str, &'static str)> {
    QUANTILES.iter().find_map(|(suffix, quantile)| Some((name.strip_suffix(suffix)?, *quantile)))
}

fn of_job(job: &Job) -> Labels {
    vec![("job_id", job.id.to_string()), ("job_name", job.name.clone())]
}

fn host(context: &Context<'_>) -> String {
    context.cluster.settings().text(&["jobmanager.rpc.address"]).unwrap_or("localhost").to_owned()
}

/// As the reporter does with whatever is no letter, digit, colon or underscore.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, ':' | '_') { c } else { '_' }).collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A truth is 1, and what is no number at all 0.
fn number(value: &str) -> String {
    match value {
        "true" => "1.0".to_owned(),
        "NaN" => "NaN".to_owned(),
        other => format!("{:?}", other.parse::<f64>().unwrap_or(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_those_of_the_reporter() {
        let mut page = Page { families: IndexMap::new(), filters: true };
        let value = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let labels = vec![("task_name", "Source: a -> b".to_owned())];
        let values = vec![
            value("Status.JVM.CPU.Load", "0.5"),
            value("isBackPressured", "true"),
            value("lag_median", "3"),
            value("lag_max", "4"),
            value("x_p99", "5"),
            value("path", "n/a"),
        ];
        page.gauges("taskmanager", &values, &labels);
        insta::assert_snapshot!(page.text());
        let plain = Page { families: IndexMap::new(), filters: false };
        assert_eq!(plain.shown(&vec![("n", "a \"b\"".to_owned())]), "n=\"a \\\"b\\\"\",");
    }
}
