//! FC077: keys of an object store in the configuration.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The secret key of S3, OSS or Azure storage in Flink's configuration.
    ///
    /// ## Why it matters
    /// The configuration is copied: to every host, into images and backups. Keys in it are rarely changed.
    ///
    /// ## Example
    /// ```yaml
    /// s3.secret-key: …
    /// ```
    ///
    /// ## Fix
    /// None: let the hosts or pods have a role of their own, or let a credentials provider fetch the keys.
    "FC077", "storage-credentials", Warning, since "0.1.0", check
}

const SECRETS: [&str; 4] = ["secret-key", "secret.key", "accesskeysecret", "aws-secret-key"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        let key = entry.key.to_ascii_lowercase();
        let store = ["s3.", "s3a.", "fs.s3", "presto.s3.", "fs.oss.", "fs.azure.", "flink.hadoop.fs."];
        let secret =
            SECRETS.iter().any(|ending| key.ends_with(ending)) || key.contains("fs.azure.account.key.");
        if secret && store.iter().any(|prefix| key.starts_with(prefix)) {
            let message = format!("`{}` puts the key of the storage into every copy of this file", entry.key);
            let help = "give the hosts a role instead, or use a credentials provider";
            findings.push(subject.at_key(&RULE, entry, message, help));
        }
    }
}
