//! Keys whose values are secrets.

/// Parts of such keys, as `GlobalConfiguration.isSensitive` of Flink has them.
const FLINKS: [&str; 12] = [
    "password",
    "secret",
    "fs.azure.account.key",
    "apikey",
    "api-key",
    "auth-params",
    "service-key",
    "token",
    "basic-auth",
    "jaas.config",
    "http-headers",
    "private-key",
];

/// Parts of keys that Flink shows, and we do not.
const OURS: [&str; 2] = ["access-key", "authorization"];

/// Whether Flink hides the value of this key in its logs and REST answers.
pub fn flink_hides(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    FLINKS.iter().any(|part| key.contains(part))
}

/// Whether the value of this key may be a secret; then no message shows it. Flink's own list, and a few more.
pub fn is_sensitive(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    flink_hides(key) || OURS.iter().any(|part| lower.contains(part))
}

/// Past the last part of a text (in lower case) that names a secret.
pub(super) fn end_of_name(lower: &str) -> Option<usize> {
    FLINKS.iter().chain(&OURS).filter_map(|part| Some(lower.find(part)? + part.len())).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_judged_by_their_parts() {
        assert!(flink_hides("security.ssl.internal.keystore-Password"));
        assert!(!flink_hides("s3.access-key") && is_sensitive("s3.access-key"));
        assert!(!is_sensitive("rest.port"));
    }
}
