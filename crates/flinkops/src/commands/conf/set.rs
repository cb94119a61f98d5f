//! `flinkops conf set KEY VALUE`.

use clap::Args;
use ops_core::catalogue::{Catalogue, Known, OptionType};
use ops_core::conf::is_sensitive;
use ops_core::files;
use ops_core::secret::Secret;

use super::change::{Change, Mode, Text};
use super::edited::Edited;
use super::keys;
use super::target::{Opened, Target};
use crate::connection;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf set rest.port 8082 --conf /opt/flink/conf --flink-version 1.20
  flinkops conf set security.ssl.internal.key-password --value-from file:key.password \\
    --conf config.yaml --flink-version 2.3

An entry is changed where it stands, and keeps its comment; a new one is added at the end of what it belongs to.

Exit code: 0 done, 2 Flink would ignore the key or refuse the value, or the file cannot be written.")]
pub(crate) struct Options {
    /// The key.
    #[arg(id = "config_key", value_name = "KEY")]
    key: String,
    /// The value, unless it is a secret.
    #[arg(
        value_name = "VALUE",
        required_unless_present = "value_from",
        conflicts_with = "value_from",
        allow_hyphen_values = true
    )]
    value: Option<String>,
    /// Where a value that is a secret comes from: env:NAME, file:PATH, prompt or generate.
    #[arg(long, value_name = "SOURCE")]
    value_from: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Set it even where Flink would ignore the key or refuse the value.
    #[arg(long)]
    danger_unchecked: bool,
    /// Show the change, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let Opened { path, document, version } = options.target.open()?;
    let catalogue = Catalogue::of(version);
    let key = options.key.as_str();
    let known = catalogue.lookup(key);
    if let Some(value) = &options.value
        && is_secret(key, known.as_ref())
        && !value.is_empty()
    {
        let message = format!(
            "the value of `{key}` is a secret; on the command line, everybody on this machine can read it"
        );
        return Err(Failure::usage(message).help("give it with --value-from file:PATH, env:NAME or prompt"));
    }
    let value = match (&options.value_from, &options.value) {
        (Some(source), _) => connection::secret(source, &format!("Value of {key}"))?,
        (None, value) => Secret::new(value.clone().unwrap_or_default()),
    };
    if !options.danger_unchecked {
        check(catalogue, key, known.as_ref(), &value, document.dialect())?;
    }
    let mut after = document.clone();
    after.set(key, value.expose())?;
    for name in other_names(known.as_ref()) {
        if let Some(entry) = after.entry(name) {
            output.warning(format!(
                "`{name}` in line {} is not read any more, since `{key}` is set; remove it with `flinkops conf unset {name}`",
                entry.line
            ));
        }
    }
    let change = Change { file: path, before: Text::from(&document), after: Text::from(&after) };
    let holds_secret = options.value_from.is_some() || is_secret(key, known.as_ref());
    if holds_secret && !options.dry_run && change.is_real() {
        // Before the secret is in it.
        files::forbid_others(&change.file)?;
    }
    Edited::make(key, change, Mode::of(options.dry_run))?.print(output)
}

/// Whether the value may be a secret. A switch of that name is none.
fn is_secret(key: &str, known: Option<&Known>) -> bool {
    let free = match known {
        Some(Known::Option(option) | Known::Alias { option, .. }) => option.value_type == OptionType::String,
        _ => true,
    };
    free && is_sensitive(key)
}

fn check(
    catalogue: Catalogue,
    key: &str,
    known: Option<&Known>,
    value: &Secret,
    dialect: ops_core::version::Dialect,
) -> Result<(), Failure> {
    let unchecked = "--danger-unchecked sets it all the same";
    match known {
        None => {
            let mut failure = keys::unknown(catalogue, key, value.expose(), dialect);
            failure.help = Some(match failure.help {
                Some(help) => format!("{help} {unchecked}"),
                None => unchecked.to_owned(),
            });
            Err(failure)
        }
        Some(Known::Alias { option, .. }) => {
            let message = format!("`{key}` is another name of `{}`", option.key);
            Err(Failure::usage(message).help(format!("set `{}`; {unchecked}", option.key)))
        }
        Some(Known::Option(option)) => match catalogue.check(option, value.expose(), dialect) {
            Ok(()) => Ok(()),
            Err(_) if is_sensitive(key) => {
                let message = format!("the value of `{key}` is not {}", option.value_type);
                Err(Failure::usage(message).help(unchecked))
            }
            Err(error) => Err(Failure::usage(format!("`{key}`: {error}")).help(unchecked)),
        },
        Some(Known::MapEntry(_) | Known::Family(_)) => Ok(()),
    }
}

fn other_names(known: Option<&Known>) -> Vec<&'static str> {
    match known {
        Some(Known::Option(option)) => option.deprecated_keys.clone(),
        _ => Vec::new(),
    }
}
