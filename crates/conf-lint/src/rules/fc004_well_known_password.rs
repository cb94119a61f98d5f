//! FC004: passwords that everybody knows.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A password from the examples of manuals and the top of every list of leaked passwords: `password`,
    /// `changeit`, `123456` and their like.
    ///
    /// ## Why it matters
    /// Whoever gets hold of the store (a backup, an image, a world-readable directory) has the private key of the
    /// cluster, and with it every right inside. The password is the only thing that could have stopped him.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.keystore-password: changeit
    /// ```
    ///
    /// ## Fix
    /// None: the store must be given the new password too. Issue the stores again with generated passwords, and keep
    /// the file readable by Flink's user alone. The finding does not repeat the password.
    "FC004", "well-known-password", Warning, since "0.1.0", check
}

/// In lower case, sorted.
const WELL_KNOWN: [&str; 37] = [
    "000000",
    "111111",
    "123123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "abc123",
    "admin",
    "admin123",
    "apache",
    "changeit",
    "changeme",
    "default",
    "example",
    "flink",
    "flink123",
    "keypass",
    "keystore",
    "letmein",
    "p@ssw0rd",
    "pass",
    "passw0rd",
    "passwd",
    "password",
    "password1",
    "password123",
    "qwerty",
    "root",
    "secret",
    "storepass",
    "test",
    "truststore",
    "welcome",
];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries().filter(|entry| entry.key.to_ascii_lowercase().ends_with("password")) {
        // In flink-conf.yaml, quotes are part of the value; they do not make it better.
        let value = entry.value.trim_matches(['"', '\'']).to_lowercase();
        if WELL_KNOWN.binary_search(&value.as_str()).is_ok() {
            let message = format!("the value of `{}` is among the first that anybody tries", entry.key);
            let help = "issue the store again with a generated password, and set that".to_owned();
            findings.push(subject.at_value(&RULE, entry, message, help));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WELL_KNOWN;

    #[test]
    fn the_list_can_be_searched() {
        assert!(WELL_KNOWN.is_sorted());
        assert!(WELL_KNOWN.iter().all(|password| *password == password.to_lowercase()));
    }
}
