//! A step by its intent, and what all of them share.

use ops_core::rest::{RestError, RunRequest};
use ops_core::secret::SecretSource;

use super::submit::Submission;
use crate::apply::ApplyError;
use crate::apply::cluster::is_passing;
use crate::apply::engine::Applier;
use crate::description::Upgrade;
use crate::journal::{Deployment, Intent, Outcome, Role, Undertaking};

/// After so many server errors in a row, the answer is taken for one.
pub(super) const SERVER_ERRORS: u32 = 3;

impl Applier<'_> {
    pub(in crate::apply) async fn perform(
        &self,
        undertaking: &Undertaking,
        intent: &Intent,
        again: bool,
    ) -> Result<Outcome, ApplyError> {
        match intent {
            Intent::Upload { role } => self.upload(undertaking, *role).await,
            Intent::Stop { job, how: Upgrade::Savepoint, trigger, directory } => {
                self.stop(undertaking, *job, *trigger, directory.clone()).await
            }
            Intent::Stop { job, how, .. } => self.cancel(undertaking, *job, *how).await,
            Intent::Submit { role, job, jar, state } => {
                let submission = Submission { role: *role, job: *job, jar, state: state.as_ref(), again };
                self.submit(undertaking, &submission).await
            }
            Intent::Watch { role, job } => self.watch(deployment(undertaking, *role)?, *job).await,
            Intent::Withdraw { job, .. } => self.withdraw(*job).await,
        }
    }

    /// Asks until there is an answer: the cluster may be away for a while. Three server errors in a row are one.
    pub(in crate::apply) async fn persist<T, F: Future<Output = Result<T, RestError>>>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<T, RestError> {
        let mut patience = self.pace.patience(self.pace.unreachable);
        let mut server_errors = 0;
        loop {
            let error = match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) if !is_passing(&error) => return Err(error),
                Err(error) => error,
            };
            server_errors = if is_server_error(&error) { server_errors + 1 } else { 0 };
            if server_errors >= SERVER_ERRORS || !patience.pause().await {
                return Err(error);
            }
            tracing::debug!(%error, "asking again");
        }
    }

    /// How a deployment is run, with the values of its secret options.
    pub(super) fn run_request(&self, deployment: &Deployment) -> Result<RunRequest, ApplyError> {
        let description = &deployment.description;
        let mut configuration = description.flink.clone();
        configuration.entry("pipeline.name".to_owned()).or_insert_with(|| description.name.to_string());
        for (key, source) in &description.secrets {
            let value = source.parse::<SecretSource>().and_then(|source| source.fetch(self.environment));
            let value = value.map_err(|source| ApplyError::Secret { key: key.clone(), source })?;
            configuration.insert(key.clone(), value.expose().to_owned());
        }
        Ok(RunRequest {
            entry_class: description.entry_class.clone(),
            parallelism: description.parallelism,
            args: description.arguments.clone(),
            allow_non_restored_state: description.restore.allow_non_restored_state,
            configuration,
            ..RunRequest::default()
        })
    }
}

pub(super) fn deployment(undertaking: &Undertaking, role: Role) -> Result<&Deployment, ApplyError> {
    let task = &undertaking.task;
    let found = if role == Role::New { task.new.as_ref() } else { task.old.as_ref() };
    found.ok_or_else(|| ApplyError::Unknown { job: undertaking.job.clone() })
}

/// What the cluster said, without the call: that is of no interest to who describes jobs.
pub(super) fn said(what: &str, error: &RestError) -> String {
    match error.failure() {
        Some(failure) => format!("{what}: {failure}"),
        None => format!("{what}: {error}"),
    }
}

/// A server error, but not that nobody leads.
pub(super) fn is_server_error(error: &RestError) -> bool {
    matches!(error.status(), Some(500..=599)) && !error.is_retryable()
}
