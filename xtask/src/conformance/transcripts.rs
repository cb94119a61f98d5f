//! `cargo xtask transcripts V`: what Flink's own command line says to a real cluster, for the test that compares it with
//! what it says to mock-flink.

use std::fs;

use end_to_end::exclusive;
use end_to_end::official::Session;
use end_to_end::run::TestRun;

use super::clusters::Flink;
use crate::error::XtaskError;
use crate::files::context;
use crate::process;
use crate::version::FlinkVersion;

/// Records the transcript of a version.
///
/// # Errors
/// Flink is missing, or does not start.
pub(crate) fn record(version: FlinkVersion) -> Result<(), XtaskError> {
    let flink = Flink::cached(version)?;
    let name = version.to_string();
    let _alone = exclusive::real_flink();
    let run = TestRun::new();
    flink.prepare(&run)?;
    let addresses = flink.start(&run, "default")?;
    let jar = run.path().join("jobs.jar");
    let session =
        Session { run: &run, home: &flink.home, version: &name, port: addresses.rest.port(), jar: &jar };
    let directory = process::workspace().join("tests/fixtures/official-cli");
    fs::create_dir_all(&directory).map_err(context("create", &directory))?;
    let path = directory.join(format!("{name}.txt"));
    fs::write(&path, session.transcript()).map_err(context("write", &path))?;
    println!("{}", path.display());
    Ok(())
}
