//! `flinkops deploy standalone|kubernetes|operator`: `render` for one platform.

use std::path::PathBuf;

use clap::Args;
use ops_core::spec::Platform;

use crate::commands::render;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The description of the cluster.
    #[arg(value_name = "FILE", default_value = "cluster.yaml")]
    file: PathBuf,
    #[command(flatten)]
    common: render::Common,
}

pub(crate) fn run(options: &Options, platform: Platform, output: &Output) -> Result<u8, Failure> {
    render::render(&options.file, &[platform], &options.common, output)
}
