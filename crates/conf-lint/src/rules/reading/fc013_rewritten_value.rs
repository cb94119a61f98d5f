//! FC013: values that YAML turns into numbers.

use ops_core::catalogue::{Known, OptionType};
use ops_core::conf::{Entry, is_sensitive};
use ops_core::version::Dialect;

use crate::finding::{Edit, Finding};
use crate::lines::lines;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// In `config.yaml`, a text without quotes that YAML takes for a number and Flink writes anew: `0123` becomes
    /// `123`, `1e5` becomes `100000.0`, `1.10` becomes `1.1`, `0x1F` becomes `31`.
    ///
    /// ## Why it matters
    /// The value is another one than the file shows. A password of digits does not open its store, an account id loses
    /// its zeros.
    ///
    /// ## Example
    /// ```yaml
    /// security:
    ///   ssl:
    ///     internal:
    ///       key-password: 0451
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the value is quoted, so that Flink reads what is written. Not for secrets, which no finding repeats.
    "FC013", "rewritten-value", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.dialect() != Dialect::Yaml {
        return;
    }
    let lines: Vec<&str> = lines(subject.document().text()).collect();
    for entry in subject.entries() {
        let Some(written) = lines.get(entry.value_line - 1).and_then(|line| plain(line, entry.value_column))
        else {
            continue;
        };
        // Of the same length only where it is the same number; `true` and `True` are the same to Flink.
        if written == entry.value || written.eq_ignore_ascii_case(&entry.value) || !is_text(subject, entry) {
            continue;
        }
        // A text that goes on in the next line begins with what is written in this one.
        if entry.value.starts_with(written) && entry.value[written.len()..].starts_with([' ', '\n']) {
            continue;
        }
        let (message, secret) = match is_sensitive(&entry.key) {
            true => (format!("`{}`: YAML takes the value for a number and changes it", entry.key), true),
            false => (format!("`{}` is `{}` to Flink, not `{written}`", entry.key, entry.value), false),
        };
        let finding = subject.at_value(&RULE, entry, message, "put the value in quotes");
        findings.push(match secret {
            true => finding,
            false => {
                let edit = Edit::Set { key: entry.key.clone(), value: written.to_owned() };
                finding.with_unsafe_fix(vec![edit])
            }
        });
    }
}

/// The scalar without quotes that begins in this column.
fn plain(line: &str, column: usize) -> Option<&str> {
    let start = line.char_indices().nth(column - 1)?.0;
    let rest = &line[start..];
    let end = rest.find(" #").unwrap_or(rest.len());
    let text = rest[..end].trim_end();
    (!text.starts_with(['"', '\'', '[', '{', '|', '>', '&', '*', '!', '-', ',']) && !text.is_empty())
        .then_some(text)
}

/// Whether the text itself matters, and not the number in it.
fn is_text(subject: &Subject<'_>, entry: &Entry) -> bool {
    match subject.known(entry) {
        Some(Known::Option(option) | Known::Alias { option, .. }) => {
            matches!(option.value_type, OptionType::String)
        }
        Some(Known::MapEntry(_) | Known::Family(_)) | None => true,
    }
}
