//! Floating-point numbers as Flink's JSON writes them: NaN and the infinities are strings.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A double. `NaN` is written as the string `"NaN"`: the percentile of no values, the busy time of a task that reports none.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Real(pub f64);

impl Real {
    /// Not a number: there was nothing to compute it from.
    pub const NAN: Self = Self(f64::NAN);
}

impl Serialize for Real {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            v if v.is_nan() => serializer.serialize_str("NaN"),
            v if v == f64::INFINITY => serializer.serialize_str("Infinity"),
            v if v == f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
            v => serializer.serialize_f64(v),
        }
    }
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Real;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Real, E> {
                Ok(Real(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Real, E> {
                Ok(Real(value as f64))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Real, E> {
                Ok(Real(value as f64))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Real, E> {
                value.parse().map(Real).map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
            }
        }

        deserializer.deserialize_any(Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_cannot_say_is_a_string() {
        for (value, json) in
            [(f64::NAN, "\"NaN\""), (f64::INFINITY, "\"Infinity\""), (6710.0, "6710.0"), (-1.5, "-1.5")]
        {
            assert_eq!(serde_json::to_string(&Real(value)).unwrap(), json);
            let back: Real = serde_json::from_str(json).unwrap();
            assert!(back.0 == value || (back.0.is_nan() && value.is_nan()), "{json}");
        }
        assert_eq!(serde_json::from_str::<Real>("7").unwrap(), Real(7.0));
        assert!(serde_json::from_str::<Real>("\"much\"").is_err());
    }
}
