//! `flinkops conf unset KEY`.

use clap::Args;
use ops_core::catalogue::{Catalogue, Known};

use super::change::{Change, Mode, Text};
use super::edited::Edited;
use super::get;
use super::target::Target;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf unset rest.address --conf /opt/flink/conf --flink-version 1.20
  flinkops conf unset web.submit.enable --conf config.yaml --flink-version 2.3 --dry-run

Exit code: 0 the key is not in the file (any more), 2 it cannot be removed by itself, or the file cannot be written.")]
pub(crate) struct Options {
    /// The key.
    #[arg(id = "config_key", value_name = "KEY")]
    key: String,
    #[command(flatten)]
    target: Target,
    /// Show the change, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let mut opened = options.target.open()?;
    let key = options.key.as_str();
    let before = opened.document.clone();
    if let Some(line) = before.entry(key).map(|entry| entry.line)
        && !opened.document.unset(key)
    {
        let message =
            format!("line {line}: `{key}` cannot be removed by itself; an anchor ties it to others");
        return Err(Failure::usage(message).help(format!("edit {} by hand", opened.path.display())));
    }
    if let Some(Known::Option(option) | Known::Alias { option, .. }) =
        Catalogue::of(opened.version).lookup(key)
        && let Some(entry) = get::read_by(&opened, &option)
    {
        output.warning(format!(
            "the option is still set, as `{}` in line {}; remove that too with `flinkops conf unset {}`",
            entry.key, entry.line, entry.key
        ));
    }
    let change =
        Change { file: opened.path, before: Text::from(&before), after: Text::from(&opened.document) };
    Edited::make(key, change, Mode::of(options.dry_run))?.print(output)
}
