//! What a signature means.

use recovery::doctor::{self, Signature};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;

/// What stands for every signature: the page of the documentation, in Markdown.
const ALL: &str = "all";

/// The explanation; its fields are stable.
#[derive(Debug, Serialize)]
struct Explanation {
    code: &'static str,
    name: &'static str,
    kind: String,
    severity: String,
    finds: &'static str,
    cause: &'static str,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    what: &'static str,
    command: Option<&'static str>,
}

impl Explanation {
    fn of(signature: &'static Signature) -> Self {
        let steps = signature.steps.iter();
        let steps = steps.map(|step| Step {
            what: step.what,
            command: (!step.command.is_empty()).then_some(step.command),
        });
        Self {
            code: signature.code,
            name: signature.name,
            kind: signature.kind().to_string(),
            severity: signature.severity.to_string(),
            finds: signature.finds,
            cause: signature.cause,
            steps: steps.collect(),
        }
    }
}

pub(super) fn explain(code: &str, output: &Output) -> Result<(), Failure> {
    if code == ALL {
        let all: Vec<_> = doctor::all().iter().copied().map(Explanation::of).collect();
        return Ok(output.result(&all, |_| doctor::page())?);
    }
    let found = doctor::find(code).ok_or_else(|| {
        Failure::usage(format!("`{code}` is not a code of `doctor`"))
            .help("flinkops doctor --explain all lists them")
    })?;
    Ok(output.result(&Explanation::of(found), |_| found.explanation())?)
}
