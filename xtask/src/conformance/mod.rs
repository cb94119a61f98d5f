//! `cargo xtask conformance V`: drives the real Flink V and mock-flink V through the same steps, and compares the
//! structure of what they answer. The steps, the deliberate differences and the jobs are data: `xtask/conformance`
//! and `xtask/java/ConformanceJobs.java`.
//!
//! | module | what it holds |
//! |---|---|
//! | `run` | the command: both drives, the report, the table in `docs/conformance.md` |
//! | `steps` | the language of `steps.txt` |
//! | `drive` | one cluster through all steps |
//! | `http` | a client that sends what it is told, however odd |
//! | `compare` | which differences are deliberate; `rest-shape` finds them |
//! | `clusters` | starting a real cluster and a mock |
//! | `transcripts` | `cargo xtask transcripts V`: Flink's own command line against a real cluster |
//! | `table` | `docs/conformance.md` |

mod clusters;
mod compare;
mod drive;
mod http;
mod run;
mod steps;
mod table;
mod transcripts;

pub(crate) use run::{Mode, run};
pub(crate) use transcripts::record as record_transcript;
