//! Rules over Flink configuration, and the fixes that mend what they find.
//!
//! Flink loads an unknown key without a word, drops lines that it cannot read, and refuses a wrong value only when
//! something asks for it. [`lint`] reports what a given version of Flink would make of a document, [`lint_files`] of a
//! conf directory; [`apply`] and [`mend`] edit without touching anything that was not reported. How findings are shown
//! is the caller's part.
//!
//! A finding that is right to stay is allowed by a comment, `# flinkops: allow(FC054) reason`, at the end of the line,
//! on the line above, or at the head of the file before an empty line; or in a `flinkops.yaml` beside the file.
//!
//! ```
//! use conf_lint::{Context, FixLevel};
//! use ops_core::conf::ConfDocument;
//! use ops_core::version::Dialect;
//!
//! let mut document = ConfDocument::parse("rest.prot: 8081\n", Dialect::Legacy)?;
//! let context = Context { version: "1.20".parse().unwrap(), file: "flink-conf.yaml".to_owned() };
//! let report = conf_lint::lint(&document, &context);
//! assert_eq!(report.findings[0].code, "FC001");
//! let mended = conf_lint::mend(&mut document, &context, FixLevel::Unsafe);
//! assert!(mended.remaining.findings.is_empty());
//! assert_eq!(document.to_text(), "rest.port: 8081\n");
//! # Ok::<(), ops_core::conf::ConfError>(())
//! ```

mod compare;
mod engine;
mod error;
mod explain;
mod files;
mod finding;
mod fixes;
mod host_list;
mod lines;
mod migrate;
mod policy;
mod registry;
mod rules;
mod schema;
mod subject;
mod suppression;

pub use compare::{Configuration, Difference, Side, compare};
pub use engine::{Context, lint, lint_files};
pub use error::LintError;
pub use explain::{Explanation, Kind, Period, Prose, explain, prose};
pub use files::{Files, KeyType};
pub use finding::{Edit, Finding, Fix, Report, Severity, Summary};
pub use fixes::{Applied, FixLevel, Mended, apply, apply_files, mend, mend_files};
pub use migrate::{ChangedDefault, Defaults, Migration, Step, migrate};
pub use registry::{RULES, Rule, rule};
pub use schema::schema;
