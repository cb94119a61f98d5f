//! One file a command; `dispatch` lists them and hands over.

mod completions;
pub(crate) mod conf;
mod deploy;
mod dispatch;
mod doctor;
pub(crate) mod guard;
mod init;
mod interruption;
mod jar;
pub(crate) mod job;
mod key_value;
mod keytab;
mod man;
mod mock;
mod monitor;
mod pki;
mod recover;
mod render;
mod secure;
mod tune;
mod upload_bar;

pub(crate) use dispatch::{Command, run, runtime};
pub(crate) use key_value::key_and_value;
pub(crate) use tune::Subject;
pub(crate) use upload_bar::upload_bar;
