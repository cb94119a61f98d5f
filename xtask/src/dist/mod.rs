//! `cargo xtask dist`: what people install. From one commit the same bytes, wherever it is built.
//!
//! ```text
//! build (remapped paths, LTO, stripped) -> flinkops, mock-flink
//!   + manual pages, completions, units, licences, bill of materials -> a tree of files
//!   -> flinkops-V-TRIPLE.tar.gz, flinkops_V_ARCH.deb, flinkops-V-TRIPLE.cdx.json
//!   -> SHA256SUMS [-> SHA256SUMS.sig, with a key of the caller]
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | `build` | the executables, without a trace of where they were built |
//! | `graph` | the crates that are inside of them |
//! | `tree` | the files of a release |
//! | `archive` | tar.gz, always the same bytes |
//! | `deb` | Debian's package around the same files |
//! | `licences` | the texts of all licences |
//! | `bom` | CycloneDX |
//! | `elf` | what an executable needs of the system |
//! | `sign` | the detached signature |
//! | `check` | the same twice, in different places |

mod archive;
mod bom;
mod build;
mod check;
mod deb;
mod elf;
mod graph;
mod licences;
mod sign;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::XtaskError;
use crate::files::{self, Access, context};
use crate::process;

pub(crate) use build::host_triple;
pub use check::check;
use tree::Tree;

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

/// What a release is called.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    /// The version.
    pub(crate) version: String,
    /// The target triple.
    pub(crate) triple: String,
    /// When the commit was made, in seconds since 1970: the time of every file.
    pub(crate) epoch: u64,
}

impl Release {
    /// The release that a checkout would make.
    fn of(workspace: &Path, target: Option<&str>) -> Result<Self, XtaskError> {
        let triple = match target {
            Some(target) => target.to_owned(),
            None => build::host_triple()?,
        };
        Ok(Self { version: graph::version(workspace)?, triple, epoch: epoch(workspace)? })
    }

    fn name(&self) -> String {
        format!("flinkops-{}-{}", self.version, self.triple)
    }
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
        None => build::run(&workspace, &workspace.join("target/dist"), &release.triple)?,
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
fn make(workspace: &Path, release: &Release, executables: &Path, out: &Path) -> Result<(), XtaskError> {
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

/// The time that everything in a release has: `SOURCE_DATE_EPOCH`, or else that of the commit.
fn epoch(workspace: &Path) -> Result<u64, XtaskError> {
    let text = match process::variable("SOURCE_DATE_EPOCH") {
        Some(text) => text,
        None => process::capture(process::command("git").current_dir(workspace).args([
            "log",
            "-1",
            "--format=%ct",
        ]))?,
    };
    let time = text.trim().parse();
    time.map_err(|_| XtaskError::Answer { what: "SOURCE_DATE_EPOCH or git".to_owned(), answer: text })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
fn human(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
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
