//! `flinkops jar inspect FILE`: what is in a jar, before a cluster says it in a stack trace.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use jobs::Inspection;
use ops_core::version::FlinkVersion;
use serde::Serialize;

use crate::cli::ClusterOptions;
use crate::commands::runtime;
use crate::connection;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

/// Classes that a message names.
const NAMED: usize = 3;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops jar inspect orders.jar
  flinkops jar inspect orders.jar --java 11 --flink-home /opt/flink
  flinkops jar inspect orders.jar --url http://jm-1:8081     # its Java and its Flink

Exit code 1 says that something in it will make trouble.")]
pub(crate) struct Options {
    /// The jar.
    #[arg(value_name = "FILE")]
    jar: PathBuf,
    /// The Java release that the cluster runs on.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(8..))]
    java: Option<u16>,
    /// A Flink home, to find classes that its distribution has as well.
    #[arg(long, value_name = "DIR")]
    flink_home: Option<PathBuf>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Inspected {
    entry_class: Option<String>,
    classes: usize,
    /// The newest Java that one of its classes needs.
    java: Option<u16>,
    /// Artifacts of Flink that are packed into it, with their versions.
    flink_artifacts: BTreeMap<String, String>,
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    message: String,
    help: String,
}

/// What the jar is to run on.
#[derive(Debug, Default)]
struct Cluster {
    java: Option<u16>,
    flink: Option<FlinkVersion>,
}

pub(crate) fn run(options: &Options, named: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let inspection = jobs::inspect(&options.jar, options.flink_home.as_deref())?;
    let mut cluster =
        if named.url.is_some() || named.context.is_some() { ask(named)? } else { Cluster::default() };
    cluster.java = options.java.or(cluster.java);
    let findings = findings(&inspection, &cluster);
    let code = if findings.is_empty() { exit::DONE } else { exit::FINDINGS };
    let inspected = Inspected {
        entry_class: inspection.entry_class,
        classes: inspection.classes,
        java: inspection.java.map(|(release, _)| release),
        flink_artifacts: inspection.artifacts,
        findings,
    };
    output.result(&inspected, human)?;
    Ok(code)
}

/// A cluster that was named is asked what it runs on.
fn ask(named: &ClusterOptions) -> Result<Cluster, Failure> {
    let client = connection::client(named)?;
    runtime()?.block_on(async {
        let (environment, flink) = tokio::try_join!(client.jobmanager_environment(), client.version())?;
        Ok(Cluster { java: environment.jvm.release(), flink: Some(flink) })
    })
}

fn findings(jar: &Inspection, cluster: &Cluster) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |message: String, help: &str| findings.push(Finding { message, help: help.to_owned() });
    if let Some(class) = jar.entry_class.as_ref().filter(|_| !jar.entry_class_is_there) {
        find(
            format!("the manifest names {class}, which is not in the jar"),
            "name the class that has the main method, or pack it",
        );
    }
    let other_line = |version: &str| {
        let runs = cluster.flink?;
        let line = version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        (line != runs.line()).then_some(runs)
    };
    let others = jar
        .artifacts
        .iter()
        .filter_map(|(artifact, version)| Some((artifact, version, other_line(version)?)));
    // A connector has versions of its own; those that Flink has the same for tell what it was built against.
    for (artifact, version, runs) in others.filter(|(_, version, _)| !version.contains('-')) {
        find(
            format!("it packs {artifact} {version}, and the cluster runs Flink {runs}"),
            "build it against the cluster's line of Flink",
        );
    }
    if let (Some(runs), Some((needs, class))) = (cluster.java, &jar.java)
        && needs > &runs
    {
        find(
            format!("{class} is compiled for Java {needs}, and the cluster runs on Java {runs}"),
            &format!("compile with --release {runs}, or start the cluster with Java {needs}"),
        );
    }
    let bundled: usize = jar.bundled.values().sum();
    if bundled > 0 {
        let packages: Vec<&str> = jar.bundled.keys().take(NAMED).map(String::as_str).collect();
        find(
            format!("it packs {} of Flink itself ({})", classes(bundled), packages.join(", ")),
            "give Flink's own artifacts the scope `provided` (Maven) or `compileOnly` (Gradle): the cluster has them",
        );
    }
    let others: Vec<&str> = jar
        .duplicates
        .iter()
        .filter(|class| !jar.bundled.keys().any(|package| class.starts_with(package.as_str())))
        .map(String::as_str)
        .collect();
    if !others.is_empty() {
        let named: Vec<&str> = others.iter().take(NAMED).copied().collect();
        let more = if others.len() > NAMED { ", …" } else { "" };
        find(
            format!("it shares {} with the distribution ({}{more})", classes(others.len()), named.join(", ")),
            "leave them out, or relocate their packages: which of the two is loaded depends on classloader.resolve-order",
        );
    }
    findings
}

fn classes(count: usize) -> String {
    if count == 1 { "1 class".to_owned() } else { format!("{count} classes") }
}

fn human(inspected: &Inspected) -> String {
    let mut text = String::new();
    let none = "none: `job submit` needs --class";
    let _ = writeln!(text, "entry class  {}", inspected.entry_class.as_deref().unwrap_or(none));
    let _ = writeln!(text, "classes      {}", inspected.classes);
    if let Some(java) = inspected.java {
        let _ = writeln!(text, "needs Java   {java}");
    }
    for (artifact, version) in &inspected.flink_artifacts {
        let _ = writeln!(text, "has          {artifact} {version}");
    }
    let (warning, help) = (style::WARNING, style::HELP);
    for finding in &inspected.findings {
        let _ = writeln!(text, "{warning}warning:{warning:#} {}", finding.message);
        let _ = writeln!(text, "  {help}help:{help:#} {}", finding.help);
    }
    text
}
