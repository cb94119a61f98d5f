//! Archives that are the same bytes whenever they are made: files in order, nobody's, all of one time.

use std::io::{self, Write as _};
use std::path::Path;

use flate2::{Compression, GzBuilder};

use super::tree::File;
use crate::error::XtaskError;

/// A tar archive of these files and the directories above them.
pub(super) fn tar(files: &[File], epoch: u64) -> Result<Vec<u8>, XtaskError> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut made = Vec::new();
    for file in files {
        let mut above: Vec<&Path> =
            Path::new(&file.path).ancestors().skip(1).filter(|path| !path.as_os_str().is_empty()).collect();
        above.reverse();
        for directory in above {
            if !made.contains(&directory) {
                append(
                    &mut builder,
                    &format!("{}/", directory.display()),
                    0o755,
                    &[],
                    tar::EntryType::Directory,
                    epoch,
                )
                .map_err(failed)?;
                made.push(directory);
            }
        }
        append(&mut builder, &file.path, file.mode, &file.bytes, tar::EntryType::Regular, epoch)
            .map_err(failed)?;
    }
    builder.into_inner().map_err(failed)
}

/// A compressed tar archive.
pub(super) fn tar_gz(files: &[File], epoch: u64) -> Result<Vec<u8>, XtaskError> {
    let mut out = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    out.write_all(&tar(files, epoch)?).map_err(failed)?;
    out.finish().map_err(failed)
}

fn append(
    builder: &mut tar::Builder<Vec<u8>>,
    path: &str,
    mode: u32,
    bytes: &[u8],
    kind: tar::EntryType,
    epoch: u64,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_mode(mode);
    header.set_mtime(epoch);
    header.set_uid(0);
    header.set_gid(0);
    header.set_username("root")?;
    header.set_groupname("root")?;
    builder.append_data(&mut header, path, bytes)
}

fn failed(error: io::Error) -> XtaskError {
    XtaskError::Dist(format!("the archive: {error}"))
}
