//! `flinkops pki revoke`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use jiff::{SignedDuration, Timestamp};
use pki::authority::RevokedRow;
use pki::certificate::Serial;
use pki::names::LeafName;
use pki::revocation::RevocationReason;
use serde::Serialize;

use super::authority::AuthorityOptions;
use super::written::{count, day};
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["serial", "name", "list_only"]),
    after_help = "\
Examples:
  flinkops pki revoke --dir pki --name jm-1-rest --reason key-compromise
  flinkops pki revoke --dir pki --serial 4f1e0c52a7d94be1a6f37a1b2c3d4e5f
  flinkops pki revoke --dir pki --list-only

Flink reads no revocation list: to shut a process out whose key is in wrong hands, rotate the
authority. The list, crl.pem in the directory of the authority, is for proxies and other
clients that do."
)]
pub(crate) struct Options {
    #[command(flatten)]
    authority: AuthorityOptions,
    /// The serial number of the certificate; `pki status --all` shows it.
    #[arg(long, value_name = "SERIAL")]
    serial: Option<Serial>,
    /// The newest certificate of this name.
    #[arg(long, value_name = "NAME")]
    name: Option<LeafName>,
    /// Revoke nothing, sign the list anew.
    #[arg(long)]
    list_only: bool,
    /// Why: unspecified, key-compromise, ca-compromise, affiliation-changed, superseded, cessation-of-operation or
    /// privilege-withdrawn.
    #[arg(long, value_name = "REASON", default_value_t, conflicts_with = "list_only")]
    reason: RevocationReason,
    /// For how long the list is good, in days. Sign another one before that.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    list_days: u32,
    /// Say what would be revoked, and revoke nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Revoked {
    /// Null with --list-only; with --dry-run what would be revoked.
    revoked: Option<RevokedRow>,
    /// Null with --dry-run.
    list: Option<List>,
}

#[derive(Debug, Serialize)]
struct List {
    path: PathBuf,
    number: u64,
    /// How many certificates are on it.
    revoked: usize,
    next_update: Timestamp,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let authority = options.authority.open()?;
    let now = adapters::now();
    let serial = match (&options.serial, &options.name) {
        (Some(serial), _) => Some(serial.clone()),
        (None, Some(name)) => Some(authority.newest(name)?.row.serial),
        (None, None) => None,
    };
    let by = adapters::user();
    let mut result = Revoked { revoked: None, list: None };
    if options.dry_run {
        result.revoked = serial.map(|serial| RevokedRow { serial, reason: options.reason, at: now, by });
    } else {
        if let Some(serial) = serial {
            result.revoked = Some(authority.revoke(&serial, options.reason, now, by.clone())?);
        }
        let next = now
            .checked_add(SignedDuration::from_hours(24 * i64::from(options.list_days)))
            .map_err(|error| Failure::usage(format!("the list cannot be good for so long: {error}")))?;
        let list = authority.issue_revocation_list(now, next, by)?;
        result.list = Some(List {
            path: list.path,
            number: list.number,
            revoked: list.revoked,
            next_update: list.next_update,
        });
    }
    output.result(&result, human)?;
    Ok(exit::DONE)
}

fn human(result: &Revoked) -> String {
    let mut text = String::new();
    if let Some(row) = &result.revoked {
        let did = if result.list.is_some() { "revoked" } else { "would revoke" };
        text.push_str(&format!("{did} {} ({})\n", row.serial, row.reason));
    }
    if let Some(list) = &result.list {
        text.push_str(&format!(
            "signed list {} with {}, good until {}: {}\n",
            list.number,
            count(list.revoked, "certificate"),
            day(list.next_update),
            list.path.display()
        ));
    }
    text
}
