//! The processes of a cluster: how many, where, and with how much of a machine.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Host;
use crate::units::MemorySize;

/// The JobManagers. More than one needs high availability.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobManagers {
    /// Host names or addresses, without ports. Kubernetes and YARN choose hosts themselves and look at the count only.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub hosts: Vec<Host>,
    /// How many there are, for platforms that choose the hosts. Default: as many as there are hosts, else 1.
    #[serde(default)]
    #[schemars(with = "Option<u16>")]
    pub replicas: Option<NonZeroU16>,
    /// Memory of the whole process, such as `4g`. Default: 1600m, unless `flink` sets one of Flink's memory keys.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub memory: Option<MemorySize>,
    /// CPUs, such as `1` or `0.5`, for platforms that hand them out. Default: 1.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub cpus: Option<Cpus>,
}

/// TaskManagers that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskManagerGroup {
    /// A name for the group: lower-case letters, digits, hyphens. Needed where there are several groups on Kubernetes.
    #[serde(default)]
    pub name: Option<String>,
    /// Host names or addresses, without ports. Kubernetes and YARN choose hosts themselves and look at the count only.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub hosts: Vec<Host>,
    /// How many there are, for platforms that choose the hosts. Default: as many as there are hosts.
    #[serde(default)]
    #[schemars(with = "Option<u16>")]
    pub replicas: Option<NonZeroU16>,
    /// Task slots of each. Default: 1, as Flink's.
    #[serde(default = "one", deserialize_with = "slots")]
    #[schemars(with = "u16")]
    pub slots: NonZeroU16,
    /// Memory of the whole process, such as `16g`. Default: 1728m, unless `flink` sets one of Flink's memory keys.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub memory: Option<MemorySize>,
    /// CPUs, for platforms that hand them out. Default: one for each slot.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub cpus: Option<Cpus>,
    /// Labels that a machine must have: node labels on Kubernetes, variables in the Ansible inventory.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

impl JobManagers {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.replicas.map_or_else(|| self.hosts.len().max(1), |replicas| replicas.get().into())
    }
}

impl TaskManagerGroup {
    /// A group of hosts with so many slots each, and nothing else said.
    pub fn on_hosts(hosts: Vec<Host>, slots: NonZeroU16) -> Self {
        let labels = BTreeMap::new();
        Self { name: None, hosts, replicas: None, slots, memory: None, cpus: None, labels }
    }

    /// How many TaskManagers there are in it.
    pub fn count(&self) -> usize {
        self.replicas.map_or(self.hosts.len(), |replicas| replicas.get().into())
    }
}

/// An amount of CPU, in thousandths: written `2`, `0.5` or `500m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "String")]
pub struct Cpus(u32);

/// YAML has numbers, too.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Whole(u32),
    Part(f64),
    Text(String),
}

impl Cpus {
    /// Whole CPUs.
    pub const fn whole(count: u16) -> Self {
        Self(count as u32 * 1000)
    }

    /// Thousandths.
    pub const fn millis(self) -> u32 {
        self.0
    }
}

impl FromStr for Cpus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error = || format!("`{text}` is no amount of CPU: a number such as 2, 0.5 or 500m is needed");
        let millis = match text.strip_suffix('m') {
            Some(millis) => millis.parse::<u32>().map_err(|_| error())?,
            None => {
                let count: f64 = text.parse().map_err(|_| error())?;
                if !(0.0..=4096.0).contains(&count) {
                    return Err(error());
                }
                (count * 1000.0).round() as u32
            }
        };
        if millis == 0 { Err(error()) } else { Ok(Self(millis)) }
    }
}

impl TryFrom<Written> for Cpus {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Whole(count) => count.to_string().parse(),
            Written::Part(count) => count.to_string().parse(),
            Written::Text(text) => text.parse(),
        }
    }
}

impl From<Cpus> for String {
    fn from(cpus: Cpus) -> Self {
        cpus.to_string()
    }
}

impl fmt::Display for Cpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 1000 {
            0 => write!(f, "{}", self.0 / 1000),
            _ => write!(f, "{}m", self.0),
        }
    }
}

fn one() -> NonZeroU16 {
    NonZeroU16::MIN
}

fn slots<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NonZeroU16, D::Error> {
    struct Slots;
    impl serde::de::Visitor<'_> for Slots {
        type Value = NonZeroU16;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("1 to 65535 slots")
        }

        fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
            let slots = u16::try_from(value).ok().and_then(NonZeroU16::new);
            slots.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self))
        }
    }
    deserializer.deserialize_any(Slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_cpu_are_read_as_kubernetes_writes_them() {
        for (text, millis, shown) in [("2", 2000, "2"), ("0.5", 500, "500m"), ("1500m", 1500, "1500m")] {
            let cpus: Cpus = text.parse().unwrap();
            assert_eq!((cpus.millis(), cpus.to_string().as_str()), (millis, shown));
        }
        for text in ["", "0", "-1", "many", "NaN", "1e9", "0.0001", "m"] {
            assert!(text.parse::<Cpus>().is_err(), "{text}");
        }
    }
}
