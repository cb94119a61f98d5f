//! The database.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use ops_core::files::{self, Access, context};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::jars::JarStore;
use super::record::{End, Intent, JarRef, Outcome, Step, Task, Undertaking};
use super::{Holder, JournalError, Known};
use crate::description::{Description, JarLocation, JobName};
use crate::jar::digest;

/// The version of the tables, in `PRAGMA user_version`.
const VERSION: i64 = 1;

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

const TABLES: &str = "
CREATE TABLE undertaking (
    id INTEGER PRIMARY KEY, cluster TEXT NOT NULL, job TEXT NOT NULL, task TEXT NOT NULL,
    begun TEXT NOT NULL, by TEXT NOT NULL, ended TEXT, end TEXT);
CREATE UNIQUE INDEX one_at_a_time ON undertaking (cluster, job) WHERE ended IS NULL;
CREATE TABLE step (
    id INTEGER PRIMARY KEY, undertaking INTEGER NOT NULL REFERENCES undertaking (id),
    intent TEXT NOT NULL, intended TEXT NOT NULL, outcome TEXT, concluded TEXT);
CREATE INDEX step_of ON step (undertaking);
CREATE TABLE lease (
    cluster TEXT NOT NULL, job TEXT NOT NULL, holder TEXT NOT NULL, since TEXT NOT NULL, sign TEXT NOT NULL,
    PRIMARY KEY (cluster, job)) WITHOUT ROWID;
";

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Mutex<Connection>,
    jars: JarStore,
    holder: Holder,
    now: fn() -> Timestamp,
}

/// The number of a step that was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepId(i64);

impl Journal {
    /// Opens a journal, or begins one: the file is made with mode 0600, and its directory, where that is missing, with 0700.
    /// `now` gives the time of entries.
    ///
    /// # Errors
    /// [`JournalError::Database`], [`JournalError::Foreign`] or [`JournalError::File`].
    pub fn open(path: &Path, holder: Holder, now: fn() -> Timestamp) -> Result<Self, JournalError> {
        if let Some(directory) =
            path.parent().filter(|parent| !parent.as_os_str().is_empty() && !parent.exists())
        {
            files::create_directory(directory, Access::Private)?;
        }
        let create = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        create.map_err(context("open", path))?;
        let opened = Connection::open(path).and_then(|connection| {
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            Ok(connection)
        });
        let failed = |source| JournalError::Database { path: path.to_owned(), source };
        let mut connection = opened.map_err(failed)?;
        let version = prepare(&mut connection).map_err(failed)?;
        if version != VERSION {
            let what = format!("its tables have version {version}");
            return Err(JournalError::Foreign { path: path.to_owned(), what });
        }
        let jars = JarStore::beside(path);
        Ok(Self { path: path.to_owned(), connection: Mutex::new(connection), jars, holder, now })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Becomes the one that watches a job, or gives a sign of life as such. Who applies meanwhile is not kept out.
    ///
    /// # Errors
    /// [`JournalError::Busy`] while somebody else watches it.
    pub fn watch(&self, cluster: &str, job: &JobName) -> Result<(), JournalError> {
        let lease = job.watched();
        match self.sign(cluster, &lease) {
            Err(JournalError::TakenOver { .. }) => self.lease(cluster, &lease),
            signed => signed,
        }
    }

    /// Watches a job no longer.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn unwatch(&self, cluster: &str, job: &JobName) -> Result<(), JournalError> {
        self.release(cluster, &job.watched())
    }

    /// Takes the lease of a job.
    ///
    /// # Errors
    /// [`JournalError::Busy`] while somebody else has it.
    pub(crate) fn lease(&self, cluster: &str, job: &JobName) -> Result<(), JournalError> {
        let mut connection = self.connection();
        let transaction = self.write(&mut connection)?;
        let now = (self.now)();
        if let Some((holder, since, sign)) = self.lease_row(&transaction, cluster, job)?
            && self.holder.sees_alive(&holder, sign, now)
        {
            return Err(JournalError::Busy { job: job.clone(), holder: holder.who, since });
        }
        let holder = self.json(&self.holder)?;
        let sql =
            "INSERT OR REPLACE INTO lease (cluster, job, holder, since, sign) VALUES (?1, ?2, ?3, ?4, ?4)";
        transaction
            .execute(sql, params![cluster, job.as_str(), holder, now.to_string()])
            .map_err(self.failed())?;
        transaction.commit().map_err(self.failed())
    }

