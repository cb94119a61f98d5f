//! The log of a Flink process: which exceptions stand in it, and where.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ops_core::conf::shown_line;
use ops_core::ids::JobId;
use serde::{Deserialize, Serialize};

use crate::doctor::throwable::shortened;

/// What is read of the end of a log, in bytes.
const READ: usize = 16 << 20;

/// The newest exceptions that are kept of a log.
const KEPT: usize = 200;

/// Lines that are kept of one exception.
const LINES: usize = 80;

/// Before the newest entry of a log, in milliseconds: what is older is history.
const RECENT: i64 = 3_600_000;

/// What a log has of exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Log {
    /// Its file, or the process that was asked for it.
    pub name: String,
    /// The exceptions, oldest first.
    pub entries: Vec<LogEntry>,
}

/// An exception in a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogEntry {
    /// The line, from 1, of what was read.
    pub line: usize,
    /// When, in milliseconds since 1970; 0 where the line does not say.
    pub at: i64,
    /// What was logged.
    pub message: String,
    /// The stack trace that follows it.
    pub stack: String,
}

impl Log {
    /// Without what is about other jobs only.
    #[must_use]
    pub fn about(mut self, job: JobId) -> Self {
        self.entries.retain(|entry| entry.ids().next().is_none() || entry.ids().any(|id| id == job));
        self
    }
}

impl LogEntry {
    /// What may be ids of jobs in it.
    pub(in crate::doctor) fn ids(&self) -> impl Iterator<Item = JobId> {
        let texts = [self.message.as_str(), self.stack.as_str()];
        let apart = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        texts.into_iter().flat_map(move |text| text.split(apart)).filter_map(|word| match word.len() {
            32 => word.parse().ok(),
            _ => None,
        })
    }
}

/// Reads a log. Secrets in it are hidden; times without an offset are read in this zone.
pub fn read_log(name: &str, bytes: &[u8], zone: &TimeZone) -> Log {
    let start = bytes.len().saturating_sub(READ);
    let skipped = bytes[..start].iter().filter(|byte| **byte == b'\n').count();
    let text = String::from_utf8_lossy(&bytes[start..]);
    let mut entries: Vec<LogEntry> = Vec::new();
    let mut current: Option<LogEntry> = None;
    let mut lines_kept = 0;
    let mut newest = 0;
    for (number, line) in text.lines().enumerate() {
        let line_number = skipped + number + 1;
        if let Some(at) = time_of(line, zone) {
            newest = newest.max(at);
            keep(&mut entries, current.take());
            let message = shown_line(&shortened(line, 400));
            current = Some(LogEntry { line: line_number, at, message, stack: String::new() });
            lines_kept = 0;
        } else if is_thrown(line) && current.is_none() {
            // A JVM that dies writes to its standard output, without times.
            let message = shown_line(&shortened(line, 400));
            current = Some(LogEntry { line: line_number, at: 0, stack: format!("{message}\n"), message });
            lines_kept = 1;
        } else if let Some(entry) = current.as_mut().filter(|_| lines_kept < LINES) {
            entry.stack.push_str(&shown_line(&shortened(line, 600)));
            entry.stack.push('\n');
            lines_kept += 1;
        }
    }
    keep(&mut entries, current);
    entries.retain(|entry| entry.at == 0 || entry.at + RECENT >= newest);
    let first = entries.len().saturating_sub(KEPT);
    Log { name: name.to_owned(), entries: entries.split_off(first) }
}

/// Keeps an entry that has an exception in it.
fn keep(entries: &mut Vec<LogEntry>, entry: Option<LogEntry>) {
    let Some(mut entry) = entry else { return };
    let first = entry.stack.lines().next().unwrap_or_default();
    if is_thrown(first) {
        entries.push(entry);
        return;
    }
    // An exception in the message itself: `… - Fatal error: a.B: c`.
    let thrown = [" ERROR ", " FATAL ", " WARN "].iter().any(|level| entry.message.contains(level));
    if thrown && entry.message.contains("Exception") || entry.message.contains("OutOfMemoryError") {
        let (_, message) = entry.message.split_once(" - ").unwrap_or(("", &entry.message));
        entry.stack = format!("{message}\n{}", entry.stack);
        entries.push(entry);
    }
}

/// A line such as `a.b.CException: why`.
fn is_thrown(line: &str) -> bool {
    let class = line.split(':').next().unwrap_or_default();
    let kinds = ["Exception", "Error", "Throwable"];
    let named = kinds.iter().any(|kind| class.ends_with(kind)) || class.contains("Exception$");
    named && class.contains('.') && !class.contains(' ')
        || line.starts_with("Exception in thread ")
        || line.starts_with("java.lang.OutOfMemoryError")
}

/// The time at the beginning of a line, `2026-11-27 10:00:00,123`.
fn time_of(line: &str, zone: &TimeZone) -> Option<i64> {
    let head = line.get(..19)?;
    let millis: i64 = line.get(20..23).and_then(|millis| millis.parse().ok()).unwrap_or(0);
    let head = head.replace(' ', "T");
    if !head.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let at: DateTime = head.parse().ok()?;
    let at = zone.to_ambiguous_timestamp(at).compatible().ok()?;
    Some(at.as_millisecond() + millis)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn exceptions_are_found_with_their_lines() {
        let text = "2026-11-27 10:00:00,001 INFO  A - starting, ssl.key-password: hunter2\n\
                    2026-11-27 10:00:01,002 WARN  Task - map (1/2) switched from RUNNING to FAILED with failure cause:\n\
                    java.lang.IllegalStateException: password=hunter2\n\
                    \tat x.Y.z(Y.java:1)\n\
                    Caused by: java.io.IOException: No space left on device\n\
                    2026-11-27 10:00:02,003 ERROR B - Fatal: java.lang.OutOfMemoryError: Metaspace\n";
        let log = read_log("tm.log", text.as_bytes(), &TimeZone::UTC);
        assert_eq!(log.entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 6]);
        assert!(log.entries[0].stack.contains("No space left on device"));
        assert!(!format!("{log:?}").contains("hunter2"));
        assert_eq!(log.entries[1].stack.lines().next(), Some("Fatal: java.lang.OutOfMemoryError: Metaspace"));
        assert_eq!(log.entries[0].at, 1_795_773_601_002);
    }

    #[test]
    fn what_is_long_ago_is_left_out() {
        let entry = |time: &str| format!("2026-11-27 {time},000 ERROR A - no\na.BException: no\n");
        let text = format!("{}{}", entry("08:00:00"), entry("10:00:00"));
        assert_eq!(read_log("a", text.as_bytes(), &TimeZone::UTC).entries.len(), 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_log(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
            read_log("a", &bytes, &TimeZone::UTC);
        }

        #[test]
        fn any_lines_are_a_log(text in "(2026-11-27 10:00:00,1|a\\.BException: |é| ERROR |\n|\tat ){0,80}") {
            read_log("a", text.as_bytes(), &TimeZone::UTC);
        }
    }
}
