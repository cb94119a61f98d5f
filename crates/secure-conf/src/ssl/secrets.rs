//! Passwords outside of the main configuration file, where the platform offers a way.

use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::secret::Secret;

use crate::error::SecureConfError;

/// A key and its secret value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretEntry {
    /// The configuration key.
    pub key: String,
    /// Its value.
    pub value: Secret,
}

/// Takes every secret under `security.` out of a document.
///
/// # Errors
/// An entry cannot go by itself. The document is as it was then.
pub fn take_secrets(doc: &mut ConfDocument) -> Result<Vec<SecretEntry>, SecureConfError> {
    let secret = |key: &str| key.starts_with("security.") && is_sensitive(key);
    let entries: Vec<_> = doc
        .effective()
        .filter(|entry| secret(&entry.key))
        .map(|entry| SecretEntry { key: entry.key.clone(), value: Secret::new(entry.value.as_str()) })
        .collect();
    let mut without = doc.clone();
    for entry in &entries {
        if !without.unset(&entry.key) {
            return Err(SecureConfError::Tied { key: entry.key.clone() });
        }
    }
    *doc = without;
    Ok(entries)
}

/// A Kubernetes `Secret` that holds the entries under `FLINK_PROPERTIES`, the variable that the official images put into
/// the configuration when a container starts.
///
/// # Errors
/// A value that the images' start script would change: it drops blanks and expands `$`.
pub fn kubernetes_secret(name: &str, entries: &[SecretEntry]) -> Result<Secret, SecureConfError> {
    let mut text = format!(
        "# Passwords of Flink. The containers take them as a variable of their environment:\n\
         #   envFrom:\n#   - secretRef:\n#       name: {name}\n\
         apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\ntype: Opaque\nstringData:\n  FLINK_PROPERTIES: |\n"
    );
    for SecretEntry { key, value } in entries {
        let kept = |c: char| c.is_ascii_alphanumeric() || "-_.+=@%,/~!^:".contains(c);
        if !value.expose().chars().all(kept) {
            return Err(SecureConfError::NotForImages { key: key.clone() });
        }
        text.push_str("    ");
        text.push_str(key);
        text.push_str(": ");
        text.push_str(value.expose());
        text.push('\n');
    }
    Ok(Secret::new(text))
}
