//! What the documentation and the tests of other crates ask of this one; no part of the interface.

use ops_core::version::FlinkVersion;

use crate::{control, rest, serialized};

/// Reads what Flink's own client submits, and tells the name of the job, or the Java exception that a JobManager would
/// throw. For those who look for bytes that it does not survive.
///
/// # Errors
/// With the exception's class and message.
pub fn read_submission(bytes: &[u8]) -> Result<String, String> {
    serialized::read(bytes).map(|submitted| submitted.graph.name).map_err(|error| error.to_string())
}

/// The page about all that the mock answers, in Markdown: `docs/mock-api.md`.
pub fn api_page() -> String {
    let mut page = String::from(
        "# mock-flink's API\n\n\
         Every path that mock-flink answers, made from its own table; do not edit. What the answers hold is compared with real Flinks:\n\
         [Conformance](conformance.md). `/v1` before a path changes nothing.\n\n\
         | method | path | Flink |\n|---|---|---|\n",
    );
    for (method, path, versions) in rest::endpoints() {
        let everywhere = versions.len() == FlinkVersion::KNOWN.len();
        let span = match (versions.first(), versions.last()) {
            _ if everywhere => "all".to_owned(),
            (Some(first), Some(last)) if first == last => first.line(),
            (Some(first), Some(last)) => format!("{} to {}", first.line(), last.line()),
            _ => continue,
        };
        page.push_str(&format!("| {method} | `{path}` | {span} |\n"));
    }
    page.push_str(
        "\n## The mock's own\n\nNothing below `/mock/` exists in Flink; what it does is described in [mock-flink](mock.md). `*` is one part \
         of a path.\n\n| method | path |\n|---|---|\n",
    );
    for (method, path) in control::endpoints() {
        page.push_str(&format!("| {method} | `/mock/{path}` |\n"));
    }
    page
}
