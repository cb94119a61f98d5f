//! The `flinkops` binary. Everything is in the library, so that the manual pages and tests can reach it.

fn main() -> std::process::ExitCode {
    flinkops::main(std::env::args_os())
}
