//! The description of a job, or of several.

use std::path::Path;

use jobs::Description;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "job_description", about: "the description of jobs, job.yaml", run };

fn run(data: &[u8]) {
    let Some(text) = super::shared::text(data) else { return };
    let _ = Description::parse(text, Path::new("job.yaml"));
}
