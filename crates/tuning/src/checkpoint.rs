//! How often to take checkpoints, and how long to wait for them.
//!
//! With `d` the typical and `w` the worst duration of a checkpoint, and `R` the most work that may be repeated after a
//! failure (a failure repeats at most an interval and the checkpoint that was not yet complete):
//!
//! | what | formula | why |
//! |---|---|---|
//! | `d`, where none was seen | `state / throughput` | all state is written, in parallel |
//! | `w`, where none was seen | `2 × d` | |
//! | interval | `10 × d`, at most `R - w`, at least `2 × d` and 10 s | a checkpoint costs a tenth of the time, and half at the very most |
//! | min-pause | half the interval | after a slow checkpoint the job has that long to catch up |
//! | timeout | `3 × w`, at least 2 min, in whole minutes | three times the worst is stuck, not slow |
//! | tolerable failures | `R / interval - 1`, 0 to 3 | a job that restarts for one lost checkpoint repeats work for nothing |
//! | unaligned | where alignment takes a third of `d` or more | barriers wait behind records; with `aligned-checkpoint-timeout`, only then |
//! | incremental | RocksDB and ForSt, from 1 GiB of state | what did not change is not written again |

use std::time::Duration;

use ops_core::rest::wire::checkpoints::CheckpointStatistics;
use ops_core::units::MemorySize;
use serde::Serialize;

use crate::advice::{Advice, Advisor};
use crate::error::TuningError;
use crate::settings::Settings;

/// What is known about a job's checkpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The whole state.
    pub state: Option<MemorySize>,
    /// Bytes a second that all TaskManagers together write to the checkpoint storage.
    pub throughput: Option<MemorySize>,
    /// How long a checkpoint takes.
    pub typical: Option<Duration>,
    /// How long the slowest one took.
    pub worst: Option<Duration>,
    /// How long barriers wait for each other.
    pub alignment: Option<Duration>,
    /// Checkpoints that failed.
    pub failed: u64,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The most work that may be repeated after a failure, as time.
    pub replay: Duration,
}

/// Checkpointing for a job. Durations in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckpointReport {
    /// How long a checkpoint takes, seen or computed.
    pub typical_ms: u64,
    /// How long the slowest one takes.
    pub worst_ms: u64,
    /// The most work that is repeated after a failure with the advice.
    pub replay_ms: u64,
    /// Whether that is what was wanted.
    pub within_goal: bool,
    /// Keys to set.
    pub advice: Vec<Advice>,
    /// What no key mends.
    pub notes: Vec<String>,
}

const LEAST_INTERVAL: Duration = Duration::from_secs(10);
const LEAST_TIMEOUT: Duration = Duration::from_secs(120);
const MOST_TOLERATED: u64 = 3;
/// From 1.20 on, and before.
const INCREMENTAL: [&str; 2] = ["execution.checkpointing.incremental", "state.backend.incremental"];
const INCREMENTAL_FROM: u64 = 1 << 30;
const MOST_ALIGNED: Duration = Duration::from_secs(30);

impl Observed {
    /// What a running job's statistics say. The median and the largest of the completed checkpoints; nothing where none
    /// completed yet.
    pub fn of(statistics: &CheckpointStatistics) -> Self {
        let failed = statistics.counts.failed;
        if statistics.counts.completed == 0 {
            return Self { failed, ..Self::default() };
        }
        let duration = statistics.summary.end_to_end_duration;
        let millis = |millis: i64| Duration::from_millis(u64::try_from(millis).unwrap_or(0));
        let state =
            statistics.latest.completed.as_ref().map_or(statistics.summary.state_size.max, |c| c.state_size);
        Self {
            state: u64::try_from(state).ok().map(MemorySize::from_bytes),
            typical: Some(millis(duration.avg.max(1))),
            worst: Some(millis(duration.max.max(1))),
            failed,
            ..Self::default()
        }
    }
}

