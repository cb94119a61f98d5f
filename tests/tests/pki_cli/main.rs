//! `flinkops pki` as a person uses it: every command, bad input, the guide's own way beside ours.

mod bad_input;
mod commands;
mod guide;
mod interrupted;
mod life_cycle;
mod looking;
mod workshop;
