//! One progress bar for certificates and files, and what an interruption does.

use std::cell::OnceCell;

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Output;

/// The bar, on a terminal.
pub(super) struct Progress {
    drawn: bool,
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    pub(super) fn new(output: &Output) -> Self {
        Self { drawn: output.draws_progress(), bar: OnceCell::new() }
    }

    /// The bar, begun with so many steps or longer by them.
    pub(super) fn bar(&self, steps: usize) -> Option<&ProgressBar> {
        if !self.drawn {
            return None;
        }
        let steps = steps as u64;
        match self.bar.get() {
            Some(bar) => {
                bar.inc_length(steps);
                Some(bar)
            }
            None => Some(self.bar.get_or_init(|| {
                let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {eta:.dim}");
                ProgressBar::new(steps).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            })),
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
