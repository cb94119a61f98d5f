//! What a KDC says about a keytab: a real login with pre-authentication, and a ticket for a service.
//!
//! | module | what it holds |
//! |---|---|
//! | `message` | the messages of RFC 4120 |
//! | `network` | UDP and TCP, with bounded patience |
//! | `exchange` | requests, answers, and the proof that they belong together |
//! | `refusal` | what the error codes mean |
//! | `login` | the check: one principal, one keytab, one realm |
//! | `service` | a ticket for a service, and whether its keytab opens it |

mod exchange;
mod login;
mod message;
mod network;
mod refusal;
mod service;

pub use login::{KeyOutcome, KeyResult, Login, LoginCheck, LoginReport, check_login};
pub use network::{Network, Transport, TransportError};
pub use service::ServiceTicket;
