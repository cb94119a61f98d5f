//! What the person looks at, and what keys do.

use std::collections::HashMap;

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::job::JobVertex;

use super::lanes::{Lane, lanes};
use super::rates::{VertexRate, rates};
use super::sample::{Sample, Workers};

/// TaskManagers whose memory is asked for while the pane is one of several, and while it has the whole screen.
const ASKED: (usize, usize) = (8, 48);

/// A part of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The jobs.
    #[default]
    Jobs,
    /// The vertices of the chosen job.
    Vertices,
    /// Its checkpoints.
    Checkpoints,
    /// The TaskManagers.
    TaskManagers,
}

/// A key, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// Many lines up.
    PageUp,
    /// Many lines down.
    PageDown,
    /// To the first line.
    Home,
    /// To the last line.
    End,
    /// The next part of the screen.
    Next,
    /// The part before.
    Previous,
    /// The whole screen for this part, and back.
    Zoom,
    /// Out of help and zoom; else the end.
    Back,
    /// No further looks until it is pressed again.
    Pause,
    /// Vertices with most to do first, and back to the graph.
    Sort,
    /// What the keys are.
    Help,
    /// The end.
    Quit,
}

/// What follows from a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The screen is drawn again.
    Draw,
    /// Another look is due at once.
    Look,
    /// The end.
    Quit,
}

/// Everything that the screen shows.
#[derive(Debug, Default)]
pub struct View {
    pub(super) sample: Sample,
    pub(super) rates: HashMap<VertexId, VertexRate>,
    lanes: Vec<Lane>,
    lanes_of: Option<JobId>,
    pub(super) error: Option<String>,
    pub(super) focus: Focus,
    pub(super) zoomed: bool,
    pub(super) help: bool,
    pub(super) paused: bool,
    pub(super) by_load: bool,
    /// Whether rates are of the time between two looks, or means since the start.
    pub(super) settled: bool,
    pub(super) jobs: usize,
    pub(super) vertices: usize,
    pub(super) workers: usize,
    chosen: Option<JobId>,
}

impl View {
    /// Looks at a job first.
    pub fn of_job(job: Option<JobId>) -> Self {
        Self {
            chosen: job,
            focus: if job.is_some() { Focus::Vertices } else { Focus::Jobs },
            ..Self::default()
        }
    }

    /// The job that the next look is for.
    pub fn wanted(&self) -> Option<JobId> {
        self.chosen
    }

    /// The TaskManagers that the next look asks for their memory.
    pub fn asked(&self) -> Workers {
        let count = if self.zoomed && self.focus == Focus::TaskManagers { ASKED.1 } else { ASKED.0 };
        Workers { first: self.workers.saturating_sub(count / 2), count }
    }

    /// Whether no looks are wanted.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Takes what a look has seen.
    pub fn see(&mut self, sample: Sample) {
        let before = (self.sample.at > 0).then_some(&self.sample);
        self.rates = rates(before, &sample);
        self.settled = before.is_some_and(|before| job_of(before) == job_of(&sample));
        if self.lanes_of != job_of(&sample) || self.lanes.is_empty() {
            self.lanes = sample.job.as_ref().map(|job| lanes(&job.details.plan)).unwrap_or_default();
            self.lanes_of = job_of(&sample);
        }
        if let Some(id) = job_of(&sample) {
            self.chosen = Some(id);
            self.jobs = sample.jobs.iter().position(|job| job.jid == id).unwrap_or(0);
        }
        self.sample = sample;
        self.error = None;
        self.vertices = self.vertices.min(self.shown().len().saturating_sub(1));
        self.workers = self.workers.min(self.sample.task_managers.len().saturating_sub(1));
    }

    /// The cluster did not answer; what was seen last stays.
    pub fn fail(&mut self, message: String) {
        self.error = Some(message);
    }

    /// The vertices in the order in which they are shown, each with its line of the graph.
    pub(super) fn shown(&self) -> Vec<(&JobVertex, &str)> {
        let Some(job) = &self.sample.job else { return Vec::new() };
        let by_id: HashMap<VertexId, &JobVertex> =
            job.details.vertices.iter().map(|vertex| (vertex.id, vertex)).collect();
        if self.lanes.len() != by_id.len() {
            return job.details.vertices.iter().map(|vertex| (vertex, "●")).collect();
        }
        let mut shown: Vec<(&JobVertex, &str)> = self
            .lanes
            .iter()
            .filter_map(|lane| Some((*by_id.get(&lane.vertex)?, lane.lines.as_str())))
            .collect();
        if self.by_load {
            let load = |vertex: &JobVertex| {
                let rate = self.rates.get(&vertex.id).copied().unwrap_or_default();
                rate.busy.unwrap_or(0.0).max(rate.back_pressured.unwrap_or(0.0))
            };
            shown.sort_by(|(a, _), (b, _)| load(b).total_cmp(&load(a)));
            shown.iter_mut().for_each(|(_, lines)| *lines = "●");
        }
        shown
    }

    /// Does what a key is for.
    pub fn press(&mut self, key: Key) -> Action {
        let page = 10;
        match key {
            Key::Quit => return Action::Quit,
            Key::Back if self.help => self.help = false,
            Key::Back if self.zoomed => self.zoomed = false,
            Key::Back => return Action::Quit,
            Key::Help => self.help = !self.help,
            Key::Zoom => {
                self.zoomed = !self.zoomed;
                return Action::Look;
            }
            Key::Pause => self.paused = !self.paused,
            Key::Sort => self.by_load = !self.by_load,
            Key::Next => self.focus = self.focus.next(),
            Key::Previous => self.focus = self.focus.next().next().next(),
            Key::Up => return self.go(|at, _| at.saturating_sub(1)),
            Key::Down => return self.go(|at, last| (at + 1).min(last)),
            Key::PageUp => return self.go(|at, _| at.saturating_sub(page)),
            Key::PageDown => return self.go(|at, last| (at + page).min(last)),
            Key::Home => return self.go(|_, _| 0),
            Key::End => return self.go(|_, last| last),
        }
        Action::Draw
    }

    fn go(&mut self, to: impl Fn(usize, usize) -> usize) -> Action {
        match self.focus {
            Focus::Jobs => {
                self.jobs = to(self.jobs, self.sample.jobs.len().saturating_sub(1));
                self.chosen = self.sample.jobs.get(self.jobs).map(|job| job.jid);
                Action::Look
            }
            Focus::Vertices => {
                self.vertices = to(self.vertices, self.shown().len().saturating_sub(1));
                Action::Draw
            }
            Focus::TaskManagers => {
                self.workers = to(self.workers, self.sample.task_managers.len().saturating_sub(1));
                Action::Look
            }
            Focus::Checkpoints => Action::Draw,
        }
    }
}

fn job_of(sample: &Sample) -> Option<JobId> {
    sample.job.as_ref().map(|job| job.details.jid)
}

impl Focus {
    fn next(self) -> Self {
        match self {
            Self::Jobs => Self::Vertices,
            Self::Vertices => Self::Checkpoints,
            Self::Checkpoints => Self::TaskManagers,
            Self::TaskManagers => Self::Jobs,
        }
    }
}
