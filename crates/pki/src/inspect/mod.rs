//! Saying what any bytes are: certificates, requests, revocation lists, keys and stores, in PEM, DER, PKCS#12 or JKS.
//!
//! [`inspect`] never fails: what cannot be read is named among the [problems](Inspection::problems). Without a
//! password it says what can be said. The result serializes to JSON of a stable shape; times are RFC 3339 in UTC,
//! fingerprints upper-case hexadecimal with colons, and what does not apply is `null`:
//!
//! ```json
//! {
//!   "kind": "pkcs12",
//!   "bytes": 2783,
//!   "access": "open",
//!   "integrity": {"mechanism": "HMAC-SHA-256", "iterations": 10000, "state": "verified"},
//!   "encryption": [{"part": "certificates", "cipher": "AES-256-CBC", "derivation": "PBKDF2-HMAC-SHA-256", "iterations": 10000}],
//!   "objects": [{"type": "key-entry", "alias": "jobmanager", "created": null, "key": {"…": "…"},
//!                "chain": [{"subject": "CN=jobmanager", "…": "…"}], "belongs": true, "chain_complete": true}],
//!   "problems": [{"code": "expired", "message": "…"}]
//! }
//! ```

mod certificate;
mod object;
mod pem;
mod report;
mod store;

pub use certificate::{BasicConstraints, CertificateDetails, Validity, ValidityState};
pub use object::{Crl, KeyDetails, Object, PrivateKeyDetails, Request};
pub use report::{Access, Encryption, Inspection, Integrity, IntegrityState, Problem, ProblemCode, inspect};
