//! Durations, as in `execution.checkpointing.interval: 60s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{UnitError, java_trim, number_and_unit};
use crate::version::FlinkVersion;

const KIND: &str = "duration";
const EXAMPLE: &str = "30 s";
const SECOND: u128 = 1_000_000_000;

/// The units from small to large: nanoseconds, and the spellings. The first spelling is the one that Flink writes.
const UNITS: [(u128, &[&str]); 7] = [
    (1, &["ns", "nano", "nanos", "nanosecond", "nanoseconds"]),
    (1_000, &["µs", "micro", "micros", "microsecond", "microseconds"]),
    (1_000_000, &["ms", "milli", "millis", "millisecond", "milliseconds"]),
    (SECOND, &["s", "sec", "secs", "second", "seconds"]),
    (60 * SECOND, &["min", "m", "minute", "minutes"]),
    (3_600 * SECOND, &["h", "hour", "hours"]),
    (86_400 * SECOND, &["d", "day", "days"]),
];

/// A duration, with the parsing of `org.apache.flink.util.TimeUtils`. Never negative.
///
/// A number without unit counts milliseconds.
///
/// ```
/// use ops_core::units::FlinkDuration;
///
/// assert_eq!(FlinkDuration::parse("500")?.as_std().as_millis(), 500);
/// assert_eq!(FlinkDuration::parse("90 seconds")?.to_string(), "90 s");
/// assert!(FlinkDuration::parse("PT1M").is_err());
/// assert_eq!(FlinkDuration::parse_for("PT1M", "2.3".parse().unwrap())?.to_string(), "1 min");
/// # Ok::<(), ops_core::units::UnitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FlinkDuration(Duration);

impl FlinkDuration {
    /// No time at all.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// The duration in the standard library's type.
    pub const fn as_std(self) -> Duration {
        self.0
    }

    /// Reads a duration as Flink 1.18 does. Every later version reads the same text alike.
    ///
    /// # Errors
    /// Nothing there, no leading digit, an unknown unit, or a number beyond 64 bits.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        parse(text, Syntax::Long)
    }

    /// Reads a duration as this version of Flink does. From 2.0 on, the number may exceed 64 bits where the duration
    /// does not; from 2.1 on, ISO 8601 (`PT1M30S`, `P1D`) is accepted too.
    ///
    /// # Errors
    /// As for [`FlinkDuration::parse`]; a negative ISO duration is refused as well.
    pub fn parse_for(text: &str, version: FlinkVersion) -> Result<Self, UnitError> {
        let syntax = match version {
            v if v.at_least(2, 1) => Syntax::AnyLengthOrIso,
            v if v.at_least(2, 0) => Syntax::AnyLength,
            _ => Syntax::Long,
        };
        parse(text, syntax)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    /// A 64-bit number and a unit.
    Long,
    /// A number and a unit.
    AnyLength,
    /// A number and a unit, or ISO 8601.
    AnyLengthOrIso,
}

fn parse(text: &str, syntax: Syntax) -> Result<FlinkDuration, UnitError> {
    let trimmed = java_trim(text);
    if trimmed.is_empty() {
        return Err(UnitError::Empty { kind: KIND, example: EXAMPLE });
    }
    let found = || text.to_owned();
    let too_large = || UnitError::TooLarge { found: found(), most: "9223372036854775807 s" };
    let (number, unit) = number_and_unit(text);
    if number.is_empty() {
        let iso = if syntax == Syntax::AnyLengthOrIso { iso(trimmed) } else { None };
        return iso.ok_or_else(|| UnitError::NoNumber { found: found(), kind: KIND, example: EXAMPLE });
    }
    let nanos = match UNITS.iter().find(|(_, spellings)| spellings.contains(&&*unit)) {
        Some((nanos, _)) => *nanos,
        None if unit.is_empty() => 1_000_000,
        None => {
            let known =
                "d, h, min, m, s, ms, µs, ns and their long forms (day, hours, minute, sec, milli, micros …)";
            return Err(UnitError::UnknownUnit {
                found: found(),
                unit: unit.into_owned(),
                kind: KIND,
                known,
            });
        }
    };
    let number = number.trim_start_matches('0');
    let number = if number.is_empty() { "0" } else { number };
    if syntax == Syntax::Long && number.parse::<i64>().is_err() {
        return Err(too_large());
    }
    let total =
        number.parse::<u128>().ok().and_then(|number| number.checked_mul(nanos)).ok_or_else(too_large)?;
    let seconds = i64::try_from(total / SECOND).map_err(|_| too_large())?;
    Ok(FlinkDuration(Duration::new(seconds.unsigned_abs(), (total % SECOND) as u32)))
}

