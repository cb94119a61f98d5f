//! The variables by which `cargo xtask test` talks to the tests. Nothing else in the harness asks the environment.
//!
//! | variable | meaning |
//! |---|---|
//! | [`REQUIRE_TOOLS`] | `1`: a missing tool fails the test. Set when `CI=true` |
//! | [`HERMETIC`] | `1`: no Java, no Flink, no network; tests that need them are skipped. Set by `--quick` |
//! | [`SKIP_LOG`] | the file that collects the skipped tests, one a line: name, reason and mend between tabs |
//! | [`CACHE`] | the directory of downloaded distributions (default: [`crate::cache`]) |
//! | [`CHAOS_MINUTES`] | how long everything is killed in the tests of `recover watch`; a short while by default |
//! | [`TEST_RUN`] | set by the harness on every process it starts; how leftovers are found |

use std::ffi::OsString;
use std::path::PathBuf;

/// `1`: a missing tool fails the test.
pub const REQUIRE_TOOLS: &str = "FLINKOPS_REQUIRE_TOOLS";
/// `1`: tests that need Java, Flink or another program from outside the workspace are skipped.
pub const HERMETIC: &str = "FLINKOPS_HERMETIC";
/// The file that collects the skipped tests.
pub const SKIP_LOG: &str = "FLINKOPS_SKIP_LOG";
/// The directory of downloaded distributions.
pub const CACHE: &str = "FLINKOPS_CACHE";
/// Minutes of kills in the tests of `recover watch`.
pub const CHAOS_MINUTES: &str = "FLINKOPS_CHAOS_MINUTES";
/// Marks every process that a test started.
pub const TEST_RUN: &str = "FLINKOPS_TEST_RUN";

/// Whether the variable is set to `1` or `true`.
pub fn is_on(name: &str) -> bool {
    variable(name).is_some_and(|value| value == "1" || value == "true")
}

/// The variable as a path, if it is set and not empty.
pub fn path(name: &str) -> Option<PathBuf> {
    variable(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The variable as a number, if it is one.
pub fn number(name: &str) -> Option<u64> {
    variable(name)?.to_str()?.parse().ok()
}

/// The directories in which programs are looked for.
pub fn search_path() -> Vec<PathBuf> {
    variable("PATH").map(|value| std::env::split_paths(&value).collect()).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "this module owns the environment of the tests")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
