//! FC002: values that Flink refuses for their option.

use ops_core::catalogue::{Known, OptionInfo, OptionType};
use ops_core::conf::Entry;
use ops_core::conf::is_sensitive;
use ops_core::suggest;

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A value that is not of its option's type: no boolean, no number, a duration or memory size with an unknown
    /// unit, none of the values of an enumeration, a list or map whose quotes or pairs do not fit.
    ///
    /// ## Why it matters
    /// Flink refuses the value only when something asks for the option. Some options stop the process at its start,
    /// others fail the submission of a job weeks later.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.process.size: 1.5g
    /// state.backend.rocksdb.memory.managed: yes
    /// ```
    ///
    /// ## Fix
    /// Unsafe, where the value has one plain meaning: `yes` becomes `true`, `1.5g` becomes `1536m`, `40%` becomes
    /// `0.4`, a misspelt enumeration value becomes the nearest one. Flink acts on the value from then on.
    "FC002", "wrong-value", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        let option = match subject.known(entry) {
            Some(Known::Option(option) | Known::Alias { option, .. }) => option,
            Some(Known::MapEntry(_) | Known::Family(_)) | None => continue,
        };
        let Err(error) = subject.catalogue.check(option, &entry.value, subject.dialect()) else { continue };
        let message = if is_sensitive(&entry.key) {
            format!("`{}`: the value is not {}", entry.key, option.value_type)
        } else {
            format!("`{}`: {error}", entry.key)
        };
        let mended = mended(&option.value_type, &entry.value)
            .filter(|value| subject.catalogue.check(option, value, subject.dialect()).is_ok());
        let finding = subject.at_value(&RULE, entry, message, help(option, mended.as_deref()));
        findings.push(match mended {
            Some(value) => finding.with_unsafe_fix(vec![set(entry, value)]),
            None => finding,
        });
    }
}

fn set(entry: &Entry, value: String) -> Edit {
    Edit::Set { key: entry.key.clone(), value }
}

fn help(option: &OptionInfo, mended: Option<&str>) -> String {
    match (mended, option.default.as_deref()) {
        (Some(value), _) => format!("write `{value}`"),
        (None, Some(default)) if !default.is_empty() => {
            format!("write {}; the default is `{default}`", option.value_type)
        }
        (None, _) => format!("write {}", option.value_type),
    }
}

/// The value that was most likely meant; the caller checks whether it is one.
fn mended(kind: &OptionType, value: &str) -> Option<String> {
    let bare = value.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| bare.strip_prefix(*quote)?.strip_suffix(*quote));
    let value = quoted.unwrap_or(bare).trim();
    match kind {
        OptionType::Boolean if ["true", "false"].contains(&value.to_ascii_lowercase().as_str()) => {
            Some(value.to_owned())
        }
        OptionType::Boolean => match value.to_ascii_lowercase().as_str() {
            "yes" | "y" | "on" | "1" | "enabled" => Some("true".to_owned()),
            "no" | "n" | "off" | "0" | "disabled" => Some("false".to_owned()),
            _ => None,
        },
        OptionType::Int | OptionType::Long => {
            let plain = value.replace(['_', ','], "");
            Some(plain.strip_suffix(".0").unwrap_or(&plain).to_owned())
        }
        OptionType::Float | OptionType::Double => {
            let Some(percent) = value.strip_suffix('%') else { return Some(value.to_owned()) };
            Some((percent.trim().parse::<f64>().ok()? / 100.0).to_string())
        }
        OptionType::Memory => memory(value),
        OptionType::Duration => match quoted {
            Some(quoted) if !quoted.contains('.') => Some(quoted.to_owned()),
            _ => scaled(value, &DURATION_STEPS),
        },
        OptionType::Enum(values) => {
            let wanted = value.to_uppercase().replace(['-', ' '], "_");
            let same = values.iter().find(|known| known.to_uppercase().replace('-', "_") == wanted);
            let upper: Vec<String> = values.iter().map(|known| known.to_uppercase()).collect();
            let near = || {
                let near = suggest::nearest(&wanted, upper.iter().map(String::as_str), 1);
                let at = upper.iter().position(|known| near.first() == Some(&known.as_str()))?;
                values.get(at)
            };
            same.or_else(near).map(|known| (*known).to_owned())
        }
        _ => None,
    }
}

/// Kubernetes' spellings (`2Gi`) and fractions (`1.5g`).
fn memory(value: &str) -> Option<String> {
    let plain = value.to_ascii_lowercase();
    let plain = ["kib", "mib", "gib", "tib", "ki", "mi", "gi", "ti"]
        .into_iter()
        .find_map(|unit| plain.strip_suffix(unit).map(|number| format!("{number}{}", &unit[..1])))
        .unwrap_or(plain);
    if plain.contains('.') { scaled(&plain, &MEMORY_STEPS) } else { Some(plain) }
}

/// A unit, the next smaller one, and how many of it make one.
type Step = (&'static [&'static str], &'static str, u32);

const MEMORY_STEPS: [Step; 4] = [
    (&["t", "tb"], "g", 1024),
    (&["g", "gb"], "m", 1024),
    (&["m", "mb"], "k", 1024),
    (&["k", "kb"], "b", 1024),
];

const DURATION_STEPS: [Step; 4] = [
    (&["d", "day", "days"], "h", 24),
    (&["h", "hour", "hours"], "min", 60),
    (&["min", "m", "minute", "minutes"], "s", 60),
    (&["s", "sec", "secs", "second", "seconds"], "ms", 1000),
];

/// A fraction of a unit as a whole number of the next smaller one, where it is one.
fn scaled(value: &str, steps: &[Step]) -> Option<String> {
    let value = value.to_ascii_lowercase();
    let (number, unit) = value.split_at(value.find(|c: char| !c.is_ascii_digit() && c != '.')?);
    let (_, smaller, factor) = steps.iter().find(|(units, _, _)| units.contains(&unit.trim()))?;
    let scaled = number.parse::<f64>().ok()? * f64::from(*factor);
    // Exact for every fraction that somebody writes: the product is far below 2^53.
    (scaled.fract() == 0.0 && scaled < 1e15).then(|| format!("{scaled}{smaller}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_meanings_are_found() {
        for (kind, value, expected) in [
            (OptionType::Boolean, "Yes", Some("true")),
            (OptionType::Boolean, "off", Some("false")),
            (OptionType::Boolean, "maybe", None),
            (OptionType::Boolean, "\"true\"", Some("true")),
            (OptionType::Duration, "'10 s'", Some("10 s")),
            (OptionType::Int, "1_000", Some("1000")),
            (OptionType::Int, "4.0", Some("4")),
            (OptionType::Double, "40%", Some("0.4")),
            (OptionType::Memory, "1.5g", Some("1536m")),
            (OptionType::Memory, "2Gi", Some("2g")),
            (OptionType::Memory, "0.0001k", None),
            (OptionType::Duration, "1.5 s", Some("1500ms")),
            (OptionType::Duration, "0.5h", Some("30min")),
            (OptionType::Enum(vec!["EXACTLY_ONCE", "AT_LEAST_ONCE"]), "exactly-once", Some("EXACTLY_ONCE")),
            (OptionType::Enum(vec!["EXACTLY_ONCE", "AT_LEAST_ONCE"]), "exactly_onse", Some("EXACTLY_ONCE")),
            (OptionType::Enum(vec!["EXACTLY_ONCE", "AT_LEAST_ONCE"]), "never", None),
        ] {
            assert_eq!(mended(&kind, value).as_deref(), expected, "{kind:?} {value}");
        }
    }
}
