//! `flinkops doctor` on real Flinks that are well and that are not, and on large ones that are not real.

mod commands;
mod faults;
mod healthy;
mod large;
mod phrases;
mod stage;
