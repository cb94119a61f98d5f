//! Rules over Flink configuration, and the fixes that mend what they find.
//!
//! Flink loads an unknown key without a word, drops lines that it cannot read, and refuses a wrong value only when
//! something asks for it. [`lint`] reports what a given version of Flink would make of a document; [`apply`] and
//! [`mend`] edit the document without touching anything that was not reported. How findings are shown, and which
//! files are read, is the caller's part.
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

mod engine;
mod finding;
mod fixes;
mod registry;
mod rules;
mod subject;

pub use engine::{Context, lint};
pub use finding::{Edit, Finding, Fix, Report, Severity, Summary};
pub use fixes::{Applied, FixLevel, Mended, apply, mend};
pub use registry::{RULES, Rule, rule};
