//! A process's memory for people: a bar in proportion, and the rule of each figure.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use ops_core::units::human_bytes;
use tuning::memory::{Figure, Part, ProcessMemory};

use crate::output::style;

/// Cells of the bar; with its ends it fits 80 columns.
const CELLS: usize = 78;

/// The bar, then each figure with its rule.
pub(super) fn draw(title: &str, memory: &ProcessMemory) -> String {
    let figures = memory.figures();
    let (heading, faint) = (style::HEADING, style::FAINT);
    let mut text = format!("{heading}{title}{heading:#}\n\n");
    let parts: Vec<_> = figures.iter().filter(|(part, _)| look(*part).0 != ' ').collect();
    let sizes: Vec<_> = parts.iter().map(|(_, figure)| figure.size.bytes()).collect();
    text.push('[');
    for ((part, _), cells) in parts.iter().zip(shares(&sizes)) {
        let (letter, style) = look(*part);
        let _ = write!(text, "{style}{}{style:#}", letter.to_string().repeat(cells));
    }
    text.push_str("]\n\n");
    for (part, Figure { size, origin }) in figures {
        let (letter, style) = look(part);
        let bytes = size.bytes();
        let _ = writeln!(
            text,
            "{style}{letter}{style:#} {:<21} {:>11} {bytes:>20} bytes",
            part.to_string(),
            human_bytes(bytes)
        );
        for line in wrap(&origin.to_string(), 74) {
            let _ = writeln!(text, "    {faint}{line}{faint:#}");
        }
    }
    let _ = writeln!(text, "\nJVM arguments");
    for argument in memory.jvm_args().split(' ') {
        let _ = writeln!(text, "    {argument}");
    }
    text
}

/// A part's letter and colour; a blank for the totals, which are no part of the bar.
fn look(part: Part) -> (char, Style) {
    let (letter, color) = match part {
        Part::FrameworkHeap => ('F', AnsiColor::Cyan),
        Part::TaskHeap | Part::Heap => ('H', AnsiColor::Blue),
        Part::Managed => ('M', AnsiColor::Green),
        Part::FrameworkOffHeap => ('f', AnsiColor::Cyan),
        Part::TaskOffHeap | Part::OffHeap => ('d', AnsiColor::Magenta),
        Part::Network => ('N', AnsiColor::Yellow),
        Part::JvmMetaspace => ('C', AnsiColor::Red),
        Part::JvmOverhead => ('O', AnsiColor::BrightBlack),
        _ => return (' ', Style::new()),
    };
    (letter, color.on_default())
}

/// The cells of each part: in proportion, at least one for what is there at all; the largest part pays for that.
fn shares(sizes: &[u64]) -> Vec<usize> {
    let total: u128 = sizes.iter().map(|size| u128::from(*size)).sum();
    let share = |size: u64| match u128::from(size) * CELLS as u128 / total.max(1) {
        0 => usize::from(size > 0),
        cells => cells as usize,
    };
    let mut shares: Vec<usize> = sizes.iter().copied().map(share).collect();
    let used: usize = shares.iter().sum();
    if let Some(largest) = shares.iter_mut().max() {
        *largest = (*largest + CELLS).saturating_sub(used);
    }
    shares
}

/// Lines of at most `width` characters, broken at blanks.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use tuning::memory::{Process, derive};
    use tuning::settings::Settings;

    use super::*;

    fn drawn(process: Process, key: &str, value: &str) -> String {
        let settings = Settings::empty("1.20".parse().unwrap()).with(key, value);
        let text = draw("title", &derive(process, &settings).unwrap());
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn pictures_fit_eighty_columns() {
        let task_manager = drawn(Process::TaskManager, "taskmanager.memory.process.size", "16384m");
        let job_manager = drawn(Process::JobManager, "jobmanager.memory.process.size", "4096m");
        for text in [&task_manager, &job_manager] {
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        }
        insta::assert_snapshot!("task_manager", task_manager);
        insta::assert_snapshot!("job_manager", job_manager);
    }

    #[test]
    fn every_part_has_a_cell_and_the_bar_is_full() {
        for sizes in [vec![1, 1, 1 << 60], vec![0, 5, 5], vec![7], vec![1; 8], vec![u64::MAX / 2; 2]] {
            let shares = shares(&sizes);
            assert_eq!(shares.iter().sum::<usize>(), CELLS, "{sizes:?}");
            for (size, cells) in sizes.iter().zip(shares) {
                assert_eq!(*size > 0, cells > 0, "{sizes:?}");
            }
        }
    }
}
