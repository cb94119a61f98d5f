//! `flinkops conf diff A B`.

use std::path::PathBuf;

use clap::Args;
use conf_lint::{Configuration, Difference, Side};
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::target;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf diff staging/conf production/conf --flink-version 1.20
  flinkops conf diff flink-conf.yaml config.yaml --from-version 1.18 --to-version 2.3

Compares what Flink makes of the files: `60s` is `1 min`, a default that is written out is no difference, and neither are
order, comments, file format or former names. Values that may be secrets are compared and not shown.

Exit code: 0 the same, 1 they differ, 2 a file cannot be read.")]
pub(crate) struct Options {
    /// The one file, or conf directory.
    #[arg(value_name = "A")]
    left: PathBuf,
    /// The other.
    #[arg(value_name = "B")]
    right: PathBuf,
    /// The Flink that reads both.
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["from_version", "to_version"])]
    flink_version: Option<FlinkVersion>,
    /// The Flink that reads A.
    #[arg(long, value_name = "VERSION", requires = "to_version")]
    from_version: Option<FlinkVersion>,
    /// The Flink that reads B.
    #[arg(long, value_name = "VERSION", requires = "from_version")]
    to_version: Option<FlinkVersion>,
}

#[derive(Debug, Serialize)]
struct Compared {
    same: bool,
    differences: Vec<Difference>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let read = |path: &PathBuf, given: Option<FlinkVersion>| {
        let version = target::version(given.or(options.flink_version), path)?;
        Ok::<_, Failure>((ConfDocument::read(&target::file(path, version)?)?, version))
    };
    let (left, left_version) = read(&options.left, options.from_version)?;
    let (right, right_version) = read(&options.right, options.to_version)?;
    let differences = conf_lint::compare(
        Configuration { document: &left, version: left_version },
        Configuration { document: &right, version: right_version },
    );
    let compared = Compared { same: differences.is_empty(), differences };
    output.result(&compared, |compared| human(compared, options))?;
    Ok(if compared.same { exit::DONE } else { exit::FINDINGS })
}

fn human(compared: &Compared, options: &Options) -> String {
    if compared.same {
        let good = style::GOOD;
        return format!("{good}the same to Flink{good:#}\n");
    }
    let left = options.left.display().to_string();
    let right = options.right.display().to_string();
    let rows = compared
        .differences
        .iter()
        .map(|difference| [difference.key.clone(), side(&difference.left), side(&difference.right)]);
    table(["KEY", &left, &right], rows)
}

fn side(side: &Side) -> String {
    match (&side.value, side.default) {
        (None, _) => "-".to_owned(),
        (Some(value), true) => format!("{value} (default)"),
        (Some(value), false) => value.clone(),
    }
}
