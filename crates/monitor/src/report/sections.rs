//! The parts of the page.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ops_core::ids::VertexId;
use ops_core::rest::wire::checkpoints::{Checkpoint, CheckpointStatus};
use ops_core::rest::wire::state::{ExecutionState, JobStatus};

use super::html::{badge, escaped, meter, neutral, table};
use super::input::{Input, Level, Remark};
use super::plot::{Series, bars, lines, spans, stack};
use crate::top::{Sample, bytes, count, rates, span};

/// More lines than this in one plot are not told apart.
const MOST_LINES: usize = 8;
/// More rows than this are a list for another tool.
const MOST_ROWS: usize = 200;
const DAY: i64 = 86_400;

pub(super) fn summary(input: &Input, last: &Sample) -> String {
    let overview = &last.overview;
    let cards = [
        ("Flink", overview.flink_version.clone()),
        ("jobs running", overview.jobs_running.to_string()),
        ("jobs failed", overview.jobs_failed.to_string()),
        ("TaskManagers", overview.taskmanagers.to_string()),
        ("slots free", format!("{} of {}", overview.slots_available, overview.slots_total)),
    ];
    let cards: String = cards
        .iter()
        .map(|(name, value)| format!("<div class=\"card\"><b>{}</b>{name}</div>", escaped(value)))
        .collect();
    format!(
        "<h1>{}</h1>\n<p class=\"soft\">{}; {} looks</p>\n<div class=\"cards\">{cards}</div>\n",
        escaped(&input.title),
        day_and_time(input.at),
        input.samples.len()
    )
}

pub(super) fn jobs(last: &Sample) -> String {
    let rows = last.jobs.iter().take(MOST_ROWS).map(|job| {
        let class = match job.state {
            JobStatus::Running => "good",
            JobStatus::Failed | JobStatus::Failing => "bad",
            JobStatus::Finished | JobStatus::Canceled => "quiet",
            _ => "so-so",
        };
        let running = job.tasks.states.of(ExecutionState::Running);
        vec![
            escaped(&job.name),
            badge(class, &job.state.to_string()),
            span(job.duration),
            format!("{running} of {}", job.tasks.total),
            format!("<code>{}</code>", job.jid),
        ]
    });
    format!(
        "<h2>Jobs</h2>\n{}{}",
        table(&["job", "state", "since", "tasks running", "id"], rows),
        left_out(last.jobs.len())
    )
}

/// The vertices of the job that was looked at, now and over time.
pub(super) fn job(input: &Input, last: &Sample) -> String {
    let Some(job) = &last.job else { return String::new() };
    let before = input.samples.len().checked_sub(2).and_then(|index| input.samples.get(index));
    let now = rates(before, last);
    let rows = job.details.vertices.iter().take(MOST_ROWS).map(|vertex| {
        let rate = now.get(&vertex.id).copied().unwrap_or_default();
        let number = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), count);
        vec![
            escaped(&vertex.name),
            vertex.parallelism.to_string(),
            escaped(vertex.status.as_str()),
            number(rate.records_in),
            number(rate.records_out),
            meter(rate.busy),
            meter(rate.back_pressured),
        ]
    });
    let header =
        ["vertex", "parallelism", "state", "records in/s", "records out/s", "busy", "back-pressured"];
    format!(
        "<h2>{}</h2>\n{}{}{}",
        escaped(&job.details.name),
        plots(input),
        table(&header, rows),
        left_out(job.details.vertices.len())
    )
}

