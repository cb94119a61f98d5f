//! The steps of `docs`.

use std::fs;
use std::path::PathBuf;

use crate::error::XtaskError;
use crate::files::{self, Access, context};
use crate::{process, tools};

use super::{html, stage};

/// The page that a reader meets first leads to the first page.
const FRONT_DOOR: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>flinkops</title>\n\
    <meta http-equiv=\"refresh\" content=\"0; url=docs/index.html\">\n<a href=\"docs/index.html\">flinkops</a>\n";

/// Builds the book and checks it; the directory of its pages.
///
/// # Errors
/// mdBook cannot be had, a page is missing or in no chapter, or a link leads nowhere.
pub fn run() -> Result<PathBuf, XtaskError> {
    let workspace = process::workspace();
    let place = workspace.join("target/book");
    if place.exists() {
        fs::remove_dir_all(&place).map_err(context("remove", &place))?;
    }
    let pages = stage::run(&workspace, &place)?;
    let mdbook = tools::get(tools::MDBOOK)?;
    process::run(process::command(mdbook).arg("build").arg(&place))?;
    let html = place.join("html");
    // mdBook puts a copy of the first page there, whose links begin in another directory.
    files::write(&html.join("index.html"), FRONT_DOOR.as_bytes(), Access::Public)?;
    let problems = html::check(&html)?;
    if problems.is_empty() {
        println!("{pages} pages, every link leads somewhere: {}", html.join("index.html").display());
        return Ok(html);
    }
    problems.iter().for_each(|problem| println!("{problem}"));
    Err(XtaskError::Docs(format!("{} links lead nowhere", problems.len())))
}
