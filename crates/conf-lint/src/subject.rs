//! What the rules see: the document, what the catalogue of its version knows, and the files beside it.

use std::collections::HashMap;

use ops_core::catalogue::{Catalogue, Known, OptionInfo, OptionType};
use ops_core::conf::{ConfDocument, Entry};
use ops_core::units::{FlinkDuration, MemorySize};
use ops_core::version::{Dialect, FlinkVersion};

use crate::engine::Context;
use crate::files::{Companion, Files, KeyType};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::policy::{Policy, Reader};
use crate::registry::Rule;

/// One configuration under one version.
pub(crate) struct Subject<'a> {
    document: &'a ConfDocument,
    version: FlinkVersion,
    file: &'a str,
    files: Option<&'a Files>,
    /// The entries that count, each with what the catalogue makes of its key.
    index: HashMap<&'a str, (&'a Entry, Option<Known>)>,
    pub(crate) catalogue: Catalogue,
}

/// A value that counts, and the entry that sets it; `None`: it is the default.
pub(crate) struct Effective<'a, T> {
    pub(crate) value: T,
    pub(crate) entry: Option<&'a Entry>,
}

impl<'a> Subject<'a> {
    pub(crate) fn of_document(document: &'a ConfDocument, context: &'a Context) -> Self {
        Self::new(document, context.version, &context.file, None)
    }

    pub(crate) fn of_files(files: &'a Files) -> Self {
        Self::new(&files.document, files.version, &files.name, Some(files))
    }

    fn new(
        document: &'a ConfDocument,
        version: FlinkVersion,
        file: &'a str,
        files: Option<&'a Files>,
    ) -> Self {
        let catalogue = Catalogue::of(version);
        let looked_up = |entry: &'a Entry| (entry.key.as_str(), (entry, catalogue.lookup(&entry.key)));
        let mut index = HashMap::with_capacity(document.entries().count());
        index.extend(document.effective().map(looked_up));
        Self { document, version, file, files, index, catalogue }
    }

