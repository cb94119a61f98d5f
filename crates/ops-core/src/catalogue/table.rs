//! The lines of `options.tsv`: finding them by key without parsing the rest, and the index of former names.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use foldhash::{HashMap, HashMapExt};

use crate::version::FlinkVersion;

const TEXT: &str = include_str!("options.tsv");

/// The release lines, in the spelling of the file and the order of [`FlinkVersion::KNOWN`].
const LINES: [&str; FlinkVersion::KNOWN.len()] = ["1.18", "1.19", "1.20", "2.0", "2.1", "2.2", "2.3"];

/// The release lines in which something holds, as positions in [`FlinkVersion::KNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VersionSet(u8);

impl VersionSet {
    pub(super) fn contains(self, position: usize) -> bool {
        self.0 & (1 << position) != 0
    }

    fn parse(text: &str) -> Option<Self> {
        let position = |line: &str| LINES.iter().position(|known| *known == line);
        let mut bits = 0;
        for range in text.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            for held in position(first)?..=position(last)? {
                bits |= 1 << held;
            }
        }
        Some(Self(bits))
    }
}

/// One line: what a run of versions says about one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) key: &'static str,
    pub(super) versions: VersionSet,
    pub(super) kind: &'static str,
    pub(super) default: Option<&'static str>,
    pub(super) deprecated: bool,
    deprecated_keys: &'static str,
    fallback_keys: &'static str,
}

impl Row {
    pub(super) fn deprecated_keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.deprecated_keys.split_terminator(',')
    }

    /// Former names, then fallbacks.
    pub(super) fn other_keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.deprecated_keys().chain(self.fallback_keys())
    }

    pub(super) fn has_other_keys(&self) -> bool {
        !(self.deprecated_keys.is_empty() && self.fallback_keys.is_empty())
    }

    pub(super) fn fallback_keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.fallback_keys.split_terminator(',')
    }

    fn parse(line: &'static str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let mut columns = line.split('\t');
        let mut row = Self {
            key: columns.next()?,
            versions: VersionSet::parse(columns.next()?)?,
            kind: columns.next()?,
            default: None,
            deprecated: false,
            deprecated_keys: "",
            fallback_keys: "",
        };
        for column in columns {
            if let Some(default) = column.strip_prefix('=') {
                row.default = Some(default);
            } else if let Some(keys) = column.strip_prefix("deprecated-keys:") {
                row.deprecated_keys = keys;
            } else if let Some(keys) = column.strip_prefix("fallback-keys:") {
                row.fallback_keys = keys;
            } else if column == "deprecated" {
                row.deprecated = true;
            } else {
                return None;
            }
        }
        Some(row)
    }
}

/// Everything parsed, for those who ask for much.
struct Table {
    rows: Vec<Row>,
    /// Where the rows of a key are.
    of_key: HashMap<&'static str, Range<usize>>,
}

static TABLE: OnceLock<Table> = OnceLock::new();

/// Keys that are looked up one by one. Whoever asks for more is better served by the parsed table, which takes as long as
/// about so many.
const FEW: u32 = 200;

/// Every row, in the order of the keys. Parsed on first use.
pub(super) fn rows() -> &'static [Row] {
    &parsed().rows
}

fn parsed() -> &'static Table {
    TABLE.get_or_init(|| {
        let rows: Vec<Row> = TEXT.lines().filter_map(Row::parse).collect();
        let mut of_key = HashMap::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            of_key.entry(row.key).or_insert(index..index).end += 1;
        }
        Table { rows, of_key }
    })
}

/// What the release line at a position of [`FlinkVersion::KNOWN`] says about a key.
pub(super) fn row_of(key: &str, position: usize) -> Option<Cow<'static, Row>> {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let holds = |row: &Row| row.versions.contains(position);
    if TABLE.get().is_some() || ASKED.fetch_add(1, Ordering::Relaxed) >= FEW {
        rows_of_table(key).iter().find(|row| holds(row)).map(Cow::Borrowed)
    } else {
        rows_of_text(key).find(holds).map(Cow::Owned)
    }
}

fn rows_of_table(key: &str) -> &'static [Row] {
    let Table { rows, of_key } = parsed();
    of_key.get(key).map_or(&[], |range| &rows[range.clone()])
}

