//! Workflow commands of GitHub Actions.

use std::fmt::Write as _;

use conf_lint::{Report, Severity};

/// One command a finding.
pub(super) fn github(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let help = if finding.help.is_empty() { String::new() } else { format!("\nhelp: {}", finding.help) };
        let _ = writeln!(
            text,
            "::{command} file={},line={},col={},title={}::{}",
            property(&finding.file),
            finding.line,
            finding.column,
            property(finding.code),
            data(&format!("{}{help}", finding.message))
        );
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
