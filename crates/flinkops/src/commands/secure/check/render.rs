//! Findings in words.

use std::fmt::Write as _;

use secure_conf::audit::{Finding, Report, Severity};

use crate::output::style;

pub(super) fn human(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        one(&mut text, finding);
    }
    let summary = report.summary();
    let checked = report.checked;
    if report.findings.is_empty() {
        let good = style::GOOD;
        let _ = write!(text, "{good}nothing found{good:#}");
    } else {
        let _ =
            write!(text, "{} errors, {} warnings, {} notes", summary.errors, summary.warnings, summary.infos);
    }
    let plural =
        |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let faint = style::FAINT;
    let _ = writeln!(
        text,
        "{faint} in {}; {} opened, {} tried{faint:#}",
        plural(checked.hosts, "configuration"),
        plural(checked.stores, "store"),
        plural(checked.handshakes, "handshake")
    );
    text
}

fn one(text: &mut String, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Error => style::ERROR,
        Severity::Warning => style::WARNING,
        Severity::Info => style::INFO,
    };
    let (help, faint) = (style::HELP, style::FAINT);
    let _ = writeln!(
        text,
        "{}:{}:{}: {severity}{}[{}]{severity:#} {}",
        finding.file, finding.line, finding.column, finding.severity, finding.code, finding.message
    );
    for line in &finding.evidence {
        let _ = writeln!(text, "  {faint}seen: {line}{faint:#}");
    }
    let _ = writeln!(text, "  {help}help:{help:#} {}", finding.help);
}
