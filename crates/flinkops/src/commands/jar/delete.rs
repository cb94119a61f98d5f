//! `flinkops jar delete JAR…`.

use clap::Args;
use ops_core::ids::JarId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::jars::JarFile;
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops jar delete orders-0123456789abcdef.jar
  flinkops jar delete --all --dry-run")]
pub(crate) struct Options {
    /// Jars, by id or by name; a name stands for all of that name.
    #[arg(value_name = "JAR", required_unless_present = "all")]
    jars: Vec<String>,
    /// All of them.
    #[arg(long, conflicts_with = "jars")]
    all: bool,
    /// Says which would be deleted; deletes none.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Deleted {
    /// Ids, in the order in which they were deleted, or would be.
    jars: Vec<JarId>,
    done: bool,
}

pub(crate) async fn run(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let there = client.list_jars().await?.files;
    let is = |jar: &JarFile, given: &str| jar.id.as_str() == given || jar.name == given;
    if let Some(unknown) = options.jars.iter().find(|given| !there.iter().any(|jar| is(jar, given))) {
        return Err(Failure::usage(format!("the cluster has no jar `{unknown}`; nothing was deleted"))
            .help("flinkops jar list shows those it has"));
    }
    let chosen =
        there.into_iter().filter(|jar| options.all || options.jars.iter().any(|given| is(jar, given)));
    let mut jars = Vec::new();
    for jar in chosen {
        if !options.dry_run {
            client.delete_jar(&jar.id).await?;
        }
        jars.push(jar.id);
    }
    output.result(&Deleted { jars, done: !options.dry_run }, |deleted| {
        let verb = if deleted.done { "deleted" } else { "would delete" };
        match deleted.jars.as_slice() {
            [] => "no jars\n".to_owned(),
            jars => jars.iter().map(|jar| format!("{verb} {jar}\n")).collect(),
        }
    })?;
    Ok(exit::DONE)
}
