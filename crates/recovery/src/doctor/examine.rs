//! From evidence to findings: every signature is asked, and what they say is ranked.

use super::evidence::Evidence;
use super::finding::{Confidence, Finding, Severity};
use super::registry::all;
use super::signature::{Found, Look, Sign, Signature, Tier};
use super::throwable::Throwable;
use super::trouble::{Source, Trouble, troubles};

/// Further sightings that are told of one finding.
const TOLD: usize = 4;

/// What is wrong, the worst and most certain first.
pub fn examine(evidence: &Evidence) -> Vec<Finding> {
    let mut ranked: Vec<(Tier, Finding)> = thrown(evidence);
    for signature in all() {
        let Look::Seen(look) = signature.look else { continue };
        ranked.extend(look(evidence).into_iter().map(|found| (signature.tier, signature.finding(found))));
    }
    ranked.sort_by(|(tier, one), (other_tier, other)| {
        let key = |tier: Tier, finding: &Finding| (finding.severity, tier, finding.confidence);
        key(*other_tier, other).cmp(&key(*tier, one))
    });
    ranked.into_iter().map(|(_, finding)| finding).collect()
}

/// Whether a job that failed with this may get over it by itself: what it lacked was a slot, a TaskManager, a leader; nothing is wrong
/// with its state.
pub fn passes(stack: &str) -> bool {
    let trouble = Trouble {
        chain: Throwable::chain(stack),
        at: 0,
        job: None,
        task: None,
        place: None,
        source: Source::Checkpoint,
        over: false,
    };
    best(&trouble).is_some_and(|(signature, _)| matches!(signature.look, Look::Thrown { fleeting: true, .. }))
}

/// Exceptions of one kind in one job are one finding.
struct Group {
    signature: &'static Signature,
    newest: Trouble,
    throwable: Throwable,
    times: usize,
    places: Vec<String>,
    over: bool,
}

fn thrown(evidence: &Evidence) -> Vec<(Tier, Finding)> {
    let mut groups: Vec<Group> = Vec::new();
    for trouble in troubles(evidence) {
        let Some((signature, throwable)) = best(&trouble) else { continue };
        let same = groups.iter_mut().find(|group| {
            let id = |trouble: &Trouble| trouble.job.as_ref().map(|job| job.id);
            let alike = id(&group.newest) == id(&trouble) || id(&trouble).is_none();
            group.signature.code == signature.code && alike
        });
        let place = told(&trouble);
        match same {
            Some(group) => {
                // A log repeats what a job's history has.
                group.times +=
                    usize::from(trouble.source != Source::Log || group.newest.source == Source::Log);
                group.over &= trouble.over;
                if group.places.len() < TOLD && !group.places.contains(&place) {
                    group.places.push(place);
                }
            }
            None => groups.push(Group {
                signature,
                throwable: throwable.clone(),
                times: 1,
                places: vec![place],
                over: trouble.over,
                newest: trouble.clone(),
            }),
        }
    }
    groups.into_iter().map(|group| (group.signature.tier, finding(group))).collect()
}

/// How close a signature is to the cause: its tier, how deep in the chain, how many words it goes by.
type Closeness = (Tier, usize, usize);

/// The signature that is closest to the cause; of several of one tier, the one of the innermost exception. Of what no signature
/// knows, a job's failure is told as it is; logs are full of what is only somebody else's consequence.
fn best(trouble: &Trouble) -> Option<(&'static Signature, &Throwable)> {
    let from_log = trouble.source == Source::Log;
    let mut best: Option<(Closeness, &'static Signature, &Throwable)> = None;
    for (depth, throwable) in trouble.chain.iter().enumerate() {
        for signature in all().iter().filter(|one| !from_log || one.tier > Tier::Generic) {
            let Look::Thrown { signs, .. } = &signature.look else { continue };
            let Some(sign) = signs.iter().filter(|sign| sign.fits(throwable)).map(Sign::words).max() else {
                continue;
            };
            let closeness = (signature.tier, depth, sign);
            if best.is_none_or(|(found, ..)| closeness > found) {
                best = Some((closeness, signature, throwable));
            }
        }
    }
    if let Some((_, signature, throwable)) = best {
        return Some((signature, throwable));
    }
    let unknown = |signature: &&&Signature| matches!(&signature.look, Look::Thrown { signs, .. } if matches!(signs, [Sign::Anything]));
    let last = trouble.chain.last().filter(|_| trouble.source == Source::Job);
    Some((*all().iter().find(unknown)?, last?))
}

fn finding(group: Group) -> Finding {
    let Group { signature, newest, throwable, times, places, over, .. } = group;
    let fleeting = matches!(signature.look, Look::Thrown { fleeting: true, .. });
    let times = match times {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    let over_now = if over { "; it is over for now" } else { "" };
    let mut found = Found { job: newest.job.clone(), ..Found::default() };
    found.message = format!("{}{times}{over_now}", throwable.told());
    found.subject = newest.task.clone();
    found.confidence = Some(match signature.tier {
        Tier::Generic => Confidence::Possible,
        _ => Confidence::Certain,
    });
    found.severity = match (over, fleeting) {
        (true, true) => Some(Severity::Info),
        (true, false) => Some(signature.severity.min(Severity::Warning)),
        (false, _) => None,
    };
    found.evidence = places.into_iter().filter(|place| !place.is_empty()).collect();
    found.evidence.extend(throwable.own_frame().map(|frame| format!("at {frame}")));
    signature.finding(found)
}

/// Where and when.
fn told(trouble: &Trouble) -> String {
    let at = jiff::Timestamp::from_millisecond(trouble.at).ok().filter(|_| trouble.at > 0);
    let at = at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let task = trouble.task.as_ref().map(|task| format!("in {task}"));
    let place = trouble.place.as_ref().map(|place| match trouble.source {
        Source::Log | Source::Checkpoint => place.clone(),
        Source::Job => format!("on {place}"),
    });
    [at, task, place].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
