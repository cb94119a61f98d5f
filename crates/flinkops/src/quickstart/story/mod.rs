//! The order of things. Each module does the steps that belong together.

mod job;
mod launch;
mod prepare;
mod tell;

pub(crate) use tell::tell;
