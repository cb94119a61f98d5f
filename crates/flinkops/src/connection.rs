//! From the cluster options or a context to a REST client.

use std::path::Path;

use ops_core::rest::RestClient;
use ops_core::secret::{Secret, SecretSource};
use ops_core::tls::{ClientIdentity, TrustAnchors, client_config};

use crate::adapters;
use crate::cli::ClusterOptions;
use crate::context::{self, Context};
use crate::failure::Failure;

/// A client for the cluster that is meant.
pub(crate) fn client(options: &ClusterOptions) -> Result<RestClient, Failure> {
    open(&target(options)?)
}

fn target(options: &ClusterOptions) -> Result<Context, Failure> {
    match &options.url {
        Some(url) => Ok(Context {
            name: String::new(),
            url: url.clone(),
            cacert: options.cacert.clone(),
            cert: options.cert.clone(),
            key: options.key.clone(),
            identity: options.identity.clone(),
            identity_password_from: options.identity_password_from.clone(),
        }),
        None => context::load(&context::path(adapters::environment)?, options.context.as_deref()),
    }
}

/// A client for a context. TLS material is read only where the URL needs it.
pub(crate) fn open(context: &Context) -> Result<RestClient, Failure> {
    let builder = RestClient::builder(&context.url);
    if !context.url.starts_with("https:") {
        return Ok(builder.build()?);
    }
    let anchors = match &context.cacert {
        Some(file) => TrustAnchors::from_pem_file(file)?,
        None => TrustAnchors::system()?,
    };
    let identity = match (&context.cert, &context.key, &context.identity) {
        (Some(cert), Some(key), _) => Some(ClientIdentity::from_pem_files(cert, key)?),
        (_, _, Some(store)) => {
            let source = context.identity_password_from.as_deref().ok_or_else(|| {
                Failure::usage(format!("the keystore {} needs a password", store.display()))
                    .help("add identity-password-from: file:PATH or env:NAME")
            })?;
            let password = secret(source, &format!("Password of {}", store.display()))?;
            Some(ClientIdentity::from_pkcs12_file(store, &password)?)
        }
        _ => None,
    };
    Ok(builder.tls(client_config(&anchors, identity.as_ref())?).build()?)
}

/// Fetches a secret from its source; `prompt` asks on the terminal.
pub(crate) fn secret(source: &str, prompt: &str) -> Result<Secret, Failure> {
    match source.parse::<SecretSource>()? {
        SecretSource::Prompt => rpassword::prompt_password(format!("{prompt}: "))
            .map(Secret::new)
            .map_err(|error| Failure::usage(format!("cannot ask for a password here: {error}"))),
        source => Ok(source.fetch(adapters::environment)?),
    }
}

/// `file:` in front of a path, as a secret source.
pub(crate) fn file_source(path: &Path) -> String {
    format!("file:{}", path.display())
}
