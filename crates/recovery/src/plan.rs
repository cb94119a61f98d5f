//! From what the doctor found to a runbook: numbered steps with the commands filled in, what each costs, and which of them destroy
//! something.

use ops_core::units::human_bytes;
use ops_core::version::FlinkVersion;
use serde::Serialize;

use crate::doctor::evidence::JobEvidence;
use crate::doctor::{Effect, Evidence, Finding, Severity, examine};
use crate::state::{Candidate, Verdict, candidates};

/// Findings that steps are taken from.
const FINDINGS: usize = 3;

/// What a step costs that changes nothing.
const LOOKS: &str = "nothing: it only looks";

/// A runbook. Its fields are stable.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The job's name, or the one that was asked for.
    pub job: Option<String>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What the job could go on from, newest first.
    pub states: Vec<Candidate>,
    /// The one of them that is taken.
    pub chosen: Option<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What should be known before.
    pub notes: Vec<String>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What, in a sentence.
    pub what: String,
    /// The command.
    pub command: Option<String>,
    /// Whether something is lost by it that does not come back.
    pub destructive: bool,
    /// What it costs.
    pub cost: String,
}

/// How the job would be started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// Its description, as it is to be typed.
    pub description: Option<String>,
    /// Its jar, as it is to be typed.
    pub jar: Option<String>,
    /// States that somebody names: the first of them that can be used is taken.
    pub wanted: Vec<String>,
    /// States that are known from elsewhere, such as the journal, the newest first.
    pub states: Vec<String>,
}

/// The runbook for what is seen of a job.
pub fn plan(evidence: &Evidence, means: &Means) -> Plan {
    let mut findings = examine(evidence);
    findings.retain(|finding| finding.severity > Severity::Info);
    let job = evidence.jobs.first();
    let name = job.map(|job| job.details.name.clone()).or_else(|| evidence.missing_job.clone());
    let mut known = job.map(known_states).unwrap_or_default();
    known.extend(means.states.iter().cloned());
    known.retain(|path| !means.wanted.contains(path));
    let wanted = means.wanted.iter().map(|path| Candidate::at(path));
    let states: Vec<Candidate> = wanted.chain(candidates(&known)).collect();
    let chosen = states.iter().find(|state| state.is_usable()).cloned();
    let mut plan = Plan {
        job: name,
        steps: Vec::new(),
        notes: Vec::new(),
        chosen: chosen.as_ref().map(|state| state.path.clone()),
        states,
        findings,
    };
    plan.notes(evidence, chosen.as_ref());
    for finding in plan.findings.iter().take(FINDINGS) {
        for next in &finding.next {
            let step = Step {
                what: next.what.clone(),
                command: next.command.clone(),
                destructive: matches!(next.effect, Effect::Destroys { .. }),
                cost: match next.effect {
                    Effect::Looks => LOOKS.to_owned(),
                    Effect::Changes { cost } | Effect::Destroys { cost } => cost.to_owned(),
                    Effect::ByHand => "depends on what is found".to_owned(),
                },
            };
            if !plan.steps.contains(&step) {
                plan.steps.push(step);
            }
        }
    }
    let broken = job.is_none_or(|job| !job.runs_well());
    let concerned = job.is_some() || evidence.missing_job.is_some();
    if broken && concerned {
        let steps = restoring(job, chosen.as_ref(), means, plan.job.as_deref().unwrap_or("JOB"));
        plan.steps.extend(steps);
    }
    plan
}

/// The states that the cluster tells of, the newest first.
fn known_states(job: &JobEvidence) -> Vec<String> {
    let Some(statistics) = &job.checkpoints else { return Vec::new() };
    let mut complete: Vec<_> = statistics
        .history
        .iter()
        .chain(&statistics.latest.completed)
        .chain(&statistics.latest.savepoint)
        .filter(|one| one.discarded != Some(true))
        .filter_map(|one| Some((one.id, one.external_path.clone()?)))
        .collect();
    complete.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    let restored = statistics.latest.restored.as_ref().and_then(|restored| restored.external_path.clone());
    let mut paths: Vec<String> = complete.into_iter().map(|(_, path)| path).chain(restored).collect();
    paths.retain(|path| !path.starts_with('<'));
    let mut once = Vec::new();
    for path in paths {
        if !once.contains(&path) {
            once.push(path);
        }
    }
    once
}

impl Plan {
    fn notes(&mut self, evidence: &Evidence, chosen: Option<&Candidate>) {
        let unusable = self.states.iter().filter(|state| state.verdict == Verdict::Unusable);
        let skipped: Vec<String> = unusable
            .take_while(|state| chosen.is_none_or(|chosen| chosen.path != state.path))
            .map(|state| {
                format!("{} cannot be used: {}", state.path, state.why.as_deref().unwrap_or("it is damaged"))
            })
            .collect();
        self.notes.extend(skipped.into_iter().take(FINDINGS));
        let Some(chosen) = chosen else { return };
        if chosen.verdict == Verdict::Elsewhere {
            self.notes.push(format!(
                "{} is not on this machine: whether all its files are there is found out by Flink when it restores",
                chosen.path
            ));
        }
        let version = evidence.version.as_ref().and_then(|version| version.parse::<FlinkVersion>().ok());
        if let (Some(inspection), Some(version)) = (&chosen.inspection, version) {
            let line = version.line();
            if !inspection.readable_by.is_empty() && !inspection.readable_by.contains(&line) {
                self.notes.push(format!(
                    "Flink {version} does not read format {}: {} do",
                    inspection.format,
                    inspection.readable_by.join(", ")
                ));
            }
        }
        self.notes.push(
            "claim mode: no-claim (the default) leaves its files as they are, to be deleted by you; claim lets Flink delete them \
             once newer checkpoints no longer need them"
                .to_owned(),
        );
    }
}

