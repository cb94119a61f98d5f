//! Every version in turn, and what becomes of the lists.

use std::path::Path;

use super::cluster::{Options, inventory};
use super::merge::Merged;
use crate::error::XtaskError;
use crate::files::{self, Access};
use crate::process;
use crate::version::FlinkVersion;

/// The generated file, from the root of the workspace.
const OUTPUT: &str = "crates/monitor/src/catalogue/metrics.tsv";

/// Where the switches of metrics are known.
const CATALOGUE: &str = "crates/ops-core/src/catalogue/options.tsv";

/// What to do with the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it.
    Write,
    /// Compare it with what would be written.
    Check,
}

/// Asks a cluster of each version, and writes or compares the catalogue.
pub(crate) fn run(mode: Mode) -> Result<(), XtaskError> {
    let root = process::workspace();
    let options = files::read_text(&root.join(CATALOGUE), 16 << 20)?;
    let mut merged = Merged::default();
    for version in FlinkVersion::KNOWN {
        let keys = switches(&options, version);
        for with in [Options::Default, Options::All, Options::Adaptive] {
            println!("Flink {version}: {with:?}");
            merged.add(version, with, &inventory(version, with, &keys)?)?;
        }
    }
    let (text, path) = (merged.render(), root.join(OUTPUT));
    write_or_compare(mode, &text, &path)
}

fn write_or_compare(mode: Mode, text: &str, path: &Path) -> Result<(), XtaskError> {
    let lines = text.lines().count();
    match mode {
        Mode::Write => {
            files::write(path, text.as_bytes(), Access::Public)?;
            println!("{OUTPUT}: {lines} lines written");
            Ok(())
        }
        Mode::Check => {
            let found = files::read_text(path, 16 << 20)?;
            if found == text {
                println!("{OUTPUT}: {lines} lines, up to date");
                return Ok(());
            }
            let same = found.lines().zip(text.lines()).take_while(|(a, b)| a == b).count();
            let answer = format!("stale, first at line {}: `cargo xtask metrics` regenerates it", same + 1);
            Err(XtaskError::Answer { what: OUTPUT.to_owned(), answer })
        }
    }
}

/// The keys of this version that switch metrics on, by the catalogue of options.
fn switches(options: &str, version: FlinkVersion) -> Vec<String> {
    let adds = |key: &str| {
        key.starts_with("state.backend.rocksdb.metrics.") && !key.ends_with("column-family-as-variable")
            || (key.contains("latency-track.") || key.contains("size-track.")) && key.ends_with("-enabled")
            || key == "taskmanager.network.detailed-metrics"
    };
    let mut keys: Vec<String> = options
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let (key, versions, kind) = (columns.next()?, columns.next()?, columns.next()?);
            let wanted =
                kind == "boolean" && adds(key) && !line.contains("\tdeprecated") && holds(versions, version);
            wanted.then(|| key.to_owned())
        })
        .collect();
    keys.dedup();
    keys
}

/// Whether `1.18-2.3`, `1.20` or `2.1-2.3` holds the version.
fn holds(versions: &str, version: FlinkVersion) -> bool {
    let (from, until) = versions.split_once('-').unwrap_or((versions, versions));
    let line = |text: &str| -> Option<(u16, u16)> {
        let (major, minor) = text.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    match (line(from), line(until)) {
        (Some(from), Some(until)) => (from..=until).contains(&(version.major, version.minor)),
        _ => false,
    }
}
