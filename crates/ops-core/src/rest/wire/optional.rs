//! Fields that some versions leave out, some send as `null` and some fill: `Option<Option<T>>`.

use serde::{Deserialize, Deserializer};

/// Tells a field that is `null` from one that is missing.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
