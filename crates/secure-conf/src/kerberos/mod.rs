//! Kerberos for Flink's processes: `krb5.conf`, JAAS, the keys of the configuration, and an offline check of all of them.
//!
//! | module | what it holds |
//! |---|---|
//! | [`krb5_conf`] | `krb5.conf`, read as MIT and Java read it, and written for both |
//! | `platform` | where a cluster runs, and how its processes get their `krb5.conf` |
//! | `settings` | the Kerberos keys of a configuration, under whichever names |
//! | `wiring` | setting those keys, as version and platform understand them |
//! | `jaas` | JAAS files for programs beside Flink |
//! | `check` | what is wrong, found without asking anybody |
//!
//! What the KDC says is [`crate::kdc`]'s to find out.

mod check;
mod jaas;
pub mod krb5_conf;
mod platform;
mod settings;
mod wiring;

pub use check::{
    Code, Expectations, Finding, Surroundings, check_configuration, check_keytab, check_krb5_conf,
};
pub use jaas::render_jaas;
pub use platform::Platform;
pub use wiring::{DelegationTokens, KerberosWiring, wire_kerberos};
