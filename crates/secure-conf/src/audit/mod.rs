//! The whole security of configuration directories, offline: one host, or a rendered tree of many.
//!
//! | module | what it holds |
//! |---|---|
//! | [`codes`] | what can be found, with its explanation |
//! | `finding` | what is found, in the shape of `conf lint`, with evidence |
//! | `place` | finding the conf directories of a tree |
//! | `host` | one configuration, and where in it a finding belongs |
//! | `run` | all checks over all hosts, on all cores |
//! | `wiring` | the TLS settings of one host, through [`crate::ssl`] |
//! | `exposure` | what is open to anybody who can reach it |
//! | `secrets` | passwords and keys that others can read, change or guess |
//! | `manifests` | passwords in Kubernetes manifests that are not for secrets |
//! | `kerberos` | the Kerberos settings of one host, through [`crate::kerberos`] |
//! | `ignored` | settings that have no effect |
//! | `peers` | hosts against each other |
//! | `clients` | REST clients against REST servers |

mod clients;
pub mod codes;
mod exposure;
mod finding;
mod host;
mod ignored;
mod kerberos;
mod manifests;
mod peers;
mod place;
mod run;
mod secrets;
mod wiring;

pub use codes::Code;
pub use finding::{Checked, Edit, Finding, Fix, Report, Severity, Summary};
pub use place::AuditError;
pub use run::{Request, RestEndpoint, Target, audit, rest_endpoint};
