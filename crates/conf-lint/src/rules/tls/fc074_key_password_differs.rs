//! FC074: a password that a PKCS#12 store does not have.

use super::switch::{SCOPES, part};
use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A PKCS#12 keystore (`.p12`, `.pfx`) with different passwords for the store and the key.
    ///
    /// ## Why it matters
    /// Java reads such a store with one password only: `Get Key failed: Given final block not properly padded`, and the
    /// process ends.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.keystore: /etc/flink/internal.p12
    /// security.ssl.internal.keystore-password: …
    /// security.ssl.internal.key-password: …
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the key's password becomes that of the store.
    "FC074", "key-password-differs", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut reported = Vec::new();
    for scope in SCOPES {
        let part = |name: &str| part(subject, scope, name);
        let (Some(store), Some(password), Some(key)) =
            (part("keystore"), part("keystore-password"), part("key-password"))
        else {
            continue;
        };
        let path = store.value.to_ascii_lowercase();
        let pkcs12 = path.ends_with(".p12") || path.ends_with(".pfx");
        if !pkcs12 || password.value == key.value || reported.contains(&key.key) {
            continue;
        }
        reported.push(key.key.clone());
        let message =
            format!("`{}` differs from `{}`, and a PKCS#12 store has one password", key.key, password.key);
        let help = format!("set it to the value of `{}`", password.key);
        let edit = Edit::Copy { key: password.key.clone(), to: key.key.clone() };
        findings.push(subject.at_value(&RULE, key, message, help).with_unsafe_fix(vec![edit]));
    }
}
