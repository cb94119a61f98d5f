//! Whether Flink takes a text as the value of an option: what `Configuration.get` does, measured on the real classes.

use super::option_type::OptionType;
use super::splitter::{self, SplitError};
use crate::units::{FlinkDuration, MemorySize, UnitError, java_trim};
use crate::version::{Dialect, FlinkVersion};

/// Who reads the value, and from which file. Some versions accept more than others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The Flink that reads.
    pub version: FlinkVersion,
    /// The file it reads from.
    pub dialect: Dialect,
}

impl Reading {
    /// Lists and maps may also be written in YAML's own way (`[a, b]`, `{a: 1}`).
    fn takes_yaml_values(self) -> bool {
        self.version.at_least(2, 0) || self.dialect == Dialect::Yaml
    }
}

/// A value that Flink refuses for its option.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Not of the type.
    #[error("`{found}` is not {needed}")]
    Type {
        /// The value.
        found: String,
        /// What the option takes.
        needed: String,
    },
    /// No memory size, or no duration.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The quotes of a list do not match.
    #[error("`{found}` cannot be split: {reason}")]
    Quoting {
        /// The value.
        found: String,
        /// What is wrong with it.
        reason: SplitError,
    },
}

impl OptionType {
    /// Whether Flink takes `value` for an option of this type.
    ///
    /// # Errors
    /// It does not; the error says what is needed.
    pub fn check(&self, value: &str, reading: Reading) -> Result<(), ValueError> {
        let accepted = match self {
            Self::Boolean => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
            // Java and Rust take the same: an optional sign and digits, no blanks.
            Self::Int => value.parse::<i32>().is_ok(),
            Self::Long => value.parse::<i64>().is_ok(),
            Self::Float | Self::Double => is_java_float(value),
            Self::String => true,
            Self::Duration => {
                FlinkDuration::parse_for(value, reading.version)?;
                true
            }
            Self::Memory => {
                MemorySize::parse(value)?;
                true
            }
            Self::Map => return self.check_map(value, reading),
            Self::Enum(values) => {
                let wanted = value.to_uppercase();
                values.iter().any(|known| known.to_uppercase() == wanted)
            }
            Self::List(element) => return self.check_list(element, value, reading),
        };
        if accepted { Ok(()) } else { Err(self.refuse(value)) }
    }

    fn refuse(&self, value: &str) -> ValueError {
        ValueError::Type { found: value.to_owned(), needed: self.to_string() }
    }

    fn check_list(&self, element: &Self, value: &str, reading: Reading) -> Result<(), ValueError> {
        let trimmed = java_trim(value);
        if let Some(inner) = flow(trimmed, reading, ('[', ']'))
            && flow_items(inner).all(|item| {
                let item = unquoted(item);
                element.check(item, reading).is_ok()
            })
        {
            return Ok(());
        }
        // A block list, as the document hands it over.
        if reading.takes_yaml_values() && trimmed.lines().all(|line| line.trim_start().starts_with("- ")) {
            let items = trimmed.lines().filter_map(|line| line.trim_start().strip_prefix("- "));
            if !trimmed.is_empty()
                && items.into_iter().all(|item| element.check(unquoted(item), reading).is_ok())
            {
                return Ok(());
            }
        }
        for part in split(value, ';')? {
            element.check(&part, reading).map_err(|_| self.refuse(value))?;
        }
        Ok(())
    }

    fn check_map(&self, value: &str, reading: Reading) -> Result<(), ValueError> {
        if let Some(inner) = flow(java_trim(value), reading, ('{', '}'))
            && flow_items(inner).all(|item| item.contains(": "))
        {
            return Ok(());
        }
        for item in split(value, ',')? {
            if split(&item, ':')?.len() != 2 {
                return Err(self.refuse(value));
            }
        }
        Ok(())
    }
}

fn split(value: &str, delimiter: char) -> Result<Vec<String>, ValueError> {
    splitter::split(value, delimiter)
        .map_err(|reason| ValueError::Quoting { found: value.to_owned(), reason })
}

/// The inside of a YAML flow collection, where the reader takes one.
fn flow(value: &str, reading: Reading, brackets: (char, char)) -> Option<&str> {
    if !reading.takes_yaml_values() {
        return None;
    }
    value.strip_prefix(brackets.0)?.strip_suffix(brackets.1)
}