    /// Gives a sign of life.
    ///
    /// # Errors
    /// [`JournalError::TakenOver`].
    pub(crate) fn sign(&self, cluster: &str, job: &JobName) -> Result<(), JournalError> {
        let mut connection = self.connection();
        let transaction = self.write(&mut connection)?;
        self.still_ours(&transaction, cluster, job)?;
        let sql = "UPDATE lease SET sign = ?3 WHERE cluster = ?1 AND job = ?2";
        let now = (self.now)().to_string();
        transaction.execute(sql, params![cluster, job.as_str(), now]).map_err(self.failed())?;
        transaction.commit().map_err(self.failed())
    }

    /// Gives the lease back, if it is still ours.
    pub(crate) fn release(&self, cluster: &str, job: &JobName) -> Result<(), JournalError> {
        let mut connection = self.connection();
        let transaction = self.write(&mut connection)?;
        if self.still_ours(&transaction, cluster, job).is_ok() {
            let sql = "DELETE FROM lease WHERE cluster = ?1 AND job = ?2";
            transaction.execute(sql, params![cluster, job.as_str()]).map_err(self.failed())?;
        }
        transaction.commit().map_err(self.failed())
    }

    /// Who works on a job, and since when.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn busy(&self, cluster: &str, job: &JobName) -> Result<Option<(String, Timestamp)>, JournalError> {
        let mut connection = self.connection();
        let transaction = connection.transaction().map_err(self.failed())?;
        let row = self.lease_row(&transaction, cluster, job)?;
        let alive = row.filter(|(holder, _, sign)| self.holder.sees_alive(holder, *sign, (self.now)()));
        Ok(alive.map(|(holder, since, _)| (holder.who, since)))
    }

    /// Begins an undertaking. The lease must be ours.
    pub(crate) fn begin(&self, cluster: &str, job: &JobName, task: &Task) -> Result<(), JournalError> {
        let mut connection = self.connection();
        let transaction = self.write(&mut connection)?;
        self.still_ours(&transaction, cluster, job)?;
        let sql = "INSERT INTO undertaking (cluster, job, task, begun, by) VALUES (?1, ?2, ?3, ?4, ?5)";
        let (task, now) = (self.json(task)?, (self.now)().to_string());
        let row = params![cluster, job.as_str(), task, now, self.holder.who];
        transaction.execute(sql, row).map_err(self.failed())?;
        transaction.commit().map_err(self.failed())
    }

    /// Writes down what is meant.
    pub(crate) fn intend(&self, undertaking: &Undertaking, intent: &Intent) -> Result<StepId, JournalError> {
        let mut connection = self.connection();
        let transaction = self.write(&mut connection)?;
        self.still_ours(&transaction, &undertaking.cluster, &undertaking.job)?;
        let sql = "INSERT INTO step (undertaking, intent, intended) VALUES (?1, ?2, ?3)";
        let row = params![undertaking.id, self.json(intent)?, (self.now)().to_string()];
        transaction.execute(sql, row).map_err(self.failed())?;
        let id = transaction.last_insert_rowid();
        transaction.commit().map_err(self.failed())?;
        Ok(StepId(id))
    }

    /// The step of an undertaking that has no outcome.
    pub(crate) fn pending(&self, undertaking: &Undertaking) -> Result<Option<StepId>, JournalError> {
        let sql = "SELECT id FROM step WHERE undertaking = ?1 AND outcome IS NULL ORDER BY id DESC LIMIT 1";
        let found = self.connection().query_row(sql, [undertaking.id], |row| row.get(0)).optional();
        Ok(found.map_err(self.failed())?.map(StepId))
    }

    /// Writes down what became of a step. This is never refused: what has happened has happened.
    pub(crate) fn conclude(&self, step: StepId, outcome: &Outcome) -> Result<(), JournalError> {
        let sql = "UPDATE step SET outcome = ?2, concluded = ?3 WHERE id = ?1";
        let row = params![step.0, self.json(outcome)?, (self.now)().to_string()];
        self.connection().execute(sql, row).map_err(self.failed()).map(drop)
    }

    /// Ends an undertaking, and lets go of jars that nobody needs any more.
    pub(crate) fn end(&self, undertaking: &Undertaking, end: &End) -> Result<(), JournalError> {
        let sql = "UPDATE undertaking SET ended = ?2, end = ?3 WHERE id = ?1";
        let row = params![undertaking.id, (self.now)().to_string(), self.json(end)?];
        self.connection().execute(sql, row).map_err(self.failed())?;
        self.drop_jars()
    }

    /// The undertaking of this job that has not ended.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn unfinished(&self, cluster: &str, job: &JobName) -> Result<Option<Undertaking>, JournalError> {
        let all =
            self.undertakings("ended IS NULL AND cluster = ?1 AND job = ?2", Some(cluster), Some(job))?;
        Ok(all.into_iter().next())
    }

    /// The jobs of a cluster whose last undertaking has not ended.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn unfinished_jobs(&self, cluster: &str) -> Result<Vec<JobName>, JournalError> {
        let all = self.undertakings("ended IS NULL AND cluster = ?1", Some(cluster), None)?;
        Ok(all.into_iter().map(|undertaking| undertaking.job).collect())
    }

    /// The jobs of a cluster that were applied and not removed.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn jobs(&self, cluster: &str) -> Result<Vec<JobName>, JournalError> {
        let mut names: Vec<JobName> = Vec::new();
        for undertaking in self.undertakings("cluster = ?1", Some(cluster), None)? {
            if !names.contains(&undertaking.job) {
                names.push(undertaking.job);
            }
        }
        let mut applied = Vec::new();
        for name in names {
            let known = self.known(cluster, &name)?;
            if !known.removed && (known.deployment.is_some() || self.unfinished(cluster, &name)?.is_some()) {
                applied.push(name);
            }
        }
        Ok(applied)
    }

    /// What the journal knows of a job.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn known(&self, cluster: &str, job: &JobName) -> Result<Known, JournalError> {
        Ok(Known::from(&self.undertakings("cluster = ?1 AND job = ?2", Some(cluster), Some(job))?))
    }

    /// All undertakings, oldest first: of one cluster and one job, where they are named.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn history(
        &self,
        cluster: Option<&str>,
        job: Option<&JobName>,
    ) -> Result<Vec<Undertaking>, JournalError> {
        self.undertakings("(?1 IS NULL OR cluster = ?1) AND (?2 IS NULL OR job = ?2)", cluster, job)
    }

    /// What a description's jar is at this moment. A file is read, and not kept.
    ///
    /// # Errors
    /// [`JournalError::Jar`] for a file that is none.
    pub fn jar_of(&self, description: &Description) -> Result<JarRef, JournalError> {
        Ok(match &description.jar {
            JarLocation::Uploaded(id) => JarRef::Uploaded { id: id.clone() },
            JarLocation::File(file) => {
                let digest = digest(file).map_err(|error| JournalError::Jar(Box::new(error)))?;
                JarRef::Kept { sha256: digest.sha256, name: digest.name }
            }
        })
    }

    /// Keeps a description's jar, so that it can be uploaded whenever that is necessary.
    pub(crate) fn keep_jar(&self, description: &Description) -> Result<(), JournalError> {
        let JarLocation::File(file) = &description.jar else { return Ok(()) };
        let digest = digest(file).map_err(|error| JournalError::Jar(Box::new(error)))?;
        self.jars.keep(file, &digest)
    }

    /// The file with this jar's content; `None` where it is not here.
    pub(crate) fn kept_jar(&self, jar: &JarRef) -> Option<PathBuf> {
        Some(self.jars.path(jar.identity())).filter(|path| path.is_file())
    }

    fn drop_jars(&self) -> Result<(), JournalError> {
        let all = self.undertakings("TRUE", None, None)?;
        let mut needed: Vec<&JarRef> = Vec::new();
        let mut seen: Vec<(&str, &JobName)> = Vec::new();
        for undertaking in all.iter().rev() {
            let last = !seen.contains(&(&undertaking.cluster, &undertaking.job));
            seen.push((&undertaking.cluster, &undertaking.job));
            if last || undertaking.ended.is_none() {
                let task = &undertaking.task;
                needed.extend([&task.new, &task.old].into_iter().flatten().map(|deployment| &deployment.jar));
            }
        }
        self.jars.retain(&needed, (self.now)());
        Ok(())
    }

    fn undertakings(
        &self,
        condition: &str,
        cluster: Option<&str>,
        job: Option<&JobName>,
    ) -> Result<Vec<Undertaking>, JournalError> {
        let connection = self.connection();
        let sql = format!(
            "SELECT id, cluster, job, task, begun, by, ended, end FROM undertaking \
             WHERE {condition} AND (?1 IS ?1) AND (?2 IS ?2) ORDER BY id"
        );
        let mut statement = connection.prepare(&sql).map_err(self.failed())?;
        let rows = statement.query_map(params![cluster, job.map(JobName::as_str)], |row| {
            let texts: [String; 5] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((
                row.get::<_, i64>(0)?,
                texts,
                row.get::<_, Option<String>>(6)?,
                row.get::<_, Option<String>>(7)?,
            ))
        });
        let mut all = Vec::new();
        for row in rows.map_err(self.failed())? {
            let (id, [cluster, job, task, begun, by], ended, end) = row.map_err(self.failed())?;
            let job = JobName::try_from(job).map_err(|what| self.foreign(what))?;
            all.push(Undertaking {
                id,
                cluster,
                job,
                task: self.value(&task)?,
                begun: self.time(&begun)?,
                by,
                ended: ended.map(|text| self.time(&text)).transpose()?,
                end: end.map(|text| self.value(&text)).transpose()?,
                steps: self.steps(&connection, id)?,
            });
        }
        Ok(all)
    }

    fn steps(&self, connection: &Connection, undertaking: i64) -> Result<Vec<Step>, JournalError> {
        let sql = "SELECT intent, intended, outcome, concluded FROM step WHERE undertaking = ?1 ORDER BY id";
        let mut statement = connection.prepare_cached(sql).map_err(self.failed())?;
        let rows = statement.query_map([undertaking], |row| {
            let both: [Option<String>; 2] = [row.get(2)?, row.get(3)?];
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, both))
        });
        let mut steps = Vec::new();
        for row in rows.map_err(self.failed())? {
            let (intent, intended, [outcome, concluded]) = row.map_err(self.failed())?;
            steps.push(Step {
                intent: self.value(&intent)?,
                intended: self.time(&intended)?,
                outcome: outcome.map(|text| self.value(&text)).transpose()?,
                concluded: concluded.map(|text| self.time(&text)).transpose()?,
            });
        }
        Ok(steps)
    }

    fn lease_row(
        &self,
        transaction: &Transaction<'_>,
        cluster: &str,
        job: &JobName,
    ) -> Result<Option<(Holder, Timestamp, Timestamp)>, JournalError> {
        let sql = "SELECT holder, since, sign FROM lease WHERE cluster = ?1 AND job = ?2";
        let row = transaction.query_row(sql, params![cluster, job.as_str()], |row| {
            Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?])
        });
        let Some([holder, since, sign]) = row.optional().map_err(self.failed())? else { return Ok(None) };
        Ok(Some((self.value(&holder)?, self.time(&since)?, self.time(&sign)?)))
    }

    fn still_ours(
        &self,
        transaction: &Transaction<'_>,
        cluster: &str,
        job: &JobName,
    ) -> Result<(), JournalError> {
        match self.lease_row(transaction, cluster, job)? {
            Some((holder, ..)) if holder == self.holder => Ok(()),
            other => {
                let holder = other.map_or_else(|| "somebody".to_owned(), |(holder, ..)| holder.who);
                Err(JournalError::TakenOver { job: job.clone(), holder })
            }
        }
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<'a>(&self, connection: &'a mut Connection) -> Result<Transaction<'a>, JournalError> {
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(self.failed())
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> JournalError + use<> {
        let path = self.path.clone();
        move |source| JournalError::Database { path: path.clone(), source }
    }

    fn foreign(&self, what: impl ToString) -> JournalError {
        JournalError::Foreign { path: self.path.clone(), what: what.to_string() }
    }

    fn json(&self, value: &impl Serialize) -> Result<String, JournalError> {
        serde_json::to_string(value).map_err(|error| self.foreign(error))
    }

    fn value<T: DeserializeOwned>(&self, text: &str) -> Result<T, JournalError> {
        serde_json::from_str(text).map_err(|error| self.foreign(error))
    }

    fn time(&self, text: &str) -> Result<Timestamp, JournalError> {
        text.parse().map_err(|error: jiff::Error| self.foreign(error))
    }
}

/// Makes the tables where there are none; their version.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        version = VERSION;
    }
    transaction.commit()?;
    Ok(version)
}
