//! Telling what is being done: a line for each step when it is done, a spinner while it lasts on a terminal,
//! and the same as records for programs.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::adapters::Stopwatch;
use crate::output::{Output, human_duration, style};

/// A finished step.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    /// A stable name.
    name: &'static str,
    /// What was done, in a sentence.
    summary: String,
    duration_ms: u64,
}

/// The steps of a run.
#[derive(Debug)]
pub(crate) struct Steps<'a> {
    output: &'a Output,
    done: Vec<Step>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    name: &'static str,
    watch: Stopwatch,
    spinner: Option<ProgressBar>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(output: &'a Output) -> Self {
        Self { output, done: Vec::new(), open: None }
    }

    /// Starts a step; `doing` is shown while it lasts.
    pub(crate) fn begin(&mut self, name: &'static str, doing: &str) {
        let spinner = (self.output.is_human() && self.output.draws_progress()).then(|| {
            let bar = ProgressBar::new_spinner().with_message(doing.to_owned());
            bar.set_style(
                ProgressStyle::with_template("{spinner} {msg} {elapsed:.dim}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        self.open = Some(Open { name, watch: Stopwatch::start(), spinner });
    }

    /// Changes what is shown while the step lasts.
    pub(crate) fn doing(&self, doing: &str) {
        if let Some(spinner) = self.open.as_ref().and_then(|open| open.spinner.as_ref()) {
            spinner.set_message(doing.to_owned());
        }
    }

    /// Ends the step that is open, and says what was done; further lines explain.
    pub(crate) fn done(&mut self, summary: impl Into<String>, explanation: &[String]) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        if let Some(spinner) = &open.spinner {
            spinner.finish_and_clear();
        }
        let elapsed = open.watch.elapsed();
        let step = Step {
            name: open.name,
            summary: summary.into(),
            duration_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        };
        if self.output.is_human() && !self.output.is_quiet() {
            self.output.text(&line(&step, elapsed, explanation))?;
        }
        self.done.push(step);
        Ok(())
    }

    /// Ends the step that is open because it failed. The error itself is printed by the caller.
    pub(crate) fn fail(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        if let Some(spinner) = &open.spinner {
            spinner.finish_and_clear();
        }
        if self.output.is_human() && !self.output.is_quiet() {
            let mark = if io::stdout().is_terminal() { "✗" } else { "failed" };
            let (bad, faint) = (style::ERROR, style::FAINT);
            let time = human_duration(open.watch.elapsed());
            self.output.text(&format!("{bad}{mark}{bad:#} {} {faint}({time}){faint:#}\n", open.name))?;
        }
        Ok(())
    }

    /// What was done so far.
    pub(crate) fn into_records(self) -> Vec<Step> {
        self.done
    }
}

fn line(step: &Step, elapsed: Duration, explanation: &[String]) -> String {
    let mark = if io::stdout().is_terminal() { "✓" } else { "ok" };
    let (good, faint) = (style::GOOD, style::FAINT);
    let time = human_duration(elapsed);
    let mut text =
        format!("{good}{mark}{good:#} {:<8} {} {faint}({time}){faint:#}\n", step.name, step.summary);
    for more in explanation {
        let _ = writeln!(text, "    {more}");
    }
    text
}
