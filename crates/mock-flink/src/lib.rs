//! A fake Flink JobManager: a deterministic simulation of a session cluster behind Flink's REST API, as Flink 1.18 to
//! 2.3 answer it.
//!
//! ```
//! # async fn example() -> Result<(), mock_flink::MockError> {
//! use mock_flink::MockFlink;
//!
//! let mock = MockFlink::builder().version("2.3".parse().unwrap()).task_managers(2).slots(4).start().await?;
//! // … any client of Flink's REST API, against mock.url() …
//! mock.lose_task_manager(&mock.task_managers()[0]);
//! mock.shutdown().await;
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`sim`] | the state machine: jobs, TaskManagers, checkpoints, failures; no I/O and no clock of its own |
//! | [`programs`] | what the main method of an uploaded jar does |
//! | [`scenario`] | clusters and their stories as YAML files |
//! | `rest` | the resources: state to wire types, one file each; version differences in one table |
//! | `faults` | answers that go wrong on purpose |
//! | `verify` | what clients are expected to ask for |
//! | `state` | the whole state as a document |
//! | `control` | `/mock/…`, the same for other languages |
//! | `serialized` | the jobs that Flink's own client submits |
//! | `recording` | what clients and a cluster said to each other, taken by a proxy and played back |
//! | `diff` | two clusters asked the same |
//! | `dashboard` | the web application of a Flink distribution |
//! | `server` | HTTP, TLS, uploads |
//! | [`cli`] | the command line behind `mock-flink` and `flinkops mock` |
//!
//! A path that is not simulated answers what a real JobManager answers to a path that it does not have.

mod app;
pub mod cli;
mod clock;
mod control;
mod dashboard;
mod diff;
mod error;
mod faults;
mod jars;
mod journal;
mod matcher;
mod mock;
mod phase;
pub mod programs;
mod recipe;
mod recording;
mod reference;
mod rest;
pub mod scenario;
mod serialized;
mod server;
pub mod sim;
mod span;
mod state;
mod storage;
mod target;
mod tls;
mod verify;

pub use error::MockError;
pub use faults::{Action, Fault, Latency, When};
pub use journal::RecordedRequest;
pub use matcher::{Matcher, MatcherError};
pub use mock::{Builder, MockFlink};
pub use recording::RecordingError;
#[doc(hidden)]
pub use reference::{api_page, read_submission};
pub use server::Gate;
pub use span::Span;
pub use state::StateError;
pub use target::{TargetError, Trust};
pub use tls::{PemError, TlsMaterial};
pub use verify::{Expectation, Times, Unmet, Verdict};
