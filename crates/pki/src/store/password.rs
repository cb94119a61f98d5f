//! Store passwords: which Java can use, and which are no secret.

use ops_core::secret::Secret;
use ops_core::well_known::is_well_known;

use super::error::PasswordError;

/// keytool refuses shorter ones.
const MIN_PASSWORD: usize = 6;

/// Something about a password that its owner should know, though Java takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PasswordWarning {
    /// It stands in manuals.
    #[error("the store password is a well-known one, which is tried first by anyone; let one be generated")]
    WellKnown,
    /// It is one character over and over.
    #[error("the store password repeats one character; let one be generated")]
    Repeated,
}

/// Whether Java can use a password for a store.
///
/// # Errors
/// It cannot, for the reason given.
pub fn check_password(password: &Secret) -> Result<(), PasswordError> {
    let text = password.expose();
    if !text.is_ascii() {
        return Err(PasswordError::NotAscii);
    }
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(PasswordError::Control);
    }
    if text.len() < MIN_PASSWORD {
        return Err(PasswordError::TooShort);
    }
    Ok(())
}

/// What is to be said against a password that Java can use.
pub fn password_warning(password: &Secret) -> Option<PasswordWarning> {
    let text = password.expose();
    if is_well_known(text) {
        return Some(PasswordWarning::WellKnown);
    }
    let mut bytes = text.bytes();
    let first = bytes.next();
    bytes.all(|byte| Some(byte) == first).then_some(PasswordWarning::Repeated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_passwords_are_warned_about() {
        for (text, expected) in [
            ("changeit", Some(PasswordWarning::WellKnown)),
            ("ChangeIt", Some(PasswordWarning::WellKnown)),
            ("aaaaaaa", Some(PasswordWarning::Repeated)),
            ("Kq7vXe2mPz", None),
        ] {
            assert_eq!(password_warning(&Secret::new(text)), expected, "{text}");
        }
        assert_eq!(password_warning(&Secret::generate()), None);
    }
}