/// A binary search over the bytes of the file; nothing else is parsed.
fn rows_of_text(key: &str) -> impl Iterator<Item = Row> {
    let (mut low, mut high) = (0, TEXT.len());
    while low < high {
        let start = TEXT[..low + (high - low) / 2].rfind('\n').map_or(0, |newline| newline + 1).max(low);
        let end = TEXT[start..].find('\n').map_or(TEXT.len(), |newline| start + newline + 1);
        if key_of(&TEXT[start..end]) < key {
            low = end;
        } else {
            high = start;
        }
    }
    TEXT[low..].lines().take_while(move |line| key_of(line) == key).filter_map(Row::parse)
}

fn key_of(line: &str) -> &str {
    line.split_once('\t').map_or(line, |(key, _)| key)
}

/// The rows whose key has a part of the user's (`flink.hadoop.<key>`). Found on first use.
pub(super) fn templates() -> &'static [Row] {
    static TEMPLATES: OnceLock<Vec<Row>> = OnceLock::new();
    // A key that is nothing but a placeholder would fit everything.
    TEMPLATES.get_or_init(|| {
        rows().iter().filter(|row| row.key.contains('<') && row.key.contains('.')).copied().collect()
    })
}

/// How a former or additional name is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AliasKind {
    /// A former name: Flink reads it with a warning.
    Deprecated,
    /// Another option whose value is taken where this one is not set.
    Fallback,
}

/// A name under which an option is read besides its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alias {
    pub(super) name: &'static str,
    pub(super) kind: AliasKind,
    pub(super) row: &'static Row,
}

/// Every alias of every version, by name; deprecated ones before fallbacks. Built on first use.
pub(super) fn aliases() -> &'static [Alias] {
    static ALIASES: OnceLock<Vec<Alias>> = OnceLock::new();
    ALIASES.get_or_init(|| {
        let mut aliases = Vec::new();
        for row in rows() {
            let deprecated = row.deprecated_keys().map(|name| (name, AliasKind::Deprecated));
            let fallback = row.fallback_keys().map(|name| (name, AliasKind::Fallback));
            aliases.extend(deprecated.chain(fallback).map(|(name, kind)| Alias { name, kind, row }));
        }
        aliases.sort_unstable_by_key(|alias| (alias.name, alias.kind, alias.row.deprecated, alias.row.key));
        aliases
    })
}

/// The aliases with this name.
pub(super) fn aliases_of(name: &str) -> impl Iterator<Item = &'static Alias> {
    let all = aliases();
    let first = all.partition_point(|alias| alias.name < name);
    all[first..].iter().take_while(move |alias| alias.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_lines_are_the_known_ones() {
        assert_eq!(FlinkVersion::KNOWN.map(FlinkVersion::line), LINES);
    }

    #[test]
    fn every_line_parses_and_the_file_is_sorted() {
        let lines: Vec<_> = TEXT.lines().filter(|line| !line.starts_with('#')).collect();
        for line in &lines {
            assert!(Row::parse(line).is_some(), "{line}");
        }
        assert!(lines.is_sorted_by_key(|line| key_of(line)));
        assert!(TEXT.len() < 900_000);
    }

    #[test]
    fn the_search_finds_what_a_scan_finds() {
        let keys: Vec<_> = rows().iter().map(|row| row.key).collect();
        let scan = |key: &str| keys.iter().filter(|known| **known == key).count();
        for key in &keys {
            for asked in [(*key).to_owned(), format!("{key}x"), format!("{key}\u{1}")] {
                assert_eq!(rows_of_text(&asked).count(), scan(&asked), "{asked}");
                assert_eq!(rows_of_table(&asked).len(), scan(&asked), "{asked}");
                for position in 0..LINES.len() {
                    let found = row_of(&asked, position).map(|row| row.kind);
                    let scanned =
                        rows().iter().find(|row| row.key == asked && row.versions.contains(position));
                    assert_eq!(found, scanned.map(|row| row.kind), "{asked}");
                }
            }
        }
        for none in ["", "~", "#"] {
            assert_eq!(rows_of_text(none).count() + rows_of_table(none).len(), 0);
        }
    }
}
