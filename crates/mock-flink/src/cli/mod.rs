//! The command line behind `mock-flink` and `flinkops mock`. Nothing here prints: what is to be said goes to the caller.

mod command;
mod diff;
mod error;
mod pem;
mod record;
mod replay;
mod serve;
mod stop;

pub use command::{Args, Program, run};
pub use error::CliError;
pub use serve::{ServeArgs, builder, listening, serve};
pub use stop::Stopped;
