//! `cargo xtask docs`: the book of `docs/`, built by mdBook, and every link in it followed.
//!
//! ```text
//! docs/SUMMARY.md -> the pages that it names, and the files that these link to -> target/book/source (same layout)
//!   -> mdbook build -> target/book/html -> every href and src: the file is there, and the place in it
//! ```
//!
//! The pages are staged because the book is rooted at the repository: pages link to `SECURITY.md`, to examples and to
//! sources, and these links work on a git host, too.

mod html;
mod run;
mod stage;

pub use run::run;
