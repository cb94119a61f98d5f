//! `flinkops job plan|apply`: jobs as their descriptions say.

mod command;
mod documents;
mod journal;
mod outcome;
mod plan;
mod words;

pub(super) use command::{Options as ApplyOptions, run as apply};
pub(crate) use documents::Documents;
pub(crate) use journal::JournalOption;
pub(super) use plan::{Options as PlanOptions, run as plan};
