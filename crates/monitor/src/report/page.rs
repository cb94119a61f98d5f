//! The page as a whole.

use super::html::{STYLE, escaped};
use super::input::Input;
use super::sections;

/// The page: HTML with its style and plots in it. It loads nothing and runs nothing.
pub fn page(input: &Input) -> String {
    let Some(last) = input.samples.last() else { return String::new() };
    let parts = [
        sections::summary(input, last),
        sections::remarks("Diagnosis", "The doctor finds nothing above a note.", input.diagnosis.as_deref()),
        sections::jobs(last),
        sections::job(input, last),
        sections::checkpoints(last),
        sections::memory(last),
        sections::task_managers(last),
        sections::certificates(input),
        sections::remarks("Configuration", "The linter finds nothing.", input.findings.as_deref()),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
        escaped(&input.title),
        parts.concat()
    )
}
