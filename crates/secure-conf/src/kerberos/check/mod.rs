//! What is wrong with a Kerberos set-up, found without asking anybody.
//!
//! | module | what it holds |
//! |---|---|
//! | `finding` | what is reported |
//! | `configuration` | the keys of a Flink configuration |
//! | `keytab` | a keytab: who is in it, with which keys, and who can read it |
//! | `krb5` | a `krb5.conf`: syntax, realms, and what Java makes of it |

mod configuration;
mod finding;
mod keytab;
mod krb5;

pub use configuration::{Surroundings, check_configuration};
pub use finding::{Code, Finding};
pub use keytab::{Expectations, check_keytab};
pub use krb5::check_krb5_conf;
