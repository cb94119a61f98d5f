//! `flinkops pki rotate plan`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{ArgGroup, Args};
use deploy::certificates::{CLIENT, REST_SUFFIX, host_leaf};
use ops_core::spec::ClusterSpec;
use pki::authority::Register;
use pki::names::LeafName;
use pki::node_stores::NodeStores;
use pki::rotation::{Process, RotationFile, RotationNode, RotationPlan};
use pki::store::Format;

use crate::commands::pki::format::FormatOptions;
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("nodes").required(true).args(["cluster", "node"]).multiple(true),
    after_help = "\
Examples:
  flinkops pki rotate plan --old old --new new --stores stores --plan rotation.json \\
      --cluster cluster.yaml
  flinkops pki rotate plan --old old --new new --stores stores --plan rotation.json \\
      --node jm-1=job-manager:internal,rest --node tm-1=task-manager

With --cluster the stores are those that `pki bulk --cluster` wrote. A node given by itself has
the stores NAME and, where they are there, NAME-rest, unless others are named behind a colon.
Stores are looked into, and nothing is changed."
)]
pub(crate) struct Options {
    /// The directory of the authority to be replaced.
    #[arg(long, value_name = "DIR")]
    old: PathBuf,
    /// The directory of the authority that replaces it.
    #[arg(long, value_name = "DIR")]
    new: PathBuf,
    /// The directory with the stores of the nodes.
    #[arg(long, value_name = "DIR")]
    stores: PathBuf,
    /// The description of the cluster.
    #[arg(long, value_name = "FILE")]
    cluster: Option<PathBuf>,
    /// A node: NAME=PROCESS or NAME=PROCESS:STORES, where PROCESS is job-manager, task-manager, history-server or client, and
    /// STORES are names with commas between them. May be given several times.
    #[arg(long, value_name = "NODE")]
    node: Vec<NodeArgument>,
    #[command(flatten)]
    format: FormatOptions,
    /// The plan to write.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// Show the plan, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// A node as it is typed.
#[derive(Debug, Clone)]
struct NodeArgument {
    name: LeafName,
    process: Process,
    /// Empty: the usual ones.
    leaves: Vec<LeafName>,
}

impl FromStr for NodeArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, rest) = text.split_once('=').ok_or("write NAME=PROCESS, such as tm-1=task-manager")?;
        let (process, leaves) = rest.split_once(':').unwrap_or((rest, ""));
        let process = match process {
            "job-manager" => Process::JobManager,
            "task-manager" => Process::TaskManager,
            "history-server" => Process::HistoryServer,
            "client" => Process::Client,
            other => {
                return Err(format!(
                    "`{other}` is no process; use job-manager, task-manager, history-server or client"
                ));
            }
        };
        let leaf = |name: &str| name.parse().map_err(|error: pki::names::NameError| error.to_string());
        let leaves = leaves.split(',').filter(|name| !name.is_empty()).map(leaf).collect::<Result<_, _>>()?;
        Ok(Self { name: leaf(name)?, process, leaves })
    }
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let (old, new) = (Register::open(&options.old)?, Register::open(&options.new)?);
    let mut wanted = options.node.clone();
    if let Some(file) = &options.cluster {
        wanted.extend(of_cluster(&ClusterSpec::read(file)?, &options.stores, options.format.format())?);
    }
    let mut nodes = Vec::new();
    for node in wanted {
        let stores = stores(&options.stores, &node, options.format.format());
        nodes.push(RotationNode::discover(&old, node.name, node.process, stores)?);
    }
    let plan = RotationPlan::new(&old, &new, nodes, adapters::now())?;
    let text = plan.describe();
    output.result(&plan, |_| {
        let help = style::HELP;
        if options.dry_run {
            return text;
        }
        format!(
            "{text}\n{help}next:{help:#} flinkops pki rotate next --plan {} --new {}\n",
            options.plan.display(),
            options.new.display()
        )
    })?;
    if !options.dry_run {
        RotationFile::create(&options.plan, plan)?;
    }
    Ok(exit::DONE)
}

fn stores(dir: &Path, node: &NodeArgument, format: Format) -> Vec<NodeStores> {
    let stores = |name: &LeafName| NodeStores::in_directory(dir, name, format);
    if !node.leaves.is_empty() {
        return node.leaves.iter().map(stores).collect();
    }
    let rest = format!("{}{REST_SUFFIX}", node.name).parse().ok().as_ref().map(stores);
    let rest = rest.filter(|stores| stores.keystore.exists());
    std::iter::once(stores(&node.name)).chain(rest).collect()
}

/// The hosts of a cluster under the names that `pki bulk` gives them, and its clients where they have stores. A host that
/// runs both kinds of processes is a JobManager here: both are restarted together, as they share their stores.
fn of_cluster(spec: &ClusterSpec, dir: &Path, format: Format) -> Result<Vec<NodeArgument>, Failure> {
    let mut nodes = Vec::new();
    for host in spec.hosts() {
        let name = host_leaf(host)?;
        let is_manager = spec.job_managers.hosts.contains(host);
        let process = if is_manager { Process::JobManager } else { Process::TaskManager };
        nodes.push(NodeArgument { name, process, leaves: Vec::new() });
    }
    let client: LeafName = CLIENT.parse()?;
    if NodeStores::in_directory(dir, &client, format).keystore.exists() {
        nodes.push(NodeArgument { name: client, process: Process::Client, leaves: Vec::new() });
    }
    Ok(nodes)
}
