//! Flink's configuration files, read as Flink reads them and edited without loss.
//!
//! [`ConfDocument`] holds a file in either [dialect](crate::version::Dialect). Its entries are what Flink's own
//! reader makes of the file (`tests/conf.rs` compares every recorded answer of real Flinks), and an edit changes
//! the bytes it must change, and no others. A few YAML files that Flink reads are refused here rather than read
//! differently: anchors within lists, types that are no text, and indentation that YAML 1.2 forbids. What a key means, and whether it exists, is not decided here.

mod convert;
mod document;
mod entry;
mod error;
mod format;
mod legacy;
mod lines;
mod masked;
mod sensitive;
mod yaml;

pub use document::ConfDocument;
pub use entry::{Entry, Problem, ProblemKind};
pub use error::ConfError;
pub use format::Style;
pub use masked::shown_line;
pub use sensitive::{flink_hides, is_sensitive};
pub(crate) use yaml::Part;
