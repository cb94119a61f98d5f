//! A part of the screen: a line with its title and columns, and rows of which one may be selected.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

/// Draws the title, and the rows around the selected one.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    title: &str,
    focused: bool,
    selected: Option<usize>,
    rows: usize,
    row: impl Fn(usize) -> Line<'static>,
) {
    if area.height == 0 {
        return;
    }
    let style = if focused {
        Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED)
    } else {
        Style::new().add_modifier(Modifier::BOLD)
    };
    let padded = format!("{title:<0$}", usize::from(area.width));
    buffer.set_stringn(area.x, area.y, padded, area.width.into(), style);
    let height = usize::from(area.height - 1);
    let first = first(selected.unwrap_or(0), rows, height);
    for (index, y) in (first..rows).take(height).zip(area.y + 1..) {
        buffer.set_line(area.x, y, &row(index), area.width);
        if focused && selected == Some(index) {
            buffer.set_style(Rect { y, height: 1, ..area }, Style::new().add_modifier(Modifier::REVERSED));
        }
    }
}

/// The first row on the screen, so that the selected one is on it.
fn first(selected: usize, rows: usize, height: usize) -> usize {
    selected.saturating_sub(height / 2).min(rows.saturating_sub(height))
}
