//! What a target is, and how it is found by name.

use crate::TARGETS;

/// A parser and what may be expected of it: it returns, for any bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// As libFuzzer's executable is called.
    pub name: &'static str,
    /// What it reads.
    pub about: &'static str,
    /// Reads bytes; panics where a promise is broken.
    pub run: fn(&[u8]),
}

/// Gives bytes to the target of this name.
///
/// # Panics
/// There is no such target, or it breaks a promise.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target of this name").run)(data);
}
