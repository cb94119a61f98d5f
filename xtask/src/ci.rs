//! `cargo xtask ci`: everything that a change must pass, cheapest first; stops at the first step that fails and says
//! how to repeat it alone.

use std::time::Duration;

use crate::error::XtaskError;
use crate::process::{self, cargo};
use crate::{docs, test, tidy};

struct Step {
    name: &'static str,
    /// What a person types to run this step alone.
    rerun: &'static str,
    run: fn() -> Result<(), XtaskError>,
}

const STEPS: [Step; 6] = [
    Step {
        name: "fmt",
        rerun: "cargo fmt --all",
        run: || process::run(cargo().args(["fmt", "--all", "--check"])),
    },
    Step { name: "tidy", rerun: "cargo xtask tidy", run: tidy::run },
    Step {
        name: "clippy",
        rerun: "cargo clippy --workspace --all-targets -- -D warnings",
        run: || {
            process::run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
        },
    },
    Step {
        name: "rustdoc",
        rerun: "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps",
        // Only this step has the flag: cargo would document, but never recompile, for it.
        run: || {
            let mut doc = cargo();
            process::run(doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
        },
    },
    Step { name: "docs", rerun: "cargo xtask docs", run: || docs::run().map(drop) },
    Step { name: "test", rerun: "cargo xtask test", run: || test::run(test::Scope::Everything) },
];

/// Runs every step.
///
/// # Errors
/// The first step that fails.
pub fn run() -> Result<(), XtaskError> {
    let mut times = Vec::new();
    for step in &STEPS {
        println!("\n== {} ==", step.name);
        let start = process::now();
        let done = (step.run)();
        times.push((step.name, start.elapsed()));
        if let Err(source) = done {
            print(&times, "failed");
            return Err(XtaskError::Step { step: step.name, rerun: step.rerun, source: Box::new(source) });
        }
    }
    print(&times, "ok");
    Ok(())
}

/// One line a step; `last` is how the last one ended.
fn print(times: &[(&str, Duration)], last: &str) {
    println!("\n== ci ==");
    for (index, (name, time)) in times.iter().enumerate() {
        let state = if index + 1 == times.len() { last } else { "ok" };
        println!("{name:<8} {state:<6} {:>7.1} s", time.as_secs_f64());
    }
}
