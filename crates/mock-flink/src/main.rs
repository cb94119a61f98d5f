//! `mock-flink`: a fake JobManager in the foreground.

use std::process::ExitCode;

use clap::Parser as _;
use mock_flink::cli::{Program, run};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the program's main function")]
fn main() -> ExitCode {
    ops_core::secret::forbid_core_dumps();
    let command = Program::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the runtime: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(run(command.args, |text| println!("{text}"))) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::from(2)
        }
    }
}
