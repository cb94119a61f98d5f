//! What is asked for, and what is printed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use deploy::preflight::{Check, Machine, Verdict, preflight};
use serde::Serialize;

use super::gather::gather;
use super::remote;
use crate::commands::Subject;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops deploy preflight --flink-version 1.20
  flinkops deploy preflight --conf /opt/flink/conf --flink-version 2.3 --role taskmanager
  flinkops deploy preflight --conf conf -o json          # with a cluster.yaml in conf
  flinkops deploy preflight --on tm-1 --on tm-2 --conf /etc/flink --flink-version 2.3

Run it on the machine itself; the program needs nothing but its own file. Nothing is changed.
What the configuration names is looked at: memory, slots, ports, directories, keystores, keytabs,
the JDK, and the hosts in masters and workers.
With --on it does that by itself, over `ssh -o BatchMode=yes` or what FLINKOPS_SSH says.
Exit code: 0 fit (perhaps with warnings), 1 something fails, 3 a host could not be looked at.")]
pub(crate) struct Options {
    #[command(flatten)]
    pub(super) subject: Subject,
    /// What runs here; may be repeated [default: both].
    #[arg(long, value_enum, value_name = "ROLE")]
    pub(super) role: Vec<Role>,
    /// The JDK [default: env.java.home, JAVA_HOME, or the one that `java` belongs to].
    #[arg(long, value_name = "DIR")]
    pub(super) java_home: Option<PathBuf>,
    /// Who runs Flink [default: who runs this].
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
    /// Another host that has to be found by its name; may be repeated.
    #[arg(long, value_name = "HOST")]
    pub(super) host: Vec<String>,
    /// Another port that has to be free; may be repeated.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) port: Vec<u16>,
    /// Look at this host instead of this machine, over ssh; may be repeated. The program sends itself there, and paths are those
    /// of the host.
    #[arg(long, value_name = "HOST")]
    on: Vec<String>,
    /// Where logs go [default: env.log.dir].
    #[arg(long, value_name = "DIR")]
    pub(super) log_dir: Vec<PathBuf>,
    /// Where temporary files go [default: io.tmp.dirs, or /tmp].
    #[arg(long, value_name = "DIR")]
    pub(super) tmp_dir: Vec<PathBuf>,
    /// Where RocksDB works [default: state.backend.rocksdb.localdir].
    #[arg(long, value_name = "DIR")]
    pub(super) state_dir: Vec<PathBuf>,
}

/// A process of Flink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// The JobManager.
    #[value(name = "jobmanager")]
    JobManager,
    /// A TaskManager.
    #[value(name = "taskmanager")]
    TaskManager,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Looked {
    checks: Vec<Check>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
struct Summary {
    failures: usize,
    warnings: usize,
    unknown: usize,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if !options.on.is_empty() {
        return remote::run(&options.on, output);
    }
    let (request, refused) = gather(options)?;
    let mut checks = preflight(&Machine::this(), &request);
    checks.extend(refused);
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let summary = Summary {
        failures: count(Verdict::Failure),
        warnings: count(Verdict::Warning),
        unknown: count(Verdict::Unknown),
    };
    let code = if summary.failures == 0 { exit::DONE } else { exit::FINDINGS };
    output.result(&Looked { checks, summary }, human)?;
    Ok(code)
}

fn human(looked: &Looked) -> String {
    let rows = looked.checks.iter().map(|check| {
        [word(check.verdict).to_owned(), check.what.clone(), check.found.clone(), check.required.clone()]
    });
    let mut text = table(["", "WHAT", "FOUND", "REQUIRED"], rows);
    let help = style::HELP;
    for check in &looked.checks {
        let colour = match check.verdict {
            Verdict::Ok => continue,
            Verdict::Unknown => style::INFO,
            Verdict::Warning => style::WARNING,
            Verdict::Failure => style::ERROR,
        };
        text.push_str(&format!(
            "{colour}{}:{colour:#} {}: {}\n",
            word(check.verdict),
            check.what,
            check.found
        ));
        if let Some(mend) = &check.mend {
            text.push_str(&format!("  {help}help:{help:#} {mend}\n"));
        }
    }
    let Summary { failures, warnings, unknown } = looked.summary;
    let several = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let all = several(looked.checks.len(), "check");
    text + &format!(
        "{all}: {}, {}, {unknown} unknown\n",
        several(failures, "failure"),
        several(warnings, "warning")
    )
}

/// How a verdict that was said elsewhere is shown; `None` where all is well.
pub(super) fn word_of(verdict: &str) -> Option<(anstyle::Style, &'static str)> {
    [(Verdict::Unknown, style::INFO), (Verdict::Warning, style::WARNING), (Verdict::Failure, style::ERROR)]
        .into_iter()
        .map(|(verdict, style)| (style, word(verdict)))
        .find(|(_, word)| *word == verdict)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Unknown => "unknown",
        Verdict::Warning => "warning",
        Verdict::Failure => "failure",
    }
}