/// The items of a flow collection: split at commas outside of quotes and brackets.
fn flow_items(inner: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut quote) = (0_usize, None);
    inner
        .split(move |c: char| {
            match (quote, c) {
                (Some(open), _) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '[' | '{') => depth += 1,
                (None, ']' | '}') => depth = depth.saturating_sub(1),
                (None, ',') => return depth == 0,
                (None, _) => {}
            }
            false
        })
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn unquoted(item: &str) -> &str {
    ['\'', '"'].into_iter().find_map(|quote| item.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(item)
}

/// What `java.lang.Double.valueOf` takes: decimal or hexadecimal, `NaN`, `Infinity`, a type suffix, blanks around.
fn is_java_float(text: &str) -> bool {
    let text = java_trim(text);
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text == "NaN" || text == "Infinity" {
        return true;
    }
    let text = text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text);
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (mantissa, exponent) = match hex {
        Some(hex) => match hex.split_once(['p', 'P']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => return false,
        },
        None => match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text, None),
        },
    };
    let digits = |part: &str| match hex {
        Some(_) => part.bytes().all(|b| b.is_ascii_hexdigit()),
        None => part.bytes().all(|b| b.is_ascii_digit()),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && exponent.bytes().all(|b| b.is_ascii_digit())
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(version: &str, dialect: Dialect) -> Reading {
        Reading { version: version.parse().unwrap(), dialect }
    }

    fn check(kind: &'static str, reading: Reading, accepted: &[&str], refused: &[&str]) {
        let kind = OptionType::parse(kind).unwrap();
        for value in accepted {
            assert_eq!(kind.check(value, reading), Ok(()), "{kind:?} {value:?}");
        }
        for value in refused {
            assert!(kind.check(value, reading).is_err(), "{kind:?} {value:?}");
        }
    }

    /// Every line measured with `Configuration.getOptional` on Flink 1.18.1, 1.20.5 and 2.3.0.
    #[test]
    fn values_are_taken_as_by_every_flink() {
        for (version, dialect) in [("1.18", Dialect::Legacy), ("1.20", Dialect::Yaml), ("2.3", Dialect::Yaml)]
        {
            let reading = reading(version, dialect);
            check("boolean", reading, &["true", "TRUE", "False"], &["yes", "1", " true", "", "on"]);
            check(
                "int",
                reading,
                &["1", "+1", "-1", "-2147483648"],
                &["1.0", "2147483648", "0x1", "1_000", " 1", "1 ", "", "1e3", "--1", "+"],
            );
            check("long", reading, &["9223372036854775807", "+5"], &["9223372036854775808", "1L", ""]);
            let numbers = "1 1.5f 1d 1e400 1e-400 NaN Infinity -Infinity 0x1p3 0x1.8p1 1. .5 1e5 +1.5 1.5e+3D \
                           0x1p3f +.5e-3 0x.8p0 0X1P+3";
            let numbers: Vec<_> = numbers.split(' ').chain([" 1.0 "]).collect();
            check(
                "double",
                reading,
                &numbers,
                &["nan", "inf", "0x1", ".", "1e", "", "1_0", "40%", ".e3", "0x.p0"],
            );
            check(
                "duration",
                reading,
                &["1", "10 s", "10 sec", "60 SECONDS", "0", "10 m", "1 day"],
                &["-1 s", "1.5 s", "", "1 month"],
            );
            check("memory", reading, &["1", "10 mb", "64m", "0", "1 t", "1 GB"], &["1gib", "1.5g", "-1", ""]);
            check("enum:A_B|c", reading, &["a_b", "A_B", "C"], &["a-b", " c", ""]);
            check(
                "list:string",
                reading,
                &["a;b", "[a, b]", "a,b", "", "'a;b';c", "["],
                &["\"a", "'a'b;c", "a;'"],
            );
            check("list:enum:A|B", reading, &["a;b", "a; b"], &["a,b", "c"]);
            check(
                "map",
                reading,
                &["a:b", "a:b,c:d", "", "a: b", "a:b,", "{a: b}", "a: b, c: d"],
                &["a", "a:b:c", "'a:b':c", "{a}", "[a]", "a:", ":a"],
            );
            check("list:map", reading, &["a:b;c:d", "[{a: b}]", "a:b,c:d;e:f"], &["a", "[a]"]);
        }
    }

    #[test]
    fn later_versions_take_more() {
        let old = reading("1.18", Dialect::Legacy);
        let new = reading("2.3", Dialect::Yaml);
        check("list:int", old, &["1;2", "1; 2"], &["[1, 2]", "1,2"]);
        check("list:int", new, &["1;2", "[1, 2]", "[1, '2']", "- 1\n- 2"], &["1,2", "[a]"]);
        check("map", old, &[], &["{a: {b: c}}"]);
        check("map", new, &["{a: {b: c}}"], &[]);
        check("duration", old, &[], &["PT10S"]);
        check("duration", new, &["PT10S"], &["-PT10S"]);
    }

    #[test]
    fn a_refusal_says_what_is_needed() {
        let reading = reading("1.20", Dialect::Yaml);
        let message = |kind: &'static str, value| {
            OptionType::parse(kind).unwrap().check(value, reading).unwrap_err().to_string()
        };
        assert_eq!(message("boolean", "yes"), "`yes` is not a boolean (true or false)");
        assert_eq!(message("enum:ALL|NONE", "some"), "`some` is not one of ALL, NONE");
        assert_eq!(message("list:string", "'a"), "`'a` cannot be split: a quote is opened and never closed");
    }
}
