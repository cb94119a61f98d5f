//! The vertices of the chosen job, as a graph.

use ops_core::rest::wire::state::ExecutionState;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use super::super::state::{Focus, View};
use super::pane;
use super::text::{bar, count, cut};

/// Characters of a bar, without its percentage.
const BAR: usize = 5;
/// Columns beside lines and name: parallelism, records in and out, two bars.
const BESIDE: usize = 6 + 9 + 9 + 2 * (BAR + 7);

pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let shown = view.shown();
    let widest = shown.iter().map(|(_, lines)| lines.chars().count()).max().unwrap_or(0);
    let graph = (widest + 1).min(usize::from(area.width) / 5);
    let name = usize::from(area.width).saturating_sub(BESIDE + graph).max(8);
    let since = if view.settled { "" } else { " (since the start)" };
    let title = match &view.sample.job {
        Some(job) => format!("VERTICES {} of {}{since}", shown.len(), job.details.name),
        None => "VERTICES".to_owned(),
    };
    let title = cut(&title, name + graph);
    let title = format!("{title}{:>5} {:>8} {:>8}  {:<11} {:<11}", "P", "IN/S", "OUT/S", "BUSY", "WAITS");
    pane::draw(
        buffer,
        area,
        &title,
        view.focus == Focus::Vertices,
        Some(view.vertices),
        shown.len(),
        |index| {
            let (vertex, lines) = shown[index];
            let rate = view.rates.get(&vertex.id).copied().unwrap_or_default();
            let number = |rate: Option<f64>| rate.map_or_else(|| "-".to_owned(), count);
            let mut spans = vec![
                Span::styled(cut(lines, graph), Style::new().fg(Color::Cyan)),
                Span::raw(cut(&vertex.name, name)),
                Span::raw(format!(
                    "{:>5} {:>8} {:>8}  ",
                    vertex.parallelism,
                    number(rate.records_in),
                    number(rate.records_out)
                )),
            ];
            if vertex.status == ExecutionState::Running {
                spans.extend([bar(rate.busy, BAR), Span::raw("  "), bar(rate.back_pressured, BAR)]);
            } else {
                let colour = if vertex.status == ExecutionState::Failed { Color::Red } else { Color::Yellow };
                spans.push(Span::styled(vertex.status.to_string(), Style::new().fg(colour)));
            }
            Line::from(spans)
        },
    );
}
