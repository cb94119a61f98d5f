//! `flinkops monitor reporter`.

use std::path::PathBuf;

use clap::Args;
use monitor::reporter::{PushGateway, Reporter, Selection, keys};
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;
use serde::Serialize;

use crate::commands::conf::{Change, Edited, Mode, Text, file, version};
use crate::commands::key_and_value;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor reporter
  flinkops monitor reporter --port 9249-9260 --write /opt/flink/conf --flink-version 2.3
  flinkops monitor reporter --pushgateway http://gateway:9091 --group cluster=prod
  flinkops monitor reporter --without-label task_attempt_id --exclude '*:mailboxLatencyMs:histogram'

The reporter is the plugin metrics-prometheus, which every distribution brings in plugins/. It speaks HTTP without TLS.
What is printed is for config.yaml; --write knows the dialect of the file.")]
pub(crate) struct Options {
    /// The port, or a range where several processes share a host: each takes the next that is free.
    #[arg(long, value_name = "PORT[-PORT]", default_value = "9249", value_parser = ports)]
    port: (u16, u16),
    /// Push to this PushGateway instead, such as http://gateway:9091.
    #[arg(long, value_name = "URL", value_parser = gateway, conflicts_with = "port")]
    pushgateway: Option<String>,
    /// The name of the group at the PushGateway; each process adds a random suffix.
    #[arg(long, value_name = "NAME", default_value = "flink", requires = "pushgateway")]
    job_name: String,
    /// A further label of the group. May be given several times.
    #[arg(long = "group", value_name = "NAME=VALUE", value_parser = key_and_value, requires = "pushgateway")]
    groups: Vec<(String, String)>,
    /// Seconds between two pushes.
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..), requires = "pushgateway")]
    interval: u32,
    /// Export only what fits SCOPE:NAME:KIND, such as 'taskmanager.job*:*:gauge,meter'. May be given several times.
    #[arg(long = "include", value_name = "FILTER", value_parser = filter)]
    includes: Vec<String>,
    /// Do not export what fits. May be given several times.
    #[arg(long = "exclude", value_name = "FILTER", value_parser = filter)]
    excludes: Vec<String>,
    /// Leave a label out. May be given several times.
    #[arg(long = "without-label", value_name = "NAME")]
    without_labels: Vec<String>,
    /// Add a label to every metric. May be given several times.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = key_and_value)]
    labels: Vec<(String, String)>,
    /// Set the keys in this configuration file, or in that of this conf directory; everything else in it stays as it is.
    #[arg(long, value_name = "PATH")]
    write: Option<PathBuf>,
    /// The Flink that will read it, such as 1.20 [default: the one in the directory's cluster.yaml].
    #[arg(long, value_name = "VERSION", requires = "write")]
    flink_version: Option<FlinkVersion>,
    /// Show what --write would change, and change nothing.
    #[arg(long, requires = "write")]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Keys {
    keys: Vec<Pair>,
}

#[derive(Debug, Serialize)]
struct Pair {
    key: String,
    value: String,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let reporter = match &options.pushgateway {
        Some(url) => Reporter::PushGateway(PushGateway {
            url: url.clone(),
            job: options.job_name.clone(),
            grouping: options.groups.clone(),
            interval: options.interval,
        }),
        None => Reporter::Prometheus { port: options.port.0, last: options.port.1 },
    };
    let selection = Selection {
        includes: options.includes.clone(),
        excludes: options.excludes.clone(),
        without_labels: options.without_labels.clone(),
        labels: options.labels.clone(),
    };
    let keys = keys(&reporter, &selection);
    let Some(path) = &options.write else {
        let keys = Keys { keys: keys.into_iter().map(|(key, value)| Pair { key, value }).collect() };
        output.result(&keys, |keys| {
            keys.keys.iter().map(|pair| format!("{}: {}\n", pair.key, quoted(&pair.value))).collect()
        })?;
        return Ok(exit::DONE);
    };
    let version = version(options.flink_version, path)?;
    let path = file(path, version)?;
    let before = ConfDocument::read(&path)?;
    let mut after = before.clone();
    for (key, value) in &keys {
        after.set(key, value)?;
    }
    // A list of reporters leaves out those that are not on it.
    if let Some(list) = before.get("metrics.reporters") {
        let named = list.split(',').any(|name| name.trim() == monitor::reporter::NAME);
        if !named {
            after.set("metrics.reporters", &format!("{list},{}", monitor::reporter::NAME))?;
        }
    }
    let change = Change { file: path, before: Text::from(&before), after: Text::from(&after) };
    Edited::make("metrics.reporter", change, Mode::of(options.dry_run))?.print(output)
}

/// Quoted where YAML would take it for something else. The older dialect takes the quotes for a part of the value, so they
/// stand only where they must.
fn quoted(value: &str) -> String {
    let odd = value.starts_with(['*', '&', '!', '%', '@', '`', '{', '[', '"', '\'']) || value.contains(": ");
    if odd { serde_json::Value::from(value).to_string() } else { value.to_owned() }
}

fn ports(text: &str) -> Result<(u16, u16), String> {
    let error = || format!("`{text}` is no port and no range: 9249 or 9249-9260 is needed");
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.trim().parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(error);
    let (first, last) = (port(first)?, port(last)?);
    if first <= last { Ok((first, last)) } else { Err(error()) }
}

fn gateway(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(char::is_whitespace) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(format!("`{text}` is no PushGateway: http://HOST:9091 is needed")),
    }
}

fn filter(text: &str) -> Result<String, String> {
    const KINDS: [&str; 5] = ["*", "counter", "meter", "gauge", "histogram"];
    let parts: Vec<&str> = text.split(':').collect();
    let kinds = parts.get(2).copied().unwrap_or("*");
    let fits = (1..=3).contains(&parts.len())
        && !parts[0].is_empty()
        && !text.contains(';')
        && kinds.split(',').all(|kind| KINDS.contains(&kind));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "`{text}` is no filter: SCOPE:NAME:KIND is needed, the kind one of counter, meter, gauge, histogram"
        ))
    }
}
