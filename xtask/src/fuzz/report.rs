//! What libFuzzer said, in a line.

use std::fmt;

use crate::error::XtaskError;

/// How a target did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Inputs that were tried.
    pub runs: u64,
    /// Inputs a second.
    pub per_second: u64,
    /// Places of the program that some input reached.
    pub coverage: u64,
    /// Inputs that are worth keeping, for they reach something that no other does.
    pub corpus: usize,
    /// The most memory that the process took, in MiB.
    pub memory: u64,
    /// What went wrong.
    pub failure: Option<String>,
}

impl Outcome {
    /// Reads what libFuzzer wrote.
    pub(super) fn read(name: &str, said: &str, corpus: usize) -> Self {
        let stat = |key: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(&format!("stat::{key}:")));
            line.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
        };
        // `#1234 DONE cov: 56 ft: 78 corp: …`
        let coverage = said.lines().rev().find_map(|line| {
            let after = line.split_once(" cov: ")?.1;
            after.split_whitespace().next()?.parse().ok()
        });
        Self {
            name: name.to_owned(),
            runs: stat("number_of_executed_units"),
            per_second: stat("average_exec_per_sec"),
            memory: stat("peak_rss_mb"),
            coverage: coverage.unwrap_or(0),
            corpus,
            failure: None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.failure.is_some() { "FAILED" } else { "ok" };
        write!(
            out,
            "{:<16} {state:<6} {:>12} inputs, {:>7} a second, {:>6} places reached, {:>5} kept, {:>4} MiB",
            self.name, self.runs, self.per_second, self.coverage, self.corpus, self.memory
        )
    }
}

/// An error that names every target that failed.
pub(super) fn verdict(outcomes: &[Outcome]) -> Result<(), XtaskError> {
    let failed: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| Some(format!("{}: {}", outcome.name, outcome.failure.as_ref()?)))
        .collect();
    if failed.is_empty() {
        let runs: u64 = outcomes.iter().map(|outcome| outcome.runs).sum();
        println!("{} targets, {runs} inputs, none failed", outcomes.len());
        return Ok(());
    }
    Err(XtaskError::Fuzz(failed.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
INFO: Seed: 3
#2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 40Mb
#4096\tpulse  cov: 340 ft: 900 corp: 77/3Kb lim: 40 exec/s: 2048 rss: 41Mb
#20000\tDONE   cov: 355 ft: 950 corp: 80/3Kb lim: 60 exec/s: 2000 rss: 44Mb
Done 20000 runs in 10 second(s)
stat::number_of_executed_units: 20000
stat::average_exec_per_sec:     2000
stat::peak_rss_mb:              44
";

    #[test]
    fn the_last_figures_count() {
        let outcome = Outcome::read("pem", SAID, 80);
        assert_eq!(
            (outcome.runs, outcome.per_second, outcome.coverage, outcome.memory),
            (20_000, 2000, 355, 44)
        );
        assert!(verdict(std::slice::from_ref(&outcome)).is_ok());
        let failed = Outcome { failure: Some("kept x".to_owned()), ..outcome };
        let said = verdict(&[failed]).unwrap_err().to_string();
        assert!(said.contains("pem: kept x"), "{said}");
    }
}
