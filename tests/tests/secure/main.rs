//! `flinkops secure`: wired into real Flinks, and every mistake found before the start and shown to be one.

mod canary;
mod cluster;
mod combinations;
mod commands;
mod connect;
mod faults;
mod judge;
mod matrix;
mod processes;
mod workbench;
