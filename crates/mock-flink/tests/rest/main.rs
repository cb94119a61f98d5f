//! The mock over the network, as its clients see it.

mod http;
mod jobs;
mod support;
mod tls;
