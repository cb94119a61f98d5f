//! `flinkops.yaml`: which processes read a configuration, and findings that a project has decided to live with.
//!
//! ```yaml
//! apiVersion: flinkops/v1
//! processes: [taskmanager]        # optional: jobmanager, taskmanager, client; without it, all of them
//! lint:
//!   allow:
//!     - codes: [FC054]
//!       keys: [rest.*]          # optional: keys, `*` stands for anything
//!       paths: [config.yaml]    # optional: files, by name
//!       reason: a proxy in front of it asks for a login
//! ```

use std::path::Path;

use ops_core::yaml;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::error::LintError;
use crate::finding::Finding;

/// The file's name.
pub(crate) const FILE: &str = "flinkops.yaml";

/// What the file holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    /// The file's name in findings.
    pub(crate) name: String,
    pub(crate) allows: Vec<Allow>,
    /// Who reads the configuration; empty: every process may.
    processes: Vec<Reader>,
}

/// A process that reads a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reader {
    JobManager,
    TaskManager,
    /// `bin/flink` and the like.
    Client,
}

impl Policy {
    /// Whether such a process reads the configuration.
    pub(crate) fn is_read_by(&self, reader: Reader) -> bool {
        self.processes.is_empty() || self.processes.contains(&reader)
    }
}

/// An exception.
#[derive(Clone, Debug)]
pub(crate) struct Allow {
    pub(crate) codes: Vec<String>,
    keys: Vec<String>,
    paths: Vec<String>,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Document {
    api_version: ApiVersion,
    #[serde(default)]
    processes: Vec<Reader>,
    #[serde(default)]
    lint: Lint,
}

#[derive(Deserialize)]
enum ApiVersion {
    #[serde(rename = "flinkops/v1")]
    V1,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lint {
    #[serde(default)]
    allow: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    codes: Spanned<Vec<String>>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(rename = "reason")]
    _reason: Reason,
}

/// A text that says something.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Reason;

impl TryFrom<String> for Reason {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() {
            Err("the reason is empty; say why the finding is right to stay")
        } else {
            Ok(Self)
        }
    }
}

pub(crate) fn parse(text: &str, name: &str) -> Result<Policy, LintError> {
    let Document { api_version: ApiVersion::V1, processes, lint } = yaml::parse(text, Path::new(name))?;
    let allows = lint.allow.into_iter().map(|entry| {
        let at = entry.codes.referenced;
        Allow {
            codes: entry.codes.value,
            keys: entry.keys,
            paths: entry.paths,
            line: usize::try_from(at.line()).unwrap_or(1).max(1),
            column: usize::try_from(at.column()).unwrap_or(1).max(1),
        }
    });
    Ok(Policy { name: name.to_owned(), allows: allows.collect(), processes })
}

impl Allow {
    pub(crate) fn holds_for(&self, finding: &Finding) -> bool {
        let file = Path::new(&finding.file);
        let named = |pattern: &String| {
            file.file_name().and_then(|name| name.to_str()).is_some_and(|name| matches(pattern, name))
                || matches(pattern, &finding.file)
        };
        self.codes.iter().any(|code| code.eq_ignore_ascii_case(finding.code))
            && (self.keys.is_empty()
                || finding
                    .key
                    .as_ref()
                    .is_some_and(|key| self.keys.iter().any(|pattern| matches(pattern, key))))
            && (self.paths.is_empty() || self.paths.iter().any(named))
    }
}

/// Whether `text` fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|tail| {
            (0..=tail.len()).filter(|at| tail.is_char_boundary(*at)).any(|at| matches(rest, &tail[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("rest.*", "rest.port", true),
            ("rest.*", "restart", false),
            ("*.port", "rest.port", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcdef", false),
            ("*", "", true),
            ("rest.port", "rest.port", true),
            ("rest", "rest.port", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_reason_is_needed_and_a_wrong_field_is_explained() {
        let entry = |fields: &str| format!("apiVersion: flinkops/v1\nlint:\n  allow:\n    - {fields}\n");
        let error = |fields: &str| parse(&entry(fields), "flinkops.yaml").unwrap_err().to_string();
        assert!(error("codes: [FC001]").contains("`reason`"), "{}", error("codes: [FC001]"));
        assert!(error("{codes: [FC001], reason: ' '}").contains("the reason is empty"));
        assert!(error("{code: [FC001], reason: r}").contains("did you mean `codes`"));
        let policy = parse(&entry("{codes: [FC001], reason: r}"), "flinkops.yaml").unwrap();
        assert_eq!((policy.allows[0].line, policy.allows[0].codes.len()), (4, 1));
    }
}
