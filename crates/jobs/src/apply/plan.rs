//! What there is to do: the difference between a description and what runs. Nothing changes here.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_core::ids::JobId;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{RestClient, RestError};
use serde::Serialize;

use super::cluster::{Left, Seen, left_at_last, left_by, look};
use super::{ApplyError, Pace};
use crate::description::{CopyId, Description, JarLocation, JobName, Rollback, Upgrade};
use crate::journal::{Deployment, Journal, Known, State, StateKind, Task};
use crate::wait::all_tasks_running;
use crate::{Candidate, JobProgress, inspect};

/// What `--from` says in place of a path when a job is to begin with nothing.
const NOTHING: &str = "none";

/// How to decide where a description does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// A job of this name that was not started from a description is taken over.
    pub adopt: bool,
    /// What to start from where nothing runs: a path, or `none`.
    pub from: Option<String>,
    /// What to start from where nothing runs, chosen by who watches the job. It stays as it is, whatever the description says of
    /// claiming.
    pub origin: Option<State>,
    /// How old an answer about one job may be; as old as Flink lets it by default.
    pub stale: Option<Duration>,
}

impl PlanOptions {
    /// What somebody said that is to be started from: a state, or nothing. `None` where nobody said anything.
    pub(super) fn given(&self) -> Option<Option<State>> {
        if let Some(origin) = &self.origin {
            return Some(Some(origin.clone()));
        }
        let from = self.from.as_deref()?;
        Some((from != NOTHING).then(|| State::new(StateKind::Given, from)))
    }
}

/// What is to be done to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Nothing: it runs as described, or has finished.
    Nothing,
    /// Its first copy is started.
    Create,
    /// The copy that runs is replaced.
    Upgrade,
    /// It does not run any more, and is started again.
    Start,
    /// A job that was started otherwise is taken over.
    Adopt,
    /// It is stopped, for it is no longer described.
    Remove,
    /// What was begun before is brought to its end first; then there is another plan.
    Resume,
}

/// One thing that is described otherwise than it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What: `jar`, `arguments`, `flink.KEY`.
    pub field: String,
    /// As it runs; `None` where it is not set.
    pub from: Option<String>,
    /// As it is described.
    pub to: Option<String>,
}

/// What is to be done to a job, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The job.
    pub name: JobName,
    /// What is done.
    pub action: Action,
    /// The copy that runs, or ran last.
    pub job_id: Option<JobId>,
    /// What is described otherwise.
    pub differences: Vec<Difference>,
    /// What `apply` will do, in order.
    pub steps: Vec<String>,
    /// What else should be known.
    pub notes: Vec<String>,
    /// The same, as `apply` begins it.
    #[serde(skip)]
    pub(super) task: Option<Task>,
}

