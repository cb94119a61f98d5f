//! Libraries never print: only the command line, the executable of the mock, `xtask` and examples do. Clippy sees the macros;
//! this rule also sees the streams behind them.

use crate::tidy::tree::{Source, code};
use crate::tidy::{Finding, Tree};

const PRINTS: [&str; 6] = ["print!(", "println!(", "eprint!(", "eprintln!(", "io::stdout(", "io::stderr("];

/// Who may print, by the beginning of the path.
const PRINTERS: [&str; 5] = [
    "crates/flinkops/",
    "crates/mock-flink/src/main.rs",
    "crates/mock-flink/src/bin/",
    "fuzz/src/main.rs",
    "xtask/",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (source, text) in tree.ending(".rs").filter(|(source, _)| !may_print(source)) {
        for (number, line) in code(text) {
            if PRINTS.iter().any(|word| line.contains(word)) {
                let message = "a library prints; return the text, or move this to the command line";
                found.push(Finding::line(source, number, message));
            }
        }
    }
    found
}

fn may_print(source: &Source) -> bool {
    source.is_test()
        || source.path.contains("/examples/")
        || PRINTERS.iter().any(|start| source.path.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn only_those_who_talk_to_people_print() {
        let text = "//! P.\nprintln!(\"x\");\nlet out = std::io::stdout().lock();\n";
        let tree = Tree::of(&[
            ("crates/pki/src/lib.rs", text),
            ("crates/mock-flink/src/server.rs", text),
            ("crates/mock-flink/src/main.rs", text),
            ("crates/flinkops/src/output.rs", text),
            ("crates/pki/tests/a.rs", text),
            ("crates/pki/examples/a.rs", text),
            ("xtask/src/a.rs", text),
        ]);
        let library = ["crates/pki/src/lib.rs", "crates/mock-flink/src/server.rs"];
        let expected: Vec<_> = library.iter().flat_map(|path| [(*path, 2), (*path, 3)]).collect();
        assert_eq!(lines(&check(&tree)), expected);
    }
}
