//! What was measured, as a table or as JSON, and whether it is what was promised.

use std::time::Duration;

use serde_json::{Value, json};

use super::measure::JOBS;
use crate::bench::format::Format;
use crate::bench::row::Row;
use crate::bench::spread::Spread;
use crate::error::XtaskError;
use crate::version::FlinkVersion;

const MEGABYTE: u64 = 1_000_000;
/// From the start of the process to its first answer.
const START_MOST: Duration = Duration::from_millis(15);
const IDLE_MOST: u64 = 15 * MEGABYTE;
const JOBS_MOST: u64 = 150 * MEGABYTE;
const LIST_MOST: Duration = Duration::from_millis(15);
const PER_SECOND_LEAST: f64 = 30_000.0;

const JOB_MANAGER: &str = "the real JobManager";
const WIREMOCK: &str = "WireMock with the same stub";

/// What a server takes, and what it answers.
pub(super) struct Measured {
    pub(super) start: Spread,
    /// Resident bytes after the first answer.
    pub(super) idle: u64,
    pub(super) per_second: f64,
    /// Lists of a hundred jobs.
    pub(super) lists_per_second: f64,
}

/// mock-flink with ten thousand jobs.
pub(super) struct Jobs {
    pub(super) resident: u64,
    pub(super) list: Spread,
}

/// Everything.
pub(super) struct Numbers {
    pub(super) version: FlinkVersion,
    pub(super) ours: Measured,
    pub(super) theirs: Measured,
    pub(super) wiremock: Measured,
    pub(super) jobs: Jobs,
}

impl Measured {
    fn json(&self) -> Value {
        json!({
            "start": self.start.json(), "idle_mb": tenths(megabytes(self.idle)),
            "overview_per_second": self.per_second.round(),
            "jobs_overview_per_second": self.lists_per_second.round(),
        })
    }

    fn row(&self, name: &str) -> String {
        let start = self.start.median.as_secs_f64() * 1e3;
        let (idle, answers, lists) = (megabytes(self.idle), self.per_second, self.lists_per_second);
        format!("{name:<16} {start:>12.1} {idle:>12.1} {answers:>14.0} {lists:>14.0}")
    }

    /// How many times better: start, memory, answers.
    fn against(&self, other: &Self) -> [f64; 3] {
        [
            other.start.median.div_duration_f64(self.start.median),
            megabytes(other.idle) / megabytes(self.idle),
            self.per_second / other.per_second,
        ]
    }
}

impl Numbers {
    pub(super) fn print(&self, format: Format) {
        let against = [
            ("JobManager", self.ours.against(&self.theirs)),
            ("WireMock", self.ours.against(&self.wiremock)),
        ];
        match format {
            Format::Table => {
                println!(
                    "GET /overview, connections kept alive, client on the same cores; Flink {}",
                    self.version
                );
                println!(
                    "{:<16} {:>12} {:>12} {:>14} {:>14}",
                    "", "start ms", "idle MB", "answers/s", "lists/s"
                );
                println!("{}", self.ours.row("mock-flink"));
                println!("{}\n{}", self.theirs.row("JobManager"), self.wiremock.row("WireMock"));
                for (name, [start, idle, answers]) in against {
                    println!(
                        "mock-flink against {name}: starts {start:.0} ×, takes 1/{idle:.0} of the memory, answers {answers:.1} ×"
                    );
                }
                let list = self.jobs.list.median.as_secs_f64() * 1e3;
                println!(
                    "with {JOBS} running jobs: {:.0} MB, /jobs/overview in {list:.1} ms",
                    megabytes(self.jobs.resident)
                );
            }
            Format::Json => {
                let ratios: serde_json::Map<String, Value> = against
                    .into_iter()
                    .map(|(name, [start, idle, answers])| {
                        let ratios = json!({ "start": tenths(start), "idle": tenths(idle), "overview": tenths(answers) });
                        (name.to_lowercase(), ratios)
                    })
                    .collect();
                let answer = json!({
                    "flink_version": self.version.to_string(), "mock": self.ours.json(),
                    "jobmanager": self.theirs.json(), "wiremock": self.wiremock.json(), "ratios": ratios,
                    "jobs": {
                        "count": JOBS, "resident_mb": tenths(megabytes(self.jobs.resident)), "list": self.jobs.list.json(),
                    },
                });
                println!("{answer:#}");
            }
        }
    }