impl Plan {
    fn nothing(name: &JobName, job_id: Option<JobId>) -> Self {
        Self {
            name: name.clone(),
            action: Action::Nothing,
            job_id,
            differences: Vec::new(),
            steps: Vec::new(),
            notes: Vec::new(),
            task: None,
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Whether there is something to do.
    pub fn changes(&self) -> bool {
        self.action != Action::Nothing
    }
}

/// What is to be done to a described job.
///
/// # Errors
/// See [`ApplyError`]: what would not work is said here already, where it can be seen without doing it.
pub async fn plan(
    client: &RestClient,
    journal: &Journal,
    description: &Description,
    options: &PlanOptions,
) -> Result<Plan, ApplyError> {
    let name = &description.name;
    if let Some(plan) = unfinished(client, journal, name)? {
        return Ok(plan);
    }
    let new = Deployment { description: description.clone(), jar: journal.jar_of(description)? };
    let known = journal.known(client.url(), name)?;
    let seen = look(client, name).await?;
    let mut before = seen.ids();
    if options.origin.is_some() {
        // A cluster that has forgotten its jobs: the id of a copy that has left checkpoints must not be taken again, for the new
        // ones would meet those in their directory.
        let forgotten = known.copies.iter().filter(|copy| !before.contains(copy));
        let forgotten: Vec<JobId> = forgotten.copied().collect();
        before.extend(forgotten);
    }
    let planner = Planner { client, new, known, options, before };
    let mut plan = match (seen.live.as_slice(), seen.namesakes.as_slice()) {
        ([], []) => planner.start(&seen).await?,
        ([], [one]) if options.adopt => planner.adopt(one).await?,
        ([], several) => {
            let candidates = several.iter().cloned().map(Candidate::from).collect();
            return Err(ApplyError::Namesake { job: name.clone(), candidates });
        }
        ([one], _) => planner.replace(one).await?,
        (several, _) => return Err(several_copies(name, several)),
    };
    if plan.task.is_some() {
        planner.check_jar(&mut plan).await?;
    }
    Ok(plan)
}

/// What is to be done to a job that is no longer described.
///
/// # Errors
/// See [`ApplyError`]; [`ApplyError::Unknown`] for one that the journal never heard of.
pub async fn plan_removal(
    client: &RestClient,
    journal: &Journal,
    name: &JobName,
) -> Result<Plan, ApplyError> {
    if let Some(plan) = unfinished(client, journal, name)? {
        return Ok(plan);
    }
    let known = journal.known(client.url(), name)?;
    let Some(old) = known.deployment.clone() else { return Err(ApplyError::Unknown { job: name.clone() }) };
    let seen = look(client, name).await?;
    let running = match seen.live.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => return Err(several_copies(name, several)),
    };
    let mut plan =
        Plan { action: Action::Remove, ..Plan::nothing(name, running.as_ref().map(|job| job.jid)) };
    let before = seen.ids();
    let planner = Planner { client, new: old.clone(), known, options: &PlanOptions::default(), before };
    let (stop, origin) = match &running {
        Some(job) => {
            let (stop, origin) = planner.how_to_stop(job).await?;
            plan.steps.push(stop_text(job.jid, stop));
            (stop, origin)
        }
        None => (old.description.upgrade, None),
    };
    plan.steps.push("forget the job; its history and its state stay".to_owned());
    let (running, before) = (plan.job_id, planner.before);
    plan.task = Some(Task { new: None, old: Some(old), running, stop, origin, before });
    Ok(plan)
}

fn several_copies(name: &JobName, copies: &[JobSummary]) -> ApplyError {
    ApplyError::SeveralCopies { job: name.clone(), copies: copies.iter().map(|job| job.jid).collect() }
}

/// The plan where something was broken off.
fn unfinished(client: &RestClient, journal: &Journal, name: &JobName) -> Result<Option<Plan>, ApplyError> {
    let Some(begun) = journal.unfinished(client.url(), name)? else { return Ok(None) };
    let mut plan = Plan { action: Action::Resume, ..Plan::nothing(name, begun.task.running) };
    plan.steps.push(format!("bring to its end what {} began at {}", begun.by, begun.begun));
    plan.steps.push("plan again".to_owned());
    if let Some((holder, since)) = journal.busy(client.url(), name)? {
        plan.notes.push(format!("{holder} has been working on it since {since}"));
    }
    Ok(Some(plan))
}

struct Planner<'a> {
    client: &'a RestClient,
    new: Deployment,
    known: Known,
    options: &'a PlanOptions,
    before: Vec<JobId>,
}

