//! The memory model, one TaskManager at a time: `cargo bench -p flinkops-tuning`.

use divan::{Bencher, black_box};
use tuning::memory::{self, Process};
use tuning::settings::Settings;

fn main() {
    divan::main();
}

#[divan::bench(args = ["1.18", "2.3"])]
fn task_manager(bencher: Bencher<'_, '_>, version: &str) {
    let version = version.parse().expect("a version");
    let settings = Settings::empty(version).with("taskmanager.memory.process.size", "16g");
    bencher.bench(|| memory::derive(Process::TaskManager, black_box(&settings)));
}

#[divan::bench]
fn job_manager(bencher: Bencher<'_, '_>) {
    let settings =
        Settings::empty("2.3".parse().expect("a version")).with("jobmanager.memory.process.size", "4g");
    bencher.bench(|| memory::derive(Process::JobManager, black_box(&settings)));
}
