//! FC006: options under names that they no longer have, and options on their way out.

use ops_core::catalogue::{AliasKind, Known, OptionInfo};
use ops_core::conf::Entry;

use crate::finding::{Edit, Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A former name of an option, which this version still reads; a former name beside today's, which is then not
    /// read at all; and an option that Flink marks as deprecated.
    ///
    /// ## Why it matters
    /// Former names disappear with a major version: what is read with a log line today is ignored without one
    /// after the upgrade. Where both names are set, the former one looks as if it did something.
    ///
    /// ## Example
    /// ```yaml
    /// state.backend: rocksdb
    /// ```
    /// The option is `state.backend.type`.
    ///
    /// ## Fix
    /// Safe: a former name is renamed, or commented out where today's name is set. Flink reads the same values before
    /// and after. A deprecated option has a fix only where another option has taken its name over.
    "FC006", "former-key", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        match subject.known(entry) {
            Some(Known::Alias { option, kind }) => findings.push(former(subject, entry, option, *kind)),
            Some(Known::Option(option)) if option.deprecated => {
                findings.push(deprecated(subject, entry));
            }
            _ => {}
        }
    }
}

fn former(subject: &Subject<'_>, entry: &Entry, option: &OptionInfo, kind: AliasKind) -> Finding {
    let (key, version) = (&entry.key, subject.version());
    let readers: Vec<&str> = subject.catalogue.readers(key).collect();
    if let [_, _, ..] = readers[..] {
        let list = readers.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
        let message = format!("`{key}` is not an option of Flink {version} itself; {list} fall back to it");
        return subject.at_key(&RULE, entry, message, format!("set {list}"));
    }
    // What Flink reads instead of this entry: today's name, or a former one that comes before it.
    if let Some(winner) = subject.entry_of(option).filter(|winner| winner.key != *key) {
        let message =
            format!("`{}` is set in line {}, so Flink does not read `{key}`", winner.key, winner.line);
        let reason = format!("{} is set", winner.key);
        let edit = Edit::CommentOut { key: key.clone(), reason };
        let finding = subject.at_key(&RULE, entry, message, "remove it".to_owned());
        return finding.with_severity(Severity::Warning).with_safe_fix(vec![edit]);
    }
    let what = match kind {
        AliasKind::Deprecated => "is a former name of",
        AliasKind::Fallback => "is read where there is no",
    };
    let message = format!("`{key}` {what} `{}`", option.key);
    let rename = Edit::Rename { key: key.clone(), to: option.key.to_owned() };
    subject.at_key(&RULE, entry, message, format!("use `{}`", option.key)).with_safe_fix(vec![rename])
}

fn deprecated(subject: &Subject<'_>, entry: &Entry) -> Finding {
    let message = format!("`{}` is deprecated in Flink {}", entry.key, subject.version());
    let live = subject
        .catalogue
        .readers(&entry.key)
        .find(|reader| subject.catalogue.option(reader).is_some_and(|option| !option.deprecated));
    match live {
        Some(option) => subject.at_key(&RULE, entry, message, format!("use `{option}`")),
        None => {
            let help = "look for what replaces it before the next upgrade".to_owned();
            subject.at_key(&RULE, entry, message, help)
        }
    }
}
