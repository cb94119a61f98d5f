//! `flinkops jar upload FILE`.

use std::path::PathBuf;

use clap::Args;
use ops_core::rest::RestClient;
use serde::Serialize;

use crate::commands::upload_bar;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  flinkops jar upload orders.jar

The jar gets a name that ends with the beginning of its SHA-256, so that the same content is never kept twice.")]
pub(crate) struct Options {
    /// The jar.
    #[arg(value_name = "FILE")]
    jar: PathBuf,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Uploaded {
    jar_id: String,
    /// Whether the cluster had it before.
    reused: bool,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let jar = jobs::upload(client, &options.jar, upload_bar(&options.jar, output).as_ref()).await?;
    let uploaded = Uploaded { jar_id: jar.id.0, reused: jar.reused };
    output.result(&uploaded, |uploaded| {
        let before = if uploaded.reused { "there already: " } else { "" };
        format!("{before}{}\n", uploaded.jar_id)
    })?;
    Ok(exit::DONE)
}
