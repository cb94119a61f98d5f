//! Scenarios of mock-flink.

use std::path::Path;

use mock_flink::scenario::Scenario;

use crate::Target;

pub(super) const TARGET: Target = Target { name: "scenario", about: "a scenario of mock-flink", run };

fn run(data: &[u8]) {
    let Some(text) = super::shared::text(data) else { return };
    let _ = Scenario::parse(text, Path::new("scenario.yaml"));
}
