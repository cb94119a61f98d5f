//! The mock over the network, as its clients see it.

mod control;
mod faults;
mod gate;
mod http;
mod jobs;
mod scenario;
mod state;
mod support;
mod tls;
mod together;
