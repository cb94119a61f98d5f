//! Jars on the cluster: each content once. A jar is uploaded under a name that ends with the beginning of its hash, so that
//! the same content is found again, by whoever uploads it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use ops_core::files::context;
use ops_core::ids::JarId;
use ops_core::rest::{JarSource, RestClient, RestError, UploadProgress};
use sha2::{Digest as _, Sha256};

use crate::JobsError;

/// How much of the hash stands in the name, in hexadecimal digits.
const SHOWN: usize = 16;

const CHUNK: usize = 256 * 1024;

/// A jar on the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedJar {
    /// Its id.
    pub id: JarId,
    /// Whether it was there before.
    pub reused: bool,
}

/// The jar with this file's content on the cluster; it is uploaded unless it is there, and `progress` is told how much was sent.
///
/// # Errors
/// [`JobsError::NotAJar`] for what is none; otherwise [`JobsError::Rest`].
pub async fn upload(
    client: &RestClient,
    path: &Path,
    progress: Option<&UploadProgress>,
) -> Result<UploadedJar, JobsError> {
    let owned = path.to_owned();
    let name = match tokio::task::spawn_blocking(move || digest(&owned)).await {
        Ok(digest) => digest?.name,
        // It was cancelled with its runtime.
        Err(error) => return Err(unreadable(path, io::Error::other(error))),
    };
    Ok(upload_as(client, path, name, progress).await?)
}

/// The jar of this name on the cluster; the file is uploaded under it unless it is there.
pub(crate) async fn upload_as(
    client: &RestClient,
    path: &Path,
    name: String,
    progress: Option<&UploadProgress>,
) -> Result<UploadedJar, RestError> {
    let known = client.list_jars().await?.files.into_iter().find(|jar| jar.name == name);
    if let Some(known) = known {
        return Ok(UploadedJar { id: known.id, reused: true });
    }
    let source = JarSource::Renamed { path: path.to_owned(), name };
    Ok(UploadedJar { id: client.upload_jar_watched(&source, progress).await?, reused: false })
}

fn unreadable(path: &Path, error: io::Error) -> JobsError {
    JobsError::Rest(RestError::Jar(context("read", path)(error)))
}

/// A jar's content, and the name that tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    /// SHA-256, in hexadecimal.
    pub(crate) sha256: String,
    /// `orders-0123456789abcdef.jar`.
    pub(crate) name: String,
}

/// Reads the whole file, and never more than a piece of it at once.
pub(crate) fn digest(path: &Path) -> Result<Digest, JobsError> {
    let failed = |error| unreadable(path, error);
    let mut file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(JobsError::NotAJar { path: path.to_owned(), found: "no file" });
    }
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    let mut first = true;
    loop {
        let length = file.read(&mut chunk).map_err(failed)?;
        if std::mem::take(&mut first)
            && let Some(found) = other_than_zip(&chunk[..length])
        {
            return Err(JobsError::NotAJar { path: path.to_owned(), found });
        }
        if length == 0 {
            break;
        }
        hash.update(&chunk[..length]);
    }
    let sha256: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = format!("{stem}-{}.jar", &sha256[..SHOWN]);
    Ok(Digest { sha256, name })
}

/// What a file is, where it is no zip.
fn other_than_zip(head: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &'static str); 7] = [
        (b"PK\x05\x06", "an empty archive"),
        (b"\xca\xfe\xba\xbe", "a single Java class"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\x7fELF", "a program"),
        (b"#!", "a script"),
        (b"-----BEGIN", "a PEM file"),
        (b"%PDF", "a PDF file"),
    ];
    match kinds.iter().find(|(magic, _)| head.starts_with(magic)) {
        Some((_, kind)) => Some(kind),
        None if head.starts_with(b"PK\x03\x04") => None,
        None if head.is_empty() => Some("an empty file"),
        None if head.iter().take(512).all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => {
            Some("a text file")
        }
        None => Some("a file of another kind"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_how_they_begin() {
        for (head, expected) in [
            (&b"PK\x03\x04rest"[..], None),
            (b"", Some("an empty file")),
            (b"#!/bin/sh", Some("a script")),
            (b"\xca\xfe\xba\xbe\0\0\0\x3d", Some("a single Java class")),
            (b"key: value\n", Some("a text file")),
            (b"\0\x01\x02", Some("a file of another kind")),
        ] {
            assert_eq!(other_than_zip(head), expected, "{head:?}");
        }
    }

    #[test]
    fn the_name_says_what_is_in_it() {
        let directory = std::env::temp_dir().join(format!("jobs-jar-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("my orders.v2.jar");
        std::fs::write(&path, b"PK\x03\x04").unwrap();
        let name = digest(&path).unwrap().name;
        let digits = name.strip_prefix("my orders.v2-").and_then(|rest| rest.strip_suffix(".jar")).unwrap();
        assert!(digits.len() == SHOWN && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        let error = digest(&directory).unwrap_err().to_string();
        assert!(error.contains("is no jar: it is no file"), "{error}");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
