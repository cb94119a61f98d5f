//! `flinkops conf explain KEY`.

use std::fmt::Write as _;

use clap::Args;
use conf_lint::{Explanation, Kind, Period};
use ops_core::catalogue::Catalogue;
use ops_core::version::{Dialect, FlinkVersion};

use super::keys;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf explain taskmanager.memory.process.size
  flinkops conf explain state.backend --flink-version 2.3
  flinkops conf explain metrics.reporter.prom.port -o json

Exit code: 0 explained, 2 no Flink has such an option.")]
pub(crate) struct Options {
    /// The key.
    #[arg(id = "config_key", value_name = "KEY")]
    key: String,
    /// Explain it as this Flink reads it [default: the newest that does].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let key = options.key.as_str();
    let Some(explanation) = conf_lint::explain(key, options.flink_version) else {
        let newest = FlinkVersion::KNOWN[FlinkVersion::KNOWN.len() - 1];
        let version = options.flink_version.unwrap_or(newest);
        let mut failure = keys::unknown(Catalogue::of(version), key, "", Dialect::Yaml);
        if options.flink_version.is_none() {
            failure.message = format!("no Flink from 1.18 to {} has an option `{key}`", newest.line());
        }
        return Err(failure);
    };
    output.result(&explanation, |explanation| human(explanation, options.flink_version))?;
    Ok(exit::DONE)
}

fn human(explanation: &Explanation, version: Option<FlinkVersion>) -> String {
    let (heading, warning) = (style::HEADING, style::WARNING);
    let mut text = format!("{heading}{}{heading:#}\n", explanation.key);
    let option = explanation.option.as_deref().unwrap_or_default();
    let what = match explanation.kind {
        Kind::Option if option.is_empty() => None,
        Kind::Option => Some(format!("an option of the form `{option}`")),
        Kind::FormerName => Some(format!("a former name of `{option}`")),
        Kind::Fallback => Some(format!("read where `{option}` is not set")),
        Kind::MapEntry => Some(format!("an entry of the map `{option}`")),
        Kind::Family => Some(format!("one of the keys `{option}`, which Flink does not list")),
    };
    text.extend(what.map(|what| format!("{what}\n")));
    if let Some(version) = version.filter(|version| !explanation.known_in.contains(&known(*version))) {
        let _ = writeln!(text, "{warning}Flink {} does not read it{warning:#}", version.line());
    }
    text.extend(explanation.text.as_ref().map(|prose| format!("\n{}\n", wrapped(prose))));
    text.push('\n');
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "{:<15} {value}", format!("{name}:"));
        }
    };
    row("read by Flink", keys::versions(&explanation.known_in));
    match explanation.periods.as_slice() {
        [] => {}
        [only] => {
            row("type", only.value_type.clone());
            row("default", default(only));
        }
        several => {
            for period in several {
                row(
                    &keys::versions(&period.versions).replace(" to ", "-"),
                    format!("{}, default: {}", period.value_type, default(period)),
                );
            }
        }
    }
    row("went because", explanation.removed.unwrap_or_default().to_owned());
    let list = |keys: &[&str]| keys.join(", ");
    row("replaced by", explanation.replacement.clone().unwrap_or_default());
    row("former names", list(&explanation.former_names));
    row("falls back to", list(&explanation.fallbacks));
    row("read for", list(&explanation.read_by));
    row("needs", list(&explanation.needs));
    row("overridden by", list(&explanation.overridden_by));
    row("see also", list(&explanation.see));
    text
}

fn known(version: FlinkVersion) -> FlinkVersion {
    version.known().unwrap_or(version)
}

fn default(period: &Period) -> String {
    let default = match period.default.as_deref() {
        None => "none, or computed".to_owned(),
        Some("") => "empty".to_owned(),
        Some(default) => default.to_owned(),
    };
    if period.deprecated { format!("{default} (deprecated)") } else { default }
}

/// Lines of at most 100 characters.
fn wrapped(prose: &str) -> String {
    let mut lines = vec![String::new()];
    for word in prose.split(' ') {
        let line = lines.last_mut().map(|line| (line.chars().count(), line));
        match line {
            Some((length, line)) if length == 0 || length + 1 + word.chars().count() <= 100 => {
                if length > 0 {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