    pub(crate) fn document(&self) -> &'a ConfDocument {
        self.document
    }

    /// The document's name in findings.
    pub(crate) fn file(&self) -> &'a str {
        self.file
    }

    pub(crate) fn version(&self) -> FlinkVersion {
        self.version
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.document.dialect()
    }

    /// The files, where a whole conf directory is linted.
    pub(crate) fn directory(&self) -> Option<&'a Files> {
        self.files.filter(|files| files.directory)
    }

    /// Whether such a process reads the configuration: the project may have said which do.
    pub(crate) fn is_read_by(&self, reader: Reader) -> bool {
        self.files.is_none_or(|files| files.policy.is_read_by(reader))
    }

    /// A file of the conf directory.
    pub(crate) fn companion(&self, file: &str) -> Option<&'a Companion> {
        self.files?.companion(file)
    }

    /// The permission bits of the document's file, where it is one.
    pub(crate) fn mode(&self) -> Option<u32> {
        self.files?.mode
    }

    /// What is known of the key in the keystore that this option names.
    pub(crate) fn stored_key(&self, option: &str) -> Option<KeyType> {
        self.files?.keys.iter().find(|(name, _)| name == option).map(|(_, key)| *key)
    }

    pub(crate) fn policy(&self) -> Option<&'a Policy> {
        self.files.map(|files| &files.policy)
    }

    /// Every file with its name in findings.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let companions = self.files.iter().flat_map(|files| &files.companions);
        std::iter::once((self.file, self.document.text()))
            .chain(companions.map(|file| (file.name.as_str(), file.text.as_str())))
    }

    /// The place of a file in reports.
    pub(crate) fn position(&self, file: &str) -> usize {
        self.files.map_or(0, |files| files.position(file))
    }

    /// The entries that Flink sees.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.document.effective()
    }

    /// The entries below a prefix, which ends with a dot.
    pub(crate) fn below(&self, prefix: &'static str) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.entries().filter(move |entry| entry.key.starts_with(prefix))
    }

    /// The entry that sets this very key.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.index.get(key).map(|(entry, _)| *entry)
    }

    /// What the catalogue makes of the key of an entry.
    pub(crate) fn known(&self, entry: &Entry) -> Option<&Known> {
        self.index.get(entry.key.as_str()).and_then(|(_, known)| known.as_ref())
    }

    /// The entry from which Flink takes the option: its own key first, then the other names.
    pub(crate) fn entry_of(&self, option: &OptionInfo) -> Option<&'a Entry> {
        let names = [option.key].into_iter().chain(option.deprecated_keys.iter().copied());
        names.chain(option.fallback_keys.iter().copied()).find_map(|name| self.entry(name))
    }

    /// The option under its name of today; `key` is one of its names, best the oldest.
    pub(crate) fn option(&self, key: &str) -> Option<OptionInfo> {
        self.catalogue.resolve(key).and_then(|key| self.catalogue.option(key))
    }

    /// The name of today, or `key` itself where this version does not know it.
    pub(crate) fn name(&self, key: &'static str) -> &'static str {
        self.catalogue.resolve(key).unwrap_or(key)
    }

    /// The entry that sets an option, under whichever of its names. `None` also where this version has no such option.
    pub(crate) fn set(&self, key: &str) -> Option<&'a Entry> {
        self.option(key).and_then(|option| self.entry_of(&option))
    }

    /// The value of an option as `read` understands it: that of its entry, or the default. `None` also where the value
    /// makes no sense, which is another rule's finding.
    fn effective<T>(
        &self,
        key: &str,
        read: impl Fn(&OptionInfo, &str) -> Option<T>,
    ) -> Option<Effective<'a, T>> {
        let option = self.option(key)?;
        match self.entry_of(&option) {
            Some(entry) => {
                read(&option, entry.value.trim()).map(|value| Effective { value, entry: Some(entry) })
            }
            None => {
                let value = read(&option, option.default.as_deref()?)?;
                Some(Effective { value, entry: None })
            }
        }
    }

    pub(crate) fn memory(&self, key: &str) -> Option<Effective<'a, MemorySize>> {
        self.effective(key, |_, text| MemorySize::parse(text).ok())
    }

    /// A duration; a number without unit counts milliseconds, as Flink has it.
    pub(crate) fn duration(&self, key: &str) -> Option<Effective<'a, std::time::Duration>> {
        self.effective(key, |option, text| match option.value_type {
            OptionType::Duration => FlinkDuration::parse_for(text, self.version).ok().map(Into::into),
            _ => text.parse().ok().map(std::time::Duration::from_millis),
        })
    }

    pub(crate) fn number(&self, key: &str) -> Option<Effective<'a, f64>> {
        self.effective(key, |_, text| text.parse().ok())
    }

    /// A text; the default where it is not set.
    pub(crate) fn text(&self, key: &str) -> Option<Effective<'a, String>> {
        self.effective(key, |_, text| Some(text.to_owned()))
    }

    /// Whether a boolean option is in force, be it by default.
    pub(crate) fn is_on(&self, key: &str) -> bool {
        self.effective(key, |_, text| Some(text.eq_ignore_ascii_case("true"))).is_some_and(|on| on.value)
    }

    /// Where it is said that a boolean option is in force.
    pub(crate) fn enabled(&self, key: &str) -> Option<&'a Entry> {
        self.set(key).filter(|entry| entry.value.eq_ignore_ascii_case("true"))
    }

    /// Whether the cluster is not one of the start scripts' own, so that others take care of addresses and files.
    pub(crate) fn is_managed(&self) -> bool {
        let starts = ["kubernetes.", "yarn."];
        self.entries().any(|entry| starts.iter().any(|prefix| entry.key.starts_with(prefix)))
    }

    /// A finding at the key of an entry.
    pub(crate) fn at_key(
        &self,
        rule: &Rule,
        entry: &Entry,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        self.at(rule, (entry.line, entry.column), Some(entry.key.clone()), message.into(), help.into())
    }

    /// A finding at the value of an entry.
    pub(crate) fn at_value(
        &self,
        rule: &Rule,
        entry: &Entry,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        let place = (entry.value_line, entry.value_column);
        self.at(rule, place, Some(entry.key.clone()), message.into(), help.into())
    }

    /// A finding anywhere in the document.
    pub(crate) fn at(
        &self,
        rule: &Rule,
        place: (usize, usize),
        key: Option<String>,
        message: String,
        help: String,
    ) -> Finding {
        Finding { key, ..self.in_file(rule, self.file, place, message, help) }
    }

    /// A finding in any file.
    pub(crate) fn in_file(
        &self,
        rule: &Rule,
        file: &str,
        (line, column): (usize, usize),
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        Finding {
            code: rule.code,
            severity: rule.severity,
            key: None,
            file: file.to_owned(),
            line,
            column,
            message: message.into(),
            help: help.into(),
            fix: None,
        }
    }

    /// Moves the value of an entry to another key; where that key is set already, the entry goes.
    pub(crate) fn move_to(&self, entry: &Entry, to: &str) -> Edit {
        if self.entry(to).is_some() {
            let reason = format!("{to} is set");
            Edit::CommentOut { key: entry.key.clone(), reason }
        } else {
            Edit::Rename { key: entry.key.clone(), to: to.to_owned() }
        }
    }

    /// Gives an option a value: where it is set, under the name that it has there, and else under its name of today.
    pub(crate) fn give(&self, key: &'static str, value: impl Into<String>) -> Edit {
        let value = value.into();
        // A fallback is another option, which keeps its value.
        let own = |option: OptionInfo| {
            let names = [option.key].into_iter().chain(option.deprecated_keys);
            names.into_iter().find_map(|name| self.entry(name))
        };
        match self.option(key).and_then(own) {
            Some(entry) => Edit::Set { key: entry.key.clone(), value },
            None => Edit::Append { key: self.name(key).to_owned(), value },
        }
    }
}

impl Finding {
    /// The same finding, mended by `edits` without a change of meaning.
    pub(crate) fn with_safe_fix(mut self, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { safe: true, edits });
        self
    }

    /// The same finding, mended by `edits` as the writer most likely meant it.
    pub(crate) fn with_unsafe_fix(mut self, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { safe: false, edits });
        self
    }

    /// The same finding, more or less severe than the rule usually is.
    pub(crate) fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