impl Planner<'_> {
    fn stale(&self) -> Duration {
        self.options.stale.unwrap_or(Pace::default().stale)
    }

    fn name(&self) -> &JobName {
        &self.new.description.name
    }

    /// A copy runs.
    async fn replace(&self, running: &JobSummary) -> Result<Plan, ApplyError> {
        let mut plan = Plan::nothing(self.name(), Some(running.jid));
        let old = self.known.deployment.clone().filter(|_| self.known.copy == Some(running.jid));
        match &old {
            Some(old) => plan.differences = differences(old, &self.new),
            None if CopyId::of(self.name()).fingerprint(running.jid) != Some(self.new.fingerprint()) => {
                plan.notes.push(format!(
                    "{} was started from another description, by a journal that is not here: what differs cannot be shown, and \
                     there is nothing to go back to",
                    running.jid
                ));
                plan.differences.push(Difference { field: "fingerprint".to_owned(), from: None, to: None });
            }
            None => {}
        }
        if plan.differences.is_empty() {
            let healthy = all_tasks_running(running);
            let note = format!("it is {} ({})", running.state, JobProgress::of(running));
            return Ok(if healthy { plan } else { plan.note(note) });
        }
        plan.action = Action::Upgrade;
        self.stopping(plan, running, old).await
    }

    async fn adopt(&self, running: &JobSummary) -> Result<Plan, ApplyError> {
        let plan = Plan { action: Action::Adopt, ..Plan::nothing(self.name(), Some(running.jid)) };
        let plan = plan.note("it was not started by apply, so there is nothing to go back to");
        self.stopping(plan, running, None).await
    }

    async fn stopping(
        &self,
        mut plan: Plan,
        running: &JobSummary,
        old: Option<Deployment>,
    ) -> Result<Plan, ApplyError> {
        let (stop, origin) = self.how_to_stop(running).await?;
        if stop != self.new.description.upgrade {
            plan.notes.push(format!(
                "it is {} and cannot take a savepoint now: it goes on from its latest checkpoint, or from what it was started \
                 from if there is none",
                running.state
            ));
        }
        plan.steps.push(self.upload_text());
        plan.steps.push(stop_text(running.jid, stop));
        let from = match stop {
            Upgrade::Savepoint => "from that savepoint",
            Upgrade::LastState => "from its latest retained checkpoint",
            Upgrade::Stateless => "with nothing",
        };
        plan.steps.push(format!("start a new copy {from}"));
        self.ending(&mut plan, old.as_ref());
        plan.task = Some(self.task(old, Some(running.jid), stop, origin));
        Ok(plan)
    }

    /// Nothing runs.
    async fn start(&self, seen: &Seen) -> Result<Plan, ApplyError> {
        let last = seen.ended.iter().find(|job| !self.known.withdrawn.contains(&job.jid));
        let ever = last.is_some() || self.known.deployment.is_some();
        let last_id = last.map(|job| job.jid).or(self.known.copy);
        let mut plan = Plan::nothing(self.name(), last_id);
        plan.action = if ever && !self.known.removed { Action::Start } else { Action::Create };
        let (origin, note) = match self.origin(last).await? {
            Some(origin) => origin,
            None => return Ok(Plan::nothing(self.name(), last_id).note("it has finished")),
        };
        plan.notes.extend(note);
        if let Some(old) = &self.known.deployment {
            plan.differences = differences(old, &self.new);
        }
        plan.steps.push(self.upload_text());
        plan.steps.push(match &origin {
            Some(state) => format!("start a copy from {}", state.path),
            None => "start a copy with nothing".to_owned(),
        });
        let old = self.known.deployment.clone();
        self.ending(&mut plan, old.as_ref());
        plan.task = Some(self.task(old, None, self.new.description.upgrade, origin));
        Ok(plan)
    }

    fn task(
        &self,
        old: Option<Deployment>,
        running: Option<JobId>,
        stop: Upgrade,
        origin: Option<State>,
    ) -> Task {
        Task { new: Some(self.new.clone()), old, running, stop, origin, before: self.before.clone() }
    }

    /// Where the state of a job is that does not run, and what is to be said about it; `None` where the job has finished.
    async fn origin(
        &self,
        last: Option<&JobSummary>,
    ) -> Result<Option<(Option<State>, Option<String>)>, ApplyError> {
        if let Some(given) = self.options.given() {
            return Ok(Some((given, None)));
        }
        let Some(last) = last else {
            return match (self.known.copy, &self.known.state) {
                _ if self.new.description.upgrade == Upgrade::Stateless => Ok(Some((None, None))),
                (Some(copy), state) => Err(ApplyError::StateUnknown {
                    job: self.name().clone(),
                    copy,
                    from: state.as_ref().map(|state| state.path.clone()),
                }),
                (None, Some(state)) => Ok(Some((Some(state.clone()), None))),
                (None, None) => {
                    let given = self.new.description.restore.from.as_ref();
                    let given = given.filter(|_| self.known.copies.is_empty());
                    Ok(Some((given.map(|path| State::new(StateKind::Given, path)), None)))
                }
            };
        };
        // What the journal says of a copy that it stopped itself, no matter how long ago.
        if self.known.copy != Some(last.jid) && self.known.copies.contains(&last.jid) {
            let stateless = self.new.description.upgrade == Upgrade::Stateless;
            return Ok(Some((self.known.state.clone().filter(|_| !stateless), None)));
        }
        let left = left_at_last(self.client, last, self.stale()).await?.unwrap_or_default();
        if last.state == JobStatus::Finished && !left.stopped {
            let same = CopyId::of(self.name()).fingerprint(last.jid) == Some(self.new.fingerprint());
            let note = "its last copy came to its end by itself".to_owned();
            return Ok(if same { None } else { Some((None, Some(note))) });
        }
        if self.new.description.upgrade == Upgrade::Stateless {
            return Ok(Some((None, None)));
        }
        let note = format!("{} is {}", last.jid, last.state);
        match left {
            Left { state: Some(state), .. } => Ok(Some((Some(state), Some(note)))),
            Left { completed: false, restored, .. } => Ok(Some((restored, Some(note)))),
            _ => {
                let (job, ended) = (self.name().clone(), last.state.to_string());
                Err(ApplyError::NothingLeft { job, copy: last.jid, ended })
            }
        }
    }

    /// How the copy that runs is stopped without losing its state, and what it goes on from if it has none of its own yet.
    async fn how_to_stop(&self, running: &JobSummary) -> Result<(Upgrade, Option<State>), ApplyError> {
        let description = &self.new.description;
        match description.upgrade {
            Upgrade::Stateless => Ok((Upgrade::Stateless, None)),
            Upgrade::Savepoint if all_tasks_running(running) => {
                self.savepoint_directory().await?;
                Ok((Upgrade::Savepoint, None))
            }
            wanted => {
                let left = left_by(self.client, running.jid).await?.unwrap_or_default();
                if !left.completed {
                    return Ok((Upgrade::LastState, left.restored));
                }
                match (self.not_retained(running).await?, wanted) {
                    (None, _) => Ok((Upgrade::LastState, None)),
                    // The cluster tells why it cannot take one.
                    (Some(_), Upgrade::Savepoint) => Ok((Upgrade::Savepoint, None)),
                    (Some(error), _) => Err(error),
                }
            }
        }
    }

    /// Why the checkpoints of this copy would not outlive it.
    async fn not_retained(&self, running: &JobSummary) -> Result<Option<ApplyError>, ApplyError> {
        let config = match self.client.checkpoint_config(running.jid).await {
            Ok(config) => config,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let why = match (config.externalization.enabled, config.externalization.delete_on_cancellation) {
            (true, false) => return Ok(None),
            (true, true) => "deletes its checkpoints when it is cancelled",
            (false, _) => "does not retain its checkpoints",
        };
        Ok(Some(ApplyError::NotRetained { job: self.name().clone(), copy: running.jid, why }))
    }

    /// There is a place for savepoints.
    async fn savepoint_directory(&self) -> Result<(), ApplyError> {
        match savepoint_directory(self.client, &self.new.description).await? {
            Some(_) => Ok(()),
            None => {
                let renamed = self.client.version().await?.at_least(1, 20);
                let key = SAVEPOINT_KEYS[usize::from(renamed)];
                Err(ApplyError::NoSavepointDirectory { job: self.name().clone(), key })
            }
        }
    }

    /// The jar was not compiled for a newer Java than the cluster's, and does not bring Flink along.
    async fn check_jar(&self, plan: &mut Plan) -> Result<(), ApplyError> {
        let JarLocation::File(file) = &self.new.description.jar else { return Ok(()) };
        let inspection = inspect(file, None)?;
        if !inspection.bundled.is_empty() {
            let file = file.display();
            plan.notes.push(format!(
                "its jar packs classes of Flink itself; flinkops jar inspect {file} names them"
            ));
        }
        let Some((needed, class)) = inspection.java else { return Ok(()) };
        // Before 1.15 there was no such question; who does not answer it is not asked again.
        let Ok(environment) = self.client.jobmanager_environment().await else { return Ok(()) };
        match environment.jvm.release() {
            Some(cluster) if needed > cluster => {
                let jar = self.new.jar.to_string();
                Err(ApplyError::NewerJava { jar, needed, class, cluster })
            }
            _ => Ok(()),
        }
    }

    fn upload_text(&self) -> String {
        format!(
            "put {} on the cluster, unless it is there, and run its main method up to the job graph",
            self.new.jar
        )
    }

    /// The last steps of every plan that starts something.
    fn ending(&self, plan: &mut Plan, old: Option<&Deployment>) {
        let health = &self.new.description.health;
        let checkpoint = match health.first_checkpoint {
            Some(true) => ", a checkpoint is complete",
            None => ", a checkpoint is complete where it takes any",
            Some(false) => "",
        };
        let restarts = match health.max_restarts {
            0 => "without a restart".to_owned(),
            1 => "with one restart at most".to_owned(),
            more => format!("with {more} restarts at most"),
        };
        plan.steps.push(format!(
            "wait up to {} until all its tasks have been running for {}{checkpoint}, {restarts}",
            health.within, health.running_for
        ));
        let old = old.filter(|old| old.fingerprint() != self.new.fingerprint());
        match (self.new.description.rollback, old) {
            (Rollback::Previous, Some(old)) => plan.steps.push(format!(
                "otherwise cancel it, and start {} again as it was, from where the new copy had started",
                old.jar
            )),
            _ => plan.steps.push("otherwise leave it for somebody to look at".to_owned()),
        }
    }
}

