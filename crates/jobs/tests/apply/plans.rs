//! What is planned and done when nothing goes wrong on the way.

use std::fs;
use std::time::Duration;

use jobs::apply::{Action, ApplyError, PlanOptions};
use jobs::journal::{End, Holder};
use jobs::{Jar, Journal, Submission, submit};
use mock_flink::{Fault, Span};
use ops_core::rest::RunRequest;

use crate::world::World;

const SECOND: Span = Span(Duration::from_secs(1));

#[tokio::test]
async fn a_job_is_created_left_alone_and_upgraded() {
    let world = World::new("1.20", &[]).await;
    let good = world.describe("Good", "parallelism: 2\n");
    let planned = world.plan(&good).await.unwrap();
    assert_eq!(
        (planned.action, planned.changes(), planned.steps.len()),
        (Action::Create, true, 4),
        "{planned:?}"
    );
    let created = world.apply(&good).await.unwrap();
    assert!(created.is_done() && created.state.is_none(), "{created:?}");
    assert_eq!(world.plan(&good).await.unwrap().action, Action::Nothing);
    assert_eq!(world.apply(&good).await.unwrap().end, None);

    let better = world.describe("Better", "parallelism: 3\narguments: [--topic, 'a b']\n");
    let planned = world.plan(&better).await.unwrap();
    let fields: Vec<_> =
        planned.differences.iter().map(|it| (it.field.as_str(), it.to.as_deref().unwrap())).collect();
    assert_eq!(fields[1..], [("arguments", "--topic 'a b'"), ("parallelism", "3")], "{planned:?}");
    assert!(fields[0].0 == "jar" && fields[0].1.starts_with("Better-"), "{planned:?}");
    let upgraded = world.apply(&better).await.unwrap();
    assert!(upgraded.is_done(), "{upgraded:?}");
    let [restored, _] = world.restored_and_saved(upgraded.job_id.unwrap()).await;
    assert!(restored == upgraded.state && restored.unwrap().starts_with("s3://bucket/savepoints/orders-"));
    // The policy of upgrades is no reason for one.
    let policy =
        world.describe("Better", "parallelism: 3\narguments: [--topic, 'a b']\nupgrade: stateless\n");
    assert_eq!(world.plan(&policy).await.unwrap().action, Action::Nothing);
}

#[tokio::test]
async fn without_the_journal_the_cluster_tells_what_runs() {
    let world = World::new("2.3", &[]).await;
    let good = world.describe("Good", "");
    world.apply(&good).await.unwrap();
    for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let _ = fs::remove_file(world.path(name));
    }
    assert_eq!(world.plan(&good).await.unwrap().action, Action::Nothing);
    let planned = world.plan(&world.describe("Better", "")).await.unwrap();
    assert!(planned.action == Action::Upgrade && planned.notes[0].contains("cannot be shown"), "{planned:?}");
    let upgraded = world.apply(&world.describe("Better", "")).await.unwrap();
    assert!(upgraded.is_done() && upgraded.state.is_some(), "{upgraded:?}");
}

#[tokio::test]
async fn what_fails_is_rolled_back_to_the_same_state() {
    for version in ["1.18", "2.3"] {
        let world = World::new(version, &[]).await;
        let good = world.describe("Good", "");
        let first = world.apply(&good).await.unwrap();
        let ended = world.apply(&world.describe("Fails", "")).await.unwrap();
        let Some(End::RolledBack { why }) = &ended.end else { panic!("{ended:?}") };
        assert!(why.contains("broken on purpose"), "{why}");
        let copies = world.copies().await;
        assert_eq!(copies.len(), 3);
        let [_, saved] = world.restored_and_saved(first.job_id.unwrap()).await;
        let [restored, _] = world.restored_and_saved(ended.job_id.unwrap()).await;
        assert!(saved.is_some() && restored == saved);
        assert_eq!(world.plan(&good).await.unwrap().action, Action::Nothing);
        // A main method that throws is found out before anything is stopped.
        let ended = world.apply(&world.describe("Throws", "")).await.unwrap();
        let Some(End::Failed { why }) = &ended.end else { panic!("{ended:?}") };
        assert!(why.contains("thrown in main") && why.ends_with("nothing was changed"), "{why}");
        assert_eq!(world.copies().await.len(), 3);
        let left = world.apply(&world.describe("Fails", "rollback: never\n")).await.unwrap();
        assert!(
            matches!(&left.end, Some(End::Failed { why }) if why.contains("is left as it is")),
            "{left:?}"
        );
    }
}

