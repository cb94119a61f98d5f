//! Which part stands where. Works from 80 columns and 24 lines on; smaller terminals show less.

use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::{Frame, Terminal};

use super::super::state::{Focus, View};
use super::{checkpoints, header, help, jobs, task_managers, vertices};

/// Lines of the part about checkpoints.
const CHECKPOINTS: u16 = 4;

/// Draws everything. Without colour, the terminal's own is used.
pub fn draw(frame: &mut Frame<'_>, view: &View, colour: bool) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    header::draw(buffer, row(area, 0), view);
    header::keys(buffer, row(area, area.height.saturating_sub(1)), view);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    if view.help {
        help::draw(buffer, body);
    } else if view.zoomed {
        part(buffer, body, view, view.focus);
    } else {
        for (focus, area) in parts(body, view) {
            part(buffer, area, view, focus);
        }
    }
    if !colour {
        for cell in &mut buffer.content {
            let style = cell.style();
            cell.set_style(Style::reset().add_modifier(style.add_modifier));
        }
    }
}

/// One frame as text, without colours and without blanks at the ends of lines.
pub fn plain(view: &View, width: u16, height: u16) -> String {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    let Ok(_) = terminal.draw(|frame| draw(frame, view, false));
    lines(terminal.backend().buffer())
}

fn lines(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let mut text = String::new();
    for line in buffer.content.chunks(width) {
        let line: String = line.iter().map(ratatui::buffer::Cell::symbol).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn part(buffer: &mut Buffer, area: Rect, view: &View, focus: Focus) {
    match focus {
        Focus::Jobs => jobs::draw(buffer, area, view),
        Focus::Vertices => vertices::draw(buffer, area, view),
        Focus::Checkpoints => checkpoints::draw(buffer, area, view),
        Focus::TaskManagers => task_managers::draw(buffer, area, view),
    }
}

/// Jobs and TaskManagers get what they need, up to a share; vertices the rest.
fn parts(body: Rect, view: &View) -> [(Focus, Rect); 4] {
    let rest = body.height.saturating_sub(CHECKPOINTS);
    let needed = |count: usize, share: u16| {
        let most = (rest / share).max(2);
        u16::try_from(count).unwrap_or(u16::MAX).saturating_add(1).clamp(2, most)
    };
    let jobs = needed(view.sample.jobs.len(), 4);
    let workers = needed(view.sample.task_managers.len(), 3);
    let vertices = rest.saturating_sub(jobs + workers);
    let mut y = body.y;
    let mut next = |height: u16| {
        let area = Rect { y, height, ..body }.intersection(body);
        y = y.saturating_add(height);
        area
    };
    [
        (Focus::Jobs, next(jobs)),
        (Focus::Vertices, next(vertices)),
        (Focus::Checkpoints, next(CHECKPOINTS)),
        (Focus::TaskManagers, next(workers)),
    ]
}

fn row(area: Rect, y: u16) -> Rect {
    Rect { y: area.y + y, height: 1.min(area.height), ..area }.intersection(area)
}
