//! The TaskManagers, with bars of their memory.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::state::{Focus, View};
use super::pane;
use super::text::{bar, cut, neutral, span};

/// Characters of a bar, without its percentage.
const BAR: usize = 6;
/// Columns beside the id: slots, heartbeat, three bars.
const BESIDE: usize = 8 + 9 + 3 * (BAR + 7);

pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let all = &view.sample.task_managers;
    // Heartbeats are times of the cluster's clock, which may differ from ours.
    let now = view.sample.job.as_ref().map_or(view.sample.at, |job| job.details.now);
    let name = usize::from(area.width).saturating_sub(BESIDE).max(10);
    let title = cut(&format!("TASKMANAGERS {}", all.len()), name);
    let title = format!("{title}{:<8}{:<9}{:<13}{:<13}{:<13}", "USED", "SEEN", "HEAP", "MANAGED", "NETWORK");
    let selected = Some(view.workers);
    pane::draw(buffer, area, &title, view.focus == Focus::TaskManagers, selected, all.len(), |index| {
        let one = &all[index];
        let used = one.slots_number.saturating_sub(one.free_slots);
        let silent = now.saturating_sub(one.time_since_last_heartbeat).max(0);
        let mut spans = vec![
            Span::raw(cut(&one.id.0, name)),
            Span::raw(format!(
                "{:<8}{:<9}",
                format!("{used}/{}", one.slots_number),
                cut(&span(silent), 8).trim_end()
            )),
        ];
        if let Some(memory) = view.sample.memory.get(&one.id) {
            let (total, free) = (&one.total_resource, &one.free_resource);
            let share = |used: i64, max: i64| (max > 0).then(|| used as f64 / max as f64);
            let reserved = share(total.managed_memory - free.managed_memory, total.managed_memory);
            let network = share(memory.netty_shuffle_memory_used, memory.netty_shuffle_memory_total);
            spans.extend([
                bar(share(memory.heap_used, memory.heap_max), BAR),
                Span::raw("  "),
                neutral(reserved, BAR),
                Span::raw("  "),
                neutral(network, BAR),
            ]);
        }
        Line::from(spans)
    });
}
