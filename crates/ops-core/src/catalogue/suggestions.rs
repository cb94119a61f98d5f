//! Did-you-mean for keys.

use std::sync::OnceLock;

use super::lookup::{AliasKind, Catalogue, OptionInfo};
use super::option_type::OptionType;
use super::table::{self, VersionSet};
use crate::version::Dialect;

/// How many edits a slip of the fingers makes.
const SLIPS: usize = 2;

/// What is farther off explains nothing, however long the key.
const FARTHEST: usize = 8;

/// A candidate whose type refuses the value must be this many edits nearer to win.
const WRONG_TYPE: usize = 3;

impl Catalogue {
    /// The keys that somebody who wrote `key: value` may have meant, best first, at most `limit`. The distance counts
    /// most, then whether the option takes the value. A misspelt former name leads to the option of today.
    pub fn suggest(self, key: &str, value: &str, dialect: Dialect, limit: usize) -> Vec<&'static str> {
        let most = (key.chars().count() / 3).clamp(1, FARTHEST);
        // Most misspellings are a slip or two. Only where that explains nothing, the search goes further.
        let mut near = self.near(key, most.min(SLIPS));
        let accepts =
            |key: &str| self.option(key).is_some_and(|option| !self.refuses(&option, value, dialect));
        if most > SLIPS && !near.iter().any(|(_, option)| accepts(option)) {
            near = self.near(key, most);
        }
        for (distance, option) in &mut near {
            if !accepts(option) {
                *distance += WRONG_TYPE;
            }
        }
        near.sort_unstable();
        let mut keys: Vec<&'static str> = Vec::new();
        for (_, key) in near {
            if keys.len() < limit && !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The options with a name at most that far from `key`, with the distance.
    fn near(self, key: &str, most: usize) -> Vec<(usize, &'static str)> {
        let letters = Letters::of(key);
        let distance = |candidate: &Candidate| match candidate.name.strip_prefix(key) {
            // What stands below the key that was written is a likely meaning, whatever its length.
            Some(below) if below.starts_with('.') => Some(below.len().min(most)),
            _ if candidate.letters.differs(&letters, most) => None,
            _ => Some(strsim::osa_distance(key, candidate.name)).filter(|distance| *distance <= most),
        };
        candidates()
            .iter()
            .filter(|candidate| self.holds(candidate.versions))
            .filter_map(|candidate| Some((distance(candidate)?, candidate.option)))
            .collect()
    }

    fn refuses(self, option: &OptionInfo, value: &str, dialect: Dialect) -> bool {
        option.value_type != OptionType::String && self.check(option, value, dialect).is_err()
    }
}

/// A name that may have been meant, and the option that it leads to.
struct Candidate {
    name: &'static str,
    option: &'static str,
    versions: VersionSet,
    letters: Letters,
}

/// Every name of every version. Made on first use: only misspelt keys need it.
fn candidates() -> &'static [Candidate] {
    static CANDIDATES: OnceLock<Vec<Candidate>> = OnceLock::new();
    CANDIDATES.get_or_init(|| {
        let names = table::rows().iter().map(|row| (row.key, row));
        let former = table::aliases().iter().filter(|alias| alias.kind == AliasKind::Deprecated);
        let former = former.map(|alias| (alias.name, alias.row));
        names
            .chain(former)
            .filter(|(name, _)| !name.starts_with('$') && !name.contains('<'))
            .map(|(name, row)| Candidate {
                name,
                option: row.key,
                versions: row.versions,
                letters: Letters::of(name),
            })
            .collect()
    })
}

/// How often each letter occurs, and which do at all: bounds on the edit distance that are much cheaper than it.
struct Letters {
    counts: [u8; 32],
    present: u32,
}

impl Letters {
    fn of(text: &str) -> Self {
        let (mut counts, mut present) = ([0_u8; 32], 0);
        for byte in text.bytes() {
            let count = &mut counts[usize::from(byte & 31)];
            *count = count.saturating_add(1);
            present |= 1 << (byte & 31);
        }
        Self { counts, present }
    }

    /// Whether the texts are more than `most` edits apart for certain: an edit adds, removes or replaces one letter.
    fn differs(&self, other: &Self, most: usize) -> bool {
        let new = (self.present & !other.present).count_ones();
        let gone = (other.present & !self.present).count_ones();
        if new.max(gone) as usize > most {
            return true;
        }
        let (mut more, mut fewer) = (0, 0);
        for (a, b) in self.counts.iter().zip(&other.counts) {
            more += usize::from(a.saturating_sub(*b));
            fewer += usize::from(b.saturating_sub(*a));
        }
        more.max(fewer) > most
    }
}
