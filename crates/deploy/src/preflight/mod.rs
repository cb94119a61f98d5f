//! Whether a machine is fit for Flink's processes: found, required, how to mend it.
//!
//! Everything is read from files (`/proc`, `/sys`, `/etc`, a JDK's `release`) and asked of the system by calls that change nothing; no
//! program is started. One file a subject; each gives [`Check`]s and knows nothing of the others.

mod account;
mod check;
mod clock;
mod cpu;
mod disk;
mod java;
mod kernel;
mod limits;
mod machine;
mod memory;
mod names;
mod ports;
mod request;
mod run;
mod secrets;
mod storage;

pub use check::{Check, Verdict};
pub use machine::Machine;
pub use request::{Directory, Port, Process, Request, Use};
pub use run::preflight;
