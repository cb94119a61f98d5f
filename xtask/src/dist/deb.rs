//! Debian's package: an `ar` archive of a version, the control files and the files (deb(5)). It has no scripts: nothing is
//! started, enabled or configured by installing it.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use sha2::Digest as _;

use super::archive;
use super::elf::Needs;
use super::release::{Release, hex};
use super::tree::{File, Tree};
use crate::error::XtaskError;

/// Nobody answers there: who packages for others names themselves.
const MAINTAINER: &str = "The flinkops contributors <flinkops@packages.invalid>";

/// What Debian calls the architectures.
const ARCHITECTURES: [(&str, &str); 3] =
    [("x86_64-", "amd64"), ("aarch64-", "arm64"), ("riscv64gc-", "riscv64")];

/// Pages longer than a few lines are compressed, as dpkg's policy wants all of them.
const COPYRIGHT: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: flinkops

Files: *
Copyright: The flinkops contributors
License: Apache-2.0 or MIT
 The texts are in LICENSE-APACHE and LICENSE-MIT beside this file.
Comment: What the crates inside are under is in THIRD-PARTY-LICENSES beside this file.
";

/// How the package is called.
pub(super) fn file_name(release: &Release) -> Result<String, XtaskError> {
    Ok(format!("flinkops_{}_{}.deb", version(release), architecture(&release.triple)?))
}

/// `1.0.0-rc.1` comes before `1.0.0`.
fn version(release: &Release) -> String {
    release.version.replace('-', "~")
}

fn architecture(triple: &str) -> Result<&'static str, XtaskError> {
    let found = ARCHITECTURES.iter().find(|(prefix, _)| triple.starts_with(prefix));
    found.map(|(_, name)| *name).ok_or_else(|| {
        XtaskError::Dist(format!(
            "Debian has no name for {triple}; a package is made on x86_64, aarch64 and riscv64"
        ))
    })
}

/// The package.
pub(super) fn package(tree: &Tree, needs: &Needs, release: &Release) -> Result<Vec<u8>, XtaskError> {
    let mut files: Vec<File> = Vec::new();
    for file in tree.files() {
        let mut file = File { path: format!("./usr/{}", file.path), ..file.clone() };
        if file.path.contains("/man/man1/") || file.path.ends_with("/CHANGELOG.md") {
            file.bytes = compressed(&file.bytes)?;
            file.path = format!("{}.gz", file.path.replace("/CHANGELOG.md", "/changelog"));
        }
        files.push(file);
    }
    files.push(File {
        path: "./usr/share/doc/flinkops/copyright".to_owned(),
        mode: 0o644,
        bytes: COPYRIGHT.into(),
    });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut sums = String::new();
    for file in &files {
        let _ =
            writeln!(sums, "{}  {}", hex(&md5::Md5::digest(&file.bytes)), file.path.trim_start_matches("./"));
    }
    let size: usize = files.iter().map(|file| file.bytes.len().div_ceil(1024)).sum();
    let own =
        |name: &str, text: String| File { path: format!("./{name}"), mode: 0o644, bytes: text.into_bytes() };
    let control = [own("control", control(needs, release, size)?), own("md5sums", sums)];
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", archive::tar_gz(&control, release.epoch)?),
        ("data.tar.gz", archive::tar_gz(&files, release.epoch)?),
    ];
    Ok(ar(&members, release.epoch))
}

fn control(needs: &Needs, release: &Release, kib: usize) -> Result<String, XtaskError> {
    let mut depends = Vec::new();
    if needs.libraries.contains("libc.so.6") {
        depends.push(format!("libc6 (>= {}.{})", needs.glibc.0, needs.glibc.1));
    }
    if needs.libraries.contains("libgcc_s.so.1") {
        depends.push("libgcc-s1".to_owned());
    }
    let depends =
        if depends.is_empty() { String::new() } else { format!("Depends: {}\n", depends.join(", ")) };
    Ok(format!(
        "Package: flinkops\nVersion: {}\nArchitecture: {}\nMaintainer: {MAINTAINER}\nInstalled-Size: {kib}\n{depends}\
         Section: admin\nPriority: optional\nDescription: secures, checks, runs, watches and rescues Apache Flink clusters\n \
         The command line flinkops, and mock-flink, a JobManager to test against.\n Needs neither Java nor Flink.\n",
        version(release),
        architecture(&release.triple)?
    ))
}

/// Compressed as Debian wants it: best, without a name and a time.
fn compressed(bytes: &[u8]) -> Result<Vec<u8>, XtaskError> {
    let failed = |error: std::io::Error| XtaskError::Dist(error.to_string());
    let mut out = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    out.write_all(bytes).map_err(failed)?;
    out.finish().map_err(failed)
}

/// An `ar` archive: a line of 60 characters before each member, which ends on an even place.
fn ar(members: &[(&str, Vec<u8>)], epoch: u64) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, bytes) in members {
        out.extend(
            format!("{name:<16}{epoch:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, "100644", bytes.len()).bytes(),
        );
        out.extend(bytes);
        if bytes.len() % 2 == 1 {
            out.push(b'\n');
        }
    }
    out
}
