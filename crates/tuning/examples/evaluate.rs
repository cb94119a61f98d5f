//! Divides the memory of a TaskManager so many times, each time by another size, and prints the nanoseconds that it took and
//! the managed memory of all of them: `cargo xtask bench memory` compares both with a JVM that does the same.

use std::time::Instant;

use tuning::memory::{self, Process, ProcessMemory};
use tuning::settings::Settings;

fn evaluate(evaluations: u64) -> u64 {
    let version = "2.3".parse().expect("a version");
    let mut sum = 0;
    for index in 0..evaluations {
        let size = format!("{}m", 2048 + index % 1000);
        let settings = Settings::empty(version).with("taskmanager.memory.process.size", &size);
        if let Ok(ProcessMemory::TaskManager(memory)) = memory::derive(Process::TaskManager, &settings) {
            sum += memory.managed.size.bytes();
        }
    }
    sum
}

#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "this is a program that measures")]
fn main() {
    let evaluations = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    evaluate(evaluations);
    let start = Instant::now();
    let sum = evaluate(evaluations);
    println!("{} {sum}", start.elapsed().as_nanos());
}
