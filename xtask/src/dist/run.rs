//! The steps of `dist`.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::XtaskError;
use crate::files::{self, Access, context};
use crate::process;

use super::release::{Release, hex, human};
use super::tree::Tree;
use super::{archive, bom, build, deb, elf, graph, sign};

/// What is made, and where.
#[derive(Clone, Debug)]
pub struct Request {
    /// The directory for the results.
    pub out: PathBuf,
    /// The target triple; without it the host's.
    pub target: Option<String>,
    /// Executables that are packed instead of building some.
    pub executables: Option<PathBuf>,
    /// The private key for the signature.
    pub key: Option<PathBuf>,
    /// Say what would be made, and make nothing.
    pub dry_run: bool,
}

/// Makes a release of this checkout.
///
/// # Errors
/// It does not build, or something cannot be written.
pub fn run(request: &Request) -> Result<(), XtaskError> {
    let workspace = process::workspace();
    let release = Release::of(&workspace, request.target.as_deref())?;
    let names = [
        format!("{}.tar.gz", release.name()),
        deb::file_name(&release)?,
        format!("{}.cdx.json", release.name()),
        "SHA256SUMS".to_owned(),
    ];
    if request.dry_run {
        println!("would build flinkops and mock-flink {} for {}, and write", release.version, release.triple);
        names.iter().for_each(|name| println!("  {}", request.out.join(name).display()));
        if let Some(key) = &request.key {
            println!("  {}, with {}", request.out.join(sign::NAME).display(), key.display());
        }
        return Ok(());
    }
    // Before minutes of building: the key has to be one.
    let key = request.key.as_deref().map(sign::read).transpose()?;
    let executables = match &request.executables {
        Some(directory) => directory.clone(),
        None => build::run(&workspace, &workspace.join("target/dist"), &release)?,
    };
    make(&workspace, &release, &executables, &request.out)?;
    if let Some(key) = key {
        sign::sign(&key, &request.out)?;
    }
    for entry in names.iter().map(|name| request.out.join(name)) {
        let size = fs::metadata(&entry).map_err(context("read", &entry))?.len();
        println!("{:>10} {}", human(size), entry.display());
    }
    Ok(())
}

/// Packs executables, and all that belongs to them.
pub(super) fn make(
    workspace: &Path,
    release: &Release,
    executables: &Path,
    out: &Path,
) -> Result<(), XtaskError> {
    let graph = graph::Graph::read(workspace, &release.triple)?;
    let bom = bom::render(&graph, release)?;
    let tree = Tree::collect(workspace, executables, &graph, &bom)?;
    let needs = elf::Needs::of(&tree.executables())?;
    needs.check(&release.triple)?;
    if !out.is_dir() {
        files::create_directory(out, Access::Public)?;
    }
    let name = release.name();
    let made = [
        (format!("{name}.tar.gz"), archive::tar_gz(&tree.below(&name), release.epoch)?),
        (deb::file_name(release)?, deb::package(&tree, &needs, release)?),
        (format!("{name}.cdx.json"), bom.into_bytes()),
    ];
    let mut sums = String::new();
    for (name, bytes) in &made {
        files::write(&out.join(name), bytes, Access::Public)?;
        sums.push_str(&format!("{}  {name}\n", hex(&Sha256::digest(bytes))));
    }
    files::write(&out.join("SHA256SUMS"), sums.as_bytes(), Access::Public)?;
    Ok(())
}

/// The bill of materials of this checkout, on standard output.
///
/// # Errors
/// Cargo cannot tell the dependencies.
pub fn bill() -> Result<(), XtaskError> {
    let workspace = process::workspace();
    let release = Release::of(&workspace, None)?;
    print!("{}", bom::render(&graph::Graph::read(&workspace, &release.triple)?, &release)?);
    Ok(())
}