fn plots(input: &Input) -> String {
    let mut throughput: BTreeMap<VertexId, Series> = BTreeMap::new();
    let mut waiting = throughput.clone();
    for pair in input.samples.windows(2) {
        let [before, now] = pair else { continue };
        let rates = rates(Some(before), now);
        for vertex in now.job.iter().flat_map(|job| &job.details.vertices) {
            let Some(rate) = rates.get(&vertex.id) else { continue };
            let add = |all: &mut BTreeMap<VertexId, Series>, value: Option<f64>| {
                let series = all
                    .entry(vertex.id)
                    .or_insert_with(|| Series { name: vertex.name.clone(), points: Vec::new() });
                series.points.extend(value.map(|value| (now.at, value)));
            };
            // What a source reads from outside is no record of Flink's yet.
            add(&mut throughput, rate.records_in.zip(rate.records_out).map(|(read, sent)| read.max(sent)));
            add(&mut waiting, rate.back_pressured);
        }
    }
    let highest = |all: BTreeMap<VertexId, Series>| {
        let mut all: Vec<Series> = all.into_values().filter(|series| !series.points.is_empty()).collect();
        let peak = |series: &Series| series.points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        all.sort_by(|a, b| peak(b).total_cmp(&peak(a)));
        all.truncate(MOST_LINES);
        all
    };
    let (throughput, waiting) = (highest(throughput), highest(waiting));
    if throughput.is_empty() && waiting.is_empty() {
        return String::new();
    }
    format!(
        "<div class=\"plots\">{}{}</div>\n",
        lines("Records a second, the larger of read and sent", &throughput, None, count),
        lines("Share of time that vertices wait for room downstream", &waiting, Some(1.0), |share| format!(
            "{:.0} %",
            share * 100.0
        ))
    )
}

pub(super) fn checkpoints(last: &Sample) -> String {
    let Some(job) = &last.job else { return String::new() };
    let counts = job.checkpoints.counts;
    // The newest stands first in Flink's list.
    let history: Vec<&Checkpoint> = job.checkpoints.history.iter().rev().collect();
    if history.is_empty() {
        return "<h2>Checkpoints</h2>\n<p class=\"soft\">none</p>\n".to_owned();
    }
    let bar = |value: fn(&Checkpoint) -> i64, shown: fn(i64) -> String| -> Vec<(f64, &str, String)> {
        let one = |one: &&Checkpoint| {
            let class = match one.status {
                CheckpointStatus::Completed => "good",
                CheckpointStatus::Failed => "bad",
                CheckpointStatus::InProgress => "so-so",
            };
            (value(one).max(0) as f64, class, format!("{}: {}", one.id, shown(value(one))))
        };
        history.iter().map(one).collect()
    };
    let failures = history.iter().filter_map(|one| one.failure_message.as_deref().map(|why| (one.id, why)));
    let failures: String = failures
        .map(|(id, why)| {
            format!(
                "<p class=\"bad\">checkpoint {id} failed: {}</p>\n",
                escaped(why.lines().next().unwrap_or_default())
            )
        })
        .collect();
    format!(
        "<h2>Checkpoints</h2>\n<p>{} completed, {} failed, {} going on</p>\n<div class=\"plots\">{}{}</div>\n{failures}",
        counts.completed,
        counts.failed,
        counts.in_progress,
        bars("Duration of the last ones", &bar(|one| one.end_to_end_duration, span), |millis| span(
            millis as i64
        )),
        bars("Size of their state", &bar(|one| one.state_size, bytes), |size| bytes(size as i64)),
    )
}

/// What the memory of a TaskManager is divided into.
pub(super) fn memory(last: &Sample) -> String {
    let Some(one) = last.task_managers.first() else { return String::new() };
    let memory = one.memory_configuration;
    let layers: Vec<(&str, f64)> = [
        ("task heap", memory.task_heap),
        ("managed", memory.managed_memory),
        ("network", memory.network_memory),
        ("framework heap", memory.framework_heap),
        ("framework off-heap", memory.framework_off_heap),
        ("task off-heap", memory.task_off_heap),
        ("metaspace", memory.jvm_metaspace),
        ("JVM overhead", memory.jvm_overhead),
    ]
    .into_iter()
    .filter_map(|(name, size)| Some((name, size.filter(|size| *size > 0)? as f64)))
    .collect();
    if layers.is_empty() {
        return String::new();
    }
    let caption = format!("Memory of {}", one.id.0);
    format!("<h2>Memory of a TaskManager</h2>\n{}", stack(&caption, &layers, |size| bytes(size as i64)))
}

