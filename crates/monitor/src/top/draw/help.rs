//! What the keys are, and what the columns mean.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

const TEXT: &str = "\
Tab, Shift-Tab   the next part of the screen, the one before
↑ ↓, k j         select a line; PgUp, PgDn, Home, End (g, G) go further
Enter, z         the whole screen for this part, and back
s                vertices with most to do first, and back to the graph
p, Space         no further looks at the cluster, and on again
r                look at once
?, h             this page
q, Esc, Ctrl-C   the end

BUSY   share of its time that a vertex works, over its subtasks
WAITS  share of its time that it waits for room downstream (back-pressure)
IN/S, OUT/S      records a second; - while not every subtask has reported
After the first look these are means since the start, then of the time between
two looks. The bottleneck is the first busy vertex below those that wait.";

pub(super) fn draw(buffer: &mut Buffer, area: Rect) {
    for (line, y) in TEXT.lines().zip(area.y + 1..area.bottom()) {
        buffer.set_stringn(area.x, y, line, area.width.into(), Style::new());
    }
}