/// What to set for a job with these checkpoints.
///
/// # Errors
/// Nothing says how long a checkpoint takes, or a value in the settings is not of its type.
pub fn advise(settings: &Settings, observed: Observed, goal: Goal) -> Result<CheckpointReport, TuningError> {
    let typical = duration_of(observed)?;
    let worst = observed.worst.unwrap_or(typical.saturating_mul(2)).max(typical);
    let mut notes = Vec::new();
    let (interval, within_goal) = interval(typical, worst, goal.replay);
    let replay = interval.saturating_add(worst);
    if !within_goal {
        notes.push(format!(
            "a failure repeats up to {} s of work, more than the {} s that were asked for: checkpoints that take {} s \
             cannot be had more often; make them smaller (incremental, fewer states) or faster",
            replay.as_secs(),
            goal.replay.as_secs(),
            typical.as_secs_f64()
        ));
    }
    let mut advisor = Advisor::new(settings);
    let why = match interval {
        _ if !within_goal => {
            format!("twice the {} that a checkpoint takes: more often is not possible", human(typical))
        }
        LEAST_INTERVAL => "checkpoints are quick; more often than every 10 s is work for nothing".to_owned(),
        _ if interval < typical.saturating_mul(10) => {
            format!(
                "what {} of repeated work allow for, with a checkpoint of {}",
                human(goal.replay),
                human(worst)
            )
        }
        _ => format!("ten times the {} that a checkpoint takes", human(typical)),
    };
    advisor.duration("execution.checkpointing.interval", interval, why)?;
    let why = "half the interval: after a slow checkpoint the job has time to catch up".to_owned();
    advisor.duration("execution.checkpointing.min-pause", interval / 2, why)?;
    let why = format!("three times the slowest, {}: beyond that it is stuck", human(worst));
    advisor.duration("execution.checkpointing.timeout", timeout(worst), why)?;
    let tolerated = (goal.replay.as_secs() / interval.as_secs().max(1)).saturating_sub(1).min(MOST_TOLERATED);
    let why =
        "so many may fail in a row before the job restarts and repeats what they would have saved".to_owned();
    let tolerated = i32::try_from(tolerated).unwrap_or(0);
    advisor.int("execution.checkpointing.tolerable-failed-checkpoints", tolerated, why)?;
    let why = "a second one at a time takes bandwidth from the first".to_owned();
    advisor.int("execution.checkpointing.max-concurrent-checkpoints", 1, why)?;
    align(settings, &mut advisor, observed.alignment, typical, interval)?;
    increment(settings, &mut advisor, observed.state)?;
    if observed.typical.is_none() && is_incremental(settings)? {
        notes.push(
            "the duration was computed for the whole state, as the first checkpoint writes it; incremental ones are \
             quicker: measure one, and give its duration"
                .to_owned(),
        );
    }
    if observed.failed > 0 {
        notes.push(format!(
            "{} checkpoints failed; if they expired, the timeout above is the mend, otherwise `flinkops job exceptions` \
             and the JobManager's log say why",
            observed.failed
        ));
    }
    Ok(CheckpointReport {
        typical_ms: u64::try_from(typical.as_millis()).unwrap_or(u64::MAX),
        worst_ms: u64::try_from(worst.as_millis()).unwrap_or(u64::MAX),
        replay_ms: u64::try_from(replay.as_millis()).unwrap_or(u64::MAX),
        within_goal,
        advice: advisor.finish(),
        notes,
    })
}

fn duration_of(observed: Observed) -> Result<Duration, TuningError> {
    match (observed.typical, observed.state, observed.throughput) {
        (Some(typical), _, _) => Ok(typical),
        (None, Some(_), Some(throughput)) if throughput.bytes() == 0 => Err(TuningError::OutOfRange {
            what: "the throughput",
            found: "0".to_owned(),
            needed: "more than 0 bytes a second are needed",
        }),
        (None, Some(state), Some(throughput)) => {
            Ok(Duration::from_secs_f64(state.bytes() as f64 / throughput.bytes() as f64))
        }
        _ => Err(TuningError::Missing(
            "nothing says how long a checkpoint takes: the duration of one is needed, or the size of the state \
             together with the throughput to the checkpoint storage",
        )),
    }
}

/// The interval, and whether it meets the goal.
fn interval(typical: Duration, worst: Duration, replay: Duration) -> (Duration, bool) {
    let least = typical.saturating_mul(2).max(LEAST_INTERVAL);
    let most = replay.saturating_sub(worst);
    let wanted = typical.saturating_mul(10).max(LEAST_INTERVAL);
    match most < least {
        true => (whole_seconds(least), false),
        false if wanted <= most => (whole_seconds(wanted).min(most), true),
        // Rounded down: the goal is a bound.
        false => (Duration::from_secs(most.as_secs()).max(LEAST_INTERVAL), true),
    }
}

fn timeout(worst: Duration) -> Duration {
    let seconds = worst.saturating_mul(3).max(LEAST_TIMEOUT).as_secs_f64();
    Duration::from_secs((seconds / 60.0).ceil() as u64 * 60)
}

/// Up to the next 10 seconds; above 10 minutes, to the next minute.
fn whole_seconds(span: Duration) -> Duration {
    let seconds = span.as_secs() + u64::from(span.subsec_nanos() > 0);
    let step = if seconds > 600 { 60 } else { 10 };
    Duration::from_secs(seconds.div_ceil(step) * step)
}

fn align(
    settings: &Settings,
    advisor: &mut Advisor<'_>,
    alignment: Option<Duration>,
    typical: Duration,
    interval: Duration,
) -> Result<(), TuningError> {
    let mode = settings.string("execution.checkpointing.mode").value;
    let Some(alignment) = alignment.filter(|_| !mode.eq_ignore_ascii_case("AT_LEAST_ONCE")) else {
        return Ok(());
    };
    if alignment.saturating_mul(3) < typical {
        return Ok(());
    }
    let why =
        format!("barriers wait {} of {}: they should overtake the records", human(alignment), human(typical));
    advisor.boolean("execution.checkpointing.unaligned.enabled", true, why)?;
    let why = "checkpoints stay aligned, and small, as long as barriers come through in this time".to_owned();
    let timeout = MOST_ALIGNED.min(interval / 2);
    advisor.duration("execution.checkpointing.aligned-checkpoint-timeout", timeout, why)?;
    Ok(())
}

