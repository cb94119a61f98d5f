//! The `flinkops` binary. Everything is in the library, so that the manual pages and tests can reach it.

fn main() -> std::process::ExitCode {
    ops_core::secret::forbid_core_dumps();
    flinkops::main(std::env::args_os())
}
