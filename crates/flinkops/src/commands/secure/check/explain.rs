//! What a code means.

use secure_conf::audit::{Code, codes};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;

/// The explanation; its fields are stable.
#[derive(Debug, Serialize)]
struct Explanation {
    code: &'static str,
    name: &'static str,
    severity: String,
    finds: &'static str,
    matters: &'static str,
    mend: &'static str,
}

impl Explanation {
    fn of(code: &'static Code) -> Self {
        Self {
            code: code.code,
            name: code.name,
            severity: code.severity.to_string(),
            finds: code.finds,
            matters: code.matters,
            mend: code.mend,
        }
    }
}

/// What stands for every code: the page of the documentation, in Markdown.
const ALL: &str = "all";

pub(super) fn explain(code: &str, output: &Output) -> Result<(), Failure> {
    if code == ALL {
        let all: Vec<_> = codes::CODES.iter().copied().map(Explanation::of).collect();
        return Ok(output.result(&all, |_| codes::page())?);
    }
    let found = codes::code(code).ok_or_else(|| {
        let known: Vec<_> = codes::CODES.iter().map(|code| code.code).collect();
        Failure::usage(format!("`{code}` is not a code of `secure check`"))
            .help(format!("the codes are {}", known.join(", ")))
    })?;
    Ok(output.result(&Explanation::of(found), |_| found.explanation())?)
}
