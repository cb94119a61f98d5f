//! `flinkops tune memory`.

use clap::{Args, ValueEnum};
use serde::Serialize;
use tuning::memory::{self, Process, ProcessMemory, Refusal};
use tuning::settings::Settings;

use super::picture;
use super::subject::Subject;
use ops_core::units::human_bytes;

use crate::commands::key_and_value;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops tune memory --conf /opt/flink/conf --flink-version 1.20
  flinkops tune memory --conf flink-conf.yaml --flink-version 1.18 --process jobmanager -o json
  flinkops tune memory --conf conf/config.yaml --flink-version 2.3 \\
      --what-if taskmanager.memory.managed.fraction=0.6 --what-if taskmanager.numberOfTaskSlots=8

The figures are those of bin/taskmanager.sh and bin/jobmanager.sh, to the byte.
Exit code: 0 the process starts, 1 Flink refuses the configuration.")]
pub(crate) struct Options {
    #[command(flatten)]
    subject: Subject,
    /// Which process.
    #[arg(long, value_enum, default_value_t, value_name = "PROCESS")]
    process: ProcessName,
    /// Set this key too, and show what changes. May be given several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    what_if: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ProcessName {
    #[default]
    #[value(name = "taskmanager")]
    TaskManager,
    #[value(name = "jobmanager")]
    JobManager,
}

/// A model or why there is none; its fields are stable.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Outcome {
    Memory(ProcessMemory),
    Refused { error: String },
}

/// The result of `--what-if`; its fields are stable.
#[derive(Debug, Serialize)]
struct Comparison {
    before: Outcome,
    after: Outcome,
}

impl From<Result<ProcessMemory, Refusal>> for Outcome {
    fn from(result: Result<ProcessMemory, Refusal>) -> Self {
        match result {
            Ok(memory) => Self::Memory(memory),
            Err(refusal) => Self::Refused { error: refusal.to_string() },
        }
    }
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let settings = options.subject.settings(None)?;
    let process = match options.process {
        ProcessName::TaskManager => Process::TaskManager,
        ProcessName::JobManager => Process::JobManager,
    };
    let derived = memory::derive(process, &settings);
    if !options.what_if.is_empty() {
        let changed =
            options.what_if.iter().fold(settings, |settings, (key, value)| settings.with(key, value));
        return compare(derived, memory::derive(process, &changed), output);
    }
    match derived {
        // A person reads the reason where errors stand, a program in the result.
        Err(refusal) if output.is_human() => Err(refused(&refusal)),
        derived => {
            let code = if derived.is_ok() { exit::DONE } else { exit::FINDINGS };
            output.result(&Outcome::from(derived), |outcome| match outcome {
                Outcome::Memory(memory) => picture::draw(&title(process, &settings), memory),
                Outcome::Refused { error } => error.clone(),
            })?;
            Ok(code)
        }
    }
}

fn title(process: Process, settings: &Settings) -> String {
    let name = match process {
        Process::TaskManager => "TaskManager",
        Process::JobManager => "JobManager",
    };
    format!("{name} of Flink {}", settings.version())
}

fn refused(refusal: &Refusal) -> Failure {
    Failure::new(exit::FINDINGS, format!("Flink refuses this configuration: {refusal}"))
        .help("try a change with --what-if KEY=VALUE before you make it")
}

fn compare(
    before: Result<ProcessMemory, Refusal>,
    after: Result<ProcessMemory, Refusal>,
    output: &Output,
) -> Result<u8, Failure> {
    if let (Err(refusal), true) = (&after, output.is_human()) {
        return Err(refused(refusal));
    }
    let code = if after.is_ok() { exit::DONE } else { exit::FINDINGS };
    let comparison = Comparison { before: before.into(), after: after.into() };
    output.result(&comparison, human)?;
    Ok(code)
}

fn human(Comparison { before, after }: &Comparison) -> String {
    let Outcome::Memory(after) = after else { return String::new() };
    let old = |part| match before {
        Outcome::Memory(memory) => memory.size(part).map(|size| size.bytes()),
        Outcome::Refused { .. } => None,
    };
    let rows = after.figures().into_iter().map(|(part, figure)| {
        let (old, new) = (old(part), figure.size.bytes());
        let change = match old {
            Some(old) if old == new => String::new(),
            Some(old) if new > old => format!("+{}", human_bytes(new - old)),
            Some(old) => format!("-{}", human_bytes(old - new)),
            None => String::new(),
        };
        [part.to_string(), old.map_or_else(|| "-".to_owned(), human_bytes), human_bytes(new), change]
    });
    let mut text = table(["PART", "BEFORE", "AFTER", "CHANGE"], rows);
    if let Outcome::Refused { error } = before {
        text.push_str(&format!("\nbefore, Flink refused it: {error}\n"));
    }
    text + &format!("\nJVM arguments after: {}\n", after.jvm_args())
}
