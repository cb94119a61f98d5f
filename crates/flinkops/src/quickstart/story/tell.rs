//! The story from its beginning to its end, and what is reported of it.

use std::path::Path;

use conf_lint::Context as LintContext;

use super::prepare::{self, Plan};
use super::{job, launch};
use crate::failure::Failure;
use crate::quickstart::Options;
use crate::quickstart::cluster::Cluster;
use crate::quickstart::report::{Next, Report, Written};
use crate::quickstart::steps::{Step, Steps};
use crate::quickstart::workspace::{Foreign, Workspace};

/// A finished story.
pub(crate) struct Told {
    report: Report,
}

impl Told {
    /// The report, with the steps that were taken.
    pub(crate) fn report(mut self, steps: Vec<Step>) -> Report {
        self.report.steps = steps;
        self.report
    }
}

/// Tells the whole story. Whatever is started is put into `running`, for the caller to stop if this fails.
pub(crate) async fn tell(
    options: &Options,
    steps: &mut Steps<'_>,
    running: &mut Option<Cluster>,
) -> Result<Told, Failure> {
    steps.begin("read", "reading the cluster");
    let plan = prepare::plan(options)?;
    let foreign = if options.force { Foreign::SetAside } else { Foreign::Refuse };
    let workspace = Workspace::claim(&options.out, foreign)?;
    prepare::keep_description(&plan, &workspace)?;
    steps.done(plan.describe(), &[])?;

    let (mut document, findings) = prepare::check(&plan, steps)?;
    let secured = prepare::secure(&plan, &workspace, &mut document, steps)?;
    let file = plan.version.dialect().file_name();
    let remaining =
        conf_lint::lint(&document, &LintContext { version: plan.version, file: file.to_owned() }).findings;

    let launched = launch::launch(&plan, &workspace, &document, &secured, steps, running).await?;
    let Some(cluster) = running.as_mut() else { return Err(Failure::usage("the cluster did not start")) };
    let job = job::run(&plan, &launched, cluster, steps).await?;

    steps.begin("end", "stopping the cluster");
    if let Some(cluster) = running.take() {
        cluster.stop().await;
    }
    steps.done("stopped the cluster; no process is left", &[])?;

    Ok(Told {
        report: Report {
            cluster: plan.spec.name.as_str().to_owned(),
            flink_version: plan.version.to_string(),
            mode: if plan.home.is_some() { "flink-home" } else { "mock-flink" },
            directory: workspace.root().to_owned(),
            set_aside: workspace.moved_to().map(Path::to_owned),
            written: written(&workspace),
            findings,
            remaining,
            local_overrides: launched.overrides,
            url: launched.url,
            jobs: job.jobs,
            savepoints: job.savepoints,
            restarts: job.restarts,
            steps: Vec::new(),
            next: next(&plan, &workspace),
        },
    })
}

fn written(workspace: &Workspace) -> Vec<Written> {
    [
        ("cluster.yaml", "the description of the cluster"),
        ("conf", "the corrected and secured Flink configuration"),
        ("pki", "the certificate authority; its key is encrypted"),
        ("stores", "keystores, truststores and their passwords"),
        ("run", "what ran: configuration, logs, checkpoints, savepoints"),
        ("context.yaml", "how flinkops reaches the cluster of run/"),
    ]
    .into_iter()
    .map(|(name, what)| Written { path: workspace.path(name), what })
    .filter(|written| written.path.exists())
    .collect()
}

fn next(plan: &Plan, workspace: &Workspace) -> Vec<Next> {
    let root = workspace.root().display();
    let lint = Next {
        command: format!("flinkops conf lint {root}/conf --flink-version {}", plan.version),
        why: "what is still to be said about the corrected configuration",
    };
    let own = Next {
        command: "flinkops quickstart --from-conf /opt/flink/conf".to_owned(),
        why: "the same for your own configuration; it is read, never changed",
    };
    match &plan.home {
        None => vec![
            lint,
            own,
            Next {
                command: "flinkops quickstart --flink-home /opt/flink".to_owned(),
                why: "the same on a real Flink",
            },
        ],
        Some(home) => vec![
            Next {
                command: format!(
                    "FLINK_CONF_DIR={root}/run/conf {}/bin/start-cluster.sh",
                    home.root().display()
                ),
                why: "start the cluster again; bin/stop-cluster.sh stops it",
            },
            Next {
                command: format!("FLINKOPS_CONFIG={root}/context.yaml flinkops job list"),
                why: "talk to it over mutual TLS",
            },
            lint,
        ],
    }
}
