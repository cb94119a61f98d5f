//! `flinkops recover savepoint inspect PATH`.

use std::fmt::Write as _;

use clap::Args;
use ops_core::units::human_bytes;
use recovery::state::{Inspection, Kind, Location, OperatorReport, StateError, inspect};

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops recover savepoint inspect /data/savepoints/savepoint-0d2f1c-6e1f7a9b2c3d
  flinkops recover savepoint inspect file:///data/checkpoints/0123456789abcdef0123456789abcdef/chk-42
  flinkops recover savepoint inspect savepoint-0d2f1c-6e1f7a9b2c3d -o json

Nothing is changed, and no Flink is needed. State on object storage or HDFS is looked into once it has been copied here.

Exit code: 0 it is whole, 1 files are missing, 2 it cannot be read or is damaged.")]
pub(crate) struct Options {
    /// The directory of the savepoint or checkpoint, or the file _metadata in it.
    #[arg(value_name = "PATH")]
    path: String,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let location = Location::find(&options.path).map_err(Failure::usage)?;
    let inspection = inspect(&location).map_err(|error| match error {
        // These say where.
        StateError::Read { .. } | StateError::Large { .. } => Failure::usage(error),
        _ => Failure::usage(format!("{}: {error}", location.directory().display())),
    })?;
    output.result(&inspection, human)?;
    Ok(if inspection.is_whole() { exit::DONE } else { exit::FINDINGS })
}

fn human(inspection: &Inspection) -> String {
    let kind = match inspection.kind {
        Some(Kind::Checkpoint) => "checkpoint",
        Some(Kind::CanonicalSavepoint) => "savepoint, canonical: every state backend restores it",
        Some(Kind::NativeSavepoint) => "savepoint, native: the same state backend restores it",
        None => "checkpoint or savepoint",
    };
    let heading = style::HEADING;
    let mut text = format!("{heading}{}{heading:#}\n", inspection.path.display());
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<10} {value}");
    };
    line("kind", kind.to_owned());
    line("number", inspection.checkpoint_id.to_string());
    line("format", format!("{}, read by Flink {}", inspection.format, inspection.readable_by.join(", ")));
    line(
        "state",
        format!("{} in {} operators", human_bytes(inspection.state_size), inspection.operators.len()),
    );
    line("files", files(inspection));
    text.push('\n');
    text.push_str(&operators(&inspection.operators));
    let error = style::ERROR;
    for missing in &inspection.missing {
        let found = match missing.found {
            None => "is not there".to_owned(),
            Some(found) => format!("has {found} of {} bytes", missing.needed),
        };
        let _ = writeln!(text, "{error}missing{error:#} {} {found}", missing.path.display());
    }
    text
}

fn files(inspection: &Inspection) -> String {
    if inspection.files == 0 {
        return "none beside the metadata".to_owned();
    }
    let mut text = format!("{} that it refers to", inspection.files);
    if inspection.elsewhere > 0 {
        let _ = write!(text, ", {} of them not on this machine", inspection.elsewhere);
    }
    match inspection.missing.len() {
        0 if inspection.elsewhere == 0 => text.push_str(", all there"),
        0 => {}
        count => {
            let _ = write!(text, ", {count} missing");
        }
    }
    text
}

fn operators(operators: &[OperatorReport]) -> String {
    let rows = operators.iter().map(|operator| {
        let name = operator.uid.as_deref().or(operator.name.as_deref()).unwrap_or("-");
        let mut kinds: Vec<&str> = operator.keyed.clone();
        if operator.has_operator_state {
            kinds.push("operator");
        }
        if operator.has_coordinator_state {
            kinds.push("coordinator");
        }
        if operator.in_flight > 0 {
            kinds.push("in-flight");
        }
        if operator.finished {
            kinds.push("finished");
        }
        [
            operator.id.clone(),
            name.to_owned(),
            format!("{} of {}", operator.parallelism, operator.max_parallelism),
            human_bytes(operator.state_size),
            operator.subtask_sizes.map_or_else(
                || "-".to_owned(),
                |(least, most)| format!("{} to {}", human_bytes(least), human_bytes(most)),
            ),
            kinds.join(" "),
        ]
    });
    table(["OPERATOR", "UID OR NAME", "PARALLELISM", "STATE", "A SUBTASK", "KINDS"], rows)
}
