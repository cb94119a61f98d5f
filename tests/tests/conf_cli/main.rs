//! `flinkops conf` as a person uses it: every verb, bad input, files that must stay as they are.

mod comparing;
mod desk;
mod editing;
mod fixing;
mod knowing;
mod migrating;
