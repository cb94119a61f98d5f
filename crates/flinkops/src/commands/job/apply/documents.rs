//! The descriptions that are meant: files, and the `.yaml` files of directories.

use std::path::{Path, PathBuf};

use clap::Args;
use jobs::Description;
use jobs::apply::PlanOptions;
use jobs::description::{DescriptionError, JobName};
use ops_core::files::context;

use super::journal::JournalOption;
use crate::failure::Failure;

/// Which jobs, and how to decide where their descriptions do not say.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    #[command(flatten)]
    documents: Documents,
    /// Stop jobs that were applied to this cluster and are described in none of these files.
    #[arg(long, requires = "files")]
    pub(super) prune: bool,
    /// Take over a job of the same name that was not started by apply.
    #[arg(long)]
    adopt: bool,
    /// What to start from where nothing runs and the cluster cannot tell: a savepoint or retained checkpoint, or `none`.
    #[arg(long, value_name = "PATH")]
    from: Option<String>,
    #[command(flatten)]
    pub(super) journal: JournalOption,
}

/// Which jobs.
#[derive(Debug, Args)]
pub(crate) struct Documents {
    /// A description, or a directory of them (*.yaml, *.yml); may be repeated.
    #[arg(short, long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Wanted {
    pub(super) fn options(&self) -> PlanOptions {
        PlanOptions { adopt: self.adopt, from: self.from.clone(), ..PlanOptions::default() }
    }

    /// Reads all of them, before anything is done to any.
    pub(super) fn read(&self) -> Result<Vec<Description>, Failure> {
        let found = self.documents.read()?;
        if self.from.is_some() && found.len() > 1 {
            return Err(Failure::usage("--from is for one job, and several are described")
                .help("give one file, or write `restore: {from: PATH}` into the descriptions"));
        }
        Ok(found)
    }
}

impl Documents {
    /// Reads all of them.
    pub(crate) fn read(&self) -> Result<Vec<Description>, Failure> {
        let mut found: Vec<(PathBuf, Description)> = Vec::new();
        for path in self.paths()? {
            let description = Description::read(&path)?;
            if let Some((first, _)) = found.iter().find(|(_, other)| other.name == description.name) {
                let (first, name) = (first.clone(), description.name);
                return Err(DescriptionError::SameName { first, second: path, name }.into());
            }
            found.push((path, description));
        }
        Ok(found.into_iter().map(|(_, description)| description).collect())
    }

    fn paths(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut paths = Vec::new();
        for path in &self.files {
            if !path.is_dir() {
                paths.push(path.clone());
                continue;
            }
            let entries = std::fs::read_dir(path).map_err(context("read", path))?;
            let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            inside.retain(|file| file.is_file() && is_document(file));
            inside.sort();
            if inside.is_empty() {
                return Err(Failure::usage(format!("there is no .yaml file in {}", path.display())));
            }
            paths.extend(inside);
        }
        Ok(paths)
    }
}

fn is_document(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The applied jobs that are no longer described.
pub(super) fn forgotten(applied: Vec<JobName>, described: &[Description]) -> Vec<JobName> {
    applied.into_iter().filter(|name| described.iter().all(|job| job.name != *name)).collect()
}
