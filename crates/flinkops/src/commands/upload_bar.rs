//! A bar for a jar on its way to the cluster.

use std::path::Path;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use ops_core::rest::UploadProgress;

use crate::output::Output;

/// Jars below this are there before anybody has read a bar.
const SHORT: u64 = 4 << 20;

/// What a bar for this file is told by; `None` where nobody would see it, or it is not worth one. It is gone when the file is sent.
pub(crate) fn upload_bar(jar: &Path, output: &Output) -> Option<UploadProgress> {
    let length = std::fs::metadata(jar).ok().filter(|metadata| metadata.is_file())?.len();
    if length < SHORT || !output.draws_progress() {
        return None;
    }
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta:.dim}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Some(UploadProgress(Arc::new(move |sent| {
        bar.inc(sent);
        if bar.position() >= length {
            bar.finish_and_clear();
        }
    })))
}
