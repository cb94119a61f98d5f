//! The metadata of savepoints and checkpoints.

use recovery::state::parse;

use crate::Target;

pub(super) const TARGET: Target =
    Target { name: "state_metadata", about: "_metadata of savepoints and checkpoints", run };

fn run(data: &[u8]) {
    if let Ok(metadata) = parse(data) {
        let _ = format!("{metadata:?}");
    }
}
