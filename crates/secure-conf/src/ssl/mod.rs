//! TLS between Flink's processes and on its REST endpoint.

mod check;
mod editor;
pub(crate) mod facts;
mod secrets;
mod wiring;

pub use check::{
    Address, Anchors, Examination, Examined, Finding, FindingKind, Identity, Material, Opened, Scope,
    Severity, Side, StoreReader, check_written, examine, rest_addresses,
};
pub use editor::Change;
pub use facts::{compares_internal_names, without_internal_names};
pub use secrets::{SecretEntry, kubernetes_secret, take_secrets};
pub use wiring::{
    ClientAuthentication, ClientIdentity, ClientTls, RestTls, SslWiring, StorePaths, StoreType, Stores,
    TlsProtocol, Truststore, wire_ssl,
};
