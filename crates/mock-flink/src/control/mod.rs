//! `/mock/…`: what a test tells the mock, which no real JobManager can be told.

mod clock;
mod cluster;
mod faults;
mod prometheus;
mod requests;
mod routes;
mod state;
mod tls;

pub(crate) use routes::{Call, answer, body_limit, is_control, list as endpoints};
