//! From what each vertex does to how many subtasks it needs.

use std::collections::BTreeMap;

use ops_core::ids::VertexId;
use serde::Serialize;

use super::measure::Measured;

/// Below this many records a second, what a subtask can do is not known.
const FEWEST: f64 = 1.0;

/// A source that is held up for more of its time than this may have far more to send than it was seen to.
const HIDDEN: f64 = 0.95;

/// One that is held up for more than this and does not tell what waits may be reading a backlog as fast as it can.
const BACKLOG: f64 = 0.3;

/// What the job should be able to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Wishes {
    /// The share of its time that a subtask should work, 0 to 1.
    pub target: f64,
    /// How much more than its input the job must do, to work off what has come in during a restart; 1 for nothing more.
    pub catch_up: f64,
    /// Records a second that sources have to send, where that is known better than it can be measured.
    pub rates: BTreeMap<VertexId, f64>,
    /// Records that wait to be read by sources that tell so, as those of Kafka do.
    pub pending: BTreeMap<VertexId, Pending>,
    /// Seconds within which what waits has to be worked off.
    pub work_off: f64,
    /// The partitions that sources read.
    pub partitions: BTreeMap<VertexId, u32>,
    /// Free slots, beside those that the job has.
    pub free_slots: u32,
}

/// Records that wait to be read by a source.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pending {
    /// At the first look.
    pub before: f64,
    /// At the second.
    pub after: f64,
    /// Seconds between the two.
    pub seconds: f64,
}

/// Advice about a job; its fields are stable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The vertices.
    pub vertices: Vec<VertexAdvice>,
    /// The vertex that limits the job as it is; null where none is held up or busy enough.
    pub limited_by: Option<String>,
    /// Slots that it takes.
    pub slots: u32,
    /// Slots that it will take.
    pub slots_advised: u32,
    /// Slots that are missing for that.
    pub slots_missing: u32,
    /// What should be known.
    pub notes: Vec<String>,
}

/// Advice about a vertex.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VertexAdvice {
    /// Its id.
    pub id: VertexId,
    /// Its name.
    pub name: String,
    /// Its parallelism.
    pub parallelism: u32,
    /// The one that it needs.
    pub advised: u32,
    /// Records a second that it does.
    pub rate: f64,
    /// Records a second that it has to do.
    pub rate_needed: f64,
    /// Records a second that one subtask can do, if it does nothing else; null where that is not known.
    pub rate_of_subtask: Option<f64>,
    /// The share of its time that it works; null for sources that cannot tell.
    pub utilisation: Option<f64>,
    /// The share that it will work.
    pub utilisation_expected: Option<f64>,
    /// Why.
    pub why: String,
}

impl Report {
    /// The vertices whose parallelism is to change.
    pub fn changes(&self) -> BTreeMap<VertexId, u32> {
        let changed = self.vertices.iter().filter(|vertex| vertex.advised != vertex.parallelism);
        changed.map(|vertex| (vertex.id, vertex.advised)).collect()
    }
}

/// How many subtasks each vertex needs. The vertices stand in an order in which each comes after its inputs, or in any other:
/// a graph has no circle.
pub fn advise(vertices: &[Measured], wishes: &Wishes) -> Report {
    let needed = needed(vertices, wishes);
    let mut notes = Vec::new();
    let advice: Vec<VertexAdvice> = vertices
        .iter()
        .zip(&needed)
        .map(|(vertex, needed)| advice(vertex, *needed, wishes, &mut notes))
        .collect();
    let slots = slots(vertices, |place| vertices[place].parallelism);
    let slots_advised = self::slots(vertices, |place| advice[place].advised);
    let slots_missing = slots_advised.saturating_sub(slots + wishes.free_slots);
    if slots_missing > 0 {
        notes.push(format!(
            "{slots_missing} more slots are needed than there are: an adaptive scheduler takes what there is"
        ));
    }
    let limited_by = limit(vertices, &advice);
    Report { vertices: advice, limited_by, slots, slots_advised, slots_missing, notes }
}

/// Records a second that each vertex has to read, or, of a source, to send; catching up not included.
fn needed(vertices: &[Measured], wishes: &Wishes) -> Vec<f64> {
    let mut needed: Vec<Option<f64>> = vec![None; vertices.len()];
    // Each round reaches those whose inputs are known; a chain of n needs n.
    for _ in 0..vertices.len() {
        let before = needed.clone();
        for (place, vertex) in vertices.iter().enumerate().filter(|(place, _)| before[*place].is_none()) {
            if vertex.is_source() {
                needed[place] = Some(source_rate(vertex, wishes));
                continue;
            }
            let sent = vertex.inputs.iter().map(|input| {
                Some(output(&vertices[*input], before[*input]?) * share(vertices, *input, place))
            });
            needed[place] = sent.sum();
        }
        if needed == before {
            break;
        }
    }
    needed.into_iter().map(Option::unwrap_or_default).collect()
}

