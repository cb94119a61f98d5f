//! `/mock/tls`: another certificate while the mock runs.

use serde::Deserialize;

use super::routes::{Call, body, done, refused};
use crate::app::App;
use crate::rest::{Reply, RestError};
use crate::tls::{TlsMaterial, certificates, private_key};

/// All of it PEM.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Exchange {
    chain: String,
    key: String,
    #[serde(default)]
    client_ca: Option<String>,
}

pub(super) fn exchange(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let Exchange { chain, key, client_ca } = body(call)?;
    let Some(identity) = &app.tls else {
        return Err(refused(409, "the mock serves plain HTTP; start it with --tls-cert and --tls-key"));
    };
    let unfit = |field: &'static str| move |error| refused(400, format!("`{field}` holds {error}"));
    let material = TlsMaterial {
        chain: certificates(chain.as_bytes()).map_err(unfit("chain"))?,
        key: private_key(key.as_bytes()).map_err(unfit("key"))?,
        client_anchors: client_ca
            .map(|pem| certificates(pem.as_bytes()))
            .transpose()
            .map_err(unfit("client-ca"))?,
    };
    identity.exchange(material).map_err(|error| refused(400, error.to_string()))?;
    Ok(done())
}
