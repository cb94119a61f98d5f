//! Our readers against the answers of real Flinks, recorded in `tests/fixtures` by `cargo xtask oracle`.

mod answers;
mod conf;
mod edit;
mod format;
mod units;
mod values;
