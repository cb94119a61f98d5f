//! `flinkops pki truststore remove`.

use clap::Args;
use pki::store::truststore;

use super::command::{StoreOptions, copy, warn};
use crate::commands::pki::written::count;
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  flinkops pki truststore remove rest.truststore.p12 old-root")]
pub(crate) struct Options {
    #[command(flatten)]
    store: StoreOptions,
    /// The aliases of the entries, compared without case. `truststore list` shows them.
    #[arg(required = true, value_name = "ALIAS")]
    aliases: Vec<String>,
    /// Say what would be removed, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let store = &options.store.store;
    let password = options.store.password()?;
    // An error names the real store, so this is asked for first.
    truststore::list(store, &password)?;
    let mut change = if options.dry_run {
        let (_scratch, copy) = copy(store)?;
        truststore::remove(&copy, &password, &options.aliases, adapters::now())?
    } else {
        truststore::remove(store, &password, &options.aliases, adapters::now())?
    };
    change.truststore.clone_from(store);
    warn(&change, output);
    output.result(&change, |change| {
        let did = if options.dry_run { "would remove" } else { "removed" };
        let mut text = String::new();
        for alias in &change.aliases {
            text.push_str(&format!("{did} {alias}\n"));
        }
        let trusted = count(change.entries, "certificate");
        text.push_str(&format!("{} trusts {trusted}\n", store.display()));
        if change.entries == 0 {
            text.push_str("nothing is trusted any more: every connection that uses it will fail\n");
        }
        text
    })?;
    Ok(exit::DONE)
}
