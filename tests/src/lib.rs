//! The harness of the end-to-end tests: what a test needs from the machine, how it starts processes, and how it
//! proves that none is left. The tests themselves stand in `tests/*.rs`; no knowledge of a command lives here.
//!
//! | module | what it holds |
//! |---|---|
//! | [`environment`] | the variables by which `cargo xtask test` talks to the tests |
//! | [`cache`] | where real Flink distributions are kept |
//! | [`need`] | tools and distributions that a test asks for with [`require!`], and what happens without them |
//! | [`binaries`] | the executables that cargo built beside the tests |
//! | [`run`] | one test's directory, its processes, their output and their end |
//! | [`running`] | a process in the background: wait for a line, send a signal |
//! | [`residue`] | the processes that a test left behind |
//! | [`port`] | free ports |
//! | [`realm`] | a Kerberos realm on the loopback interface |
//! | [`official`] | Flink's own command line through a session |
//! | [`http`] | one plain `GET` |
//! | [`exclusive`] | one real Flink at a time |
//! | [`flink`] | processes of a real Flink, each with a conf directory of its own |
//!
//! A test of the real thing begins like this:
//!
//! ```no_run
//! use end_to_end::{binaries, exclusive, need::Need, require, run::TestRun};
//!
//! # fn quickstart_on_a_real_cluster() {
//! let [_java, home] = require!(Need::Java, Need::Flink("1.20.5"));
//! let _alone = exclusive::real_flink();
//! let run = TestRun::new();
//! let output = run.command(binaries::flinkops()).args(["quickstart", "--flink-home"]).arg(&home).run();
//! assert_eq!(output.code, Some(0), "{output}");
//! run.assert_no_process_left();
//! # }
//! ```

pub mod binaries;
pub mod cache;
pub mod environment;
pub mod exclusive;
pub mod flink;
pub mod http;
pub mod need;
pub mod official;
pub mod port;
pub mod realm;
pub mod residue;
pub mod run;
pub mod running;