/// The share of what one vertex sends that comes to another. All of it where there is no third; records that are still in buffers
/// were not read, so what was read says something only in comparison with what others have read.
fn share(vertices: &[Measured], from: usize, to: usize) -> f64 {
    let read_from = |place: usize| {
        let vertex = &vertices[place];
        let sent: f64 = vertex.inputs.iter().map(|input| vertices[*input].written).sum();
        if sent > 0.0 { vertex.read * vertices[from].written / sent } else { 0.0 }
    };
    let readers = (0..vertices.len()).filter(|place| vertices[*place].inputs.contains(&from));
    let readers: Vec<usize> = readers.collect();
    let all: f64 = readers.iter().map(|place| read_from(*place)).sum();
    match readers.len() {
        1 => 1.0,
        _ if all > 0.0 => read_from(to) / all,
        _ => 0.0,
    }
}

/// What a source has to send: what comes in, and what waits within its time, where that is known; else what it would send if nobody
/// held it up.
fn source_rate(source: &Measured, wishes: &Wishes) -> f64 {
    if let Some(rate) = wishes.rates.get(&source.id) {
        return *rate;
    }
    match wishes.pending.get(&source.id).filter(|pending| pending.seconds > 0.0) {
        Some(pending) => {
            let comes_in = source.written + (pending.after - pending.before) / pending.seconds;
            comes_in.max(0.0) + pending.after / wishes.work_off.max(1.0)
        }
        None => source.written / (1.0 - source.held_up.min(HIDDEN)),
    }
}

/// Whether what a source has to send is known from outside of its own speed.
fn is_told(source: &Measured, wishes: &Wishes) -> bool {
    wishes.rates.contains_key(&source.id) || wishes.pending.contains_key(&source.id)
}

/// What a vertex sends when it does what it has to.
fn output(vertex: &Measured, needed: f64) -> f64 {
    match vertex.is_source() {
        true => needed,
        false if vertex.read > 0.0 => needed * vertex.written / vertex.read,
        false => 0.0,
    }
}

fn advice(vertex: &Measured, needed: f64, wishes: &Wishes, notes: &mut Vec<String>) -> VertexAdvice {
    let rate = if vertex.is_source() { vertex.written } else { vertex.read };
    let parallelism = vertex.parallelism;
    let works = vertex.busy.unwrap_or((1.0 - vertex.held_up - vertex.idle).max(0.0));
    let of_subtask = (rate >= FEWEST && works > 0.001).then(|| rate / (works * f64::from(parallelism)));
    let mut advice = VertexAdvice {
        id: vertex.id,
        name: vertex.name.clone(),
        parallelism,
        advised: parallelism,
        rate,
        rate_needed: needed,
        rate_of_subtask: of_subtask,
        utilisation: vertex.busy,
        utilisation_expected: vertex.busy,
        why: String::new(),
    };
    let Some(of_subtask) = of_subtask else {
        "it does too little to tell what it can do: it is left as it is".clone_into(&mut advice.why);
        return advice;
    };
    let subtasks = needed * wishes.catch_up / (of_subtask * wishes.target);
    let (pieces, of_what) = match (wishes.partitions.get(&vertex.id), vertex.keyed) {
        (Some(partitions), _) => (Some(*partitions), "partitions"),
        (None, true) => (Some(vertex.max_parallelism), "key groups"),
        (None, false) => (None, ""),
    };
    let mut advised = whole(subtasks, pieces).clamp(1, vertex.max_parallelism);
    let plain = whole(subtasks, None);
    advice.why = format!(
        "{:.0} records a second, of which a subtask can do {:.0} and should do {:.0}: {subtasks:.2} subtasks",
        needed * wishes.catch_up,
        of_subtask,
        of_subtask * wishes.target
    );
    if let Some(pieces) = pieces.filter(|_| advised != plain) {
        advice.why.push_str(&format!(", {advised} so that {pieces} {of_what} are dealt out evenly"));
    }
    if plain > vertex.max_parallelism {
        notes.push(format!(
            "`{}` needs {plain} subtasks, and its maximum parallelism is {}",
            vertex.name, vertex.max_parallelism
        ));
    }
    if vertex.is_source() && !is_told(vertex, wishes) {
        if vertex.held_up >= HIDDEN {
            notes.push(format!(
                "`{}` is held up nearly all the time: what it could send is not known, and is at least this; apply the advice and \
                 measure again, or give its rate",
                vertex.name
            ));
        } else if vertex.held_up >= BACKLOG {
            notes.push(format!(
                "`{}` would send so much if nobody held it up; if it reads a backlog, less comes in: give its rate",
                vertex.name
            ));
        }
        // How much more there would be to read cannot be seen from inside.
        if advised > parallelism {
            advised = parallelism;
            "how much it has to read is not known from its own figures: it is left as it is"
                .clone_into(&mut advice.why);
        }
    }
    advice.advised = advised;
    advice.utilisation_expected = Some((needed / (of_subtask * effective(advised, pieces))).min(1.0));
    advice
}

