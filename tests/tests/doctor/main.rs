//! `flinkops doctor` on real Flinks that are well and that are not, and on large ones that are not real; and
//! `flinkops tune parallelism`, which looks at the same jobs.

#![expect(clippy::print_stderr, reason = "what was measured is told: seconds, requests")]

mod commands;
mod faults;
mod healthy;
mod large;
mod parallelism;
mod phrases;
mod stage;
