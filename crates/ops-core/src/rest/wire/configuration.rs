//! Lists of configuration entries: `/jobmanager/config` and `/jobs/:jobid/jobmanager/config`.

use serde::{Deserialize, Serialize};

/// One entry of the configuration in effect. The answer is an array of these; values of keys that look secret are hidden by Flink.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigEntry {
    /// The option.
    pub key: String,
    /// Its value, as text.
    pub value: String,
}
