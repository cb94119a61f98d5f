//! What differs between versions, in one table. Every row was read out of the released classes or seen on a live cluster.

use ops_core::version::FlinkVersion;

/// Something that some versions have and others have not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// Unknown fields in a request body are an error.
    StrictBodies,
    /// `host`, `location`, `root-exception`, `all-exceptions`: fields of 1.x.
    LegacyFields,
    /// `execution-mode` in a job's configuration.
    ExecutionMode,
    /// `memorySegmentsAvailable` and `memorySegmentsTotal`.
    MemorySegments,
    /// `programArgs` is read.
    ProgramArgsText,
    /// `endpoint` beside or instead of `host`.
    Endpoint,
    /// `job-type` in a job's details.
    JobType,
    /// `slotSharingGroupId` of a vertex.
    SlotSharingGroup,
    /// The `skew` aggregate.
    Skew,
    /// `claimMode` beside `restoreMode`.
    ClaimMode,
    /// `/jobs/:jobid/vertices/:vertexid/jm-operator-metrics`.
    CoordinatorMetrics,
    /// `pending-operators`.
    PendingOperators,
    /// The plan is an object with fields of its own: empty texts instead of no fields for a job that has none.
    TypedPlan,
    /// An incremental checkpoint cannot be asked for.
    NoIncrementalTrigger,
    /// A program without a job is told what may be missing.
    PlanAdvice,
    /// `/jobmanager/profiler` and `/taskmanagers/:taskmanagerid/profiler`.
    Profiler,
    /// `/jobs/:jobid/rescales/…`.
    Rescales,
    /// Clients submit an execution plan, not a job graph.
    ExecutionPlan,
    /// Applications: `application-id`, `applicationId`, `schedulerType`, `jobType`, `assignedTasks`, the job's name in its result.
    Applications,
}

/// A feature, the first release line that has it, and the first that has it no more.
type Row = (Feature, (u16, u16), Option<(u16, u16)>);

const TABLE: &[Row] = &[
    (Feature::StrictBodies, (1, 18), Some((1, 20))),
    (Feature::LegacyFields, (1, 18), Some((2, 0))),
    (Feature::ExecutionMode, (1, 18), Some((2, 0))),
    (Feature::MemorySegments, (1, 18), Some((2, 0))),
    (Feature::ProgramArgsText, (1, 18), Some((2, 0))),
    (Feature::Endpoint, (1, 19), None),
    (Feature::JobType, (1, 20), None),
    (Feature::SlotSharingGroup, (1, 20), None),
    (Feature::Skew, (1, 20), None),
    (Feature::ClaimMode, (1, 20), None),
    (Feature::CoordinatorMetrics, (1, 20), None),
    (Feature::PendingOperators, (2, 0), None),
    (Feature::TypedPlan, (2, 1), None),
    (Feature::NoIncrementalTrigger, (1, 19), None),
    (Feature::PlanAdvice, (1, 19), None),
    (Feature::Profiler, (1, 19), None),
    (Feature::ExecutionPlan, (2, 0), None),
    (Feature::Rescales, (2, 3), None),
    (Feature::Applications, (2, 3), None),
];

/// Whether the version has the feature.
pub(crate) fn supports(version: FlinkVersion, feature: Feature) -> bool {
    TABLE.iter().any(|(row, from, until)| {
        *row == feature
            && version.at_least(from.0, from.1)
            && until.is_none_or(|until| !version.at_least(until.0, until.1))
    })
}

/// The commit that the tested release of this line was built from, and when that was, as `/config` prints it.
pub(crate) fn revision(version: FlinkVersion) -> (&'static str, &'static str) {
    match (version.major, version.minor) {
        (1, 18) => ("a8c8b1c", "2023-12-19T22:17:36+01:00"),
        (1, 19) => ("4105f8d", "2025-06-12T18:34:28+02:00"),
        (1, _) => ("0980485", "2026-06-08T09:21:06+02:00"),
        (2, 0) => ("a2a1e27", "2026-04-28T11:36:13+02:00"),
        (2, 1) => ("6cda56b", "2026-06-08T04:56:20+02:00"),
        (2, 2) => ("450c63e", "2026-05-03T10:10:44+02:00"),
        _ => ("c0f8d1a", "2026-06-14T16:29:03+02:00"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_come_and_go() {
        let has = |version: &str, feature| supports(version.parse().unwrap(), feature);
        assert!(has("1.19", Feature::StrictBodies) && !has("1.20", Feature::StrictBodies));
        assert!(has("1.20", Feature::LegacyFields) && !has("2.0", Feature::LegacyFields));
        assert!(!has("1.20", Feature::PendingOperators) && has("2.0", Feature::PendingOperators));
        assert!(!has("2.2", Feature::Applications) && has("2.3", Feature::Applications));
    }

    #[test]
    fn every_feature_has_one_row() {
        for (index, (feature, from, until)) in TABLE.iter().enumerate() {
            assert!(TABLE[index + 1..].iter().all(|(other, ..)| other != feature), "{feature:?}");
            assert!(until.is_none_or(|until| until > *from), "{feature:?}");
        }
    }
}
