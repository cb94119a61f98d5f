//! JAAS files, for Java programs beside Flink: ZooKeeper's and Kafka's command lines, a ZooKeeper server.
//!
//! Flink itself needs none: it makes the entries of its own process from `security.kerberos.login.*`.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::SecureConfError;
use crate::keytab::Principal;

/// A JAAS file in which every context logs in with one keytab.
///
/// # Errors
/// The path is relative or not text, or a context is no word.
pub fn render_jaas(
    contexts: &[&str],
    keytab: &Path,
    principal: &Principal,
) -> Result<String, SecureConfError> {
    let path = super::wiring::path_text("keytab", keytab)?;
    let mut text = String::new();
    for context in contexts {
        super::wiring::context_name(context)?;
        let _ = write!(
            text,
            "{context} {{\n    com.sun.security.auth.module.Krb5LoginModule required\n    useKeyTab=true\n    \
             storeKey=true\n    useTicketCache=false\n    doNotPrompt=true\n    keyTab={}\n    principal={};\n}};\n",
            quoted(path),
            quoted(&principal.to_string())
        );
    }
    Ok(text)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
