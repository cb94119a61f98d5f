//! Every `GET` that Flink has, of two clusters: about the cluster, a job in each state that both have jobs in, its vertices
//! and checkpoints, a TaskManager, a jar; and about things that neither has.

use serde_json::Value;

use super::ask::{Question, ask, json};
use super::report::Report;
use crate::rest::readable;
use crate::target::{Target, TargetError};

/// An id that nothing has.
const UNKNOWN: &str = "0123456789abcdef0123456789abcdef";

/// What a variable of a path stands for, in each cluster.
#[derive(Clone, Debug)]
struct Meaning {
    name: &'static str,
    first: String,
    second: String,
}

/// A pair of things to ask about: what it is called, and its variables.
#[derive(Clone, Debug, Default)]
struct Subject {
    title: String,
    meanings: Vec<Meaning>,
}

/// Asks both clusters everything.
///
/// # Errors
/// One of them does not answer.
pub(crate) async fn walk(first: &Target, second: &Target) -> Result<Report, TargetError> {
    let mut report = Report::default();
    let subjects = Explorer { first, second, report: &mut report }.subjects().await?;
    for pattern in readable() {
        let variables: Vec<&str> = pattern.split('/').filter_map(|part| part.strip_prefix(':')).collect();
        let fitting = subjects.iter().filter(|subject| {
            let known = |name: &&str| subject.meanings.iter().any(|meaning| meaning.name == *name);
            // A subject that says more than the path asks for would only ask the same again.
            variables.iter().all(known) && subject.meanings.len() == variables.len()
        });
        for subject in fitting {
            let fill = |side: fn(&Meaning) -> &str| {
                subject.meanings.iter().fold(pattern.to_owned(), |path, meaning| {
                    path.replace(&format!(":{}", meaning.name), side(meaning))
                })
            };
            let (one, other) = (fill(|meaning| &meaning.first), fill(|meaning| &meaning.second));
            let request = match subject.title.as_str() {
                "" => format!("GET {pattern}"),
                title => format!("GET {pattern} ({title})"),
            };
            let answer = ask(first, &Question::get(one)).await?;
            report.compare(&request, pattern, &answer, &ask(second, &Question::get(other)).await?);
        }
    }
    Ok(report)
}

struct Explorer<'a> {
    first: &'a Target,
    second: &'a Target,
    report: &'a mut Report,
}