/// The fewest subtasks that are worth so many, where work is dealt out in so many pieces.
fn whole(subtasks: f64, pieces: Option<u32>) -> u32 {
    // What is 4.0000001 by rounding alone is 4.
    let fewest = (subtasks - 1e-6).ceil().clamp(1.0, f64::from(u32::MAX)) as u32;
    let Some(pieces) = pieces.filter(|pieces| *pieces > 0) else { return fewest };
    (fewest.min(pieces)..=pieces)
        .find(|count| effective(*count, Some(pieces)) >= subtasks - 1e-6)
        .unwrap_or(pieces)
}

/// What so many subtasks are worth: all of them wait for the one that has most.
fn effective(subtasks: u32, pieces: Option<u32>) -> f64 {
    match pieces {
        Some(pieces) if subtasks > 0 => f64::from(pieces) / f64::from(pieces.div_ceil(subtasks)),
        _ => f64::from(subtasks),
    }
}

/// Slots: of each sharing group as many as its widest vertex has.
fn slots(vertices: &[Measured], parallelism: impl Fn(usize) -> u32) -> u32 {
    let mut groups: BTreeMap<Option<&str>, u32> = BTreeMap::new();
    for (place, vertex) in vertices.iter().enumerate() {
        let most = groups.entry(vertex.group.as_deref()).or_default();
        *most = (*most).max(parallelism(place));
    }
    groups.values().sum()
}

