//! The simulation's only source of chance: a seeded generator, so that the same seed gives the same run.

use serde::{Deserialize, Serialize};

use super::saved;

/// SplitMix64. Not for secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Random(#[serde(with = "saved::hex")] u64);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn wide(&mut self) -> u128 {
        (u128::from(self.next()) << 64) | u128::from(self.next())
    }

    /// A number from 0 to below 1.
    pub(crate) fn share(&mut self) -> f64 {
        // 53 bits fit a double.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of milliseconds in `low..=high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        debug_assert!(low <= high);
        let width = (high - low) as u64 + 1;
        low + (self.next() % width) as i64
    }
}