pub(super) fn task_managers(last: &Sample) -> String {
    let share = |used: i64, max: i64| (max > 0).then(|| used as f64 / max as f64);
    let rows = last.task_managers.iter().take(MOST_ROWS).map(|one| {
        let used = one.slots_number.saturating_sub(one.free_slots);
        let heap = last.memory.get(&one.id).and_then(|memory| share(memory.heap_used, memory.heap_max));
        let (total, free) = (one.total_resource.managed_memory, one.free_resource.managed_memory);
        vec![
            format!("<code>{}</code>", escaped(&one.id.0)),
            format!("{used} of {}", one.slots_number),
            meter(heap),
            neutral(share(total - free, total)),
        ]
    });
    format!(
        "<h2>TaskManagers</h2>\n{}{}",
        table(&["TaskManager", "slots used", "heap", "managed memory"], rows),
        left_out(last.task_managers.len())
    )
}

pub(super) fn certificates(input: &Input) -> String {
    let Some(all) = &input.certificates else { return String::new() };
    if all.is_empty() {
        return "<h2>Certificates</h2>\n<p class=\"soft\">none</p>\n".to_owned();
    }
    let now = input.at / 1000;
    let class = |until: i64| match (until - now).div_euclid(DAY) {
        ..7 => "bad",
        7..30 => "so-so",
        _ => "good",
    };
    let mut sorted = all.clone();
    sorted.sort_by_key(|one| one.not_after);
    let soonest: Vec<(String, i64, i64, &str)> = sorted
        .iter()
        .take(30)
        .map(|one| (one.name.clone(), one.not_before, one.not_after, class(one.not_after)))
        .collect();
    let rows = sorted.iter().take(MOST_ROWS).map(|one| {
        let days = (one.not_after - now).div_euclid(DAY);
        let left = if days < 0 { "has ended".to_owned() } else { format!("{days} days left") };
        vec![escaped(&one.name), escaped(&one.kind), day(one.not_after), badge(class(one.not_after), &left)]
    });
    format!(
        "<h2>Certificates</h2>\n{}{}{}",
        spans("From their beginning to their end; the dashed line is now", &soonest, now),
        table(&["name", "kind", "ends", ""], rows),
        left_out(sorted.len())
    )
}

pub(super) fn remarks(title: &str, nothing: &str, all: Option<&[Remark]>) -> String {
    let Some(all) = all else { return String::new() };
    if all.is_empty() {
        return format!("<h2>{title}</h2>\n<p class=\"good\">{nothing}</p>\n");
    }
    let mut sorted: Vec<&Remark> = all.iter().collect();
    sorted.sort_by_key(|one| one.level);
    let rows = sorted.iter().take(MOST_ROWS).map(|one| {
        let (class, name) = match one.level {
            Level::Error => ("bad", "error"),
            Level::Warning => ("so-so", "warning"),
            Level::Info => ("quiet", "info"),
        };
        vec![
            badge(class, name),
            format!("<code>{}</code>", escaped(&one.code)),
            escaped(&one.place),
            format!("{}<br><span class=\"soft\">{}</span>", escaped(&one.message), escaped(&one.help)),
        ]
    });
    format!("<h2>{title}</h2>\n{}{}", table(&["", "code", "where", "what"], rows), left_out(sorted.len()))
}

fn left_out(count: usize) -> String {
    match count.checked_sub(MOST_ROWS) {
        Some(more @ 1..) => format!("<p class=\"soft\">and {more} more</p>\n"),
        _ => String::new(),
    }
}

fn day_and_time(millis: i64) -> String {
    let text = Timestamp::from_second(millis.div_euclid(1000)).unwrap_or_default().to_string();
    text.replace('T', " ").replace('Z', " UTC")
}

fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().to_string().chars().take(10).collect()
}