fn restoring(job: Option<&JobEvidence>, chosen: Option<&Candidate>, means: &Means, name: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let size = chosen
        .and_then(|state| state.inspection.as_ref())
        .map(|inspection| human_bytes(inspection.state_size));
    if let Some(state) = chosen.filter(|state| state.verdict == Verdict::Whole) {
        steps.push(Step {
            what: "Copy the state to a safe place before anything is tried with it.".to_owned(),
            command: Some(format!("flinkops recover backup {} --to DIR", word(&state.path))),
            destructive: false,
            cost: format!("{} of disk", size.clone().unwrap_or_else(|| "its size".to_owned())),
        });
    }
    if let Some(job) = job.filter(|job| job.goes_on()) {
        steps.push(Step {
            what: "Cancel the copy that does not come to run; its retained checkpoints stay.".to_owned(),
            command: Some(format!("flinkops job cancel {}", job.details.jid)),
            destructive: chosen.is_none(),
            cost: match chosen {
                Some(_) => "what was processed since the state is processed again".to_owned(),
                None => "its state: there is none to go on from".to_owned(),
            },
        });
    }
    let from = chosen.map(|state| word(&state.path));
    let command = match (&means.description, &means.jar, &from) {
        (Some(file), _, Some(from)) => format!("flinkops recover run -f {} --from {from}", word(file)),
        (Some(file), _, None) => format!("flinkops recover run -f {} --from none", word(file)),
        (None, jar, Some(from)) => {
            format!("flinkops job restore {from} {}", jar.as_deref().map_or("JAR".to_owned(), word))
        }
        (None, jar, None) => format!("flinkops job submit {}", jar.as_deref().map_or("JAR".to_owned(), word)),
    };
    steps.push(Step {
        what: match chosen {
            Some(_) => "Start the job from the newest state that can be used.".to_owned(),
            None => "Start the job with nothing: no state of it can be used.".to_owned(),
        },
        command: Some(command),
        destructive: chosen.is_none(),
        cost: match (chosen, size) {
            (Some(_), Some(size)) => {
                format!("{size} are restored; what was processed since is processed again")
            }
            (Some(_), None) => "what was processed since is processed again".to_owned(),
            (None, _) => "everything that it had counted and kept".to_owned(),
        },
    });
    steps.push(Step {
        what: "Look whether it is well.".to_owned(),
        command: Some(format!("flinkops doctor {}", word(name))),
        destructive: false,
        cost: LOOKS.to_owned(),
    });
    steps
}

/// A word as a shell takes it.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::sample::Sample;

    #[test]
    fn a_job_that_is_well_needs_nothing() {
        let plan = plan(&Sample::job().chain(2).checkpoints(&[1]).evidence(), &Means::default());
        assert!(plan.steps.is_empty() && plan.findings.is_empty(), "{plan:?}");
    }

    #[test]
    fn a_loop_is_left_from_the_newest_state() {
        let job =
            Sample::job().chain(2).checkpoints(&[1]).threw_times("java.lang.OutOfMemoryError: Metaspace", 4);
        let means = Means {
            description: Some("my orders.yaml".to_owned()),
            states: vec!["s3://b/chk-7".to_owned()],
            ..Means::default()
        };
        let plan = plan(&job.evidence(), &means);
        assert_eq!(plan.chosen.as_deref(), Some("s3://b/chk-7"));
        let commands: Vec<&str> = plan.steps.iter().filter_map(|step| step.command.as_deref()).collect();
        let end = commands.len() - 3;
        assert_eq!(
            commands[end..],
            [
                "flinkops job cancel 00000000000000000000000000000007",
                "flinkops recover run -f 'my orders.yaml' --from s3://b/chk-7",
                "flinkops doctor orders"
            ]
        );
        assert!(plan.steps.iter().all(|step| !step.destructive), "{:?}", plan.steps);
    }

    #[test]
    fn what_somebody_names_is_taken_before_what_is_known() {
        let job = Sample::job().chain(1).threw_times("java.lang.OutOfMemoryError: Metaspace", 4);
        let path = |number: u32| format!("s3://b/chk-{number}");
        let means = Means { wanted: vec![path(3)], states: vec![path(7), path(3)], ..Means::default() };
        let plan = plan(&job.evidence(), &means);
        let states: Vec<&str> = plan.states.iter().map(|state| state.path.as_str()).collect();
        assert_eq!((plan.chosen, states), (Some(path(3)), vec!["s3://b/chk-3", "s3://b/chk-7"]));
    }

    #[test]
    fn a_step_that_changes_something_does_not_say_that_it_looks() {
        let unknown = "java.lang.IllegalStateException: Cannot map checkpoint/savepoint state for operator 7a to the new program";
        let plan = plan(&Sample::job().chain(1).threw_times(unknown, 1).evidence(), &Means::default());
        let dropping = plan.steps.iter().find(|step| {
            step.command.as_ref().is_some_and(|command| command.contains("--allow-non-restored-state"))
        });
        assert!(
            dropping.is_some_and(|step| step.destructive && step.cost.contains("state of the operators")),
            "{plan:?}"
        );
    }

    #[test]
    fn to_begin_with_nothing_destroys_something() {
        let mut evidence = Sample::job().evidence();
        evidence.missing_job = Some("orders".to_owned());
        let plan =
            plan(&evidence, &Means { states: vec!["/tmp/nothing/chk-1".to_owned()], ..Means::default() });
        let start = plan.steps.iter().find(|step| step.what.contains("with nothing")).unwrap();
        assert!(
            start.destructive && start.command.as_deref() == Some("flinkops job submit JAR"),
            "{start:?}"
        );
    }
}
