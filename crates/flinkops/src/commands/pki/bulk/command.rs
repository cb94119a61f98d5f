//! The command: what is issued, and how far it is.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::SignedDuration;
use ops_core::spec::ClusterSpec;
use pki::authority::{Authority, LeafRequest};
use pki::bulk::{BulkNode, BulkRequest, Outcome};
use pki::names::LeafName;
use pki::node_stores::NodeStores;
use pki::profile::Role;
use pki::store::StorePasswords;
use serde::Serialize;

use super::nodes;
use crate::commands::interruption::Interruption;
use crate::commands::pki::authority::AuthorityOptions;
use crate::commands::pki::format::FormatOptions;
use crate::commands::pki::leaf::{KeyOptions, ValidityOptions};
use crate::commands::pki::names::Missing;
use crate::commands::pki::secrets;
use crate::commands::pki::written::count;
use crate::failure::Failure;
use crate::output::{Output, human_duration, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("nodes").required(true).args(["hosts", "cluster"]),
    after_help = "\
Examples:
  flinkops pki bulk --dir pki --hosts conf/workers --out stores
  flinkops pki bulk --dir pki --cluster cluster.yaml --out stores --complete-names
  flinkops pki bulk --dir pki --hosts gateways --role rest-client --key-type p-256 --out stores

A list has one host a line; further names of the host may stand behind it. With --cluster each
host gets an internal certificate (HOST), each JobManager one for the REST endpoint
(HOST-rest), and clients one (client), as the cluster's security asks for. Run it again at any
time: stores that are still good are kept, the others issued, and passwords stay."
)]
pub(crate) struct Options {
    #[command(flatten)]
    authority: AuthorityOptions,
    /// A list of hosts, such as Flink's workers file.
    #[arg(long, value_name = "FILE")]
    hosts: Option<PathBuf>,
    /// The description of a cluster.
    #[arg(long, value_name = "FILE")]
    cluster: Option<PathBuf>,
    /// What the certificates are for [default: internal; with --cluster everything that it needs].
    #[arg(long, value_name = "ROLE")]
    role: Option<Role>,
    /// Add what is usually forgotten: the short name of each full one, and for REST servers localhost and 127.0.0.1.
    #[arg(long)]
    complete_names: bool,
    #[command(flatten)]
    key_kind: KeyOptions,
    #[command(flatten)]
    validity: ValidityOptions,
    #[command(flatten)]
    format: FormatOptions,
    /// Where the stores are written; a new directory is readable by you alone.
    #[arg(long = "out", value_name = "DIR")]
    out: PathBuf,
    /// One password for all stores: env:NAME, file:PATH or prompt [default: each store gets its own, or keeps it].
    #[arg(long, value_name = "SOURCE")]
    password_from: Option<String>,
    /// Keep stores whose certificate has at least so many days left.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    keep_days: u32,
    /// Say what would be issued, and issue nothing. Stores that are there are not judged.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Done {
    dir: PathBuf,
    issued: usize,
    kept: usize,
    nodes: Vec<BulkNode>,
}

/// The result of --dry-run; its fields are stable.
#[derive(Debug, Serialize)]
struct Planned {
    dry_run: bool,
    dir: PathBuf,
    nodes: Vec<PlannedNode>,
}

