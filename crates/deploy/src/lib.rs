//! Hosts for Flink. So far: whether a machine is fit ([`preflight`]), before anything is started on it.

pub mod preflight;
