//! Memory sizes and durations, parsed exactly as Flink parses them.
//!
//! What Flink accepts was measured on its own classes; `tests/units.rs` compares every recorded answer.

mod duration;
mod error;
mod memory;
mod shown;
mod split;

pub use duration::FlinkDuration;
pub use error::UnitError;
pub use memory::MemorySize;
pub use shown::human_bytes;
pub(crate) use split::java_trim;
use split::number_and_unit;
