//! Starting the cluster on this machine, and proving that its REST endpoint lets nobody in who has no certificate.

use std::path::PathBuf;

use ops_core::conf::ConfDocument;
use ops_core::files::{self, Access};
use ops_core::rest::{RestClient, RetryPolicy};
use ops_core::spec::RestTls;
use ops_core::tls::{TrustAnchors, client_config};

use super::prepare::Plan;
use crate::connection::file_source;
use crate::context::{Context, ContextFile};
use crate::exit;
use crate::failure::Failure;
use crate::quickstart::cluster::{Cluster, Embedded, EmbeddedPlan, Processes, free_ports};
use crate::quickstart::local::{self, Override, Ports};
use crate::quickstart::secured::{CA_FILE, Issued, Secured};
use crate::quickstart::steps::Steps;
use crate::quickstart::workspace::Workspace;

/// TaskManagers of a real cluster: two show everything, and fit a laptop.
const REAL_TASK_MANAGERS: usize = 2;

/// A cluster that runs on this machine, as its clients see it.
pub(super) struct Launched {
    pub(super) url: String,
    pub(super) client: RestClient,
    pub(super) slots: u32,
    pub(super) overrides: Vec<Override>,
    pub(super) run: PathBuf,
}

/// Starts the cluster and waits until it can take a job.
pub(super) async fn launch(
    plan: &Plan,
    workspace: &Workspace,
    document: &ConfDocument,
    secured: &Secured,
    steps: &mut Steps<'_>,
    running: &mut Option<Cluster>,
) -> Result<Launched, Failure> {
    let what = if plan.home.is_some() { "Flink" } else { "mock-flink" };
    steps.begin("start", &format!("starting {what} {}", plan.version));
    for name in ["run", "run/conf", "run/checkpoints", "run/savepoints", "run/tmp"] {
        workspace.directory(name)?;
    }
    let (run, conf) = (workspace.path("run"), workspace.path("run/conf"));
    let [free, rpc] = free_ports()?;
    let ports = Ports { rest: plan.port.unwrap_or(free), rpc };
    let (local, overrides) =
        local::overlay(document, plan.version, ports, plan.slots_each(), &run, plan.home.as_ref())?;
    let file = conf.join(plan.version.dialect().file_name());
    files::write(&file, local.to_text().as_bytes(), Access::Private)?;
    for (name, hosts) in
        [("masters", format!("localhost:{}\n", ports.rest)), ("workers", "localhost\n".repeat(2))]
    {
        files::write(&conf.join(name), hosts.as_bytes(), Access::Private)?;
    }

    let scheme = if plan.spec.security.rest == RestTls::Off { "http" } else { "https" };
    let url = format!("{scheme}://localhost:{}", ports.rest);
    let anchors = TrustAnchors::from_pem_file(&workspace.path(CA_FILE))?;
    let identity = secured.client.as_ref().map(Issued::identity).transpose()?;
    let client = RestClient::builder(&url)
        .tls(client_config(&anchors, identity.as_ref())?)
        .version(plan.version)
        .build()?;
    let task_managers = match &plan.home {
        Some(home) => {
            let count = plan.spec.task_manager_count().min(REAL_TASK_MANAGERS);
            let mut processes = Processes::prepare(home.clone(), &conf, &run)?;
            let started = processes.start(count);
            *running = Some(Cluster::Processes(processes));
            started?;
            write_context(workspace, plan, &url, secured)?;
            count
        }
        None => {
            let embedded = EmbeddedPlan {
                version: plan.version,
                spec: &plan.spec,
                slots_each: plan.slots_each(),
                configuration: &local,
                rest: secured.rest.as_ref(),
                port: ports.rest,
            };
            *running = Some(Cluster::Embedded(Embedded::start(embedded).await?));
            plan.spec.task_manager_count()
        }
    };
    let slots = u32::try_from(task_managers).unwrap_or(u32::MAX).saturating_mul(plan.slots_each().into());
    if let Some(cluster) = running {
        cluster.wait_ready(&client, slots, plan.timeout).await?;
    }
    steps.done(
        format!("{what} {} at {url}: {task_managers} TaskManagers, {slots} slots", plan.version),
        &[],
    )?;
    if plan.spec.security.rest == RestTls::Mutual {
        refuse_strangers(&url, &anchors, steps).await?;
    }
    Ok(Launched { url, client, slots, overrides, run })
}

/// Connects without a client certificate, which must fail.
async fn refuse_strangers(url: &str, anchors: &TrustAnchors, steps: &mut Steps<'_>) -> Result<(), Failure> {
    steps.begin("refuse", "connecting without a client certificate");
    let stranger =
        RestClient::builder(url).tls(client_config(anchors, None)?).retries(RetryPolicy::NEVER).build()?;
    match stranger.overview().await {
        Err(error) if error.is_tls() => {
            steps.done("a client without a certificate is refused in the TLS handshake", &[])?;
            Ok(())
        }
        Err(error) => Err(Failure::from(error).during("while trying without a client certificate")),
        Ok(_) => Err(Failure::new(exit::FINDINGS, format!("{url} answers clients that show no certificate"))
            .help("security.ssl.rest.authentication-enabled is not in effect; see run/conf")),
    }
}

/// Writes how flinkops reaches this cluster, for later commands.
fn write_context(workspace: &Workspace, plan: &Plan, url: &str, secured: &Secured) -> Result<(), Failure> {
    let name = plan.spec.name.as_str().to_owned();
    let inside = |path: &PathBuf| path.strip_prefix(workspace.root()).unwrap_or(path).to_owned();
    let client = secured.client.as_ref();
    let context = Context {
        name: name.clone(),
        url: url.to_owned(),
        cacert: secured.rest.is_some().then(|| CA_FILE.into()),
        cert: None,
        key: None,
        identity: client.map(|issued| inside(&issued.stores.keystore)),
        identity_password_from: client
            .map(|issued| file_source(&inside(&issued.stores.keystore_password_file))),
    };
    let file = ContextFile { current_context: Some(name), contexts: vec![context] };
    let text = serde_saphyr::to_string(&file).map_err(Failure::usage)?;
    files::write(&workspace.path("context.yaml"), text.as_bytes(), Access::Private)?;
    Ok(())
}