/// The vertex that has least to spare.
fn limit(vertices: &[Measured], advice: &[VertexAdvice]) -> Option<String> {
    let load = |one: &VertexAdvice| {
        one.rate_of_subtask.map(|rate| one.rate_needed / (rate * f64::from(one.parallelism)))
    };
    let loads = vertices.iter().zip(advice).filter(|(vertex, _)| !vertex.is_source());
    let worst =
        loads.filter_map(|(_, one)| Some((load(one)?, one))).max_by(|one, other| one.0.total_cmp(&other.0));
    worst.filter(|(load, _)| *load > 0.5).map(|(_, one)| one.name.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vertex(number: u128, inputs: Vec<usize>, parallelism: u32) -> Measured {
        Measured {
            id: VertexId::new(number),
            name: format!("v{number}"),
            parallelism,
            max_parallelism: 128,
            group: None,
            inputs,
            keyed: false,
            read: 0.0,
            written: 0.0,
            busy: Some(0.5),
            held_up: 0.0,
            idle: 0.0,
        }
    }

    fn wishes() -> Wishes {
        Wishes {
            pending: BTreeMap::new(),
            work_off: 600.0,
            target: 0.8,
            catch_up: 1.0,
            rates: BTreeMap::new(),
            partitions: BTreeMap::new(),
            free_slots: 10,
        }
    }

    /// A source that would send `rate`, and a vertex that takes `cost` seconds for a record, at this parallelism.
    fn chain(rate: f64, cost: f64, parallelism: u32) -> Vec<Measured> {
        let possible = f64::from(parallelism) / cost;
        let flows = rate.min(possible);
        let source = Measured {
            written: flows,
            held_up: 1.0 - flows / rate,
            busy: Some(flows / rate),
            ..vertex(1, vec![], 1)
        };
        let work = Measured {
            read: flows,
            written: flows,
            busy: Some(flows / possible),
            ..vertex(2, vec![0], parallelism)
        };
        vec![source, work]
    }

    #[test]
    fn what_is_needed_is_found_whether_it_is_held_up_or_idle() {
        // 1000 records a second of 4 ms: 4 subtasks of work, at 80 % of their time 5.
        for parallelism in [1, 2, 4, 5, 9, 20] {
            let report = advise(&chain(1000.0, 0.004, parallelism), &wishes());
            assert_eq!(report.vertices[1].advised, 5, "from {parallelism}: {:?}", report.vertices[1]);
            let expected = report.vertices[1].utilisation_expected.unwrap();
            assert!((expected - 0.8).abs() < 1e-3, "{expected}");
        }
        let limited = advise(&chain(1000.0, 0.004, 2), &wishes());
        assert_eq!(limited.limited_by.as_deref(), Some("v2"));
        assert_eq!((limited.slots, limited.slots_advised, limited.slots_missing), (2, 5, 0));
    }

    #[test]
    fn what_is_still_in_buffers_has_to_be_done_too() {
        let source = Measured { written: 1000.0, busy: Some(1.0), ..vertex(1, vec![], 1) };
        let slow = Measured { read: 250.0, written: 250.0, busy: Some(1.0), ..vertex(2, vec![0], 1) };
        let report = advise(&[source, slow], &wishes());
        assert_eq!(report.vertices[1].advised, 5, "{:?}", report.vertices[1]);
    }

    #[test]
    fn a_backlog_is_worked_off_in_its_time_and_not_at_once() {
        // 300 a second come in: 200 are read, and 100 more wait each second. 60,000 wait already.
        let source = Measured { written: 200.0, held_up: 0.9, busy: None, ..vertex(1, vec![], 1) };
        let slow = Measured { read: 200.0, written: 200.0, busy: Some(1.0), ..vertex(2, vec![0], 1) };
        let pending = Pending { before: 54_000.0, after: 60_000.0, seconds: 60.0 };
        let told = Wishes { pending: [(VertexId::new(1), pending)].into(), ..wishes() };
        let report = advise(&[source.clone(), slow.clone()], &told);
        assert_eq!(report.vertices[0].rate_needed, 400.0);
        assert_eq!(report.vertices[1].advised, 3);
        // From its own speed it looks like 2000 a second, and that is said.
        let guessed = advise(&[source, slow], &wishes());
        assert!(guessed.vertices[1].advised > 10 && guessed.notes[0].contains("backlog"), "{guessed:?}");
    }

    #[test]
    fn what_is_sent_is_divided_among_those_who_read_it() {
        let source = Measured { written: 900.0, ..vertex(1, vec![], 1) };
        let reads = |number, read| Measured { read, written: read, ..vertex(number, vec![0], 1) };
        let join = Measured { read: 900.0, written: 10.0, ..vertex(4, vec![1, 2], 1) };
        let report = advise(&[source, reads(2, 600.0), reads(3, 300.0), join], &wishes());
        let needed: Vec<i64> = report.vertices.iter().map(|one| one.rate_needed.round() as i64).collect();
        assert_eq!(needed, [900, 600, 300, 900]);
    }

    #[test]
    fn keys_and_partitions_are_dealt_out_whole() {
        assert_eq!(whole(4.3, None), 5);
        // 128 groups on 5 subtasks: 26 on the fullest, worth 4.92.
        assert_eq!((whole(4.9, Some(128)), whole(4.95, Some(128))), (5, 6));
        // 10 partitions on 6 subtasks are worth no more than on 5.
        assert_eq!((whole(5.5, Some(10)), whole(20.0, Some(10))), (10, 10));
        assert_eq!(whole(0.0, Some(12)), 1);
    }

    #[test]
    fn what_is_not_known_is_left_as_it_is() {
        let silent = Measured { busy: Some(0.0), ..vertex(2, vec![0], 3) };
        let report = advise(&[vertex(1, vec![], 1), silent], &wishes());
        assert!(report.changes().is_empty(), "{report:?}");
        // A source that works all the time may have more to read than it can: that cannot be seen.
        let source = Measured { written: 500.0, busy: Some(1.0), ..vertex(1, vec![], 2) };
        let report = advise(std::slice::from_ref(&source), &wishes());
        assert_eq!(report.vertices[0].advised, 2);
        let known = Wishes { rates: [(VertexId::new(1), 1000.0)].into(), ..wishes() };
        assert_eq!(advise(&[source], &known).vertices[0].advised, 5);
    }

    proptest! {
        #[test]
        fn advice_followed_is_advice_kept(rate in 10.0_f64..50_000.0, cost in 0.0001_f64..0.01, from in 1_u32..64) {
            // Of what is held up nearly all the time, only the least is known.
            prop_assume!(f64::from(from) / cost / rate > 0.06);
            let first = advise(&chain(rate, cost, from), &wishes()).vertices[1].advised;
            prop_assume!(first < 128);
            let again = advise(&chain(rate, cost, first), &wishes()).vertices[1].advised;
            prop_assert!(first.abs_diff(again) <= u32::from(first > 1), "{} then {}", first, again);
        }
    }
}
