//! Files that were written, or their text where none was asked for.

use std::path::{Path, PathBuf};

use ops_core::files::{self, Access};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    files: Vec<PathBuf>,
}

/// Prints the text, or writes it into the file.
pub(super) fn put(text: &str, file: Option<&Path>, output: &Output) -> Result<u8, Failure> {
    match file {
        Some(file) => put_all(&[(file.to_owned(), text.to_owned())], output),
        None => {
            output.text(text)?;
            Ok(exit::DONE)
        }
    }
}

/// Writes the files and says which.
pub(super) fn put_all(all: &[(PathBuf, String)], output: &Output) -> Result<u8, Failure> {
    for (file, text) in all {
        if let Some(directory) = file.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            files::ensure_directory(directory, Access::Public)?;
        }
        files::write(file, text.as_bytes(), Access::Public)?;
    }
    let written = Written { files: all.iter().map(|(file, _)| file.clone()).collect() };
    output.result(&written, |written| {
        written.files.iter().map(|file| format!("{} written\n", file.display())).collect()
    })?;
    Ok(exit::DONE)
}
