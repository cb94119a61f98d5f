//! The formulas for one result and one input gate.

use super::graph::Exchange;
use crate::error::TuningError;
use crate::memory::segment_size;
use crate::settings::{Given, Settings};

/// The settings that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferSettings {
    /// Bytes of a buffer.
    pub segment: u64,
    /// Exclusive buffers of a channel.
    pub per_channel: u64,
    /// Buffers that a gate or a result has besides, if it can.
    pub floating: u64,
    /// The most buffers that a gate insists on; `None`: without limit where records flow at once, 1000 elsewhere.
    pub most_required: Option<u64>,
    /// Buffers of a blocking result.
    pub sort_buffers: u64,
    /// From how many consumers on a blocking result is sorted.
    pub sort_from: u64,
}

/// The limit of [`BufferSettings::most_required`] for blocking exchanges.
const MOST_REQUIRED: u64 = 1000;

/// Buffers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Need {
    /// Without these the task fails.
    pub required: u64,
    /// With these it works best.
    pub target: u64,
}

impl Need {
    pub(super) fn plus(self, other: Self) -> Self {
        let (required, target) = (self.required + other.required, self.target + other.target);
        Self { required, target }
    }

    pub(super) fn times(self, count: u64) -> Self {
        Self { required: self.required * count, target: self.target * count }
    }
}

impl BufferSettings {
    /// What a version does with a configuration. From 2.0 on, buffers per channel and floating buffers are no options.
    ///
    /// # Errors
    /// A value is not of its type, negative, or refused by Flink.
    pub fn of(settings: &Settings) -> Result<Self, TuningError> {
        let most_required = "taskmanager.network.memory.read-buffer.required-per-gate.max";
        let int = |key: &'static str, absent: i32, least: i32| {
            let given = settings.int(key, absent)?;
            at_least(least, &given)
        };
        Ok(Self {
            segment: segment_size(settings)?,
            per_channel: int("taskmanager.network.memory.buffers-per-channel", 2, 0)?,
            floating: int("taskmanager.network.memory.floating-buffers-per-gate", 8, 1)?,
            most_required: match settings.contains(most_required) {
                true => Some(int(most_required, 1, 1)?),
                false => None,
            },
            sort_buffers: int("taskmanager.network.sort-shuffle.min-buffers", 512, 0)?,
            sort_from: int("taskmanager.network.sort-shuffle.min-parallelism", 1, 0)?,
        })
    }
}

fn at_least(least: i32, given: &Given<i32>) -> Result<u64, TuningError> {
    match u64::try_from(given.value) {
        Ok(value) if given.value >= least => Ok(value),
        _ => {
            let found = format!("{} ({})", given.value, given.key);
            let needed = if least == 0 { "it cannot be negative" } else { "at least 1 is needed" };
            Err(TuningError::OutOfRange { what: "a number of network buffers", found, needed })
        }
    }
}

/// The buffers of a result with this many consumers.
pub fn result_partition(settings: &BufferSettings, exchange: Exchange, consumers: u64) -> Need {
    let sorted = exchange == Exchange::Blocking && consumers >= settings.sort_from;
    let required = if sorted { settings.sort_buffers } else { consumers + 1 };
    let most = match exchange {
        Exchange::Pipelined => consumers * settings.per_channel + settings.floating,
        Exchange::Blocking if sorted => 4 * consumers,
        // Without bound: whatever the pool has to give.
        Exchange::Blocking | Exchange::Hybrid => 0,
    };
    Need { required, target: required.max(most) }
}

/// The buffers of a gate with this many channels, of which so many come from other TaskManagers: only those have
/// exclusive buffers.
pub fn gate(settings: &BufferSettings, exchange: Exchange, channels: u64, remote: u64) -> Need {
    let most_required = settings.most_required.unwrap_or(match exchange {
        Exchange::Pipelined | Exchange::Hybrid => u64::MAX,
        Exchange::Blocking => MOST_REQUIRED,
    });
    let required = most_required.min(channels * settings.per_channel + 1);
    let exclusive = match channels {
        0 => 0,
        _ => settings.per_channel.min((required - 1) / channels),
    };
    let floating = required - exclusive * channels;
    let target = channels * settings.per_channel + settings.floating;
    Need { required: remote * exclusive + floating, target: target.max(remote * exclusive + floating) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> BufferSettings {
        BufferSettings::of(&Settings::empty("1.20".parse().unwrap())).unwrap()
    }

    #[test]
    fn the_defaults_give_flinks_figures() {
        let settings = settings();
        assert_eq!(result_partition(&settings, Exchange::Pipelined, 4), Need { required: 5, target: 16 });
        assert_eq!(result_partition(&settings, Exchange::Blocking, 4), Need { required: 512, target: 512 });
        assert_eq!(gate(&settings, Exchange::Pipelined, 4, 4), Need { required: 9, target: 16 });
        assert_eq!(gate(&settings, Exchange::Pipelined, 4, 0), Need { required: 1, target: 16 });
        // A wide batch gate insists on a thousand buffers and no more, none of them exclusive.
        assert_eq!(gate(&settings, Exchange::Blocking, 2000, 2000), Need { required: 1000, target: 4008 });
        assert_eq!(gate(&settings, Exchange::Blocking, 600, 600), Need { required: 1000, target: 1208 });
    }

    #[test]
    fn what_flink_refuses_is_refused() {
        let of = |key: &str, value: &str| {
            BufferSettings::of(&Settings::empty("1.20".parse().unwrap()).with(key, value))
        };
        for (key, value) in [
            ("taskmanager.network.memory.floating-buffers-per-gate", "0"),
            ("taskmanager.network.memory.read-buffer.required-per-gate.max", "0"),
            ("taskmanager.network.memory.buffers-per-channel", "-1"),
            ("taskmanager.memory.segment-size", "5000"),
            ("taskmanager.network.sort-shuffle.min-buffers", "many"),
        ] {
            assert!(of(key, value).unwrap_err().to_string().contains(key), "{key}");
        }
        let new = Settings::empty("2.0".parse().unwrap());
        let dropped = new.with("taskmanager.network.memory.buffers-per-channel", "7");
        assert_eq!(BufferSettings::of(&dropped).unwrap().per_channel, 2);
    }
}
