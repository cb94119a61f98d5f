//! JUnit's XML: a suite for each file, a failed case for each finding, and one passed case where there is none.

use std::fmt::Write as _;

use conf_lint::{Finding, Report, Severity};

/// The whole file. Remarks are passed cases with their text in `system-out`.
pub(super) fn junit(report: &Report) -> String {
    let failures = report.findings.iter().filter(|finding| fails(finding)).count();
    let tests = report.findings.len().max(1);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuites name=\"flinkops conf lint\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    );
    if report.findings.is_empty() {
        text.push_str("  <testsuite name=\"flinkops conf lint\" tests=\"1\" failures=\"0\" errors=\"0\">\n");
        text.push_str("    <testcase classname=\"conf\" name=\"nothing found\"/>\n  </testsuite>\n");
    }
    for suite in report.findings.chunk_by(|a, b| a.file == b.file) {
        let failures = suite.iter().filter(|finding| fails(finding)).count();
        let file = escaped(&suite[0].file);
        let _ = writeln!(
            text,
            "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
            suite.len()
        );
        for finding in suite {
            case(finding, &mut text);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn fails(finding: &Finding) -> bool {
    finding.severity > Severity::Info
}

fn case(finding: &Finding, text: &mut String) {
    let place = format!("{}:{}:{}", finding.file, finding.line, finding.column);
    let name = format!("{} line {}", finding.key.as_deref().unwrap_or("file"), finding.line);
    let body = escaped(&format!("{place}: {}\nhelp: {}", finding.message, finding.help));
    let _ = writeln!(text, "    <testcase classname=\"{}\" name=\"{}\">", finding.code, escaped(&name));
    if fails(finding) {
        let _ = writeln!(
            text,
            "      <failure type=\"{}\" message=\"{}\">{body}</failure>",
            finding.severity,
            escaped(&finding.message)
        );
    } else {
        let _ = writeln!(text, "      <system-out>{body}</system-out>");
    }
    text.push_str("    </testcase>\n");
}

/// Characters that XML 1.0 cannot hold become `?`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}
