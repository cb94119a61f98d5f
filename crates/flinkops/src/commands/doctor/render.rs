//! The findings for people.

use std::fmt::Write as _;

use recovery::doctor::{Finding, Severity};

use super::command::Report;
use crate::output::{printable, style, terminal_width};

/// How much is told of findings that are worth knowing only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// A line each.
    Short,
    /// Everything.
    Whole,
}

pub(super) fn human(report: &Report, detail: Detail) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let whole = finding.severity > Severity::Info || detail == Detail::Whole;
        heading(&mut text, finding);
        if whole {
            body(&mut text, finding);
        }
    }
    let faint = style::FAINT;
    for gap in &report.gaps {
        let _ = writeln!(text, "{faint}not known: {}{faint:#}", printable(gap));
    }
    let good = style::GOOD;
    let worst = report.findings.iter().map(|finding| finding.severity).max();
    if worst.is_none_or(|worst| worst == Severity::Info) {
        let _ = writeln!(text, "{good}nothing is wrong{good:#} as far as can be seen");
    }
    let summary = &report.summary;
    let _ = writeln!(
        text,
        "{}, {}, {}; {} to the cluster",
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        counted(summary.infos, "note"),
        counted(report.requests as usize, "request")
    );
    text
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn heading(text: &mut String, finding: &Finding) {
    let colour = match finding.severity {
        Severity::Error => style::ERROR,
        Severity::Warning => style::WARNING,
        Severity::Info => style::INFO,
    };
    let (heading, faint) = (style::HEADING, style::FAINT);
    let job = finding.job.as_ref().map_or_else(String::new, |job| format!("{}: ", printable(&job.name)));
    let _ = writeln!(
        text,
        "{colour}{}{colour:#} {} {heading}{job}{}{heading:#} {faint}({}, {}){faint:#}",
        finding.severity,
        finding.code,
        printable(&finding.message),
        finding.name,
        finding.confidence
    );
}

fn body(text: &mut String, finding: &Finding) {
    let help = style::HELP;
    if let Some(subject) = &finding.subject {
        line(text, "where", subject);
    }
    for (number, evidence) in finding.evidence.iter().enumerate() {
        line(text, if number == 0 { "seen" } else { "" }, evidence);
    }
    line(text, "why", &finding.cause);
    for (number, next) in (1..).zip(&finding.next) {
        line(text, if number == 1 { "then" } else { "" }, &format!("{number}. {}", next.what));
        if let Some(command) = &next.command {
            let _ = writeln!(text, "            {help}{}{help:#}", printable(command));
        }
    }
    text.push('\n');
}

/// A line with its label; what does not fit stands below it. Commands are not broken: they are copied.
fn line(text: &mut String, label: &str, said: &str) {
    const INDENT: usize = 9;
    let room = terminal_width().map_or(usize::MAX, |width| usize::from(width).saturating_sub(INDENT).max(20));
    let _ = write!(text, "  {label:<6} ");
    let mut used = 0;
    for word in printable(said).split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            let _ = write!(text, "\n{:INDENT$}", "");
            used = 0;
        } else if used > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += length;
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cluster_says_does_not_reach_the_terminal_as_it_is() {
        let mut text = String::new();
        line(&mut text, "seen", "a\x1b[2Jb\rc\u{9b}d");
        assert_eq!(text, "  seen   a [2Jb c d\n");
    }
}
