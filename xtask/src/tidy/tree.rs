//! What the rules look at: the files that git knows or would add, and the crates that cargo knows.

use std::fs;
use std::path::Path;

use crate::files::context;
use serde::Deserialize;

use crate::error::XtaskError;
use crate::process;

/// The workspace as the rules see it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Every file, by path.
    pub sources: Vec<Source>,
    /// Every crate of the workspace.
    pub crates: Vec<Crate>,
    /// Directories that mean somebody's own machine: the checkout and the home directory of who runs this.
    pub private_directories: Vec<String>,
}

/// A file.
#[derive(Clone, Debug)]
pub struct Source {
    /// From the root of the workspace, with `/`.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// Its text; `None` when it is not UTF-8.
    pub text: Option<String>,
}

/// A crate of the workspace and the workspace crates it depends on.
#[derive(Clone, Debug)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Normal and build dependencies.
    pub dependencies: Vec<String>,
}

impl Tree {
    /// Reads the workspace at `root`.
    ///
    /// # Errors
    /// git or cargo is missing or fails, or a file cannot be read.
    pub fn read(root: &Path) -> Result<Self, XtaskError> {
        let mut git = process::command("git");
        git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = process::capture(&mut git)?;
        let mut sources = Vec::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let file = root.join(path);
            // Deleted but not yet staged, or a link: nothing to read.
            if !fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_file()) {
                continue;
            }
            let bytes = fs::read(&file).map_err(context("read", &file))?;
            let size = bytes.len() as u64;
            sources.push(Source { path: path.to_owned(), size, text: String::from_utf8(bytes).ok() });
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        let home = process::variable("HOME");
        let root = root.to_str().map(str::to_owned);
        let private_directories = [home, root].into_iter().flatten().filter(|path| path.len() > 1).collect();
        Ok(Self { sources, crates: crates(&read_metadata()?)?, private_directories })
    }

    /// The file of this path, if it is a text.
    pub fn text(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path && source.text.is_some())
    }

    /// Every text whose name ends so.
    pub(super) fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = (&'a Source, &'a str)> {
        self.texts().filter(move |(source, _)| source.path.ends_with(end))
    }

    /// Every text.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&Source, &str)> {
        self.sources.iter().filter_map(|source| Some((source, source.text.as_deref()?)))
    }

    /// A tree of these files, for the tests of the rules.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let source = |(path, text): &(&str, &str)| Source {
            path: (*path).to_owned(),
            size: text.len() as u64,
            text: Some((*text).to_owned()),
        };
        Self { sources: files.iter().map(source).collect(), ..Self::default() }
    }
}

impl Source {
    /// Whether the file is only compiled for tests, by where it stands.
    pub(super) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs")
    }

    /// The last part of its path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The code of each line, its number from 1 first: without line comments, so that the rules do not judge prose.
pub(super) fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| {
        let end = line.find("//").filter(|at| *at == 0 || !line[..*at].ends_with(':')).unwrap_or(line.len());
        (index + 1, &line[..end])
    })
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    path: Option<String>,
}

fn read_metadata() -> Result<String, XtaskError> {
    process::capture(process::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))
}

fn crates(metadata: &str) -> Result<Vec<Crate>, XtaskError> {
    let metadata: Metadata = serde_json::from_str(metadata)
        .map_err(|e| XtaskError::Answer { what: "cargo metadata".to_owned(), answer: e.to_string() })?;
    let ours =
        |dependency: &Dependency| dependency.path.is_some() && dependency.kind.as_deref() != Some("dev");
    let one = |package: Package| Crate {
        name: package.name,
        dependencies: package.dependencies.into_iter().filter(ours).map(|d| d.name).collect(),
    };
    Ok(metadata.packages.into_iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_not_code_but_addresses_are() {
        let lines: Vec<_> = code("a // b\n// c\n\"http://d\"").collect();
        assert_eq!(lines, [(1, "a "), (2, ""), (3, "\"http://d\"")]);
    }

    #[test]
    fn dev_and_foreign_dependencies_do_not_count() {
        let metadata = r#"{"packages":[{"name":"a","dependencies":[
            {"name":"serde","kind":null},
            {"name":"b","kind":null,"path":"/x/b"},
            {"name":"c","kind":"build","path":"/x/c"},
            {"name":"d","kind":"dev","path":"/x/d"}]}]}"#;
        assert_eq!(crates(metadata).unwrap()[0].dependencies, ["b", "c"]);
        assert!(crates("no").unwrap_err().to_string().starts_with("cargo metadata answered"));
    }
}