/// The key of the savepoint directory, up to 1.19 and since.
const SAVEPOINT_KEYS: [&str; 2] = ["state.savepoints.dir", "execution.checkpointing.savepoint-dir"];

/// Where savepoints of this job go: its own directory, or the cluster's.
pub(super) async fn savepoint_directory(
    client: &RestClient,
    description: &Description,
) -> Result<Option<String>, RestError> {
    if let Some(directory) = &description.savepoints {
        return Ok(Some(directory.clone()));
    }
    let own = SAVEPOINT_KEYS.iter().find_map(|key| description.flink.get(*key));
    if let Some(directory) = own {
        return Ok(Some(directory.clone()));
    }
    let entries = client.jobmanager_config().await?;
    let of = |key: &&str| entries.iter().find(|entry| entry.key == *key).map(|entry| entry.value.clone());
    Ok(SAVEPOINT_KEYS.iter().find_map(of).filter(|directory| !directory.is_empty()))
}

fn stop_text(job: JobId, how: Upgrade) -> String {
    match how {
        Upgrade::Savepoint => format!("stop {job} with a savepoint"),
        Upgrade::LastState => format!("cancel {job}, whose latest checkpoint stays"),
        Upgrade::Stateless => format!("cancel {job}; its state is given up"),
    }
}

