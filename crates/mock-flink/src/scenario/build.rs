//! A scenario as what the cluster takes: programs, and incidents at their times.

use super::model::{Happening, JobPart, Scenario};
use crate::programs::{ProgramCall, Programs};
use crate::sim::{Incident, Submission};
use crate::span::Span;

impl Scenario {
    /// Lets its entry classes run its programs.
    pub(crate) fn register(&self, programs: &mut Programs) {
        for program in &self.programs {
            program.register(programs);
        }
    }

    /// What happens, with its milliseconds from the start of the cluster. A program whose main method throws submits
    /// nothing.
    pub(crate) fn incidents(&self, programs: &Programs) -> Vec<(i64, Incident)> {
        let jobs = self.jobs.iter().flat_map(|job| std::iter::repeat_n(job, job.count));
        let submitted = jobs.filter_map(|job| Some((job.at.millis(), submit(job, programs)?)));
        submitted.chain(self.timeline.iter().flat_map(happening)).collect()
    }

    /// How long the cluster has been running at the start.
    pub(crate) fn age(&self) -> i64 {
        self.cluster.age.map_or(0, Span::millis)
    }
}

fn submit(job: &JobPart, programs: &Programs) -> Option<Incident> {
    let call = ProgramCall {
        entry_class: job.class.clone(),
        arguments: job.arguments.clone(),
        parallelism: job.parallelism.unwrap_or(1),
    };
    let mut submission = Submission::new(programs.call(&call).ok()?);
    submission.parallelism = job.parallelism;
    submission.savepoint.clone_from(&job.savepoint);
    Some(Incident::Submit(Box::new(submission)))
}

fn happening(happening: &Happening) -> impl Iterator<Item = (i64, Incident)> {
    let all = [
        happening.lose_task_manager.map(Incident::LoseTaskManager),
        happening.add_task_managers.map(Incident::AddTaskManagers),
        happening.fail_job.clone().map(|job| Incident::FailJob {
            job,
            class: "java.lang.RuntimeException".to_owned(),
            message: "failed on purpose".to_owned(),
        }),
        happening.cancel_job.clone().map(Incident::CancelJob),
        happening.fail_checkpoints.as_ref().map(|failures| Incident::FailCheckpoints {
            job: failures.job.clone(),
            count: failures.count,
            how: failures.how,
        }),
        happening.deny_savepoints.map(|span| Incident::DenySavepoints(Some(span.millis()))),
    ];
    let at = happening.at.millis();
    all.into_iter().flatten().map(move |incident| (at, incident))
}
