//! Tests of the simulation, in virtual time.

use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::wire::operations::SavepointFormat;
use ops_core::rest::wire::state::{ExecutionState, JobStatus};
use proptest::prelude::*;

use super::*;
use crate::programs::{ProgramCall, default_program};

const START: i64 = 1_767_225_600_000;
const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

fn cluster(task_managers: usize, slots: usize, entries: &[(&str, &str)], seed: u64) -> Cluster {
    let entries = entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Cluster::new(ClusterSpec {
        settings: Settings::new("1.20".parse().unwrap(), entries),
        task_managers,
        slots,
        start: START,
        seed,
        store: Box::new(MemoryStore::default()),
    })
}

fn submission(parallelism: u32, savepoint: Option<&str>) -> Submission {
    let call =
        ProgramCall { entry_class: "com.example.Orders".to_owned(), arguments: Vec::new(), parallelism };
    Submission {
        parallelism: Some(parallelism),
        savepoint: savepoint.map(str::to_owned),
        ..Submission::new(default_program(&call))
    }
}

fn pass(cluster: &mut Cluster, millis: i64) {
    cluster.advance_to(cluster.now() + millis);
}

/// Passes time until the job is in this state, a millisecond at a time.
fn until(cluster: &mut Cluster, job: JobId, status: JobStatus) {
    for _ in 0..10 * MINUTE {
        if cluster.job_status(job) == Some(status) {
            return;
        }
        pass(cluster, 1);
    }
    panic!("{job} is {:?}, not {status}", cluster.job_status(job));
}

