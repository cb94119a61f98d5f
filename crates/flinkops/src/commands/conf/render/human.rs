//! For people: each finding with the line it is about, a caret, and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use conf_lint::{Edit, Files, Finding, Report, Severity};
use ops_core::conf::is_sensitive;

use super::source::Sources;
use crate::output::style;

/// The findings in what was linted, with the lines that they are about, and a summary.
pub(crate) fn human(report: &Report, linted: &[Files]) -> String {
    with_sources(report, Sources::of(linted))
}

/// The findings of files that are not on the disk as they were looked at.
pub(crate) fn human_of<'a>(
    report: &Report,
    files: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> String {
    let mut sources = Sources::default();
    for (file, shown) in files {
        sources.insert(file.to_owned(), shown.to_vec());
    }
    with_sources(report, sources)
}

fn with_sources(report: &Report, mut sources: Sources<'_>) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&one(finding, &mut sources, &renderer));
        text.push_str("\n\n");
    }
    let summary = report.summary();
    if report.findings.is_empty() {
        let good = style::GOOD;
        return format!("{good}nothing found{good:#}\n");
    }
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    text.push_str(&format!(
        "{}, {}, {}\n",
        count(summary.errors, "error"),
        count(summary.warnings, "warning"),
        count(summary.infos, "note")
    ));
    text
}

fn one(finding: &Finding, sources: &mut Sources<'_>, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code);
    let line = sources.line(&finding.file, finding.line).unwrap_or_default().to_owned();
    let (start, end) = span(&line, finding.column);
    let snippet = Snippet::source(line.as_str())
        .line_start(finding.line)
        .path(finding.file.as_str())
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut group: Group<'_> = title.element(snippet);
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(finding.help.as_str()));
    }
    if let Some(fix) = &finding.fix {
        let edits: Vec<_> = fix.edits.iter().map(edit).collect();
        let safety = if fix.safe { "--fix" } else { "--fix --unsafe-fixes; it changes what Flink does" };
        group = group.element(Level::NOTE.message(format!("{} ({safety})", edits.join(", "))));
    }
    renderer.render(&[group])
}

fn edit(edit: &Edit) -> String {
    match edit {
        Edit::Set { key, .. } | Edit::Append { key, .. } if is_sensitive(key) => format!("set `{key}`"),
        edit => edit.to_string(),
    }
}

/// The word at a column, as bytes of the line: a key up to its colon, a value up to its end.
fn span(line: &str, column: usize) -> (usize, usize) {
    let start = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let rest = &line[start..];
    let word = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    let word = rest[..word].trim_end_matches(':');
    // At the end of a line, or on an empty one, there is nothing to underline.
    (start, start + word.len().max(usize::from(!rest.is_empty())))
}
