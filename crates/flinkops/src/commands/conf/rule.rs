//! `flinkops conf rule [CODE]`.

use clap::Args;
use conf_lint::{RULES, Rule};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf rule
  flinkops conf rule FC003
  flinkops conf rule -o json")]
pub(crate) struct Options {
    /// The rule, such as FC003 [default: a list of all].
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

#[derive(Debug, Serialize)]
struct Shown {
    code: &'static str,
    name: &'static str,
    severity: String,
    since: &'static str,
    documentation: String,
}

impl Shown {
    fn of(rule: &Rule) -> Self {
        Self {
            code: rule.code,
            name: rule.name,
            severity: rule.severity.to_string(),
            since: rule.since,
            documentation: rule.explanation(),
        }
    }
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    match &options.code {
        Some(code) => output.result(&find(code)?, one)?,
        None => output.result(&RULES.iter().map(|rule| Shown::of(rule)).collect::<Vec<_>>(), |r| all(r))?,
    }
    Ok(crate::exit::DONE)
}

fn find(code: &str) -> Result<Shown, Failure> {
    let by_name = || RULES.iter().find(|rule| rule.name.eq_ignore_ascii_case(code)).copied();
    let rule = conf_lint::rule(code).or_else(by_name);
    rule.map(Shown::of).ok_or_else(|| {
        Failure::usage(format!("there is no rule {code}")).help("`flinkops conf rule` lists them")
    })
}

fn one(rule: &Shown) -> String {
    let heading = style::HEADING;
    format!(
        "{heading}{} {}{heading:#} ({}, since {})\n\n{}\n",
        rule.code,
        rule.name,
        rule.severity,
        rule.since,
        rule.documentation.trim_end()
    )
}

fn all(rules: &[Shown]) -> String {
    let rows = rules.iter().map(|rule| {
        let what = rule.documentation.lines().find(|line| !line.is_empty() && !line.starts_with('#'));
        [
            rule.code.to_owned(),
            rule.name.to_owned(),
            rule.severity.clone(),
            what.unwrap_or_default().to_owned(),
        ]
    });
    table(["CODE", "NAME", "SEVERITY", "FINDS"], rows)
}
