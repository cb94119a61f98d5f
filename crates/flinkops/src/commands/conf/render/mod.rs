//! Findings in the forms that people and programs read: one form a file.

mod form;
mod github;
mod human;
mod junit;
mod sarif;
mod source;

pub(super) use form::{Form, render};
pub(super) use human::{human, human_of};

#[cfg(test)]
mod tests;
