//! Making jobs what their descriptions say.
//!
//! ```text
//! look at the cluster and the journal -> plan -> [upload and rehearse] -> [stop] -> [submit] -> [watch] -> done
//!                                                                             |          |
//!                                                          refused, unhealthy +----------+-> [withdraw] -> [upload]
//!                                                                                            -> [submit] -> [watch] -> rolled back
//! ```
//!
//! Each step in brackets is written into the journal before it is begun, with everything that was chosen for it, and again when its
//! outcome is known. What comes next follows from what is written there and nothing else (`next`), so whoever reads it after
//! a crash does the step again, and goes on. Every step can be done twice: a jar is found by its content, a savepoint by its
//! trigger id and its own directory, a job by its id, which Flink takes once.

mod cluster;
mod engine;
mod error;
mod event;
mod next;
mod pace;
mod perform;
mod plan;

pub use cluster::{Left, Seen, left_by, look};
pub use engine::{Applied, Applier};
pub use error::ApplyError;
pub use event::Event;
pub use pace::Pace;
pub use plan::{Action, Difference, Plan, PlanOptions, plan, plan_removal};
