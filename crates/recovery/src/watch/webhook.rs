//! Telling somebody: each event is posted as JSON.

use std::time::Duration;

use ops_core::secret::Secret;
use ops_core::tls::{TlsError, TrustAnchors, client_config};
use reqwest::{Client, Url};

use super::event::Event;

/// Before it is tried again; after the last one it is given up.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(4), Duration::from_secs(16)];

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where events are sent. Its address is a secret: whoever knows it can post there.
#[derive(Debug)]
pub struct Webhook {
    client: Client,
    url: Secret,
}

/// A webhook that does not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The address is none; it is not shown.
    #[error("the webhook's address is none: https://HOST/PATH is needed")]
    Address,
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTP client cannot be set up.
    #[error("cannot set up a client for the webhook: {why}")]
    Setup {
        /// Why.
        why: String,
    },
    /// It does not take the event.
    #[error("the webhook did not take the event: {why}")]
    Refused {
        /// The status, or what happened; never the address.
        why: String,
    },
}

impl Webhook {
    /// The one at this address, trusting these authorities.
    ///
    /// # Errors
    /// See [`WebhookError`].
    pub fn new(url: Secret, anchors: &TrustAnchors) -> Result<Self, WebhookError> {
        let parsed = Url::parse(url.expose().trim()).ok();
        let usable =
            parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
        if !usable {
            return Err(WebhookError::Address);
        }
        let client = Client::builder()
            .tls_backend_preconfigured(client_config(anchors, None)?)
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(|error| WebhookError::Setup { why: error.without_url().to_string() })?;
        Ok(Self { client, url })
    }

    /// Sends an event, again if need be.
    ///
    /// # Errors
    /// [`WebhookError::Refused`] after the last attempt.
    pub async fn send(&self, event: &Event) -> Result<(), WebhookError> {
        let mut pauses = PAUSES.iter();
        loop {
            let why = match self.client.post(self.url.expose().trim()).json(event).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => answer.status().to_string(),
                Err(error) => error.without_url().to_string(),
            };
            match pauses.next() {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(WebhookError::Refused { why }),
            }
        }
    }
}
