//! How busy the tasks are, and who holds up whom: a vertex that cannot keep up slows the whole job down to what it
//! manages; those before it wait for it, those after it have less to do.

use serde::{Deserialize, Serialize};

use super::job::Job;

/// Shares of a task's time; the rest it is idle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) busy: f64,
    pub(crate) back_pressured: f64,
}

impl Load {
    pub(crate) fn idle(self) -> f64 {
        (1.0 - self.busy - self.back_pressured).max(0.0)
    }

    /// By Flink's thresholds.
    pub(crate) fn level(self) -> &'static str {
        match self.back_pressured {
            share if share <= 0.1 => "ok",
            share if share <= 0.5 => "low",
            _ => "high",
        }
    }
}

impl Job {
    /// Sets the load of every vertex; returns the share of what the sources would emit that gets through.
    pub(super) fn derive_loads(&mut self) -> f64 {
        let slowest =
            self.vertices.iter().enumerate().max_by(|(_, a), (_, b)| a.spec.busy.total_cmp(&b.spec.busy));
        let Some((slowest, demand)) = slowest.map(|(index, vertex)| (index, vertex.spec.busy)) else {
            return 1.0;
        };
        let share = 1.0 / demand.max(1.0);
        let mut before = vec![false; self.vertices.len()];
        if share < 1.0 {
            // Inputs stand before what they feed: one pass backwards reaches all of them.
            let mut reached = before.clone();
            reached[slowest] = true;
            for index in (0..=slowest).rev() {
                if reached[index] {
                    for edge in &self.vertices[index].spec.inputs {
                        (reached[edge.source], before[edge.source]) = (true, true);
                    }
                }
            }
        }
        for (vertex, before) in self.vertices.iter_mut().zip(before) {
            let busy = (vertex.spec.busy * share).min(1.0);
            vertex.load = Load { busy, back_pressured: if before { 1.0 - busy } else { 0.0 } };
        }
        share
    }
}