fn location(cluster: &Cluster, job: JobId, trigger: TriggerId) -> String {
    match cluster.operation(&OperationKey::Savepoint(job, trigger)) {
        Some(OperationState::Completed(Outcome::Savepoint(location))) => location.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_job_passes_through_its_states_in_order() {
    let mut cluster = cluster(2, 2, &[], 1);
    let id = cluster.submit(submission(4, None)).unwrap();
    let mut seen = Vec::new();
    for _ in 0..SECOND {
        let job = cluster.job(id).unwrap();
        let now = (job.status, job.vertices[0].subtasks[0].current.state);
        if seen.last() != Some(&now) {
            seen.push(now);
        }
        pass(&mut cluster, 1);
    }
    assert_eq!(
        seen,
        [
            (JobStatus::Initializing, ExecutionState::Created),
            (JobStatus::Created, ExecutionState::Created),
            (JobStatus::Running, ExecutionState::Scheduled),
            (JobStatus::Running, ExecutionState::Deploying),
            (JobStatus::Running, ExecutionState::Initializing),
            (JobStatus::Running, ExecutionState::Running),
        ]
    );
    let job = cluster.job(id).unwrap();
    let placements: Vec<_> =
        job.vertices[1].subtasks.iter().map(|task| task.current.placement.clone().unwrap()).collect();
    let mut distinct = placements.clone();
    distinct.dedup();
    assert_eq!((placements.len(), distinct.len()), (4, 4), "one slot for each subtask: {placements:?}");
}

#[test]
fn a_day_of_checkpoints_passes_in_no_time() {
    let mut cluster = cluster(1, 2, &[("execution.checkpointing.interval", "10 s")], 3);
    let id = cluster.submit(submission(2, None)).unwrap();
    pass(&mut cluster, 24 * HOUR);
    let coordinator = &cluster.job(id).unwrap().coordinator;
    assert!((8638..=8640).contains(&coordinator.completed), "{}", coordinator.completed);
    assert_eq!((coordinator.failed, coordinator.restores), (0, 0));
    assert_eq!(coordinator.history().count(), 10);
    assert!(coordinator.history().filter(|record| !record.discarded).count() <= 2);
    // The state has grown to what the keys need: 50,000 keys of 48 bytes and a little for each task.
    let size = coordinator.latest_completed.as_ref().unwrap().state_size();
    assert!((2_400_000..2_402_000).contains(&size), "{size}");
    assert!(coordinator.sizes.min < size / 10);
}

#[test]
fn losing_a_task_manager_restarts_the_job_from_its_latest_checkpoint() {
    let mut cluster = cluster(3, 2, &[("execution.checkpointing.interval", "1 s")], 5);
    let id = cluster.submit(submission(4, None)).unwrap();
    pass(&mut cluster, 30 * SECOND);
    let before = cluster.job(id).unwrap().records(cluster.now());
    let lost = cluster.task_manager_ids()[0].clone();
    assert!(cluster.lose_task_manager(&lost));
    assert_eq!(cluster.job_status(id), Some(JobStatus::Restarting));
    until(&mut cluster, id, JobStatus::Running);
    pass(&mut cluster, SECOND);
    let job = cluster.job(id).unwrap();
    assert!(job.all_running());
    assert_eq!((job.restarts, job.coordinator.restores), (1, 1));
    assert!(job.vertices.iter().flat_map(|v| &v.subtasks).all(|task| task.current.number == 1));
    let failure = &job.failures[0];
    assert_eq!(failure.cause.class(), "org.apache.flink.runtime.jobmaster.JobMasterException");
    assert_eq!(failure.task.as_ref().unwrap().placement.as_ref().unwrap().task_manager, lost);
    assert_eq!(failure.concurrent.len(), 3, "two subtasks of two vertices each ran there");
    assert!(job.base_records < before && job.base_records > 0.0, "{} < {before}", job.base_records);
    assert!(!cluster.lose_task_manager(&lost));
}

#[test]
fn without_checkpoints_a_failure_is_final() {
    let mut cluster = cluster(1, 1, &[], 7);
    let id = cluster.submit(submission(1, None)).unwrap();
    pass(&mut cluster, SECOND);
    assert!(cluster.fail_job(id, "java.lang.IllegalStateException", "broken"));
    until(&mut cluster, id, JobStatus::Failed);
    let cause = &cluster.job(id).unwrap().failures[0].cause;
    assert_eq!(
        cause.headline(),
        "org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy"
    );
    assert!(cause.stack_trace().contains("Caused by: java.lang.IllegalStateException: broken"));
    assert!(!cluster.fail_job(id, "x", "y"), "a job that is over cannot fail");
}

#[test]
fn a_job_without_slots_waits_until_the_request_times_out() {
    let mut cluster = cluster(1, 2, &[], 11);
    let id = cluster.submit(submission(3, None)).unwrap();
    pass(&mut cluster, 4 * MINUTE);
    let job = cluster.job(id).unwrap();
    assert_eq!((job.status, job.vertices[0].counts().scheduled), (JobStatus::Running, 3));
    assert_eq!(job.vertices[0].aggregate(), ExecutionState::Created);
    assert_eq!(cluster.task_managers()[0].free_slots(), 0, "it holds what there is");
    pass(&mut cluster, MINUTE + SECOND);
    let job = cluster.job(id).unwrap();
    assert_eq!(job.status, JobStatus::Failed);
    assert!(job.failures[0].cause.stack_trace().contains("NoResourceAvailableException"));
    // Later requests are hopeless at once: the cluster has had its time to start.
    let next = cluster.submit(submission(3, None)).unwrap();
    pass(&mut cluster, SECOND);
    assert_eq!(cluster.job_status(next), Some(JobStatus::Failed));
}

#[test]
fn a_new_task_manager_serves_a_waiting_job() {
    let mut cluster = cluster(1, 2, &[], 13);
    let id = cluster.submit(submission(3, None)).unwrap();
    pass(&mut cluster, SECOND);
    cluster.add_task_manager();
    pass(&mut cluster, SECOND);
    assert!(cluster.job(id).unwrap().all_running());
}

#[test]
fn stopping_with_a_savepoint_finishes_the_job_and_another_parallelism_continues_it() {
    let mut cluster = cluster(2, 2, &[("execution.checkpointing.interval", "1 s")], 17);
    let id = cluster.submit(submission(2, None)).unwrap();
    pass(&mut cluster, 20 * SECOND);
    let trigger = TriggerId::new(9);
    cluster.trigger_savepoint(
        (id, trigger),
        "/savepoints/".to_owned(),
        SavepointFormat::Canonical,
        AfterSavepoint::Stop,
    );
    assert_eq!(cluster.operation(&OperationKey::Savepoint(id, trigger)), Some(&OperationState::InProgress));
    until(&mut cluster, id, JobStatus::Finished);
    let location = location(&cluster, id, trigger);
    assert!(
        location.starts_with(&format!("file:/savepoints/savepoint-{}-", &id.to_string()[..6])),
        "{location}"
    );
    let job = cluster.job(id).unwrap();
    assert_eq!(job.vertices[0].aggregate(), ExecutionState::Finished);
    let (stopped_at, last) = (job.base_records, job.coordinator.latest_savepoint.as_ref().unwrap().id);
    assert_eq!(cluster.task_managers()[0].free_slots(), 2);

    let next = cluster.submit(submission(4, Some(&location))).unwrap();
    pass(&mut cluster, 5 * SECOND);
    let job = cluster.job(next).unwrap();
    assert!(job.all_running() && job.vertices[1].subtasks.len() == 4);
    let restored = job.coordinator.restored.as_ref().unwrap();
    assert_eq!((restored.id, restored.is_savepoint), (last, true));
    assert!(job.records(cluster.now()) > stopped_at * 0.99);
    assert!(job.coordinator.history().all(|record| record.id > last), "checkpoint numbers go on");
}

#[test]
fn a_savepoint_that_is_missing_fails_the_job_before_it_has_a_graph() {
    let mut cluster = cluster(1, 1, &[], 19);
    let error = cluster.submit(submission(1, Some("/none"))).unwrap_err();
    let SubmitError::NotInitialized { job, cause } = error else { panic!("{error}") };
    assert_eq!(cause.class(), "org.apache.flink.runtime.client.JobInitializationException");
    assert!(cause.stack_trace().contains("Cannot find checkpoint or savepoint file/directory '/none'"));
    let found = cluster.job(job).unwrap();
    assert!(found.status == JobStatus::Failed && !found.has_graph());
}

#[test]
fn one_trigger_id_is_one_operation_and_is_forgotten_in_time() {
    let mut cluster = cluster(1, 1, &[], 23);
    let id = cluster.submit(submission(1, None)).unwrap();
    pass(&mut cluster, SECOND);
    let trigger = TriggerId::new(1);
    for _ in 0..3 {
        let format = SavepointFormat::Native;
        cluster.trigger_savepoint(
            (id, trigger),
            "s3://bucket/x".to_owned(),
            format,
            AfterSavepoint::Continue,
        );
        pass(&mut cluster, SECOND);
    }
    assert!(location(&cluster, id, trigger).starts_with("s3://bucket/x/savepoint-"));
    assert_eq!(cluster.job(id).unwrap().coordinator.completed, 1);
    pass(&mut cluster, 6 * MINUTE);
    assert_eq!(cluster.operation(&OperationKey::Savepoint(id, trigger)), None);
}

#[test]
fn a_job_id_is_used_once_and_an_ended_job_is_forgotten_after_an_hour() {
    let mut cluster = cluster(1, 1, &[], 29);
    let wanted = || Submission { id: Some(JobId::new(42)), ..submission(1, None) };
    let id = cluster.submit(wanted()).unwrap();
    pass(&mut cluster, SECOND);
    cluster.cancel(id);
    until(&mut cluster, id, JobStatus::Canceled);
    assert_eq!(cluster.submit(wanted()), Err(SubmitError::Duplicate(id)));
    pass(&mut cluster, HOUR + SECOND);
    assert_eq!(cluster.job_status(id), None);
    assert_eq!(cluster.submit(wanted()), Err(SubmitError::Duplicate(id)));
}

#[test]
fn bounded_programs_finish() {
    let mut cluster = cluster(1, 1, &[], 31);
    let mut bounded = submission(1, None);
    bounded.graph.finishes_after = Some(std::time::Duration::from_secs(5));
    let id = cluster.submit(bounded).unwrap();
    pass(&mut cluster, 4 * SECOND);
    assert_eq!(cluster.job_status(id), Some(JobStatus::Running));
    pass(&mut cluster, 2 * SECOND);
    assert_eq!(cluster.job_status(id), Some(JobStatus::Finished));
}

/// Something that a user, or fate, does to the cluster.
#[derive(Clone, Debug)]
enum Deed {
    Submit(u32),
    Cancel(usize),
    Savepoint(usize),
    Stop(usize),
    Fail(usize),
    Lose(usize),
    Add,
    Wait(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (1..5_u32).prop_map(Deed::Submit),
        1 => (0..6_usize).prop_map(Deed::Cancel),
        2 => (0..6_usize).prop_map(Deed::Savepoint),
        1 => (0..6_usize).prop_map(Deed::Stop),
        2 => (0..6_usize).prop_map(Deed::Fail),
        1 => (0..4_usize).prop_map(Deed::Lose),
        1 => Just(Deed::Add),
        6 => (0..20_000_i64).prop_map(Deed::Wait),
        1 => (0..20 * MINUTE).prop_map(Deed::Wait),
    ]
}

fn perform(cluster: &mut Cluster, deed: &Deed) {
    let pick = |cluster: &Cluster, index: usize| cluster.jobs().nth(index).map(|job| job.id);
    match deed {
        Deed::Submit(parallelism) => {
            cluster.submit(submission(*parallelism, None)).unwrap();
        }
        Deed::Cancel(index) => {
            if let Some(job) = pick(cluster, *index) {
                cluster.cancel(job);
            }
        }
        Deed::Savepoint(index) | Deed::Stop(index) => {
            let after =
                if matches!(deed, Deed::Stop(_)) { AfterSavepoint::Stop } else { AfterSavepoint::Continue };
            if let Some(job) = pick(cluster, *index) {
                let trigger = cluster.fresh_trigger();
                let format = SavepointFormat::Canonical;
                cluster.trigger_savepoint((job, trigger), "/sp".to_owned(), format, after);
            }
        }
        Deed::Fail(index) => {
            if let Some(job) = pick(cluster, *index) {
                cluster.fail_job(job, "java.lang.RuntimeException", "fate");
            }
        }
        Deed::Lose(index) => {
            if let Some(id) = cluster.task_manager_ids().get(*index) {
                cluster.lose_task_manager(id);
            }
        }
        Deed::Add => {
            cluster.add_task_manager();
        }
        Deed::Wait(millis) => pass(cluster, *millis),
    }
}

/// What holds at any time.
fn check(cluster: &Cluster) {
    let mut held = std::collections::BTreeMap::new();
    for owner in cluster.task_managers().iter().flat_map(|found| &found.slots).flatten() {
        *held.entry(*owner).or_insert(0_usize) += 1;
    }
    for job in cluster.jobs() {
        let mine = job.slots.iter().flatten().count();
        let lost = job
            .slots
            .iter()
            .flatten()
            .filter(|slot| !cluster.task_managers().iter().any(|found| found.id == slot.task_manager));
        assert_eq!(held.remove(&job.id).unwrap_or(0), mine - lost.count(), "{} in {}", job.id, job.status);
        assert_eq!(job.is_over(), job.ended.is_some());
        if job.is_over() {
            assert!(
                job.slots.is_empty() && job.coordinator.pending.is_empty() && job.running_since.is_none()
            );
            assert!(job.ended.unwrap() >= job.started());
        }
        for attempt in job.vertices.iter().flat_map(|v| &v.subtasks).map(|task| &task.current) {
            let order = [
                ExecutionState::Created,
                ExecutionState::Scheduled,
                ExecutionState::Deploying,
                ExecutionState::Initializing,
                ExecutionState::Running,
            ];
            let times: Vec<i64> = order.iter().filter_map(|state| attempt.entered(*state)).collect();
            assert!(times.is_sorted() && times.iter().all(|at| *at <= cluster.now()), "{times:?}");
            if job.is_over() && job.has_graph() {
                assert!(attempt.state.is_terminal(), "{} in {}", attempt.state, job.status);
            }
        }
    }
    assert!(held.is_empty(), "slots of jobs that are gone: {held:?}");
}

/// Everything that can be seen of the jobs.
fn picture(cluster: &Cluster) -> String {
    cluster.jobs().map(|job| format!("{job:?}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_cluster_stays_consistent(deeds in prop::collection::vec(deed(), 1..40), seed: u64) {
        let entries = [("execution.checkpointing.interval", "2 s")];
        let mut cluster = cluster(2, 3, &entries, seed);
        let mut terminal = std::collections::BTreeMap::new();
        for deed in &deeds {
            perform(&mut cluster, deed);
            check(&cluster);
            for job in cluster.jobs().filter(|job| job.is_over()) {
                let status = terminal.entry(job.id).or_insert(job.status);
                prop_assert_eq!(*status, job.status, "a terminal state is final");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_run(deeds in prop::collection::vec(deed(), 1..20), seed: u64) {
        let run = || {
            let mut cluster = cluster(2, 3, &[("execution.checkpointing.interval", "2 s")], seed);
            deeds.iter().for_each(|deed| perform(&mut cluster, deed));
            picture(&cluster)
        };
        prop_assert_eq!(run(), run());
    }
}
