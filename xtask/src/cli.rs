//! The command line of `cargo xtask`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::version::FlinkVersion;
use clap::{Parser, Subcommand, ValueEnum};
use end_to_end::cache;
use end_to_end::need::Need;

use crate::error::XtaskError;
use crate::{
    bench, catalogue, ci, conformance, deps, dist, docs, flink, fuzz, metrics, oracle, process, publish,
    release, test, tidy,
};

/// Developer and release automation of the workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything that a change must pass: fmt, clippy, rustdoc, tidy, test.
    Ci,
    /// Every test; installs what they need where it may, and says what was skipped.
    Test {
        /// Only tests without Java, Flink and network.
        #[arg(long)]
        quick: bool,
    },
    /// The mechanical rules of the house.
    Tidy,
    /// Real Flink distributions.
    #[command(subcommand)]
    Flink(Flink),
    /// Measurements against the real thing.
    #[command(subcommand)]
    Bench(Bench),
    /// Makes what people install: archives, Debian's package, a bill of materials, sums.
    #[command(after_help = DIST_EXAMPLES)]
    Dist {
        /// The directory for the results.
        #[arg(long, value_name = "DIR", default_value = "target/dist/out")]
        out: PathBuf,
        /// The target triple; without it the host's.
        #[arg(long, value_name = "TRIPLE")]
        target: Option<String>,
        /// Pack the executables of this directory, and build none.
        #[arg(long, value_name = "DIR", conflicts_with = "check")]
        executables: Option<PathBuf>,
        /// Sign the sums with this key: Ed25519, PKCS#8 in PEM.
        #[arg(long, value_name = "FILE", conflicts_with = "check")]
        sign_with: Option<PathBuf>,
        /// Build the last commit twice in different directories, and compare.
        #[arg(long, conflicts_with_all = ["out", "dry_run"])]
        check: bool,
        /// Say what would be made, and make nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// What comes before a release. Nothing here tags, pushes or uploads.
    #[command(subcommand)]
    Release(Release),
    /// Licences, sources, bans and advisories of dependencies, those that nothing uses, and the oldest Rust.
    Deps {
        /// Leave out the database of advisories, which is on a git host.
        #[arg(long)]
        without_advisories: bool,
        /// Leave out the build with the oldest Rust.
        #[arg(long)]
        without_msrv: bool,
    },
    /// Packs every crate that could go to crates.io. Uploading is left to you.
    Publish {
        /// The only thing that this does: it is asked for, so that nobody takes it for more.
        #[arg(long, required = true)]
        dry_run: bool,
        /// Do not build each crate from its package.
        #[arg(long)]
        no_verify: bool,
        /// Pack what is not committed, too.
        #[arg(long)]
        allow_dirty: bool,
    },
    /// Builds the book of docs/, and follows every link in it.
    Docs,
    /// Prints the bill of materials (CycloneDX).
    Bom,
    /// Looks for bytes that some parser does not survive.
    Fuzz {
        /// The targets; without any, all of them.
        #[arg(value_name = "TARGET")]
        targets: Vec<String>,
        /// How long each of them runs.
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
        /// How many run at once; without it, one a core.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
        /// Say which targets there are, and do nothing.
        #[arg(long)]
        list: bool,
    },
    /// Records the fixtures that come from the real Flink.
    Oracle {
        /// Compare instead of writing.
        #[arg(long)]
        check: bool,
    },
    /// Drives a real Flink and mock-flink through the same steps, and compares their answers.
    Conformance {
        /// The version.
        #[arg(value_name = "VERSION")]
        version: FlinkVersion,
        /// Compare the table in docs/conformance.md instead of writing the version's row.
        #[arg(long, conflicts_with = "last")]
        check: bool,
        /// Drive the mock only, and compare it with what the real Flink answered last time.
        #[arg(long)]
        last: bool,
    },
    /// Records what Flink's own command line says to a real cluster, for the test against mock-flink.
    Transcripts {
        /// The versions; without any, those that the test compares.
        #[arg(value_name = "VERSION")]
        versions: Vec<FlinkVersion>,
    },
    /// Generates the catalogue of metrics from real clusters of every version.
    Metrics {
        /// Compare instead of writing.
        #[arg(long)]
        check: bool,
    },
    /// Generates the option catalogue from the real Flink.
    Catalogue {
        /// Compare instead of writing.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Release {
    /// Writes the next version, its section of the changelog and generated pages; you read the diff and commit.
    Prepare {
        /// major, minor, patch, or the version itself.
        #[arg(value_name = "LEVEL")]
        level: release::Level,
        /// Say what would be written, and write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Whether this checkout is fit: changelog, pages, links, dependencies, packages.
    Verify {
        /// Leave out the database of advisories, which is on a git host.
        #[arg(long)]
        without_advisories: bool,
        /// Leave out the build with the oldest Rust.
        #[arg(long)]
        without_msrv: bool,
    },
}

const DIST_EXAMPLES: &str = "\
Examples:
  cargo xtask dist --dry-run
  cargo xtask dist --sign-with release-key.pem
  cargo xtask dist --check";

#[derive(Debug, Subcommand)]
enum Flink {
    /// Assembles a complete Flink from Python's package index, once, in the cache.
    Get {
        /// The versions; without any, every version that flinkops is tested against.
        #[arg(value_name = "VERSION")]
        versions: Vec<FlinkVersion>,
        /// Show what the cache holds, and fetch nothing.
        #[arg(long)]
        list: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// `flinkops job list` beside `bin/flink list`, whole processes against one mock cluster.
    Cli {
        /// The version of the mock cluster and of Flink's own command line.
        #[arg(long = "flink", value_name = "VERSION", default_value = "2.3.0")]
        version: FlinkVersion,
        /// How often each is measured, after warming up.
        #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// How the numbers are shown.
        #[arg(short, long, value_enum, default_value_t = Format::Table)]
        output: Format,
    },
    /// mock-flink beside the real JobManager and WireMock: start, memory, answers a second; and ten thousand jobs.
    Mock {
        /// The version of the mock and of the JobManager.
        #[arg(long = "flink", value_name = "VERSION", default_value = "2.3.0")]
        version: FlinkVersion,
        /// How the numbers are shown.
        #[arg(short, long, value_enum, default_value_t = Format::Table)]
        output: Format,
    },
    /// Everything, as one table.
    All {
        /// The version of Flink.
        #[arg(long = "flink", value_name = "VERSION", default_value = "2.3.0")]
        version: FlinkVersion,
        /// Write the table into docs/benchmarks.md.
        #[arg(long)]
        write: bool,
        /// Fail where a ratio is worse than the recorded one by more than a tenth.
        #[arg(long, conflicts_with = "write")]
        compare: bool,
    },
    /// `flinkops conf lint` on a thousand keys, beside a JVM that loads the same file.
    Conf {
        /// The version of Flink.
        #[arg(long = "flink", value_name = "VERSION", default_value = "2.3.0")]
        version: FlinkVersion,
    },
    /// The memory model, beside Flink's own in a warm JVM.
    Memory {
        /// The version of Flink.
        #[arg(long = "flink", value_name = "VERSION", default_value = "2.3.0")]
        version: FlinkVersion,
    },
    /// mock-flink under load for minutes: its memory must not grow.
    Soak {
        /// The version of the mock.
        #[arg(long = "flink", value_name = "VERSION", default_value = "2.3.0")]
        version: FlinkVersion,
        /// How long.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
        minutes: u64,
    },
    /// `flinkops pki bulk` beside the guide's keytool script, and beside pure key generation.
    Pki {
        /// How the numbers are shown.
        #[arg(short, long, value_enum, default_value_t = Format::Table)]
        output: Format,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Json,
}

impl From<Format> for bench::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Table => Self::Table,
            Format::Json => Self::Json,
        }
    }
}

/// Runs the command line that the process was started with.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), XtaskError> {
    match command {
        Command::Ci => ci::run(),
        Command::Test { quick } => {
            test::run(if quick { test::Scope::Hermetic } else { test::Scope::Everything })
        }
        Command::Tidy => tidy::run(),
        Command::Flink(Flink::Get { versions, list }) => {
            let cache = cache::directory().ok_or(XtaskError::NoCache)?;
            let versions = if versions.is_empty() { FlinkVersion::KNOWN.to_vec() } else { versions };
            if list {
                flink::list(&cache, &versions);
                return Ok(());
            }
            flink::get_all(&cache, &versions)
        }
        Command::Bench(Bench::Cli { version, runs, output }) => bench::cli(version, runs, output.into()),
        Command::Bench(Bench::Mock { version, output }) => bench::mock_flink(version, output.into()),
        Command::Bench(Bench::All { version, write, compare }) => {
            let record = match (write, compare) {
                (true, _) => bench::Record::Write,
                (_, true) => bench::Record::Compare,
                _ => bench::Record::Show,
            };
            bench::all(version, record)
        }
        Command::Bench(Bench::Soak { version, minutes }) => {
            bench::soak(version, Duration::from_secs(minutes * 60))
        }
        Command::Bench(Bench::Conf { version }) => bench::conf(version),
        Command::Bench(Bench::Memory { version }) => bench::memory(version),
        Command::Bench(Bench::Pki { output }) => bench::pki(output.into()),
        Command::Fuzz { targets, seconds, jobs, list } => {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let jobs = jobs.map_or(cores, usize::from);
            fuzz::run(&fuzz::Request { targets, seconds, jobs, list })
        }
        Command::Dist { target, check: true, .. } => dist::check(target.as_deref()),
        Command::Dist { out, target, executables, sign_with, dry_run, .. } => {
            dist::run(&dist::Request { out, target, executables, key: sign_with, dry_run })
        }
        Command::Release(Release::Prepare { level, dry_run }) => release::prepare(&level, dry_run),
        Command::Release(Release::Verify { without_advisories, without_msrv }) => {
            release::verify(deps::Without { advisories: without_advisories, msrv: without_msrv })
        }
        Command::Deps { without_advisories, without_msrv } => {
            deps::run(deps::Without { advisories: without_advisories, msrv: without_msrv })
        }
        Command::Publish { no_verify, allow_dirty, .. } => {
            let verify = if no_verify { publish::Verify::Skip } else { publish::Verify::Build };
            publish::run(verify, allow_dirty)
        }
        Command::Docs => docs::run().map(drop),
        Command::Bom => dist::bill(),
        Command::Oracle { check } => {
            check_oracle(if check { oracle::Mode::Check } else { oracle::Mode::Write })
        }
        Command::Conformance { version, check, last } => {
            let mode = match (check, last) {
                (true, _) => conformance::Mode::Check,
                (_, true) => conformance::Mode::Last,
                _ => conformance::Mode::Record,
            };
            conformance::run(version, mode)
        }
        Command::Transcripts { versions } => {
            let tested = Need::FLINK_VERSIONS.iter().filter_map(|version| version.parse().ok());
            let versions = if versions.is_empty() { tested.collect() } else { versions };
            versions.into_iter().try_for_each(conformance::record_transcript)
        }
        Command::Metrics { check } => {
            metrics::run(if check { metrics::Mode::Check } else { metrics::Mode::Write })
        }
        Command::Catalogue { check } => {
            check_catalogue(if check { catalogue::Mode::Check } else { catalogue::Mode::Write })
        }
    }
}

/// Writes or checks the fixtures recorded from the distributions in the cache.
pub(crate) fn check_oracle(mode: oracle::Mode) -> Result<(), XtaskError> {
    let cache = cache::directory().ok_or(XtaskError::NoCache)?;
    oracle::run(&process::workspace(), &cache.join("flink"), mode).map_err(XtaskError::Oracle)
}

/// Writes or checks the option catalogue of the distributions in the cache.
pub(crate) fn check_catalogue(mode: catalogue::Mode) -> Result<(), XtaskError> {
    let cache = cache::directory().ok_or(XtaskError::NoCache)?;
    let done = catalogue::run(mode, &process::workspace(), &cache.join("flink"))?;
    println!("{done}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
        assert!(Cli::try_parse_from(["xtask", "flink", "get", "1.18", "2.3.0"]).is_ok());
        assert!(Cli::try_parse_from(["xtask", "flink", "get", "1.17"]).is_err());
        assert!(Cli::try_parse_from(["xtask", "bench", "cli", "--runs", "0"]).is_err());
    }
}