#[derive(Debug, Serialize)]
struct PlannedNode {
    name: LeafName,
    role: Role,
    names: Vec<String>,
    keystore: PathBuf,
    /// Whether there is a keystore already.
    exists: bool,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let watch = adapters::Stopwatch::start();
    let authority = options.authority.open()?;
    let mut nodes = wanted(options)?;
    options.key_kind.warn(output);
    complete(options, &authority, &mut nodes, output);
    for node in &mut nodes {
        node.key = options.key_kind.key_type;
        node.validity = options.validity.validity()?;
        node.by = adapters::user();
    }
    let format = options.format.format();
    if options.dry_run {
        let planned = |node: LeafRequest| {
            let keystore = NodeStores::in_directory(&options.out, &node.name, format).keystore;
            let names = node.names.iter().map(ToString::to_string).collect();
            PlannedNode { exists: keystore.exists(), name: node.name, role: node.role, names, keystore }
        };
        let nodes = nodes.into_iter().map(planned).collect();
        let planned = Planned { dry_run: true, dir: options.out.clone(), nodes };
        output.result(&planned, human_plan)?;
        return Ok(exit::DONE);
    }
    let mut request = BulkRequest::new(nodes, options.out.clone());
    request.format = format;
    request.keep = SignedDuration::from_hours(24 * i64::from(options.keep_days));
    let password = secrets::new_password(options.password_from.as_deref(), "Password of all stores", output)?;
    request.passwords =
        password.map(|password| StorePasswords { keystore: password.clone(), truststore: password });
    let nodes = issue(&authority, &request, output)?;
    let issued = nodes.iter().filter(|node| matches!(node.outcome, Outcome::Issued(_))).count();
    let done = Done { dir: options.out.clone(), issued, kept: nodes.len() - issued, nodes };
    output.result(&done, |done| human(done, watch.elapsed()))?;
    Ok(exit::DONE)
}

fn wanted(options: &Options) -> Result<Vec<LeafRequest>, Failure> {
    let now = adapters::now();
    match (&options.hosts, &options.cluster) {
        (Some(list), _) => nodes::of_list(list, options.role.unwrap_or(Role::Internal), now),
        (None, Some(file)) => nodes::of_cluster(&ClusterSpec::read(file)?, options.role, now),
        (None, None) => Err(Failure::usage("neither --hosts nor --cluster is given")),
    }
}

/// Adds the names that are usually forgotten, or says in one line how many nodes lack some.
fn complete(options: &Options, authority: &Authority, nodes: &mut [LeafRequest], output: &Output) {
    let mut lacking = Vec::new();
    for node in nodes {
        let missing = Missing::of(node.role, &node.names, authority.constraints());
        if options.complete_names {
            node.names.extend(missing.names);
        } else if let Some(warning) = missing.warning(node.name.as_str()) {
            lacking.push(warning);
        }
    }
    match &lacking[..] {
        [] => {}
        [one] => output.warning(one),
        [first, ..] => {
            output.warning(format!("{} certificates lack names; the first: {first}", lacking.len()))
        }
    }
}

fn issue(authority: &Authority, request: &BulkRequest, output: &Output) -> Result<Vec<BulkNode>, Failure> {
    let bar = output.draws_progress().then(|| {
        let bar = ProgressBar::new(request.nodes.len() as u64);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {eta:.dim}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    });
    let interruption = Interruption::default();
    std::thread::scope(|scope| {
        // The listener ends with the process, or with the run.
        let (finished, listening) = tokio::sync::oneshot::channel::<()>();
        scope.spawn(|| interruption.listen(listening, request.nodes.len()));
        let nodes = authority.issue_bulk(request, &|progress| {
            if let Some(bar) = &bar {
                bar.set_message(progress.node.name.to_string());
                bar.set_position(progress.done as u64);
            }
            interruption.pass(progress.done);
        });
        drop(finished);
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        Ok(nodes?)
    })
}

fn human(done: &Done, elapsed: std::time::Duration) -> String {
    let good = style::GOOD;
    let total = count(done.nodes.len(), "certificate");
    let mut text = format!(
        "{good}{total}{good:#} in {}: {} issued, {} kept ({})\n",
        done.dir.display(),
        done.issued,
        done.kept,
        human_duration(elapsed)
    );
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for node in &done.nodes {
        let Outcome::Issued(reason) = node.outcome else { continue };
        let reason = serde_json::to_value(reason).ok().and_then(|value| value.as_str().map(str::to_owned));
        let reason = reason.unwrap_or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    for (reason, count) in reasons {
        text.push_str(&format!("  {count} {reason}\n"));
    }
    text
}

fn human_plan(planned: &Planned) -> String {
    let rows = planned.nodes.iter().map(|node| {
        let state = if node.exists { "is judged, kept if good" } else { "would be issued" };
        [node.name.to_string(), node.role.to_string(), node.names.join(" "), state.to_owned()]
    });
    crate::output::table(["NAME", "ROLE", "NAMES", "STORES"], rows)
}
