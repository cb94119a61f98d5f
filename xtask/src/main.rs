//! `cargo xtask`. The commands are in the library, so that tests reach them.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::cli::main()
}
