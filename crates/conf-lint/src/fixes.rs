//! Applying fixes to a document.

use std::collections::HashSet;

use ops_core::conf::ConfDocument;

use crate::engine::{Context, lint};
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

/// Applies the fixes of `findings`, in their order. Of two fixes that touch the same key only the first is applied;
/// linting again finds what is left. A fix that the document cannot take is passed over as a whole.
pub fn apply(document: &mut ConfDocument, findings: &[Finding], level: FixLevel) -> Vec<Applied> {
    let mut touched: HashSet<&str> = HashSet::new();
    let mut applied = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        if !fix.safe && level == FixLevel::Safe {
            continue;
        }
        let keys: Vec<&str> = fix.edits.iter().flat_map(Edit::keys).collect();
        if keys.iter().any(|key| touched.contains(key)) {
            continue;
        }
        let mut trial = document.clone();
        if fix.edits.iter().all(|edit| edit.apply(&mut trial)) {
            *document = trial;
            touched.extend(keys);
            applied.push(Applied { finding: finding.clone(), edits: fix.edits.clone() });
        }
    }
    applied
}

/// Lints and applies fixes until none is left to apply.
pub fn mend(document: &mut ConfDocument, context: &Context, level: FixLevel) -> Mended {
    let mut applied = Vec::new();
    for _ in 0..ROUNDS {
        let report = lint(document, context);
        let done = apply(document, &report.findings, level);
        if done.is_empty() {
            return Mended { applied, remaining: report };
        }
        applied.extend(done);
    }
    Mended { applied, remaining: lint(document, context) }
}
