//! What became of each job.

use std::fmt::Write as _;

use jobs::apply::{Action, Applied, ApplyError};
use jobs::description::JobName;
use jobs::journal::End;
use ops_core::ids::JobId;
use serde::Serialize;

use super::words;
use crate::exit;
use crate::failure::Failure;
use crate::output::style;

/// The result; its fields are stable.
#[derive(Debug, Default, Serialize)]
pub(super) struct Outcomes {
    jobs: Vec<Row>,
    #[serde(skip)]
    code: u8,
}

#[derive(Debug, Serialize)]
struct Row {
    name: JobName,
    /// What was done; none where it did not come to that.
    action: Option<Action>,
    /// `unchanged`, `done`, `rolled-back`, `failed` or `error`.
    end: &'static str,
    /// What went wrong.
    why: Option<String>,
    /// The copy that runs, as far as is known.
    job_id: Option<JobId>,
    /// Where its state is, or was when it was started.
    state: Option<String>,
    #[serde(skip)]
    help: Option<String>,
}

impl Outcomes {
    /// One that was applied.
    pub(super) fn applied(&mut self, applied: Applied) {
        if !applied.is_done() {
            self.code = self.code.max(exit::FINDINGS);
        }
        let end = words::end(applied.end.as_ref());
        let why = match applied.end {
            Some(End::RolledBack { why } | End::Failed { why }) => Some(why),
            _ => None,
        };
        let Applied { name, action, job_id, state, .. } = applied;
        self.jobs.push(Row { name, action: Some(action), end, why, job_id, state, help: None });
    }

    /// One that was not, or not to its end. The others go on.
    pub(super) fn error(&mut self, name: JobName, error: ApplyError) {
        let Failure { code, message, help, .. } = Failure::from(error);
        self.code = self.code.max(code);
        let (action, job_id, state) = (None, None, None);
        self.jobs.push(Row { name, action, end: "error", why: Some(message), job_id, state, help });
    }

    pub(super) fn code(&self) -> u8 {
        self.code
    }
}

pub(super) fn human(outcomes: &Outcomes) -> String {
    let mut text = String::new();
    let (heading, good, bad, help) = (style::HEADING, style::GOOD, style::ERROR, style::HELP);
    for row in &outcomes.jobs {
        let colour = if row.why.is_some() { bad } else { good };
        let done = match (row.action, row.end) {
            (_, "unchanged") => "runs as described".to_owned(),
            (Some(action), "done") => format!("{}: done", words::action(action)),
            (Some(action), end) => format!("{}: {end}", words::action(action)),
            (None, end) => end.to_owned(),
        };
        let _ = write!(text, "{heading}{}{heading:#}: {colour}{done}{colour:#}", row.name);
        if let Some(why) = &row.why {
            let _ = write!(text, ": {why}");
        }
        text.push('\n');
        if let Some(id) = row.job_id {
            let _ = writeln!(text, "  runs as {id}");
        }
        if let Some(state) = row.state.as_ref().filter(|_| row.end != "unchanged") {
            let _ = writeln!(text, "  state: {state}");
        }
        if let Some(advice) = &row.help {
            let _ = writeln!(text, "  {help}help:{help:#} {advice}");
        }
    }
    if outcomes.jobs.is_empty() {
        text.push_str("nothing was broken off\n");
    }
    text
}
