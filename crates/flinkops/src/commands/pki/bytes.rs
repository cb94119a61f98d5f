//! Reading input: a file, or standard input for `-`, never more than any such file needs.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use ops_core::files::{FileError, context};
use zeroize::Zeroizing;

/// One byte more than the readers of stores take, so that they are the ones who say that it is too much.
const LIMIT: u64 = (4 << 20) + 1;

/// What stands for standard input.
pub(super) const STDIN: &str = "-";

/// The beginning of a file, as far as it is read. It may hold a key, so it is wiped when dropped.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let is_stdin = path.as_os_str() == STDIN;
    let mut read = || {
        if is_stdin {
            return io::stdin().lock().take(LIMIT).read_to_end(&mut bytes);
        }
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory, not a file"));
        }
        file.take(LIMIT).read_to_end(&mut bytes)
    };
    read().map_err(context("read", if is_stdin { Path::new("standard input") } else { path }))?;
    Ok(bytes)
}
