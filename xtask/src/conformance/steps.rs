//! The language of `xtask/conformance/steps.txt`: one step a line, its parts separated by ` ; `.
//!
//! ```text
//! cluster adaptive                                  the steps below run on a fresh cluster with that scheduler
//! GET /jobs/{job} ; wait /state=RUNNING ; set v0=/vertices/0/id
//! SCRAPE taskmanager                               what its reporter exports to Prometheus; or jobmanager
//! POST /jars/{jar}/run ; body {"entryClass":"X"} ; since 1.20 ; until 2.0
//! ```
//!
//! | part | meaning |
//! |---|---|
//! | `body JSON`, `text TYPE BODY` | the request's body |
//! | `file FIELD=NAME as SENT`, `form FIELD=VALUE` | a part of a multipart body; files are the scratch directory's |
//! | `header NAME: VALUE` | a further header |
//! | `wait POINTER=VALUE`, `wait POINTER`, `wait status=N` | ask again until it holds; `*` stands for every element |
//! | `pause MILLIS` | before it |
//! | `set NAME=POINTER`, `last NAME=POINTER` | remembers a value of the answer, or its last path component |
//! | `since V`, `until V` | only for versions from V on, or below V |
//! | `luck WHERE` | what of the answer depends on the moment, such as a checkpoint that happens to go on |
//! | `quiet` | only to get somewhere: not compared |

use crate::version::FlinkVersion;

/// A part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    File { field: String, file: String, sent: String },
    Form { field: String, value: String },
}

/// Something that has to hold before an answer counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Status(u16),
    Equal(String, String),
    Present(String),
}

/// How a value is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Whole,
    LastComponent,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) line: usize,
    pub(super) scheduler: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Option<(String, String)>,
    pub(super) parts: Vec<Part>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) wait: Vec<Condition>,
    pub(super) pause: u64,
    pub(super) set: Vec<(String, String, Keep)>,
    pub(super) quiet: bool,
    pub(super) luck: Vec<String>,
    since: Option<FlinkVersion>,
    until: Option<FlinkVersion>,
}

impl Step {
    pub(super) fn applies_to(&self, version: FlinkVersion) -> bool {
        let at_least = |bound: FlinkVersion| version.at_least(bound.major, bound.minor);
        self.since.is_none_or(at_least) && !self.until.is_some_and(at_least)
    }

    /// What names it in reports.
    pub(super) fn title(&self) -> String {
        format!("{}: {} {}", self.line, self.method, self.path)
    }
}

/// Reads the steps.
pub(super) fn parse(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut scheduler = "default".to_owned();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.strip_prefix("cluster ") {
            Some(name) => name.trim().clone_into(&mut scheduler),
            None => {
                let step = step(line).map_err(|error| format!("steps.txt line {number}: {error}: {line}"))?;
                steps.push(Step { line: number, scheduler: scheduler.clone(), ..step });
            }
        }
    }
    Ok(steps)
}

fn step(line: &str) -> Result<Step, String> {
    let mut parts = line.split(" ; ").map(str::trim);
    let head = parts.next().unwrap_or_default();
    let (method, path) = head.split_once(' ').ok_or("METHOD PATH is needed")?;
    let mut step = Step { method: method.to_owned(), path: path.trim().to_owned(), ..Step::default() };
    for part in parts {
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        let pair = || rest.split_once('=').ok_or_else(|| format!("`{part}` needs NAME=VALUE"));
        match word {
            "body" => step.body = Some(("application/json".to_owned(), rest.to_owned())),
            "text" => {
                let (kind, body) = rest.split_once(' ').unwrap_or((rest, ""));
                step.body = Some((kind.to_owned(), body.to_owned()));
            }
            "file" => {
                let (field, file) = pair()?;
                let (file, sent) = file.split_once(" as ").unwrap_or((file, file));
                let (field, file, sent) = (field.to_owned(), file.to_owned(), sent.to_owned());
                step.parts.push(Part::File { field, file, sent });
            }
            "form" => {
                let (field, value) = pair()?;
                step.parts.push(Part::Form { field: field.to_owned(), value: value.to_owned() });
            }
            "header" => {
                let (name, value) =
                    rest.split_once(": ").ok_or_else(|| format!("`{part}` needs NAME: VALUE"))?;
                step.headers.push((name.to_owned(), value.to_owned()));
            }
            "wait" => step.wait.push(condition(rest)?),
            "pause" => step.pause = rest.parse().map_err(|_| format!("`{part}` needs milliseconds"))?,
            "set" | "last" => {
                let (name, pointer) = pair()?;
                let keep = if word == "set" { Keep::Whole } else { Keep::LastComponent };
                step.set.push((name.to_owned(), pointer.to_owned(), keep));
            }
            "since" | "until" => {
                let version = rest.parse().map_err(|_| format!("`{part}` needs a version"))?;
                *if word == "since" { &mut step.since } else { &mut step.until } = Some(version);
            }
            "luck" => step.luck.push(rest.to_owned()),
            "quiet" => step.quiet = true,
            _ => return Err(format!("`{part}` is no part of a step")),
        }
    }
    Ok(step)
}

fn condition(text: &str) -> Result<Condition, String> {
    match text.split_once('=') {
        Some(("status", status)) => {
            status.parse().map(Condition::Status).map_err(|_| format!("`{status}` is no status"))
        }
        Some((pointer, value)) => Ok(Condition::Equal(pointer.to_owned(), value.to_owned())),
        None => Ok(Condition::Present(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_its_parts() {
        let text = "# none\ncluster adaptive\nGET /jobs/{job} ; wait /state=RUNNING ; wait status=200 ; \
                    last v=/a/b ; since 1.20 ; until 2.0 ; quiet ; header A: b; c\n";
        let [step] = parse(text).unwrap().try_into().unwrap();
        assert_eq!(
            (step.line, step.scheduler.as_str(), step.title().as_str()),
            (3, "adaptive", "3: GET /jobs/{job}")
        );
        assert_eq!(step.wait[0], Condition::Equal("/state".to_owned(), "RUNNING".to_owned()));
        assert_eq!(step.wait[1], Condition::Status(200));
        assert_eq!(step.set, [("v".to_owned(), "/a/b".to_owned(), Keep::LastComponent)]);
        assert_eq!(step.headers, [("A".to_owned(), "b; c".to_owned())]);
        let applies = |version: &str| step.applies_to(version.parse().unwrap());
        assert!(applies("1.20.5") && !applies("1.19.3") && !applies("2.0.2") && step.quiet);
    }

    #[test]
    fn nonsense_names_its_line() {
        for (text, expected) in
            [("\nGET", "line 2"), ("GET / ; jump", "`jump`"), ("GET / ; set x", "NAME=VALUE")]
        {
            assert!(parse(text).unwrap_err().contains(expected), "{text}");
        }
    }
}
