//! A line of the table of benchmarks: what is promised, and what was measured.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::error::XtaskError;

/// What was measured side by side in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    /// What was done.
    pub(super) what: String,
    /// Who else did it.
    pub(super) against: String,
    /// Ours, for people.
    pub(super) ours: String,
    /// Theirs, for people.
    pub(super) theirs: String,
    /// How many times better ours is.
    pub(super) ratio: f64,
    /// At least so many times.
    pub(super) promised: f64,
    /// The command that measures it again.
    pub(super) command: String,
}

impl Row {
    pub(super) fn new(what: impl Into<String>, against: &str, command: &str, promised: f64) -> Self {
        Self {
            what: what.into(),
            against: against.to_owned(),
            ours: String::new(),
            theirs: String::new(),
            ratio: 0.0,
            promised,
            command: format!("cargo xtask bench {command}"),
        }
    }

    /// Times: the shorter, the better.
    pub(super) fn times(self, ours: std::time::Duration, theirs: std::time::Duration) -> Self {
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64().max(f64::MIN_POSITIVE);
        Self { ours: time(ours), theirs: time(theirs), ratio, ..self }
    }

    /// Rates: the higher, the better.
    pub(super) fn rates(self, ours: f64, theirs: f64) -> Self {
        Self { ours: format!("{ours:.0}/s"), theirs: format!("{theirs:.0}/s"), ratio: ours / theirs, ..self }
    }

    /// Sizes: the smaller, the better.
    pub(super) fn sizes(self, ours: f64, theirs: f64) -> Self {
        Self {
            ours: format!("{ours:.1} MB"),
            theirs: format!("{theirs:.0} MB"),
            ratio: theirs / ours,
            ..self
        }
    }

    fn is_kept(&self) -> bool {
        self.ratio >= self.promised
    }
}

fn time(time: std::time::Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        seconds if seconds >= 1e-3 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{:.2} µs", seconds * 1e6),
    }
}

/// The table, in Markdown.
pub(super) fn table(rows: &[Row]) -> String {
    let mut text =
        "| what | against | flinkops | the other | ratio | to reach | by |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for row in rows {
        let Row { what, against, ours, theirs, promised, command, .. } = row;
        let missed = if row.is_kept() { "" } else { " **missed**" };
        let ratio = if row.ratio < 10.0 { format!("{:.1}", row.ratio) } else { format!("{:.0}", row.ratio) };
        let _ = writeln!(
            text,
            "| {what} | {against} | {ours} | {theirs} | {ratio} ×{missed} | ≥ {promised} × | `{command}` |"
        );
    }
    text
}

/// An error that names what was promised and is not reached.
pub(super) fn verdict(rows: &[Row]) -> Result<(), XtaskError> {
    let missed: Vec<String> = rows
        .iter()
        .filter(|row| !row.is_kept())
        .map(|row| {
            format!(
                "{} against {}: {:.1} ×, promised are {} ×",
                row.what, row.against, row.ratio, row.promised
            )
        })
        .collect();
    if missed.is_empty() { Ok(()) } else { Err(XtaskError::TooSlow(missed.join("\n"))) }
}

/// What has become worse by more than a tenth since the recorded run, a line each.
pub(super) fn regressions(recorded: &[Row], now: &[Row]) -> Vec<String> {
    let mut found = Vec::new();
    for row in now {
        let before =
            recorded.iter().find(|before| (&before.what, &before.against) == (&row.what, &row.against));
        if let Some(before) = before.filter(|before| row.ratio < before.ratio * 0.9) {
            let (what, against) = (&row.what, &row.against);
            found.push(format!(
                "{what} against {against}: {:.1} ×, recorded are {:.1} ×",
                row.ratio, before.ratio
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn row(ratio: f64) -> Row {
        Row { ratio, ..Row::new("start", "JobManager", "mock", 50.0) }
    }

    #[test]
    fn ratios_say_how_many_times_better() {
        let new = || Row::new("x", "y", "z", 2.0);
        assert_eq!(new().times(Duration::from_millis(5), Duration::from_secs(1)).ratio, 200.0);
        assert_eq!(new().rates(300.0, 100.0).ratio, 3.0);
        assert_eq!(new().sizes(10.0, 250.0).ratio, 25.0);
    }

    #[test]
    fn what_is_missed_and_what_became_worse_is_named() {
        assert!(verdict(&[row(50.0)]).is_ok());
        assert!(
            verdict(&[row(49.9)]).unwrap_err().to_string().starts_with("start against JobManager: 49.9 ×")
        );
        assert!(regressions(&[row(100.0)], &[row(90.0)]).is_empty());
        assert_eq!(regressions(&[row(100.0)], &[row(89.0)]).len(), 1);
        assert!(regressions(&[], &[row(1.0)]).is_empty());
        let text = table(&[row(49.0), row(60.0)]);
        assert!(text.contains("| 49 × **missed** | ≥ 50 × |") && text.contains("| 60 × |"), "{text}");
    }
}