fn increment(
    settings: &Settings,
    advisor: &mut Advisor<'_>,
    state: Option<MemorySize>,
) -> Result<(), TuningError> {
    let backend = settings.string("state.backend.type").value.to_ascii_lowercase();
    let keeps_files = ["rocksdb", "forst"].iter().any(|name| backend.contains(name));
    let (Some(state), Some(key)) = (state.filter(|_| keeps_files), settings.known(&INCREMENTAL)) else {
        return Ok(());
    };
    if state.bytes() >= INCREMENTAL_FROM {
        let why = format!("{} of state: only what changed is written", state.human());
        advisor.boolean(key, true, why)?;
    }
    Ok(())
}

fn is_incremental(settings: &Settings) -> Result<bool, TuningError> {
    match settings.known(&INCREMENTAL) {
        Some(key) => Ok(settings.boolean(key)?.value),
        None => Ok(false),
    }
}

fn human(span: Duration) -> String {
    match span.as_secs() {
        0 => format!("{} ms", span.as_millis()),
        seconds if seconds >= 120 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        _ => format!("{:.0} s", span.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(version: &str) -> Settings {
        Settings::empty(version.parse().unwrap()).with("state.backend", "rocksdb")
    }

    fn goal(minutes: u64) -> Goal {
        Goal { replay: Duration::from_secs(minutes * 60) }
    }

    fn values(report: &CheckpointReport) -> Vec<(&str, &str)> {
        report
            .advice
            .iter()
            .map(|one| {
                (one.key.trim_start_matches("execution.checkpointing."), one.value.as_deref().unwrap())
            })
            .collect()
    }

    #[test]
    fn large_state_over_a_known_network() {
        let observed = Observed {
            state: Some(MemorySize::from_mebibytes(50 << 10)),
            throughput: Some(MemorySize::from_mebibytes(1 << 10)),
            ..Observed::default()
        };
        let report = advise(&settings("1.20"), observed, goal(10)).unwrap();
        assert_eq!((report.typical_ms, report.worst_ms, report.within_goal), (50_000, 100_000, true));
        assert_eq!(
            values(&report),
            [("interval", "500 s"), ("min-pause", "250 s"), ("timeout", "5 min"), ("incremental", "true")]
        );
        let old = advise(&settings("1.18"), observed, goal(10)).unwrap();
        assert!(values(&old).contains(&("state.backend.incremental", "true")));
    }

    #[test]
    fn quick_checkpoints_are_taken_every_ten_seconds() {
        let observed = Observed { typical: Some(Duration::from_millis(300)), ..Observed::default() };
        let report = advise(&settings("2.3"), observed, goal(10)).unwrap();
        assert_eq!(values(&report)[..3], [("interval", "10 s"), ("min-pause", "5 s"), ("timeout", "2 min")]);
        assert!(values(&report).contains(&("tolerable-failed-checkpoints", "3")));
    }

    #[test]
    fn a_goal_that_cannot_be_met_is_said() {
        let observed = Observed { typical: Some(Duration::from_secs(120)), ..Observed::default() };
        let report = advise(&settings("1.20"), observed, goal(2)).unwrap();
        assert_eq!((report.within_goal, values(&report)[0]), (false, ("interval", "4 min")));
        assert!(report.notes[0].contains("more than the 120 s"), "{:?}", report.notes);
    }

    #[test]
    fn slow_alignment_calls_for_unaligned_checkpoints() {
        let observed = Observed {
            typical: Some(Duration::from_secs(30)),
            alignment: Some(Duration::from_secs(20)),
            failed: 2,
            ..Observed::default()
        };
        let report = advise(&settings("1.20"), observed, goal(10)).unwrap();
        assert!(values(&report).contains(&("unaligned.enabled", "true")));
        assert!(values(&report).contains(&("aligned-checkpoint-timeout", "30 s")));
        let at_least_once = settings("1.20").with("execution.checkpointing.mode", "at_least_once");
        let report = advise(&at_least_once, observed, goal(10)).unwrap();
        assert!(!values(&report).iter().any(|(key, _)| key.contains("align")));
        assert!(advise(&settings("1.20"), Observed::default(), goal(10)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn the_goal_is_met_or_it_is_said(typical in 1..2_000_000_u64, slower in 1..5_u32, replay in 1..100_000_u64) {
            let typical = Duration::from_millis(typical);
            let replay = Duration::from_secs(replay);
            let (interval, met) = interval(typical, typical * slower, replay);
            proptest::prop_assert_eq!(met, interval + typical * slower <= replay);
            proptest::prop_assert!(interval >= LEAST_INTERVAL && interval >= typical * 2);
        }
    }
}
