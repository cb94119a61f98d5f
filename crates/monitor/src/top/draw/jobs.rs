//! The jobs.

use ops_core::rest::wire::state::{ExecutionState, JobStatus};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use super::super::state::{Focus, View};
use super::pane;
use super::text::{cut, span};

/// Columns beside the name: state, duration, tasks.
const BESIDE: usize = 12 + 14 + 20;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let name = usize::from(area.width).saturating_sub(BESIDE).max(10);
    let jobs = &view.sample.jobs;
    let title =
        format!("{}{:<12}{:<14}TASKS", cut(&format!("JOBS {}", jobs.len()), name), "STATE", "DURATION");
    pane::draw(buffer, area, &title, view.focus == Focus::Jobs, Some(view.jobs), jobs.len(), |index| {
        let job = &jobs[index];
        let colour = match job.state {
            JobStatus::Running => Color::Green,
            JobStatus::Failed | JobStatus::Failing => Color::Red,
            JobStatus::Finished | JobStatus::Canceled => Color::DarkGray,
            _ => Color::Yellow,
        };
        let running = job.tasks.states.of(ExecutionState::Running);
        let chosen = if view.wanted() == Some(job.jid) { "▸ " } else { "  " };
        Line::from(vec![
            Span::raw(cut(&format!("{chosen}{}", job.name), name)),
            Span::styled(format!("{:<12}", job.state.to_string()), Style::new().fg(colour)),
            Span::raw(format!("{:<14}{running} of {} running", span(job.duration), job.tasks.total)),
        ])
    });
}