/// `java.time.Duration.parse`, without negative results.
fn iso(text: &str) -> Option<FlinkDuration> {
    let (negated, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let mut rest = rest.strip_prefix(['P', 'p'])?;
    let mut seconds: i64 = 0;
    let mut nanos: i64 = 0;
    let mut parts = 0;
    if let Some((number, after)) = component(rest, 'D') {
        seconds = number.parse::<i64>().ok()?.checked_mul(86_400)?;
        (rest, parts) = (after, 1);
    }
    if let Some(time) = rest.strip_prefix(['T', 't']) {
        // A lone `T` is refused, a lone `t` is not.
        if time.is_empty() && rest == "T" {
            return None;
        }
        rest = time;
        let mut sum: i64 = 0;
        for (designator, factor) in [('H', 3_600), ('M', 60)] {
            if let Some((number, after)) = component(rest, designator) {
                sum = sum.checked_add(number.parse::<i64>().ok()?.checked_mul(factor)?)?;
                (rest, parts) = (after, parts + 1);
            }
        }
        if let Some((number, after)) = component(rest, 'S') {
            let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
            sum = sum.checked_add(whole.parse::<i64>().ok()?)?;
            let digits = format!("{fraction:0<9}").parse::<i64>().ok()?;
            nanos = if whole.starts_with('-') { -digits } else { digits };
            (rest, parts) = (after, parts + 1);
        }
        seconds = seconds.checked_add(sum)?;
    }
    if parts == 0 || !rest.is_empty() {
        return None;
    }
    let total = i128::from(seconds) * SECOND as i128 + i128::from(nanos);
    let total = u128::try_from(if negated { -total } else { total }).ok()?;
    let seconds = i64::try_from(total / SECOND).ok()?;
    Some(FlinkDuration(Duration::new(seconds.unsigned_abs(), (total % SECOND) as u32)))
}

/// A number with optional sign, up to its designator letter; seconds may have a fraction of at most nine digits.
fn component(text: &str, designator: char) -> Option<(&str, &str)> {
    let sign = usize::from(text.starts_with(['+', '-']));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    let mut end = sign + digits;
    if digits == 0 {
        return None;
    }
    if designator == 'S' && text[end..].starts_with(['.', ',']) {
        let fraction = text[end + 1..].bytes().take_while(u8::is_ascii_digit).count();
        if fraction > 9 {
            return None;
        }
        end += 1 + fraction;
    }
    let after = text[end..].strip_prefix([designator, designator.to_ascii_lowercase()])?;
    Some((&text[..end], after))
}

/// The largest unit that leaves a whole number, as Flink writes durations into a configuration.
impl fmt::Display for FlinkDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.0.as_nanos();
        let (nanos, spellings) = match total {
            0 => UNITS[2],
            _ => *UNITS.iter().rev().find(|(nanos, _)| total.is_multiple_of(*nanos)).unwrap_or(&UNITS[0]),
        };
        write!(f, "{} {}", total / nanos, spellings[0])
    }
}

impl FromStr for FlinkDuration {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for FlinkDuration {
    type Error = UnitError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<FlinkDuration> for String {
    fn from(duration: FlinkDuration) -> Self {
        duration.to_string()
    }
}

impl From<Duration> for FlinkDuration {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl From<FlinkDuration> for Duration {
    fn from(duration: FlinkDuration) -> Self {
        duration.0
    }
}
