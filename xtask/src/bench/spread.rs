//! Times of several runs, summed up.

use std::time::Duration;

use serde_json::{Value, json};

/// Median, minimum and maximum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: Duration,
    pub(super) min: Duration,
    pub(super) max: Duration,
}

impl Spread {
    pub(super) fn of(times: &[Duration]) -> Self {
        let mut sorted = times.to_vec();
        sorted.sort();
        let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
        Self { median: at(sorted.len() / 2), min: at(0), max: at(sorted.len().saturating_sub(1)) }
    }

    pub(super) fn json(self) -> Value {
        let ms = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
        json!({ "median_ms": ms(self.median), "min_ms": ms(self.min), "max_ms": ms(self.max) })
    }

    pub(super) fn row(self, name: &str) -> String {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        format!("{name:<20} {:>10.1} {:>10.1} {:>10.1}", ms(self.median), ms(self.min), ms(self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_that_of_the_times() {
        let ms = Duration::from_millis;
        let spread = Spread::of(&[ms(9), ms(1), ms(5)]);
        assert_eq!(spread, Spread { median: ms(5), min: ms(1), max: ms(9) });
        assert_eq!(spread.json()["median_ms"], 5.0);
        assert_eq!(spread.row("x"), "x                           5.0        1.0        9.0");
    }
}
