//! Putting a jar on the cluster, and trying its main method before anything is stopped.

use std::path::{Path, PathBuf};

use ops_core::ids::JarId;
use ops_core::rest::RestError;

use super::step::{deployment, is_server_error, said};
use crate::apply::ApplyError;
use crate::apply::engine::Applier;
use crate::description::JarLocation;
use crate::jar::{digest, upload_as};
use crate::journal::{Deployment, JarRef, JournalError, Outcome, Role, Undertaking};
use crate::{JobsError, UploadedJar};

impl Applier<'_> {
    /// Puts the jar on the cluster; the new one's main method is run up to its job graph, before anything is stopped.
    pub(super) async fn upload(&self, undertaking: &Undertaking, role: Role) -> Result<Outcome, ApplyError> {
        let deployment = deployment(undertaking, role)?;
        let UploadedJar { id: jar, reused } = match self.place(deployment).await {
            Ok(jar) => jar,
            Err(ApplyError::Jobs(JobsError::Rest(error)))
                if error.is_refused() && !is_server_error(&error) =>
            {
                return Ok(refused("its jar was refused", &error));
            }
            Err(
                error @ ApplyError::Journal(JournalError::JarGone { .. } | JournalError::NotUploaded { .. }),
            ) => {
                return Ok(Outcome::Refused { why: error.to_string(), uncertain: false });
            }
            Err(error) => return Err(error),
        };
        if role == Role::New
            && let Some(refusal) = self.rehearse(undertaking, deployment, &jar).await?
        {
            if !reused && let Err(error) = self.client.delete_jar(&jar).await {
                tracing::warn!(%error, %jar, "the jar of the refused job stays uploaded");
            }
            return Ok(refusal);
        }
        Ok(Outcome::Uploaded { jar })
    }

    /// Runs the main method up to its job graph, and counts the slots that it needs; what speaks against it.
    async fn rehearse(
        &self,
        undertaking: &Undertaking,
        deployment: &Deployment,
        jar: &JarId,
    ) -> Result<Option<Outcome>, ApplyError> {
        let run = self.run_request(deployment)?;
        let plan = match self.persist(|| self.client.plan_jar(jar, &run)).await {
            Ok(plan) => plan,
            Err(error) if error.is_refused() => {
                return Ok(Some(refused("its main method makes no job", &error)));
            }
            Err(error) => return Err(error.into()),
        };
        let widest = plan.nodes.unwrap_or_default().iter().map(|node| node.parallelism).max();
        let missing = self.missing_slots(undertaking, widest.unwrap_or(0)).await?;
        Ok(missing.map(|why| Outcome::Refused { why, uncertain: false }))
    }

    async fn place(&self, deployment: &Deployment) -> Result<UploadedJar, ApplyError> {
        let jars = self.persist(|| self.client.list_jars()).await?.files;
        match &deployment.jar {
            JarRef::Uploaded { id } => {
                let found = jars.into_iter().find(|jar| jar.id == *id || jar.name == id.as_str());
                found
                    .map(|jar| UploadedJar { id: jar.id, reused: true })
                    .ok_or_else(|| JournalError::NotUploaded { id: id.clone() }.into())
            }
            JarRef::Kept { name, sha256 } => {
                if let Some(jar) = jars.into_iter().find(|jar| jar.name == *name) {
                    return Ok(UploadedJar { id: jar.id, reused: true });
                }
                let path = self
                    .jar_file(deployment)
                    .ok_or_else(|| JournalError::JarGone { name: name.clone(), sha256: sha256.clone() })?;
                let progress = (self.progress)(&path);
                let upload = || upload_as(self.client, &path, name.clone(), progress.as_ref());
                Ok(self.persist(upload).await?)
            }
        }
    }

    /// The kept jar, or the described file while it still has that content.
    fn jar_file(&self, deployment: &Deployment) -> Option<PathBuf> {
        if let Some(kept) = self.journal.kept_jar(&deployment.jar) {
            return Some(kept);
        }
        let JarLocation::File(file) = &deployment.description.jar else { return None };
        let same = |path: &Path| digest(path).is_ok_and(|digest| digest.sha256 == deployment.jar.identity());
        Some(file.clone()).filter(|file| same(file))
    }

    /// Why there are not enough slots for a job this wide. Where slots come on demand, there are always enough.
    async fn missing_slots(
        &self,
        undertaking: &Undertaking,
        widest: i64,
    ) -> Result<Option<String>, ApplyError> {
        let entries = self.persist(|| self.client.jobmanager_config()).await?;
        let value =
            |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str());
        let on_demand = value("execution.target").is_some_and(|target| !matches!(target, "local" | "remote"))
            || value("kubernetes.cluster-id").is_some()
            || value("yarn.application.id").is_some();
        let adapts = [value("jobmanager.scheduler"), value("scheduler-mode")].into_iter().flatten();
        if on_demand || adapts.map(str::to_lowercase).any(|how| how == "adaptive" || how == "reactive") {
            return Ok(None);
        }
        let free = i64::from(self.persist(|| self.client.overview()).await?.slots_available);
        let freed = match undertaking.task.running {
            Some(running) => match self.persist(|| self.client.job(running)).await {
                Ok(details) => {
                    i64::from(details.vertices.iter().map(|vertex| vertex.parallelism).max().unwrap_or(0))
                }
                Err(error) if error.is_not_found() => 0,
                Err(error) => return Err(error.into()),
            },
            None => 0,
        };
        let missing = widest - free - freed;
        Ok((missing > 0).then(|| {
            let old = if freed > 0 { format!(", and the copy that runs frees {freed}") } else { String::new() };
            let most = free + freed;
            let less = if most > 0 { format!(", or describe a parallelism of {most} at most") } else { String::new() };
            format!(
                "it needs {widest} slots, {free} are free{old}: {missing} are missing; start TaskManagers with that many slots{less}"
            )
        }))
    }
}

fn refused(what: &str, error: &RestError) -> Outcome {
    Outcome::Refused { why: said(what, error), uncertain: false }
}
