//! `krb5.conf`: read as MIT and Java read it, and written for both.
//!
//! | module | what it holds |
//! |---|---|
//! | `profile` | sections and relations in memory |
//! | `parse` | the text, with everything in it that one of the two would trip over |
//! | `settings` | what the settings mean |
//! | `enctypes` | lists of encryption types, as MIT and as Java understand them |
//! | `render` | a new file |

mod enctypes;
mod parse;
mod profile;
mod render;
mod settings;

pub use enctypes::EnctypeList;
pub use parse::{MAX_KRB5_CONF, Problem, ProblemKind};
pub use profile::{Krb5Conf, Relation, Value};
pub use render::{DnsLookup, Krb5ConfTemplate, RealmTemplate};
pub use settings::{KdcAddress, KdcAddressError, Protocol};