/// What one is started with and the other is not.
fn differences(old: &Deployment, new: &Deployment) -> Vec<Difference> {
    let (was, is) = (&old.description, &new.description);
    let mut found = Vec::new();
    let mut compare = |field: &str, from: Option<String>, to: Option<String>| {
        if from != to {
            found.push(Difference { field: field.to_owned(), from, to });
        }
    };
    let jar = |deployment: &Deployment| Some(deployment.jar.to_string());
    // The name of a file is no difference, its content is.
    if old.jar.identity() != new.jar.identity() {
        compare("jar", jar(old), jar(new));
    }
    compare("entryClass", was.entry_class.clone(), is.entry_class.clone());
    let arguments = |list: &[String]| (!list.is_empty()).then(|| shown(list));
    compare("arguments", arguments(&was.arguments), arguments(&is.arguments));
    let number = |value: Option<i32>| value.map(|value| value.to_string());
    compare("parallelism", number(was.parallelism), number(is.parallelism));
    for (field, was, is) in [("flink", &was.flink, &is.flink), ("secrets", &was.secrets, &is.secrets)] {
        let keys: BTreeMap<&String, ()> = was.keys().chain(is.keys()).map(|key| (key, ())).collect();
        for key in keys.into_keys() {
            compare(&format!("{field}.{key}"), was.get(key).cloned(), is.get(key).cloned());
        }
    }
    found
}

/// Arguments as a shell would take them.
fn shown(arguments: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    let quoted = arguments.iter().map(|argument| match argument.chars().all(plain) && !argument.is_empty() {
        true => argument.clone(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    });
    quoted.collect::<Vec<_>>().join(" ")
}
