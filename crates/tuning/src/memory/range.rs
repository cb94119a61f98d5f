//! A part that is a fraction of something, within bounds.

use ops_core::units::MemorySize;

use super::arithmetic::{MOST, multiply};
use super::figure::{Bound, Clamp, Figure, Origin, Part};
use super::refusal::Refusal;
use crate::settings::{Given, Settings};

/// The keys of a part's bounds and of its fraction.
pub(super) struct RangeKeys {
    pub(super) min: &'static str,
    pub(super) max: &'static str,
    pub(super) fraction: &'static str,
}

/// The bounds of a part and its fraction.
pub(super) struct Range {
    part: Part,
    min: Given<MemorySize>,
    max: Given<MemorySize>,
    fraction: Given<f32>,
}

impl Range {
    /// Reads the bounds and the fraction.
    pub(super) fn read(settings: &Settings, part: Part, keys: &RangeKeys) -> Result<Self, Refusal> {
        let min = settings.memory(keys.min)?;
        let max = settings.memory(keys.max)?;
        let fraction = settings.float(keys.fraction)?;
        Self { part, min, max, fraction }.checked()
    }

    /// Reads a fraction without bounds.
    pub(super) fn unbounded(settings: &Settings, part: Part, key: &'static str) -> Result<Self, Refusal> {
        let bound = |bytes| Given { value: MemorySize::from_bytes(bytes), key: "", is_set: false };
        Self { part, min: bound(0), max: bound(MOST), fraction: settings.float(key)? }.checked()
    }

    fn checked(self) -> Result<Self, Refusal> {
        if self.min.value > self.max.value {
            return Err(Refusal::CrossedBounds {
                part: self.part,
                min: self.min.value,
                min_key: self.min.key,
                max: self.max.value,
                max_key: self.max.key,
            });
        }
        if !(0.0..1.0).contains(&self.fraction.value) {
            return Err(Refusal::Fraction { key: self.fraction.key, found: self.fraction.value });
        }
        Ok(self)
    }

    /// The fraction of a whole that is known.
    pub(super) fn share(self, of: Part, whole: u64) -> Result<Figure, Refusal> {
        let (bytes, clamp) = self.clamp(multiply(whole, self.fraction.value.into())?);
        Ok(Figure::new(bytes, Origin::Share { fraction: self.fraction, of, clamp }))
    }

    /// The fraction of a whole of which everything else is known.
    pub(super) fn inverse_share(self, of: Part, rest: u64) -> Result<Figure, Refusal> {
        let fraction = f64::from(self.fraction.value);
        let (bytes, clamp) = self.clamp(multiply(rest, fraction / (1.0 - fraction))?);
        Ok(Figure::new(bytes, Origin::InverseShare { fraction: self.fraction, of, clamp }))
    }

    /// What is left for the part, if it is within the bounds.
    pub(super) fn rest(self, of: Part, left: u64) -> Result<Figure, Refusal> {
        let figure = Figure::new(left, Origin::Rest { of });
        if (self.min.value..=self.max.value).contains(&figure.size) {
            return Ok(figure);
        }
        Err(Refusal::OutOfBounds {
            part: self.part,
            of,
            left: figure.size,
            min: self.min.value,
            min_key: self.min.key,
            max: self.max.value,
            max_key: self.max.key,
        })
    }

    fn clamp(&self, bytes: u64) -> (u64, Option<Clamp>) {
        let (bound, limit) = match MemorySize::from_bytes(bytes) {
            size if size > self.max.value => (Bound::Upper, &self.max),
            size if size < self.min.value => (Bound::Lower, &self.min),
            _ => return (bytes, None),
        };
        (limit.value.bytes(), Some(Clamp { bound, limit: limit.clone() }))
    }
}
