//! The way from the configuration to the parts, which both processes share, and the JVM's own parts.

use ops_core::units::MemorySize;

use super::arithmetic::sum;
use super::figure::{Figure, Origin, Part};
use super::range::{Range, RangeKeys};
use super::refusal::Refusal;
use crate::settings::Settings;

/// The keys of one process.
pub(super) struct Keys {
    pub(super) total_process: &'static str,
    pub(super) total_flink: &'static str,
    pub(super) metaspace: &'static str,
    pub(super) overhead: RangeKeys,
    /// What gives the size without a total.
    pub(super) parts: &'static [&'static str],
    /// The same, to be read.
    pub(super) parts_text: &'static str,
}

/// How the parts of total Flink memory are found.
pub(super) trait FlinkParts: Sized {
    /// From parts that are set.
    fn from_parts(settings: &Settings) -> Result<Self, Refusal>;
    /// From a total.
    fn from_total(settings: &Settings, total: u64) -> Result<Self, Refusal>;
    /// All parts together.
    fn total(&self) -> Result<u64, Refusal>;
}

/// Everything about a process but the division of total Flink memory.
pub(super) struct Frame {
    pub(super) total_process: Figure,
    pub(super) total_flink: Figure,
    pub(super) metaspace: Figure,
    pub(super) overhead: Figure,
}

/// Divides a process's memory, the first way that is possible.
pub(super) fn divide<P: FlinkParts>(settings: &Settings, keys: &Keys) -> Result<(P, Frame), Refusal> {
    if keys.parts.iter().all(|key| settings.contains(key)) {
        let parts = P::from_parts(settings)?;
        let total = parts.total()?;
        let figure = match settings.contains(keys.total_flink) {
            true => Figure::given(settings.memory(keys.total_flink)?),
            false => Figure::new(total, Origin::Sum),
        };
        Ok((parts, around_flink(settings, keys, figure)?))
    } else if settings.contains(keys.total_flink) {
        let total = Figure::given(settings.memory(keys.total_flink)?);
        let parts = P::from_total(settings, total.bytes())?;
        Ok((parts, around_flink(settings, keys, total)?))
    } else if settings.contains(keys.total_process) {
        let frame = within_process(settings, keys)?;
        Ok((P::from_total(settings, frame.total_flink.bytes())?, frame))
    } else {
        let (total_process, total_flink) = (keys.total_process, keys.total_flink);
        Err(Refusal::NoSize { total_process, total_flink, parts: keys.parts_text })
    }
}

/// Metaspace and overhead first; Flink has what they leave.
fn within_process(settings: &Settings, keys: &Keys) -> Result<Frame, Refusal> {
    let total_process = Figure::given(settings.memory(keys.total_process)?);
    let metaspace = Figure::given(settings.memory(keys.metaspace)?);
    let range = Range::read(settings, Part::JvmOverhead, &keys.overhead)?;
    let overhead = range.share(Part::TotalProcess, total_process.bytes())?;
    let taken = sum(&[metaspace.bytes(), overhead.bytes()])?;
    let Some(left) = total_process.bytes().checked_sub(taken) else {
        return Err(Refusal::TooSmall {
            whole: Part::TotalProcess,
            keys: keys.total_process,
            size: total_process.size,
            sum: MemorySize::from_bytes(taken),
            parts: vec![(Part::JvmMetaspace, metaspace.size), (Part::JvmOverhead, overhead.size)],
        });
    };
    let total_flink = Figure::new(left, Origin::Rest { of: Part::TotalProcess });
    Ok(Frame { total_process, total_flink, metaspace, overhead })
}

/// Flink first; the overhead is what total process memory leaves, or a fraction of it.
fn around_flink(settings: &Settings, keys: &Keys, total_flink: Figure) -> Result<Frame, Refusal> {
    let metaspace = Figure::given(settings.memory(keys.metaspace)?);
    let taken = sum(&[total_flink.bytes(), metaspace.bytes()])?;
    if !settings.contains(keys.total_process) {
        let range = Range::read(settings, Part::JvmOverhead, &keys.overhead)?;
        let overhead = range.inverse_share(Part::TotalProcess, taken)?;
        let total_process = Figure::new(sum(&[taken, overhead.bytes()])?, Origin::Sum);
        return Ok(Frame { total_process, total_flink, metaspace, overhead });
    }
    let total_process = Figure::given(settings.memory(keys.total_process)?);
    let Some(left) = total_process.bytes().checked_sub(taken) else {
        return Err(Refusal::TooSmall {
            whole: Part::TotalProcess,
            keys: keys.total_process,
            size: total_process.size,
            sum: MemorySize::from_bytes(taken),
            parts: vec![(Part::TotalFlink, total_flink.size), (Part::JvmMetaspace, metaspace.size)],
        });
    };
    let range = Range::read(settings, Part::JvmOverhead, &keys.overhead)?;
    let overhead = range.rest(Part::TotalProcess, left)?;
    Ok(Frame { total_process, total_flink, metaspace, overhead })
}
