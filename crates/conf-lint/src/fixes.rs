//! Applying fixes, to a document or to the files of a conf directory.

use std::collections::HashSet;

use ops_core::conf::ConfDocument;

use crate::engine::{Context, lint, lint_files};
use crate::files::Files;
use crate::finding::{Edit, Finding, Report};

/// Which fixes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixLevel {
    /// Those that leave the meaning as it is.
    Safe,
    /// Those that change what Flink does, too.
    Unsafe,
}

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What it mends.
    pub finding: Finding,
    /// What was done.
    pub edits: Vec<Edit>,
}

/// A document after mending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The fixes, in the order in which they were applied.
    pub applied: Vec<Applied>,
    /// What is left to be mended by hand.
    pub remaining: Report,
}

/// One fix may make another one possible or needless; chains longer than this do not occur, loops must not.
const ROUNDS: usize = 16;

/// What fixes are applied to, as a whole or not at all.
trait Editable: Clone {
    fn take(&mut self, edit: &Edit) -> bool;
}

impl Editable for ConfDocument {
    fn take(&mut self, edit: &Edit) -> bool {
        edit.apply(self)
    }
}

impl Editable for Files {
    fn take(&mut self, edit: &Edit) -> bool {
        match edit {
            Edit::Line { file, line, from, to } if *file != self.name => {
                let companion = self.companions.iter_mut().find(|companion| companion.name == *file);
                let Some(companion) = companion else { return false };
                let new = replace_line(&companion.text, *line, from, to);
                new.map(|new| companion.text = new).is_some()
            }
            _ => edit.apply(&mut self.document),
        }
    }
}

fn replace_line(text: &str, line: usize, from: &str, to: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let old = lines.get_mut(line.checked_sub(1)?)?;
    let rest = old.strip_prefix(from).filter(|rest| rest.is_empty() || *rest == "\r")?;
    let new = format!("{to}{rest}");
    *old = &new;
    Some(lines.join("\n"))
}

/// Applies the fixes of `findings`, in their order. Of two fixes that touch the same key only the first is applied;
/// linting again finds what is left. A fix that the document cannot take is passed over as a whole.
pub fn apply(document: &mut ConfDocument, findings: &[Finding], level: FixLevel) -> Vec<Applied> {
    apply_to(document, findings, level)
}

/// The same as [`apply`], for a conf directory: fixes of `workers` and the other files are applied too.
pub fn apply_files(files: &mut Files, findings: &[Finding], level: FixLevel) -> Vec<Applied> {
    apply_to(files, findings, level)
}

fn apply_to(target: &mut impl Editable, findings: &[Finding], level: FixLevel) -> Vec<Applied> {
    let mut touched: HashSet<String> = HashSet::new();
    let mut applied = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        if !fix.safe && level == FixLevel::Safe {
            continue;
        }
        let touches: Vec<String> = fix.edits.iter().flat_map(Edit::touches).collect();
        if touches.iter().any(|place| touched.contains(place)) {
            continue;
        }
        let mut trial = target.clone();
        if fix.edits.iter().all(|edit| trial.take(edit)) {
            *target = trial;
            touched.extend(touches);
            applied.push(Applied { finding: finding.clone(), edits: fix.edits.clone() });
        }
    }
    applied
}

/// Lints and applies fixes until none is left to apply.
pub fn mend(document: &mut ConfDocument, context: &Context, level: FixLevel) -> Mended {
    mend_with(document, level, |document| lint(document, context))
}

/// The same as [`mend`], for a conf directory.
pub fn mend_files(files: &mut Files, level: FixLevel) -> Mended {
    mend_with(files, level, lint_files)
}

fn mend_with<T: Editable>(target: &mut T, level: FixLevel, lint: impl Fn(&T) -> Report) -> Mended {
    let mut applied = Vec::new();
    for _ in 0..ROUNDS {
        let report = lint(target);
        let done = apply_to(target, &report.findings, level);
        if done.is_empty() {
            return Mended { applied, remaining: report };
        }
        applied.extend(done);
    }
    Mended { applied, remaining: lint(target) }
}