#[tokio::test]
async fn too_few_slots_are_counted_before_anything_is_stopped() {
    let world = World::new("1.20", &[]).await;
    world.apply(&world.describe("Good", "parallelism: 3\n")).await.unwrap();
    let ended = world.apply(&world.describe("Good", "parallelism: 12\n")).await.unwrap();
    let Some(End::Failed { why }) = &ended.end else { panic!("{ended:?}") };
    assert!(
        why.starts_with("it needs 12 slots, 5 are free, and the copy that runs frees 3: 4 are missing")
            && why.contains("a parallelism of 8 at most"),
        "{why}"
    );
    assert_eq!(world.running().await.len(), 1);
}

#[tokio::test]
async fn a_savepoint_that_cannot_be_written_leaves_the_job_as_it_was() {
    let world = World::new("1.20", &[]).await;
    let first = world.apply(&world.describe("Good", "")).await.unwrap();
    world.mock.deny_savepoints(None);
    let ended = world.apply(&world.describe("Better", "")).await.unwrap();
    assert!(
        matches!(&ended.end, Some(End::Failed { why }) if why.contains("runs on as it was")),
        "{ended:?}"
    );
    assert_eq!((ended.job_id, world.running().await), (first.job_id, vec![first.job_id.unwrap()]));
}

#[tokio::test]
async fn a_job_that_ended_goes_on_from_what_it_left() {
    let retained = [
        ("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION"),
        ("state.checkpoints.dir", "s3://bucket/checkpoints"),
        ("execution.checkpointing.dir", "s3://bucket/checkpoints"),
    ];
    let world = World::new("1.20", &retained).await;
    let good = world.describe("Good", "");
    let first = world.apply(&good).await.unwrap().job_id.unwrap();
    world.pass(SECOND);
    world.client().cancel(first).await.unwrap();
    world.pass(SECOND);
    let planned = world.plan(&good).await.unwrap();
    assert!(planned.action == Action::Start && planned.notes[0].ends_with("is CANCELED"), "{planned:?}");
    let again = world.apply(&good).await.unwrap();
    assert!(again.is_done() && again.state.as_ref().unwrap().contains("/chk-"), "{again:?}");

    // From a checkpoint, without a savepoint.
    world.pass(SECOND);
    let next = world.apply(&world.describe("Better", "upgrade: last-state\n")).await.unwrap();
    assert!(next.is_done() && next.state.as_ref().unwrap().contains("/chk-"), "{next:?}");
    let nothing = world.apply(&world.describe("Good", "upgrade: stateless\n")).await.unwrap();
    assert!(nothing.is_done() && nothing.state.is_none(), "{nothing:?}");
}

#[tokio::test]
async fn checkpoints_that_would_be_lost_are_no_state() {
    let world = World::new("1.20", &[]).await;
    world.apply(&world.describe("Good", "")).await.unwrap();
    world.pass(SECOND);
    let error = world.plan(&world.describe("Better", "upgrade: last-state\n")).await.unwrap_err();
    assert!(matches!(error, ApplyError::NotRetained { .. }), "{error}");
    let job = world.running().await[0];
    world.client().cancel(job).await.unwrap();
    world.pass(SECOND);
    let error = world.plan(&world.describe("Good", "")).await.unwrap_err();
    assert!(matches!(error, ApplyError::NothingLeft { .. }), "{error}");
    let options = PlanOptions { from: Some("none".to_owned()), ..PlanOptions::default() };
    let applied = world.apply_watched(&world.describe("Good", ""), &|_| {}, options).await.unwrap();
    assert!(applied.is_done() && applied.state.is_none(), "{applied:?}");
}

#[tokio::test]
async fn a_job_that_finishes_is_done_and_is_run_again_when_it_changes() {
    let world = World::new("2.3", &[]).await;
    let ends = world.describe("Ends", "");
    assert!(world.apply(&ends).await.unwrap().is_done());
    world.pass(SECOND);
    let planned = world.plan(&ends).await.unwrap();
    assert_eq!((planned.action, planned.notes[0].as_str()), (Action::Nothing, "it has finished"));
    let changed = world.describe("Ends", "arguments: [again]\n");
    assert_eq!(world.plan(&changed).await.unwrap().action, Action::Start);
    assert!(world.apply(&changed).await.unwrap().is_done());
}

#[tokio::test]
async fn a_namesake_is_adopted_only_when_it_is_said() {
    let world = World::new("1.20", &[]).await;
    let run = RunRequest { entry_class: Some("Good".to_owned()), ..RunRequest::default() };
    let submission = Submission { jar: Jar::File(world.path("Good.jar")), run };
    let other = world.in_time(submit(&world.client(), &submission)).await.unwrap().job_id;
    world.pass(SECOND);
    let good = world.describe("Good", "");
    let error = world.plan(&good).await.unwrap_err();
    assert!(
        matches!(error, ApplyError::Namesake { .. }) && error.to_string().contains(&other.to_string()),
        "{error}"
    );
    let options = PlanOptions { adopt: true, ..PlanOptions::default() };
    let adopted = world.apply_watched(&good, &|_| {}, options).await.unwrap();
    assert!(adopted.action == Action::Adopt && adopted.is_done() && adopted.state.is_some(), "{adopted:?}");
    assert_eq!(world.running().await.len(), 1);
}

