//! `flinkops conf schema`.

use clap::Args;
use ops_core::version::FlinkVersion;

use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf schema --flink-version 2.3 > flink-2.3.schema.json

In config.yaml, for editors with a YAML language server:
  # yaml-language-server: $schema=flink-2.3.schema.json")]
pub(crate) struct Options {
    /// The Flink that reads the file.
    #[arg(long, value_name = "VERSION")]
    flink_version: FlinkVersion,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let schema = conf_lint::schema(options.flink_version);
    // A schema is JSON for people, too.
    output.result(&schema, |schema| format!("{schema}\n"))?;
    Ok(exit::DONE)
}
