//! Runs every rule over the workspace.

use std::fmt;

use super::rules;
use super::tree::{Source, Tree};
use crate::error::XtaskError;
use crate::process;

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the workspace.
    pub path: String,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Finding {
    pub(super) fn file(source: &Source, message: impl Into<String>) -> Self {
        Self::line(source, 0, message)
    }

    pub(super) fn line(source: &Source, line: usize, message: impl Into<String>) -> Self {
        Self { path: source.path.clone(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, message) = (&self.path, &self.message);
        if self.line == 0 {
            write!(f, "{path}: {message}")
        } else {
            write!(f, "{path}:{}: {message}", self.line)
        }
    }
}

/// Prints every finding in the workspace.
///
/// # Errors
/// There are findings, or git or cargo cannot list the files and crates.
pub fn run() -> Result<(), XtaskError> {
    let tree = Tree::read(&process::workspace())?;
    let found = findings(&tree);
    for finding in &found {
        println!("{finding}");
    }
    if found.is_empty() {
        println!("tidy: {} files, no findings", tree.sources.len());
        return Ok(());
    }
    Err(XtaskError::Untidy(found.len()))
}

/// Every finding in the tree, by file and line.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<Finding> = rules::ALL.iter().flat_map(|rule| rule(tree)).collect();
    found.sort();
    found
}
