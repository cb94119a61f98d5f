//! The migration itself.

use ops_core::catalogue::{AliasKind, Catalogue, Known};
use ops_core::conf::{ConfDocument, ConfError, Entry, is_sensitive};
use ops_core::version::FlinkVersion;

use super::change::{Migration, Step};
use super::{defaults, removed, rewrite};
use crate::engine::{Context, lint};

/// What happens to defaults that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defaults {
    /// They are listed.
    List,
    /// The old ones are set, so that behaviour stays.
    Pin,
}

/// Writes a configuration of one version as another version reads it, so that it does the same there. Keys and values
/// are changed in their place; what the new version does not have becomes a comment that says why.
///
/// # Errors
/// The file that the new version reads cannot hold a value.
pub fn migrate(
    document: &ConfDocument,
    from: FlinkVersion,
    to: FlinkVersion,
    defaults: Defaults,
) -> Result<Migration, ConfError> {
    let mut run = Run {
        document: document.clone(),
        from,
        to,
        old: Catalogue::of(from),
        new: Catalogue::of(to),
        steps: Vec::new(),
    };
    if !to.reads(document.dialect()) {
        run.document = document.convert(to.dialect())?;
        let (from, to) = (document.dialect().file_name(), to.dialect().file_name());
        run.steps.push(Step::Converted { from, to });
    }
    let entries: Vec<Entry> = document.effective().cloned().collect();
    for entry in &entries {
        run.entry(entry);
    }
    let changed = defaults::changed(&run.document, run.old, run.new);
    if defaults == Defaults::Pin {
        for default in &changed {
            if let Some(value) = &default.was
                && run
                    .new
                    .option(default.key)
                    .is_some_and(|option| run.new.check(&option, value, run.document.dialect()).is_ok())
                && run.document.set(default.key, value).is_ok()
            {
                run.steps.push(Step::Pinned { key: default.key.to_owned(), value: value.clone() });
            }
        }
    }
    let context = Context { version: to, file: run.document.dialect().file_name().to_owned() };
    let left = lint(&run.document, &context);
    Ok(Migration { document: run.document, steps: run.steps, defaults: changed, left })
}

struct Run {
    document: ConfDocument,
    from: FlinkVersion,
    to: FlinkVersion,
    old: Catalogue,
    new: Catalogue,
    steps: Vec<Step>,
}

impl Run {
    fn entry(&mut self, entry: &Entry) {
        let key = entry.key.as_str();
        if let Some(replacement) = rewrite::replacement(entry, self.from, self.to)
            && self.new.lookup(key).is_none()
        {
            self.replace(entry, replacement);
            return;
        }
        let name = match self.new.lookup(key) {
            Some(Known::Alias { option, kind: AliasKind::Deprecated }) => option.key,
            // A fallback is read for more than one option.
            Some(_) => {
                self.value(entry, key);
                return;
            }
            None => match self.new.elsewhere(key).and_then(|elsewhere| elsewhere.replacement) {
                Some(name) => name,
                None => {
                    self.remove(entry);
                    return;
                }
            },
        };
        match self.document.rename(key, name) {
            Ok(()) => {
                let (line, key) = (entry.line, key.to_owned());
                self.steps.push(Step::Renamed { line, key, to: name.to_owned() });
                self.value(entry, name);
            }
            Err(ConfError::KeyTaken { .. }) => {
                let reason = format!("Flink {} reads `{name}`, which is set too", self.to.line());
                self.comment_out(entry, reason, |line, key, reason| Step::Removed { line, key, reason });
            }
            Err(error) => self.unsettled(entry, format!("it is `{name}` now; {error}")),
        }
    }

    /// The value, if the new version does not take it as it is.
    fn value(&mut self, entry: &Entry, name: &str) {
        if let Some(replacement) = rewrite::value(name, &entry.value, self.from, self.to) {
            let mut made = Vec::new();
            for (key, value) in &replacement.entries {
                // What is said already is not said otherwise.
                if (*key == name || self.document.entry(key).is_none())
                    && self.document.set(key, value).is_ok()
                {
                    made.push((*key).to_owned());
                }
            }
            let (line, key, reason) = (entry.line, name.to_owned(), replacement.reason.to_owned());
            self.steps.push(Step::Rewritten { line, key, reason });
            return;
        }
        let Some(Known::Option(option)) = self.new.lookup(name) else { return };
        let dialect = self.document.dialect();
        let Err(error) = self.new.check(&option, &entry.value, dialect) else { return };
        // What the old version refused too is for the linter to tell.
        let old = self.old.resolve(&entry.key).and_then(|key| self.old.option(key));
        if old.is_some_and(|old| self.old.check(&old, &entry.value, dialect).is_err()) {
            return;
        }
        let reason = match is_sensitive(name) {
            true => format!("Flink {} needs {}", self.to.line(), option.value_type),
            false => format!("Flink {} does not take the value: {error}", self.to.line()),
        };
        self.unsettled(entry, reason);
    }

    fn replace(&mut self, entry: &Entry, replacement: rewrite::Replacement) {
        let mut by = Vec::new();
        for (key, value) in &replacement.entries {
            if self.document.entry(key).is_none() && self.document.set(key, value).is_ok() {
                by.push((*key).to_owned());
            }
        }
        let reason = replacement.reason.to_owned();
        self.comment_out(entry, reason, |line, key, reason| Step::Replaced { line, key, by, reason });
    }

    fn remove(&mut self, entry: &Entry) {
        let known = self.old.lookup(&entry.key).is_some();
        let (from, to) = (self.from.line(), self.to.line());
        if known {
            let reason = match removed::reason(&entry.key) {
                Some(reason) => format!("Flink {to} has no such option: {reason}"),
                None => format!("Flink {to} has no such option"),
            };
            self.comment_out(entry, reason, |line, key, reason| Step::Removed { line, key, reason });
        } else {
            let reason = format!("neither Flink {from} nor Flink {to} has such an option");
            self.comment_out(entry, reason, |line, key, reason| Step::Ignored { line, key, reason });
        }
    }

    fn comment_out(
        &mut self,
        entry: &Entry,
        reason: String,
        step: impl FnOnce(usize, String, String) -> Step,
    ) {
        if self.document.comment_out(&entry.key, &reason) {
            self.steps.push(step(entry.line, entry.key.clone(), reason));
        } else {
            self.unsettled(entry, format!("{reason}; an anchor ties it to other entries"));
        }
    }

    fn unsettled(&mut self, entry: &Entry, reason: String) {
        self.steps.push(Step::Unsettled { line: entry.line, key: entry.key.clone(), reason });
    }
}
