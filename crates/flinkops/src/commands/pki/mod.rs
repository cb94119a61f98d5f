//! `flinkops pki …`: certificate authorities, leaves, requests and stores.
//!
//! Beside the commands, one file each: `authority` opens the CA directory, `secrets` fetches passphrases and passwords,
//! `format`, `leaf` and `names` are options that several commands share, `place` guards files that exist, `bytes` reads
//! input files, `written` renders what was written.

mod authority;
mod bulk;
pub(crate) mod bytes;
mod command;
mod convert;
mod csr;
mod format;
mod import;
mod init;
pub(crate) mod inspect;
mod intermediate;
mod issue;
mod leaf;
mod names;
mod place;
mod renew;
mod revoke;
mod rotate;
pub(crate) mod secrets;
mod sign;
mod status;
mod truststore;
mod verify;
mod written;

pub(crate) use command::{Command, run};
