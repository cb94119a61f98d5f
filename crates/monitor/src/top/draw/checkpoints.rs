//! The checkpoints of the chosen job: how long they take, how large they are, how they ended.

use ops_core::rest::wire::checkpoints::{Checkpoint, CheckpointStatus};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use super::super::state::{Focus, View};
use super::pane;
use super::text::{bytes, clock, cut, span, spark};

pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let focused = view.focus == Focus::Checkpoints;
    let Some(job) = &view.sample.job else {
        pane::draw(buffer, area, "CHECKPOINTS", focused, None, 0, |_| Line::default());
        return;
    };
    let (counts, history) = (job.checkpoints.counts, &job.checkpoints.history);
    let title = format!(
        "CHECKPOINTS {} completed, {} failed, {} going on",
        counts.completed, counts.failed, counts.in_progress
    );
    let width = usize::from(area.width).saturating_sub(40).clamp(10, 60);
    // The newest stands first in Flink's list.
    let completed: Vec<&Checkpoint> =
        history.iter().rev().filter(|one| one.status == CheckpointStatus::Completed).collect();
    let row = |name: &str, value: fn(&Checkpoint) -> i64, shown: fn(i64) -> String| {
        let values: Vec<i64> = completed.iter().map(|one| value(one)).collect();
        let last = values.last().map_or_else(|| "none yet".to_owned(), |last| shown(*last));
        let highest =
            values.iter().max().map_or_else(String::new, |highest| format!("  max {}", shown(*highest)));
        Line::from(vec![
            Span::raw(format!("{name:<10}")),
            Span::styled(cut(&spark(&values, width), width), Style::new().fg(Color::Cyan)),
            Span::raw(format!(" {last}{highest}")),
        ])
    };
    let mut rows = vec![
        row("duration", |one| one.end_to_end_duration, span),
        row("size", |one| one.state_size, bytes),
        last_failure(history),
    ];
    if view.zoomed {
        rows.extend(history.iter().map(one));
    }
    pane::draw(buffer, area, &title, focused, None, rows.len(), |index| rows[index].clone());
}

fn last_failure(history: &[Checkpoint]) -> Line<'static> {
    let failed = history.iter().find(|one| one.status == CheckpointStatus::Failed);
    match failed {
        None => Line::from("no failed checkpoint among the last ones"),
        Some(one) => {
            let why = one.failure_message.as_deref().unwrap_or("no reason given");
            let why = why.lines().next().unwrap_or_default();
            let text = format!("{} failed at {}: {why}", one.id, clock(one.trigger_timestamp));
            Line::from(Span::styled(text, Style::new().fg(Color::Red)))
        }
    }
}

fn one(one: &Checkpoint) -> Line<'static> {
    let (colour, state) = match one.status {
        CheckpointStatus::Completed => (Color::Green, "completed"),
        CheckpointStatus::Failed => (Color::Red, "failed"),
        CheckpointStatus::InProgress => (Color::Yellow, "going on"),
    };
    let kind = if one.is_savepoint { "savepoint" } else { "checkpoint" };
    Line::from(vec![
        Span::raw(format!("{:>6} {kind:<11}{} ", one.id, clock(one.trigger_timestamp))),
        Span::styled(format!("{state:<10}"), Style::new().fg(colour)),
        Span::raw(format!(
            "{:<14}{:<12}{} of {} subtasks",
            span(one.end_to_end_duration),
            bytes(one.state_size),
            one.num_acknowledged_subtasks,
            one.num_subtasks
        )),
    ])
}
