//! TLS between Flink's processes and on its REST endpoint.

mod check;
mod facts;
mod wiring;

pub use check::{Finding, FindingKind, Scope, Severity, check_written};
pub use wiring::{Change, ClientAuthentication, RestTls, SslWiring, Stores, TlsProtocol, wire_ssl};
