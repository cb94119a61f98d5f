//! `cargo xtask bench mock`: mock-flink beside the real JobManager and beside WireMock, the fake HTTP server that Java
//! developers have today. Each answers `/overview` to the same client on the same cores. Fails when a promise is not
//! kept.

mod contender;
mod http;
mod load;
mod measure;
mod report;
mod soak;
mod wiremock;

pub use measure::mock_flink;
pub(super) use measure::rows;
pub use soak::soak;
