//! Configurations of a thousand keys, read in both dialects: `cargo bench -p flinkops-ops-core`.

use divan::{Bencher, black_box};
use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;

fn main() {
    divan::main();
}

fn text() -> String {
    (0..1000).map(|index| format!("containerized.master.env.VARIABLE_{index}: value {index}\n")).collect()
}

#[divan::bench]
fn legacy(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.bench(|| ConfDocument::parse(black_box(&text), Dialect::Legacy));
}

#[divan::bench]
fn yaml(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.bench(|| ConfDocument::parse(black_box(&text), Dialect::Yaml));
}
