//! The built pages: every link to a file of the book, and to a place in it, is followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::XtaskError;
use crate::files::context;

/// mdBook's own page for what is not found: its links are relative to wherever a reader came from.
const NOT_FOUND: &str = "404.html";

/// The links that lead nowhere, a line each.
pub(super) fn check(root: &Path) -> Result<Vec<String>, XtaskError> {
    let mut files = BTreeSet::new();
    let mut texts = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).map_err(context("read", &directory))?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap_or(&path).to_owned();
            if name.extension().is_some_and(|extension| extension == "html") {
                let text = fs::read_to_string(&path).map_err(context("read", &path))?;
                texts.insert(name.clone(), text);
            }
            files.insert(name);
        }
    }
    let places: BTreeMap<&PathBuf, BTreeSet<&str>> =
        texts.iter().map(|(name, text)| (name, attributes(text, "id").collect())).collect();
    let mut problems = Vec::new();
    for (page, text) in texts.iter().filter(|(page, _)| page.as_path() != Path::new(NOT_FOUND)) {
        for link in attributes(text, "href").chain(attributes(text, "src")) {
            if let Some(problem) = follow(page, link, &files, &places) {
                problems.push(format!("{}: {problem}", page.display()));
            }
        }
    }
    problems.dedup();
    Ok(problems)
}

/// What is wrong with a link.
fn follow(
    page: &Path,
    link: &str,
    files: &BTreeSet<PathBuf>,
    places: &BTreeMap<&PathBuf, BTreeSet<&str>>,
) -> Option<String> {
    let outside = ["http://", "https://", "mailto:", "data:", "javascript:"];
    if link.is_empty() || outside.iter().any(|scheme| link.starts_with(scheme)) {
        return None;
    }
    let (file, place) = link.split_once('#').unwrap_or((link, ""));
    let mut target = if file.is_empty() { page.to_owned() } else { page.parent()?.to_owned() };
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir if target.pop() => {}
            Component::Normal(name) => target.push(name),
            Component::CurDir => {}
            _ => return Some(format!("`{link}` leads out of the book")),
        }
    }
    if !files.contains(&target) {
        return Some(format!("`{link}` is not there"));
    }
    let there = place.is_empty() || places.get(&target).is_none_or(|places| places.contains(place));
    (!there).then(|| format!("`{link}`: there is no such place on that page"))
}

/// The values of an attribute. mdBook writes them in double quotes.
fn attributes<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {name}=\"");
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = rest.find(&start)? + start.len();
        let end = at + rest[at..].find('"')?;
        let value = &rest[at..end];
        rest = &rest[end..];
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_links_and_places_are_told() {
        let book = tempfile::tempdir().unwrap();
        fs::create_dir(book.path().join("a")).unwrap();
        let page = |name: &str, text: &str| fs::write(book.path().join(name), text).unwrap();
        page(
            "index.html",
            "<a href=\"a/b.html#there\">x</a><a href=\"gone.html\">x</a><a href=\"https://e.org\">x</a>",
        );
        page(
            "a/b.html",
            "<h2 id=\"there\"></h2><a href=\"../index.html#nowhere\">x</a><a href=\"../../out\">x</a>",
        );
        let mut found = check(book.path()).unwrap();
        found.sort();
        assert_eq!(
            found,
            [
                "a/b.html: `../../out` leads out of the book",
                "a/b.html: `../index.html#nowhere`: there is no such place on that page",
                "index.html: `gone.html` is not there",
            ]
        );
    }
}
