//! Sizes of memory, as in `taskmanager.memory.process.size: 4g`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{UnitError, java_trim, number_and_unit};

const KIND: &str = "memory size";
const EXAMPLE: &str = "4096m";

/// The units from small to large: factor, and the spellings. The second spelling is the one that Flink writes.
const UNITS: [(u64, &[&str]); 5] = [
    (1, &["b", "bytes"]),
    (1 << 10, &["k", "kb", "kibibytes"]),
    (1 << 20, &["m", "mb", "mebibytes"]),
    (1 << 30, &["g", "gb", "gibibytes"]),
    (1 << 40, &["t", "tb", "tebibytes"]),
];

/// A number of bytes, with the parsing of `org.apache.flink.configuration.MemorySize`.
///
/// A number without unit counts bytes. All units are powers of 1024, `kb` like `kibibytes`.
///
/// ```
/// use ops_core::units::MemorySize;
///
/// assert_eq!(MemorySize::parse("64 MB")?.bytes(), 64 << 20);
/// assert_eq!(MemorySize::parse("1024")?.to_string(), "1 kb");
/// assert!(MemorySize::parse("1.5g").is_err());
/// # Ok::<(), ops_core::units::UnitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemorySize(u64);

impl MemorySize {
    /// No memory.
    pub const ZERO: Self = Self(0);

    /// A size of this many bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// A size of this many mebibytes.
    ///
    /// # Panics
    /// When the bytes exceed `u64`.
    pub const fn from_mebibytes(mebibytes: u64) -> Self {
        match mebibytes.checked_mul(1 << 20) {
            Some(bytes) => Self(bytes),
            None => panic!("more mebibytes than 64 bits of bytes"),
        }
    }

    /// The size in bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The size in whole mebibytes, rounded down.
    pub const fn mebibytes(self) -> u64 {
        self.0 >> 20
    }

    /// Reads a size as every version of Flink from 1.18 to 2.3 does.
    ///
    /// # Errors
    /// Nothing there, no leading digit, an unknown unit, or more than 2⁶³ - 1 bytes.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        if java_trim(text).is_empty() {
            return Err(UnitError::Empty { kind: KIND, example: EXAMPLE });
        }
        let (number, unit) = number_and_unit(text);
        let found = || text.to_owned();
        if number.is_empty() {
            return Err(UnitError::NoNumber { found: found(), kind: KIND, example: EXAMPLE });
        }
        let known = UNITS.iter().find(|(_, spellings)| spellings.contains(&&*unit));
        let factor = match known {
            Some((factor, _)) => *factor,
            None if unit.is_empty() => 1,
            None => {
                let known =
                    "b, k, m, g, t, kb, mb, gb, tb, bytes, kibibytes, mebibytes, gibibytes and tebibytes";
                return Err(UnitError::UnknownUnit {
                    found: found(),
                    unit: unit.into_owned(),
                    kind: KIND,
                    known,
                });
            }
        };
        let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
        bytes
            .filter(|bytes| i64::try_from(*bytes).is_ok())
            .map(Self)
            .ok_or_else(|| UnitError::TooLarge { found: found(), most: "9223372036854775807 bytes" })
    }

    /// The size for people, with the exact bytes: `1.500gb (1610612736 bytes)`. This is Flink's `toHumanReadableString`.
    pub fn human(self) -> String {
        match UNITS.iter().rev().find(|(factor, _)| self.0 > *factor) {
            Some((factor, spellings)) if *factor > 1 => {
                let factor = u128::from(*factor);
                // Java rounds a half up, so this stays in whole numbers.
                let thousandths = (u128::from(self.0) * 2000 + factor) / (2 * factor);
                let (whole, rest) = (thousandths / 1000, thousandths % 1000);
                format!("{whole}.{rest:03}{} ({} bytes)", spellings[1], self.0)
            }
            _ => format!("{} bytes", self.0),
        }
    }
}

/// The largest unit that leaves a whole number, as Flink's `toString` writes it. Flink itself falls back to bytes
/// for 0 and for whole tebibytes; so does this.
impl fmt::Display for MemorySize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uneven = UNITS.iter().position(|(factor, _)| !self.0.is_multiple_of(*factor));
        let (factor, spellings) = UNITS[uneven.map_or(0, |index| index.saturating_sub(1))];
        write!(f, "{} {}", self.0 / factor, spellings[1])
    }
}

impl FromStr for MemorySize {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for MemorySize {
    type Error = UnitError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<MemorySize> for String {
    fn from(size: MemorySize) -> Self {
        size.to_string()
    }
}
