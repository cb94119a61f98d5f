//! The pages of the book, and what they link to, copied with the layout of the repository.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::XtaskError;
use crate::files::{self, Access, context};

/// Where the chapters are listed, by paths relative to it.
const SUMMARY: &str = "docs/SUMMARY.md";

const BOOK: &str = "\
[book]
title = \"flinkops\"
description = \"Secures, checks, runs, watches and rescues Apache Flink clusters\"
src = \"source\"

[build]
build-dir = \"html\"
create-missing = false

[output.html]
no-section-label = true

[output.html.print]
enable = false

[output.html.search]
limit-results = 20
";

/// Writes the book's sources below `place`; how many pages there are.
pub(super) fn run(workspace: &Path, place: &Path) -> Result<usize, XtaskError> {
    let read = |path: &str| {
        let file = workspace.join(path);
        fs::read_to_string(&file).map_err(context("read", &file))
    };
    let source = place.join("source");
    let summary = read(SUMMARY)?;
    let mut pages = BTreeSet::new();
    let mut rooted = summary.clone();
    for target in targets(&summary) {
        let Some(path) = resolve(SUMMARY, target) else {
            return Err(XtaskError::Docs(format!(
                "{SUMMARY} names {target}, which is outside of the repository"
            )));
        };
        rooted = rooted.replace(&format!("]({target})"), &format!("]({path})"));
        pages.insert(path);
    }
    let mut others = BTreeSet::new();
    for page in &pages {
        let text = read(page)?;
        for target in targets(&text) {
            let Some(path) = resolve(page, target) else { continue };
            if path.ends_with(".md") && !pages.contains(&path) {
                return Err(XtaskError::Docs(format!(
                    "{page} links to {path}, which is in no chapter of {SUMMARY}"
                )));
            }
            if !path.ends_with(".md") && workspace.join(&path).is_file() {
                others.insert(path);
            }
        }
    }
    for path in pages.iter().chain(&others) {
        let to = source.join(path);
        files::ensure_directory(to.parent().unwrap_or(&source), Access::Public)?;
        fs::copy(workspace.join(path), &to).map_err(context("copy", &workspace.join(path)))?;
    }
    files::write(&source.join("SUMMARY.md"), rooted.as_bytes(), Access::Public)?;
    files::write(&place.join("book.toml"), BOOK.as_bytes(), Access::Public)?;
    let unlisted = unlisted(workspace, &pages)?;
    if let Some(page) = unlisted.first() {
        return Err(XtaskError::Docs(format!("{page} is in no chapter of {SUMMARY}")));
    }
    Ok(pages.len())
}

/// Pages below `docs/` that no chapter is.
fn unlisted(workspace: &Path, pages: &BTreeSet<String>) -> Result<Vec<String>, XtaskError> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::from("docs")];
    while let Some(directory) = waiting.pop() {
        let absolute = workspace.join(&directory);
        for entry in fs::read_dir(&absolute).map_err(context("read", &absolute))?.flatten() {
            let path = directory.join(entry.file_name());
            let name = path.to_string_lossy().into_owned();
            if entry.path().is_dir() {
                waiting.push(path);
            } else if name.ends_with(".md") && name != SUMMARY && !pages.contains(&name) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The files that a text links to, without fenced code.
fn targets(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        for rest in line.split("](").skip(1) {
            let target = rest.split([')', ' ', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                found.push(target);
            }
        }
    }
    found
}

/// A link in the file at `from`, from the root of the repository; `None` when it leads out of it.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut path = PathBuf::from(from);
    path.pop();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => path.pop().then_some(())?,
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    path.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_of_code_and_resolved() {
        let text =
            "[a](x.md) [b](../y.md#part) [c](https://e.org/z.md) [d](#here)\n```\n[e](no.md)\n```\n[f](z.md)";
        assert_eq!(targets(text), ["x.md", "../y.md", "z.md"]);
        assert_eq!(resolve("docs/a/p.md", "../y.md").as_deref(), Some("docs/y.md"));
        assert_eq!(resolve("docs/p.md", "../../y.md"), None);
    }
}