#[tokio::test]
async fn one_at_a_time() {
    let world = World::new("1.20", &[]).await;
    let good = world.describe("Good", "");
    let alive =
        Journal::open(&world.path("journal.db"), Holder::this_process("bob"), jiff::Timestamp::now).unwrap();
    let client = world.client();
    let observed = std::sync::Mutex::new(None);
    let second = world.journal();
    let observe = |_: jobs::apply::Event<'_>| {
        let mut observed = observed.lock().unwrap();
        if observed.is_none() {
            *observed = second.busy(client.url(), &good.name).unwrap();
        }
    };
    let first = crate::world::applier(&client, &alive, &observe, PlanOptions::default());
    assert!(world.in_time(first.apply(&good)).await.unwrap().is_done());
    let (who, _) = observed.into_inner().unwrap().unwrap();
    assert!(who.starts_with("bob@"), "{who}");
    // While one works, the other is told.
    let better = world.describe("Better", "");
    let (one, other) = world
        .in_time(async {
            let silent = |_: jobs::apply::Event<'_>| {};
            let one = crate::world::applier(&client, &alive, &silent, PlanOptions::default());
            let late = async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                crate::world::applier(&client, &second, &silent, PlanOptions::default()).apply(&better).await
            };
            tokio::join!(one.apply(&better), late)
        })
        .await;
    assert!(one.unwrap().is_done());
    let told = other.unwrap_err().to_string();
    assert!(told.starts_with("bob@") && told.contains("has been working on `orders` since 20"), "{told}");
    drop(second);
}

/// Two machines, each with a journal of its own, and one cluster.
#[tokio::test]
async fn two_journals_do_no_harm_to_each_other() {
    for (delay, same) in (0..24).map(|round| (round / 2, round % 2 == 0)) {
        let world = World::new("1.20", &[]).await;
        world.apply(&world.describe("Good", "")).await.unwrap();
        // Time enough between the last look of one and its submission for the other to look, too.
        world.mock.fault(Fault::latency("POST /jars/*/run".parse().unwrap(), Duration::from_millis(60)));
        let client = world.client();
        let journal = |name: &str| {
            Journal::open(&world.path(name), Holder::this_process(name), jiff::Timestamp::now).unwrap()
        };
        let (one, other) = (journal("one.db"), journal("other.db"));
        let silent = |_: jobs::apply::Event<'_>| {};
        let first = crate::world::applier(&client, &one, &silent, PlanOptions::default());
        let second = crate::world::applier(&client, &other, &silent, PlanOptions::default());
        let (better, again) = (
            world.describe("Better", ""),
            world.describe("Better", if same { "" } else { "arguments: [x]\n" }),
        );
        let late = async {
            tokio::time::sleep(Duration::from_millis(delay * 4)).await;
            second.apply(&again).await
        };
        let ended = world.in_time(async { tokio::join!(first.apply(&better), late) }).await;
        let story = || format!("{delay} {same}: {ended:?}");
        assert_eq!(world.running().await.len(), 1, "{}", story());
        let copies = world.copies().await;
        // At most one had to go again at once, where both had seen nobody.
        let clashes =
            copies.windows(2).filter(|pair| pair[0].end_time < 0 || pair[0].end_time > pair[1].start_time);
        assert!(clashes.count() <= usize::from(!same), "{} {copies:#?}", story());
        if same {
            assert_eq!(copies.len(), 2, "{}", story());
        }
        assert!(ended.0.is_ok() || ended.1.is_ok(), "{}", story());
    }
}

#[tokio::test]
async fn a_removed_job_leaves_its_state_behind() {
    let world = World::new("1.20", &[]).await;
    let good = world.describe("Good", "");
    world.apply(&good).await.unwrap();
    let (client, journal) = (world.client(), world.journal());
    let applier = crate::world::applier(&client, &journal, &|_| {}, PlanOptions::default());
    assert_eq!(journal.jobs(client.url()).unwrap(), std::slice::from_ref(&good.name));
    let removed = world.in_time(applier.remove(&good.name)).await.unwrap();
    assert!(removed.is_done() && removed.state.is_some() && world.running().await.is_empty(), "{removed:?}");
    assert!(journal.jobs(client.url()).unwrap().is_empty());
    drop(journal);
    let again = world.apply(&good).await.unwrap();
    assert_eq!((again.action, again.state), (Action::Create, removed.state));
}
