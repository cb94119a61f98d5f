//! Rescaling a job in place: its adaptive scheduler is told how many subtasks each vertex may have, and restarts the job
//! with as many as there are slots for.

use std::collections::BTreeMap;

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::RestClient;
use ops_core::rest::wire::job::JobDetails;
use ops_core::rest::wire::requirements::{ParallelismBounds, ResourceRequirements, VertexRequirement};

use crate::{Goal, JobsError, Patience, wait_until};

/// What to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Every vertex to this parallelism.
    All(i32),
    /// Some vertices, by id.
    Vertices(BTreeMap<VertexId, i32>),
}

/// A vertex that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The vertex.
    pub vertex: VertexId,
    /// Its name.
    pub name: String,
    /// Its parallelism now.
    pub from: i32,
    /// The one that was asked for.
    pub to: i32,
}

/// What is to be done, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScalePlan {
    /// The vertices that change; none where the job is so already.
    pub changes: Vec<Change>,
    /// What is declared to the scheduler; `None` when the job's scheduler cannot change a job that runs.
    pub requirements: Option<ResourceRequirements>,
}

/// Finds out how a job can be rescaled. Nothing changes.
///
/// # Errors
/// [`JobsError::TooParallel`], [`JobsError::NoSuchVertex`], [`JobsError::Rest`].
pub async fn plan_scale(client: &RestClient, job: JobId, scale: &Scale) -> Result<ScalePlan, JobsError> {
    let details = client.job(job).await?;
    let changes = changes(&details, scale)?;
    let current = match client.resource_requirements(job).await {
        Ok(current) => Some(current),
        // The scheduler says so, in an exception of its own.
        Err(error) if error.is_refused() => None,
        Err(error) => return Err(error.into()),
    };
    let requirements = current.map(|mut requirements| {
        for change in &changes {
            let bounds = ParallelismBounds { lower_bound: 1, upper_bound: change.to };
            requirements.insert(change.vertex, VertexRequirement { parallelism: bounds });
        }
        requirements
    });
    Ok(ScalePlan { changes, requirements })
}

fn changes(details: &JobDetails, scale: &Scale) -> Result<Vec<Change>, JobsError> {
    if let Scale::Vertices(wanted) = scale
        && let Some(unknown) =
            wanted.keys().find(|id| details.vertices.iter().all(|vertex| vertex.id != **id))
    {
        let known = details.vertices.iter().map(|vertex| format!("{} {}", vertex.id, vertex.name)).collect();
        return Err(JobsError::NoSuchVertex { job: details.jid, vertex: *unknown, known });
    }
    let mut changes = Vec::new();
    for vertex in &details.vertices {
        let wanted = match scale {
            Scale::All(parallelism) => Some(*parallelism),
            Scale::Vertices(wanted) => wanted.get(&vertex.id).copied(),
        };
        let Some(to) = wanted.filter(|to| *to != vertex.parallelism) else { continue };
        if vertex.max_parallelism > 0 && to > vertex.max_parallelism {
            return Err(JobsError::TooParallel {
                job: details.jid,
                wanted: to,
                vertex: vertex.name.clone(),
                maximum: vertex.max_parallelism,
            });
        }
        changes.push(Change { vertex: vertex.id, name: vertex.name.clone(), from: vertex.parallelism, to });
    }
    Ok(changes)
}

/// Declares the requirements of a plan, and waits until the job runs with them.
///
/// # Errors
/// [`JobsError::NotScalable`] where the plan has none; [`JobsError::NotScaled`] when the time is up: the requirements stay, and
/// the scheduler follows once there are slots; [`JobsError::Rest`].
pub async fn scale(
    client: &RestClient,
    job: JobId,
    plan: &ScalePlan,
    mut patience: Patience,
) -> Result<(), JobsError> {
    let Some(requirements) = &plan.requirements else { return Err(JobsError::NotScalable { job }) };
    if plan.changes.is_empty() {
        return Ok(());
    }
    client.require_resources(job, requirements).await?;
    loop {
        let details = client.job(job).await?;
        let parallelism = |id: VertexId| {
            details.vertices.iter().find(|vertex| vertex.id == id).map(|found| found.parallelism)
        };
        if plan.changes.iter().all(|change| parallelism(change.vertex) == Some(change.to)) {
            break;
        }
        if !patience.pause().await {
            return Err(JobsError::NotScaled { job, after: patience.timeout() });
        }
    }
    wait_until(client, job, Goal::AllTasksRunning, patience.anew(), |_| {}).await.map(drop)
}