    /// The lines of the table of all benchmarks.
    pub(super) fn rows(&self) -> Vec<Row> {
        let new = |what: &str, against: &str, least: f64| {
            Row::new(format!("mock-flink, {what}"), against, "mock", least)
        };
        let (ours, theirs, wiremock) = (&self.ours, &self.theirs, &self.wiremock);
        let idle = megabytes(theirs.idle);
        vec![
            new("start to first answer", JOB_MANAGER, 500.0).times(ours.start.median, theirs.start.median),
            new("start to first answer", WIREMOCK, 200.0).times(ours.start.median, wiremock.start.median),
            new("`/overview` a second", JOB_MANAGER, 5.0).rates(ours.per_second, theirs.per_second),
            new("`/overview` a second", WIREMOCK, 10.0).rates(ours.per_second, wiremock.per_second),
            new("`/jobs/overview` with 100 jobs a second", JOB_MANAGER, 5.0)
                .rates(ours.lists_per_second, theirs.lists_per_second),
            new("`/jobs/overview` with 100 jobs a second", WIREMOCK, 10.0)
                .rates(ours.lists_per_second, wiremock.lists_per_second),
            new("memory, idle", JOB_MANAGER, 30.0).sizes(megabytes(ours.idle), idle),
            new("memory, 10,000 jobs", "an idle JobManager", 5.0).sizes(megabytes(self.jobs.resident), idle),
        ]
    }

    /// Whether every promise is kept.
    pub(super) fn verdict(&self) -> Result<(), XtaskError> {
        let promises = [
            (
                self.ours.start.median < START_MOST,
                format!(
                    "mock-flink started in {:?}; promised is less than {START_MOST:?}",
                    self.ours.start.median
                ),
            ),
            (
                self.ours.idle < IDLE_MOST,
                format!("mock-flink took {:.1} MB; promised are less than 15", megabytes(self.ours.idle)),
            ),
            (
                self.jobs.resident < JOBS_MOST,
                format!(
                    "{JOBS} jobs took {:.0} MB; promised are less than 150",
                    megabytes(self.jobs.resident)
                ),
            ),
            (
                self.jobs.list.median < LIST_MOST,
                format!(
                    "/jobs/overview took {:?}; promised is less than {LIST_MOST:?}",
                    self.jobs.list.median
                ),
            ),
            (
                self.ours.per_second >= PER_SECOND_LEAST,
                format!("{:.0} answers a second; promised are {PER_SECOND_LEAST}", self.ours.per_second),
            ),
        ];
        let broken: Vec<String> =
            promises.into_iter().filter(|(kept, _)| !kept).map(|(_, broken)| broken).collect();
        if broken.is_empty() { Ok(()) } else { Err(XtaskError::TooSlow(broken.join("\n"))) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes of a process are far below 2^52")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / MEGABYTE as f64
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Numbers {
        let measured = |ms: u64, idle: u64, per_second: f64| Measured {
            start: Spread::of(&[Duration::from_millis(ms)]),
            idle: idle * MEGABYTE,
            per_second,
            lists_per_second: per_second / 2.0,
        };
        Numbers {
            version: FlinkVersion::new(2, 3, 0),
            ours: measured(5, 10, 40_000.0),
            theirs: measured(5000, 500, 10_000.0),
            wiremock: measured(1000, 200, 20_000.0),
            jobs: Jobs { resident: 100 * MEGABYTE, list: Spread::of(&[Duration::from_millis(9)]) },
        }
    }

    #[test]
    fn every_promise_is_judged() {
        assert!(numbers().verdict().is_ok());
        let slow = Numbers { jobs: Jobs { resident: 151 * MEGABYTE, ..numbers().jobs }, ..numbers() };
        assert!(slow.verdict().unwrap_err().to_string().contains("10000 jobs took 151 MB"));
        let mut late = numbers();
        (late.ours.start, late.ours.per_second) = (Spread::of(&[START_MOST]), 29_999.0);
        assert_eq!(late.verdict().unwrap_err().to_string().lines().count(), 2);
    }

    #[test]
    fn ratios_say_how_many_times_better() {
        let numbers = numbers();
        assert_eq!(numbers.ours.against(&numbers.theirs), [1000.0, 50.0, 4.0]);
    }
}
