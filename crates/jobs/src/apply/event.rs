//! What an observer of an application is told.

use crate::description::JobName;
use crate::journal::{Intent, Outcome, Undertaking};

/// Something that happened to a job.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// What was broken off before is taken up.
    Resumed(&'a JobName, &'a Undertaking),
    /// A step is written down, and begins.
    Begun(&'a JobName, &'a Intent),
    /// It has been carried out, and is not written down yet.
    Done(&'a JobName, &'a Outcome),
    /// Its outcome is written down.
    Concluded(&'a JobName, &'a Intent, &'a Outcome),
}
