//! `flinkops conf get KEY`.

use clap::Args;
use ops_core::catalogue::{Catalogue, Known, OptionInfo};
use ops_core::conf::{Entry, is_sensitive};
use serde::Serialize;

use super::keys;
use super::target::{Opened, Target};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf get rest.port --conf /opt/flink/conf --flink-version 1.20
  flinkops conf get state.backend.type --conf config.yaml --flink-version 2.3 -o json

Prints the value that Flink takes: under the key itself, else under a former name, else the default.

Exit code: 0 there is a value, 1 there is none, 2 Flink has no such option or the file cannot be read.")]
pub(crate) struct Options {
    /// The key.
    #[arg(id = "config_key", value_name = "KEY")]
    key: String,
    #[command(flatten)]
    target: Target,
    /// Print the value even where it may be a secret.
    #[arg(long)]
    danger_show_secret: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    File,
    Default,
    None,
}

#[derive(Debug, Serialize)]
struct Found {
    key: String,
    value: Option<String>,
    source: Source,
    /// The name under which it is set.
    set_as: Option<String>,
    file: String,
    line: Option<usize>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let opened = options.target.open()?;
    let mut found = find(&opened, &options.key)?;
    if let Some(value) = &mut found.value
        && is_sensitive(&options.key)
        && found.source == Source::File
        && !options.danger_show_secret
    {
        "…".clone_into(value);
        output.warning("the value may be a secret and is not shown; --danger-show-secret prints it");
    }
    if found.value.is_none() {
        output.warning(format!("`{}` is not set, and has no default", found.key));
    }
    output
        .result(&found, |found| found.value.as_ref().map(|value| format!("{value}\n")).unwrap_or_default())?;
    Ok(if found.value.is_some() { exit::DONE } else { exit::FINDINGS })
}

fn find(opened: &Opened, key: &str) -> Result<Found, Failure> {
    let catalogue = Catalogue::of(opened.version);
    let own = opened.document.entry(key);
    let option = match catalogue.lookup(key) {
        Some(Known::Option(option) | Known::Alias { option, .. }) => Some(option),
        None if own.is_none() => return Err(keys::unknown(catalogue, key, "", opened.document.dialect())),
        _ => None,
    };
    let entry = own.or_else(|| option.as_ref().and_then(|option| read_by(opened, option)));
    let default = option.and_then(|option| option.default).map(std::borrow::Cow::into_owned);
    let (value, source) = match (entry, default) {
        (Some(entry), _) => (Some(entry.value.clone()), Source::File),
        (None, Some(default)) => (Some(default), Source::Default),
        (None, None) => (None, Source::None),
    };
    Ok(Found {
        key: key.to_owned(),
        value,
        source,
        set_as: entry.map(|entry| entry.key.clone()),
        file: opened.path.display().to_string(),
        line: entry.map(|entry| entry.line),
    })
}

/// The entry from which Flink takes an option: its own key first, then the other names.
pub(super) fn read_by<'a>(opened: &'a Opened, option: &OptionInfo) -> Option<&'a Entry> {
    let names = [option.key].into_iter().chain(option.deprecated_keys.iter().copied());
    names.chain(option.fallback_keys.iter().copied()).find_map(|name| opened.document.entry(name))
}
