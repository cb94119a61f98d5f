//! Before anything runs: reading, checking, issuing, wiring.

use std::path::PathBuf;

use conf_lint::{Context as LintContext, Edit, Finding, FixLevel};
use ops_core::conf::ConfDocument;
use ops_core::files::{self, Access};
use ops_core::spec::ClusterSpec;
use ops_core::version::FlinkVersion;
use pki::key::KeyKind;
use secure_conf::ssl;

use crate::adapters;
use crate::exit;
use crate::failure::Failure;
use crate::quickstart::cluster::{FlinkHome, check_free};
use crate::quickstart::inputs::{self, Inputs};
use crate::quickstart::job_jar;
use crate::quickstart::secured::{self, Secured};
use crate::quickstart::steps::Steps;
use crate::quickstart::workspace::Workspace;
use crate::quickstart::{JobOptions, Options};

/// The cluster to build, settled: what was found, which version it is for, where and with which job it runs.
pub(super) struct Plan {
    pub(super) spec: ClusterSpec,
    spec_text: Option<String>,
    conf: ConfDocument,
    conf_label: PathBuf,
    pub(super) version: FlinkVersion,
    pub(super) home: Option<FlinkHome>,
    pub(super) key_type: KeyKind,
    pub(super) port: Option<u16>,
    pub(super) job: JobOptions,
    pub(super) timeout: std::time::Duration,
}

impl Plan {
    /// One line about the cluster.
    pub(super) fn describe(&self) -> String {
        let count =
            |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        format!(
            "cluster `{}`: {}, {}, {} in all, Flink {}",
            self.spec.name.as_str(),
            count(self.spec.job_managers.hosts.len(), "JobManager"),
            count(self.spec.task_manager_count(), "TaskManager"),
            count(self.spec.slots(), "slot"),
            self.version
        )
    }

    /// Task slots of each TaskManager here: those of the largest group.
    pub(super) fn slots_each(&self) -> u16 {
        self.spec.task_managers.iter().map(|group| group.slots.get()).max().unwrap_or(1)
    }
}

/// What is to be built, out of the options; nothing is written yet.
pub(super) fn plan(options: &Options) -> Result<Plan, Failure> {
    let home = options.flink_home.as_deref().map(FlinkHome::open).transpose()?;
    if home.is_some() {
        FlinkHome::check_java()?;
        if options.job.jar.is_none() {
            job_jar::javac()?;
        }
    }
    if let Some(jar) = options.job.jar.as_deref().filter(|jar| !jar.is_file()) {
        return Err(Failure::usage(format!("the job's jar {} is not there", jar.display())));
    }
    if let Some(port) = options.port {
        check_free(port)?;
    }
    let asked = home.as_ref().map(FlinkHome::version).or(options.flink_version);
    let Inputs { spec, spec_text, conf, conf_label } = match &options.from_conf {
        Some(dir) => inputs::directory(dir, asked)?,
        None => inputs::guide()?,
    };
    Ok(Plan {
        version: asked.unwrap_or(spec.flink_version),
        spec,
        spec_text,
        conf,
        conf_label,
        home,
        key_type: options.key_type,
        port: options.port,
        job: options.job.clone(),
        timeout: options.timeout(),
    })
}

/// Keeps the description beside the results.
pub(super) fn keep_description(plan: &Plan, workspace: &Workspace) -> Result<(), Failure> {
    if let Some(text) = &plan.spec_text {
        files::write(&workspace.path("cluster.yaml"), text.as_bytes(), Access::Private)?;
    }
    Ok(())
}

/// Lists what is wrong with the configuration, and gives the corrected one in the version's own dialect.
pub(super) fn check(plan: &Plan, steps: &mut Steps<'_>) -> Result<(ConfDocument, Vec<Finding>), Failure> {
    steps.begin("check", "checking the configuration");
    let context = LintContext { version: plan.version, file: plan.conf_label.display().to_string() };
    let report = conf_lint::lint(&plan.conf, &context);
    let mut document = plan.conf.clone();
    let mended = mend(&mut document, &context);
    if document.dialect() != plan.version.dialect() {
        document = document.convert(plan.version.dialect())?;
    }
    for (key, value) in &plan.spec.flink {
        document.set(key, value)?;
    }
    let lines: Vec<String> = report.findings.iter().map(one_line).collect();
    let summary = report.summary();
    steps.done(
        format!(
            "{}: {} errors, {} warnings, {} notes; {} mended in a copy",
            plan.conf_label.display(),
            summary.errors,
            summary.warnings,
            summary.infos,
            mended
        ),
        &lines,
    )?;
    Ok((document, report.findings))
}

/// What the next steps put right, in their own way: stores, their passwords, and who reaches the REST API.
const WIRED_LATER: [&str; 5] = ["FC003", "FC004", "FC054", "FC056", "FC072"];

/// One fix may make another possible; chains longer than this do not occur.
const ROUNDS: usize = 16;

/// Applies the other fixes, and says how many.
fn mend(document: &mut ConfDocument, context: &LintContext) -> usize {
    let mut applied = 0;
    for _ in 0..ROUNDS {
        let mut findings = conf_lint::lint(document, context).findings;
        findings.retain(|finding| !WIRED_LATER.contains(&finding.code));
        match conf_lint::apply(document, &findings, FixLevel::Unsafe).len() {
            0 => break,
            done => applied += done,
        }
    }
    applied
}

/// The finding, and what was done about it in the copy.
fn one_line(finding: &Finding) -> String {
    let mut line = format!("{} line {}: {}", finding.code, finding.line, finding.message);
    if WIRED_LATER.contains(&finding.code) {
        return line;
    }
    for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
        line += &match edit {
            Edit::Rename { to, .. } => format!(" -> `{to}`"),
            Edit::CommentOut { .. } => " -> commented out".to_owned(),
            other => format!(" -> {other}"),
        };
    }
    line
}

/// Issues the certificates, wires them in, writes the cluster's configuration, and proves that it will work.
pub(super) fn secure(
    plan: &Plan,
    workspace: &Workspace,
    document: &mut ConfDocument,
    steps: &mut Steps<'_>,
) -> Result<Secured, Failure> {
    steps.begin("issue", "creating the authority and the certificates");
    let secured = secured::issue(workspace, &plan.spec, plan.key_type, adapters::now())?;
    steps.done(secured.describe(), &[])?;

    steps.begin("wire", "wiring TLS into the configuration");
    let changes = secured.wire(document, plan.version, plan.spec.security.rest)?;
    let name = plan.version.dialect().file_name();
    let path = workspace.directory("conf")?.join(name);
    files::write(&path, document.to_text().as_bytes(), Access::Private)?;
    let problems = ssl::check_written(document, plan.version, adapters::now());
    if !problems.is_empty() {
        let list: Vec<_> = problems
            .iter()
            .map(|found| format!("{}: {}; {}", found.key, found.message, found.help))
            .collect();
        return Err(Failure::new(exit::FINDINGS, "Flink would not start with the stores as they are wired")
            .evidence(list.join("\n")));
    }
    steps.done(
        format!("set {} keys in conf/{name}; stores open, chains verify, handshakes succeed", changes.len()),
        &[],
    )?;
    Ok(secured)
}
