//! `flinkops jar list`.

use clap::Args;
use jiff::Timestamp;
use ops_core::rest::RestClient;
use ops_core::rest::wire::jars::JarFile;
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, human_time, table};

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  flinkops jar list --url http://jm-1:8081")]
pub(crate) struct Options {}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct List {
    jars: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    name: String,
    uploaded: String,
    entry_classes: Vec<String>,
}

pub(crate) async fn run(_: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let jars = client.list_jars().await?.files.into_iter().map(Row::from).collect();
    output.result(&List { jars }, human)?;
    Ok(exit::DONE)
}

impl From<JarFile> for Row {
    fn from(jar: JarFile) -> Self {
        Self {
            id: jar.id.0,
            name: jar.name,
            uploaded: Timestamp::from_millisecond(jar.uploaded).unwrap_or_default().to_string(),
            entry_classes: jar.entry.into_iter().map(|entry| entry.name).collect(),
        }
    }
}

fn human(list: &List) -> String {
    if list.jars.is_empty() {
        return "no jars\n".to_owned();
    }
    let rows = list.jars.iter().map(|jar| {
        [jar.name.clone(), human_time(&jar.uploaded), jar.entry_classes.join(", "), jar.id.clone()]
    });
    table(["NAME", "UPLOADED (UTC)", "ENTRY CLASS", "ID"], rows)
}
