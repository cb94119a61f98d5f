//! The texts of the licences of all that is inside: a table of the crates, then every text once, with the crates that
//! it comes with.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::graph::{Crate, Graph};
use crate::error::XtaskError;
use crate::files::context;

/// How files with such texts begin.
const NAMES: [&str; 6] = ["license", "licence", "copying", "notice", "copyright", "unlicense"];

/// The document.
pub(super) fn render(graph: &Graph) -> Result<String, XtaskError> {
    let mut out = String::from(
        "What is inside of flinkops and mock-flink besides their own code, and under which licences.\n\n",
    );
    let others: Vec<&Crate> = graph.crates.iter().filter(|one| !one.ours).collect();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in &others {
        let licence = one.licence.as_deref().unwrap_or("see its text");
        let _ = writeln!(out, "{} {}: {licence}", one.name, one.version);
        let own = own(&one.directory)?;
        if own.is_empty() {
            without.entry(licence.to_owned()).or_default().push(one.name.clone());
        }
        for text in own {
            texts.entry(text).or_default().push(one.name.clone());
        }
    }
    for (licence, names) in without {
        let _ = write!(out, "\n\n==== {} ====\n(come without a text of their own)\n", names.join(", "));
        for id in ids(&licence) {
            let Some(id) = spdx::license_id(id) else {
                let what = format!(
                    "{} has no text of its licence, and `{id}` is none that SPDX knows",
                    names.join(", ")
                );
                return Err(XtaskError::Dist(what));
            };
            let _ = write!(out, "\n{}\n", id.text().trim_end());
        }
    }
    for (text, mut names) in texts {
        names.dedup();
        let _ = write!(out, "\n\n==== {} ====\n\n{}\n", names.join(", "), text.trim_end());
    }
    Ok(out)
}

/// The licences that an expression names; of a choice all of them.
fn ids(expression: &str) -> Vec<&str> {
    let words = expression.split([' ', '(', ')']).filter(|word| !word.is_empty());
    let mut ids: Vec<&str> = Vec::new();
    let mut exception = false;
    for word in words {
        match word {
            "OR" | "AND" => {}
            "WITH" => exception = true,
            _ if exception => exception = false,
            id => ids.push(id),
        }
    }
    ids
}

/// The texts that come with a crate, line ends as everywhere.
fn own(directory: &Path) -> Result<Vec<String>, XtaskError> {
    let mut found = Vec::new();
    let mut entries: Vec<_> =
        fs::read_dir(directory).map_err(context("read", directory))?.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let is_code = name.ends_with(".rs") || name.ends_with(".toml") || name.ends_with(".html");
        if !is_code && NAMES.iter().any(|start| name.starts_with(start)) && entry.path().is_file() {
            let bytes = fs::read(entry.path()).map_err(context("read", &entry.path()))?;
            found.push(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_choice_every_licence_is_shown() {
        assert_eq!(ids("(MIT OR Apache-2.0) AND Unicode-3.0"), ["MIT", "Apache-2.0", "Unicode-3.0"]);
        assert_eq!(ids("Apache-2.0 WITH LLVM-exception OR MIT"), ["Apache-2.0", "MIT"]);
        assert!(ids("MIT OR Apache-2.0").iter().all(|id| spdx::license_id(id).is_some()));
    }
}
