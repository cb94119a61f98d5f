//! Printing results: tables for people, JSON and YAML for programs.

use std::io::{self, IsTerminal as _, Write as _};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use serde::Serialize;

use crate::cli::{Format, Global};

/// The few styles in use.
pub(crate) mod style {
    use anstyle::{AnsiColor, Style};

    pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
    pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    pub(crate) const INFO: Style = AnsiColor::Blue.on_default().bold();
    pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
    pub(crate) const HELP: Style = AnsiColor::Cyan.on_default();
    pub(crate) const FAINT: Style = Style::new().dimmed();
    pub(crate) const HEADING: Style = Style::new().bold();
}

/// Where results go, and in which form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Format,
    verbosity: Verbosity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        let verbosity = match (global.quiet, global.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        };
        Self { format: global.output, verbosity }
    }

    /// Whether results are for people.
    pub(crate) fn is_human(&self) -> bool {
        self.format == Format::Table
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    /// Whether progress may be drawn: a person is watching and did not ask for silence.
    pub(crate) fn draws_progress(&self) -> bool {
        !self.is_quiet() && io::stderr().is_terminal()
    }

    /// Whether standard output takes colours: it is a terminal, and nobody has forbidden them.
    pub(crate) fn draws_colour() -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Prints a result: `human` renders the table form, the value itself the others.
    pub(crate) fn result<T: Serialize>(&self, value: &T, human: impl FnOnce(&T) -> String) -> io::Result<()> {
        let text = match self.format {
            Format::Table => human(value),
            Format::Json => serde_json::to_string_pretty(value).map_err(io::Error::other)? + "\n",
            Format::Yaml => serde_saphyr::to_string(value).map_err(io::Error::other)?,
        };
        self.text(&text)
    }

    /// Says on standard error what should be looked after, though the command goes on.
    pub(crate) fn warning(&self, message: impl std::fmt::Display) {
        if !self.is_quiet() {
            let warning = style::WARNING;
            anstream::eprintln!("{warning}warning:{warning:#} {message}");
        }
    }

    /// Prints text in place of what is on the terminal; elsewhere after what is there.
    pub(crate) fn redraw(&self, text: &str) -> io::Result<()> {
        const CLEARED: &str = "\x1b[H\x1b[2J";
        let before = if io::stdout().is_terminal() { CLEARED } else { "" };
        self.text(&format!("{before}{text}"))
    }

    /// Prints text as it stands.
    pub(crate) fn text(&self, text: &str) -> io::Result<()> {
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }
}

/// A borderless table that fits the terminal; every row ends with a newline. Elsewhere, rows are as long as they are.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    fitting(header, rows, terminal_width())
}

/// What others have written, as it may stand in a line on a terminal: what would move its cursor or colour it is a blank.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The width of the terminal that results go to; `None` where they go elsewhere.
pub(crate) fn terminal_width() -> Option<u16> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    rustix::termios::tcgetwinsize(stdout).ok().map(|size| size.ws_col).filter(|width| *width > 0)
}

/// The longest word that a narrow table does not break: an id.
const UNBROKEN: usize = 32;

fn fitting<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    width: Option<u16>,
) -> String {
    let mut table = Table::new();
    let mut longest = header.map(word_length);
    let rows: Vec<[String; N]> = rows.into_iter().collect();
    for row in &rows {
        for (longest, cell) in longest.iter_mut().zip(row) {
            *longest = (*longest).max(word_length(cell));
        }
    }
    if let Some(width) = width {
        table.set_width(width);
    }
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for (column, longest) in table.column_iter_mut().zip(longest) {
        column.set_padding((0, 2));
        let least = u16::try_from(longest.min(UNBROKEN) + 2).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The characters of a text's longest word.
fn word_length(text: &str) -> usize {
    text.split(' ').map(|word| word.chars().count()).max().unwrap_or(0)
}

/// A moment for people, from RFC 3339 to the second: `2026-01-02 03:04:05`.
pub(crate) fn human_time(moment: &str) -> String {
    moment.get(.."2026-01-02T03:04:05".len()).unwrap_or(moment).replace('T', " ")
}

/// A time span for people: `1.2 s`, `340 ms`, `3 min 5 s`, `2 d 4 h`.
pub(crate) fn human_duration(span: std::time::Duration) -> String {
    let millis = span.as_millis();
    let seconds = span.as_secs();
    match seconds {
        0 => format!("{millis} ms"),
        1..60 => format!("{:.1} s", span.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn spans_are_short() {
        for (millis, expected) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1250, "1.2 s"),
            (61_000, "1 min 1 s"),
            (3_660_000, "1 h 1 min"),
            (90_000_000, "1 d 1 h"),
        ] {
            assert_eq!(human_duration(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn a_narrow_table_wraps_texts_and_leaves_ids_whole() {
        let id = "b6ae4c97c5f69a17c3678675af5570f5";
        let row = || [[id.to_owned(), "a long name that has many words in it, and then some".to_owned()]];
        let wide = fitting(["ID", "NAME"], row(), None);
        assert_eq!(wide.lines().count(), 2, "{wide}");
        let narrow = fitting(["ID", "NAME"], row(), Some(60));
        assert!(
            narrow.lines().count() > 2 && narrow.lines().all(|line| line.chars().count() <= 60),
            "{narrow}"
        );
        assert!(narrow.contains(id), "{narrow}");
    }

    #[test]
    fn tables_have_no_trailing_blanks() {
        let text =
            table(["ID", "NAME"], [["1".to_owned(), "a".to_owned()], ["22".to_owned(), String::new()]]);
        assert_eq!(text, "ID  NAME\n1   a\n22\n");
    }
}
