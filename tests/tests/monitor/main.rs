//! Monitoring: what a real Prometheus makes of a real Flink and of what flinkops writes for it.

mod commands;
mod drama;
mod pods;
mod pushing;
mod report;
mod scenarios;
mod server;
mod stage;
