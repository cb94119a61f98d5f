//! What is known about a key: what the versions say, and what we say.

mod explanation;
mod prose;

pub use explanation::{Explanation, Kind, Period, explain};
pub use prose::{Prose, prose};