impl Explorer<'_> {
    async fn both(&self, first: &str, second: &str) -> Result<(Value, Value), TargetError> {
        let one = json(&ask(self.first, &Question::get(first)).await?);
        Ok((one, json(&ask(self.second, &Question::get(second)).await?)))
    }

    async fn subjects(&mut self) -> Result<Vec<Subject>, TargetError> {
        let mut subjects = vec![Subject::default()];
        self.jobs(&mut subjects).await?;
        let (one, other) = self.both("/taskmanagers", "/taskmanagers").await?;
        let id = |value: &Value| text(&value["taskmanagers"][0]["id"]);
        self.pair(&mut subjects, "a TaskManager", ("taskmanagerid", None), (id(&one), id(&other)));
        let (one, other) = self.both("/jars", "/jars").await?;
        let id = |value: &Value| text(&value["files"][0]["id"]);
        self.pair(&mut subjects, "a jar", ("jarid", None), (id(&one), id(&other)));
        let (one, other) = self.both("/applications/overview", "/applications/overview").await?;
        let id = |value: &Value| text(&value["applications"][0]["id"]);
        self.pair(&mut subjects, "an application", ("applicationid", None), (id(&one), id(&other)));
        unknown(&mut subjects);
        Ok(subjects)
    }

    /// Adds a subject, where both have it.
    fn pair(
        &mut self,
        subjects: &mut Vec<Subject>,
        title: &str,
        (name, of): (&'static str, Option<&Subject>),
        ids: (Option<String>, Option<String>),
    ) -> Option<Subject> {
        match ids {
            (Some(first), Some(second)) => {
                let mut subject = of.cloned().unwrap_or_default();
                let titles = [subject.title.as_str(), title].into_iter().filter(|part| !part.is_empty());
                subject.title = titles.collect::<Vec<_>>().join(", ");
                subject.meanings.push(Meaning { name, first, second });
                subjects.push(subject.clone());
                Some(subject)
            }
            (None, None) => None,
            (Some(_), None) => {
                self.report.only_one.push(format!("{title}, which only the first cluster has"));
                None
            }
            (None, Some(_)) => {
                self.report.only_one.push(format!("{title}, which only the second cluster has"));
                None
            }
        }
    }

    /// A job of each state.
    async fn jobs(&mut self, subjects: &mut Vec<Subject>) -> Result<(), TargetError> {
        let (one, other) = self.both("/jobs/overview", "/jobs/overview").await?;
        let mut states: Vec<String> = [&one, &other]
            .iter()
            .flat_map(|value| value["jobs"].as_array().into_iter().flatten())
            .filter_map(|job| text(&job["state"]))
            .collect();
        states.sort_unstable();
        states.dedup();
        for state in states {
            let job = |value: &Value| {
                let mut jobs = value["jobs"].as_array().into_iter().flatten();
                jobs.find(|job| job["state"] == *state).and_then(|job| text(&job["jid"]))
            };
            let title = format!("a {state} job");
            let ids = (job(&one), job(&other));
            if let Some(job) = self.pair(subjects, &title, ("jobid", None), ids) {
                self.job(subjects, &job).await?;
            }
        }
        Ok(())
    }

    /// What a job consists of.
    async fn job(&mut self, subjects: &mut Vec<Subject>, job: &Subject) -> Result<(), TargetError> {
        let path = |id: &str, rest: &str| format!("/jobs/{id}{rest}");
        let Some(Meaning { first, second, .. }) = job.meanings.first().cloned() else { return Ok(()) };
        let (one, other) = self.both(&path(&first, ""), &path(&second, "")).await?;
        for (place, title) in [(0, "its first vertex"), (1, "its second vertex")] {
            let id = |value: &Value| text(&value["vertices"][place]["id"]);
            let vertex = self.pair(subjects, title, ("vertexid", Some(job)), (id(&one), id(&other)));
            let zero = || (Some("0".to_owned()), Some("0".to_owned()));
            let Some(vertex) = vertex else { continue };
            if let Some(task) = self.pair(subjects, "a subtask", ("subtaskindex", Some(&vertex)), zero()) {
                self.pair(subjects, "its first attempt", ("attempt", Some(&task)), zero());
            }
        }
        let (one, other) = self.both(&path(&first, "/checkpoints"), &path(&second, "/checkpoints")).await?;
        let id = |value: &Value| text(&value["latest"]["completed"]["id"]);
        let title = "its latest checkpoint";
        let checkpoint = self.pair(subjects, title, ("checkpointid", Some(job)), (id(&one), id(&other)));
        if let Some(checkpoint) = checkpoint {
            let task = |value: &Value| {
                let tasks = value["latest"]["completed"]["tasks"].as_object()?;
                tasks.keys().next().cloned()
            };
            let ids = (task(&one), task(&other));
            self.pair(subjects, "a vertex of it", ("vertexid", Some(&checkpoint)), ids);
        }
        Ok(())
    }
}

/// Paths whose things nobody has.
fn unknown(subjects: &mut Vec<Subject>) {
    for pattern in readable() {
        let variables = pattern.split('/').filter_map(|part| part.strip_prefix(':'));
        let mut meanings: Vec<Meaning> = variables
            .map(|name| {
                let value =
                    if matches!(name, "checkpointid" | "subtaskindex" | "attempt") { "77" } else { UNKNOWN };
                Meaning { name, first: value.to_owned(), second: value.to_owned() }
            })
            .collect();
        meanings.sort_by_key(|meaning| meaning.name);
        let names = |meanings: &[Meaning]| meanings.iter().map(|meaning| meaning.name).collect::<Vec<_>>();
        let is_there = subjects
            .iter()
            .any(|subject| subject.title == "unknown" && names(&subject.meanings) == names(&meanings));
        if !meanings.is_empty() && !is_there {
            subjects.push(Subject { title: "unknown".to_owned(), meanings });
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
