//! What Flink makes of a text as the value of an option: what `Configuration.get` returns, or that it refuses.
//! `tests/recorded/values.rs` compares this with recorded answers of the real classes.

use std::collections::BTreeMap;

use super::java_float;
use super::option_type::OptionType;
use super::splitter::{self, SplitError};
use crate::conf::Part;
use crate::units::{FlinkDuration, MemorySize, UnitError};
use crate::version::{Dialect, FlinkVersion};

/// A value as Flink holds it. Texts that mean the same give equal values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Value {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A floating-point number of 32 bits, as these.
    Float(u32),
    /// A floating-point number of 64 bits, as these.
    Double(u64),
    /// Text, or one of the values of an enumeration in its own spelling.
    Text(String),
    /// A duration.
    Duration(FlinkDuration),
    /// A memory size.
    Memory(MemorySize),
    /// A list.
    List(Vec<Value>),
    /// Keys and values.
    Map(BTreeMap<String, String>),
}

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
        self.read(value, reading).map(drop)
    }

    /// What Flink takes `value` for.
    ///
    /// # Errors
    /// It refuses it; the error says what is needed.
    pub fn read(&self, value: &str, reading: Reading) -> Result<Value, ValueError> {
        let read = match self {
            Self::Boolean if value.eq_ignore_ascii_case("true") => Some(Value::Boolean(true)),
            Self::Boolean if value.eq_ignore_ascii_case("false") => Some(Value::Boolean(false)),
            Self::Boolean => None,
            Self::Int => integer(value).filter(|n| i32::try_from(*n).is_ok()).map(Value::Integer),
            Self::Long => integer(value).map(Value::Integer),
            Self::Float => java_float::float(value).map(|number| Value::Float(number.to_bits())),
            Self::Double => java_float::double(value).map(|number| Value::Double(number.to_bits())),
            Self::String => Some(Value::Text(value.to_owned())),
            Self::Duration => Some(Value::Duration(FlinkDuration::parse_for(value, reading.version)?)),
            Self::Memory => Some(Value::Memory(MemorySize::parse(value)?)),
            Self::Enum(values) => {
                let wanted = value.to_uppercase();
                let known = values.iter().find(|known| known.to_uppercase() == wanted);
                known.map(|known| Value::Text((*known).to_owned()))
            }
            Self::Map => return self.read_map(value, reading),
            Self::List(element) => return self.read_list(element, value, reading),
        };
        read.ok_or_else(|| self.refuse(value))
    }

    fn refuse(&self, value: &str) -> ValueError {
        ValueError::Type { found: value.to_owned(), needed: self.to_string() }
    }

    /// As YAML where the version does that, and if that is no list of such elements, split at `;`.
    fn read_list(&self, element: &Self, value: &str, reading: Reading) -> Result<Value, ValueError> {
        if reading.takes_yaml_values()
            && let Some(Part::List(items, _)) = Part::parse(value)
            && let Some(items) = items.iter().map(|item| element.read_part(item, reading)).collect()
        {
            return Ok(Value::List(items));
        }
        let parts = split(value, ';')?;
        // 1.19 and 1.20 take YAML for a map by itself, and not for one in such a list.
        let items = parts.iter().map(|part| match element {
            Self::Map if !reading.version.at_least(2, 0) => legacy_map(part),
            _ => element.read(part, reading).ok(),
        });
        items.collect::<Option<_>>().map(Value::List).ok_or_else(|| self.refuse(value))
    }

    fn read_map(&self, value: &str, reading: Reading) -> Result<Value, ValueError> {
        if reading.takes_yaml_values()
            && let Some(Part::Map(pairs, _)) = Part::parse(value)
            && let Some(map) = string_map(&pairs)
        {
            return Ok(map);
        }
        split(value, ',')?;
        legacy_map(value).ok_or_else(|| self.refuse(value))
    }

    /// An item of a YAML list.
    fn read_part(&self, part: &Part, reading: Reading) -> Option<Value> {
        match (self, part) {
            (Self::Map, Part::Map(pairs, _)) => string_map(pairs),
            (Self::Map, _) => None,
            (_, Part::Scalar(text) | Part::List(_, text) | Part::Map(_, text)) => {
                self.read(text.as_ref()?, reading).ok()
            }
        }
    }
}

/// What `Long.parseLong` takes: an optional sign and digits of any script, no blanks.
fn integer(text: &str) -> Option<i64> {
    if text.is_ascii() {
        return text.parse().ok();
    }
    text.chars().map(|c| digit(c).unwrap_or(c)).collect::<String>().parse().ok()
}

/// The ASCII digit for a decimal digit of another script.
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS.iter().rev().find(|zero| **zero <= code)?;
    char::from_digit(code - zero, 10)
}

/// The digits zero of the scripts that Java knows in its basic plane; nine more follow each.
const ZEROS: [u32; 36] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
    0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
    0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

fn string_map(pairs: &[(String, Part)]) -> Option<Value> {
    let text = |part: &Part| match part {
        Part::Scalar(text) | Part::List(_, text) | Part::Map(_, text) => text.clone(),
    };
    let pairs = pairs.iter().map(|(key, value)| Some((key.clone(), text(value)?)));
    pairs.collect::<Option<_>>().map(Value::Map)
}

/// `a:1,b:2`. A key may not come twice.
fn legacy_map(value: &str) -> Option<Value> {
    let mut map = BTreeMap::new();
    for item in splitter::split(value, ',').ok()? {
        let [key, value] = splitter::split(&item, ':').ok()?.try_into().ok()?;
        if map.insert(key, value).is_some() {
            return None;
        }
    }
    Some(Value::Map(map))
}

fn split(value: &str, delimiter: char) -> Result<Vec<String>, ValueError> {
    splitter::split(value, delimiter)
        .map_err(|reason| ValueError::Quoting { found: value.to_owned(), reason })
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
