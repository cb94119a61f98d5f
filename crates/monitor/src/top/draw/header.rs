//! The first line, about the cluster, and the last one, about the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use super::super::state::View;
use super::text::clock;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let overview = &view.sample.overview;
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let mut spans = vec![
        Span::styled(format!("Flink {}", overview.flink_version), bold),
        Span::raw(format!("  {} running", overview.jobs_running)),
    ];
    if overview.jobs_failed > 0 {
        spans.push(Span::styled(format!("  {} failed", overview.jobs_failed), Style::new().fg(Color::Red)));
    }
    spans.push(Span::raw(format!("  {} TaskManagers", overview.taskmanagers)));
    let slots = format!("  {} of {} slots free", overview.slots_available, overview.slots_total);
    let none = overview.slots_available == 0 && overview.slots_total > 0;
    spans.push(Span::styled(slots, if none { Style::new().fg(Color::Yellow) } else { Style::new() }));
    buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
    let time = format!("{} UTC", clock(view.sample.at));
    let width = u16::try_from(time.len()).unwrap_or(0);
    if area.width > width {
        buffer.set_string(area.right() - width, area.y, time, Style::new());
    }
}

pub(super) fn keys(buffer: &mut Buffer, area: Rect, view: &View) {
    if let Some(error) = &view.error {
        let style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        buffer.set_stringn(area.x, area.y, error, area.width.into(), style);
        return;
    }
    let paused = if view.paused { "PAUSED  " } else { "" };
    let text = format!("{paused}Tab part  ↑↓ select  Enter zoom  s sort  p pause  ? help  q quit");
    buffer.set_stringn(area.x, area.y, text, area.width.into(), Style::new().add_modifier(Modifier::DIM));
}
