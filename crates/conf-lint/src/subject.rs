//! What the rules see: the document, and what the catalogue of its version knows.

use ops_core::catalogue::{Catalogue, OptionInfo};
use ops_core::conf::{ConfDocument, Entry};
use ops_core::version::{Dialect, FlinkVersion};

use crate::engine::Context;
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::registry::Rule;

/// One document under one version.
pub(crate) struct Subject<'a> {
    document: &'a ConfDocument,
    context: &'a Context,
    pub(crate) catalogue: Catalogue,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(document: &'a ConfDocument, context: &'a Context) -> Self {
        Self { document, context, catalogue: Catalogue::of(context.version) }
    }

    pub(crate) fn document(&self) -> &'a ConfDocument {
        self.document
    }

    pub(crate) fn version(&self) -> FlinkVersion {
        self.context.version
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.document.dialect()
    }

    /// The entries that Flink sees.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.document.effective()
    }

    /// The entry that sets this very key.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.document.entry(key)
    }

    /// The entry from which Flink takes the option: its own key first, then the other names.
    pub(crate) fn entry_of(&self, option: &OptionInfo) -> Option<&'a Entry> {
        let names = [option.key].into_iter().chain(option.deprecated_keys.iter().copied());
        names.chain(option.fallback_keys.iter().copied()).find_map(|name| self.entry(name))
    }

    /// Whether a boolean option is in force, and where that is said.
    pub(crate) fn enabled(&self, key: &str) -> Option<&'a Entry> {
        let option = self.catalogue.option(key)?;
        self.entry_of(&option).filter(|entry| entry.value.eq_ignore_ascii_case("true"))
    }

    /// A finding at the key of an entry.
    pub(crate) fn at_key(&self, rule: &Rule, entry: &Entry, message: String, help: String) -> Finding {
        self.at(rule, (entry.line, entry.column), Some(entry.key.clone()), message, help)
    }

    /// A finding at the value of an entry.
    pub(crate) fn at_value(&self, rule: &Rule, entry: &Entry, message: String, help: String) -> Finding {
        self.at(rule, (entry.value_line, entry.value_column), Some(entry.key.clone()), message, help)
    }

    /// A finding anywhere.
    pub(crate) fn at(
        &self,
        rule: &Rule,
        (line, column): (usize, usize),
        key: Option<String>,
        message: String,
        help: String,
    ) -> Finding {
        let file = self.context.file.clone();
        Finding {
            code: rule.code,
            severity: rule.severity,
            key,
            file,
            line,
            column,
            message,
            help,
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
