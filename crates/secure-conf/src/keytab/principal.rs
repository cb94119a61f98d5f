//! Principals: `name/instance@REALM`, parsed and written as MIT's `krb5_parse_name` and `krb5_unparse_name` do.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A principal. Components and realm are bytes, since nothing but custom makes them text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// What stands before the `@`, split at the slashes; at least one.
    pub components: Vec<Vec<u8>>,
    /// What stands after the `@`.
    pub realm: Vec<u8>,
}

/// What kind of name a principal is, RFC 4120 section 6.2. It never decides whether two principals are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameType(pub i32);

impl NameType {
    /// `KRB5_NT_PRINCIPAL`: what MIT's tools write into keytabs.
    pub const PRINCIPAL: Self = Self(1);
    /// `KRB5_NT_SRV_INST`: a service and an instance, such as the ticket-granting service.
    pub const SERVICE_INSTANCE: Self = Self(2);
}

/// A text that is no principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrincipalError {
    /// There is no `@REALM`.
    #[error("the principal `{0}` has no realm; write it as {0}@REALM")]
    NoRealm(String),
    /// Nothing stands before or after the `@`.
    #[error("`{0}` is no principal; write it as name@REALM or name/host@REALM")]
    Empty(String),
    /// An unescaped `@` in the realm, or a backslash at the end.
    #[error("`{0}` is no principal: {1}")]
    Malformed(String, &'static str),
    /// A component of more than 32767 bytes, or too many of them.
    #[error("the principal is too long for a keytab")]
    TooLong,
}

impl Principal {
    /// Parses a principal that may leave its realm to `default_realm`.
    ///
    /// # Errors
    /// The text is no principal, or has no realm and there is no default.
    pub fn parse(text: &str, default_realm: Option<&str>) -> Result<Self, PrincipalError> {
        let mut parts = vec![Vec::new()];
        let mut realm: Option<Vec<u8>> = None;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let mut literal = None;
            match (c, &realm) {
                ('\\', _) => {
                    let reason = "a backslash at the end escapes nothing";
                    let next =
                        chars.next().ok_or_else(|| PrincipalError::Malformed(text.to_owned(), reason))?;
                    literal = Some(match next {
                        'n' => '\n',
                        't' => '\t',
                        'b' => '\x08',
                        '0' => '\0',
                        other => other,
                    });
                }
                ('@', None) => realm = Some(Vec::new()),
                ('@', Some(_)) => {
                    let reason = "it has a second `@`; write \\@ where it is part of the name";
                    return Err(PrincipalError::Malformed(text.to_owned(), reason));
                }
                ('/', None) => parts.push(Vec::new()),
                _ => literal = Some(c),
            }
            if let Some(c) = literal {
                let into = realm.as_mut().or(parts.last_mut());
                let mut buffer = [0; 4];
                into.into_iter().for_each(|into| into.extend(c.encode_utf8(&mut buffer).as_bytes()));
            }
        }
        if parts.iter().all(Vec::is_empty) || realm.as_ref().is_some_and(Vec::is_empty) {
            return Err(PrincipalError::Empty(text.to_owned()));
        }
        let realm = match realm {
            Some(realm) => realm,
            None => default_realm
                .map(|realm| realm.as_bytes().to_vec())
                .ok_or_else(|| PrincipalError::NoRealm(text.to_owned()))?,
        };
        let longest = parts.iter().map(Vec::len).max().unwrap_or(0).max(realm.len());
        if longest > MAX_COMPONENT || parts.len() > MAX_COMPONENTS {
            return Err(PrincipalError::TooLong);
        }
        Ok(Self { components: parts, realm })
    }

    /// The realm as text; bytes that are none are replaced.
    pub fn realm_text(&self) -> String {
        String::from_utf8_lossy(&self.realm).into_owned()
    }

    /// The ticket-granting service of a realm.
    pub fn ticket_granting(realm: &[u8]) -> Self {
        Self { components: vec![b"krbtgt".to_vec(), realm.to_vec()], realm: realm.to_vec() }
    }

    /// The salt that a KDC gives the principal's passwords unless told otherwise: the realm, then the components,
    /// without separators (RFC 4120 section 4).
    pub fn default_salt(&self) -> Vec<u8> {
        std::iter::once(&self.realm).chain(&self.components).flatten().copied().collect()
    }
}

/// Lengths are 16-bit in a keytab, and MIT reads them as signed.
pub(super) const MAX_COMPONENT: usize = i16::MAX as usize;
/// No real principal has more than three.
pub(super) const MAX_COMPONENTS: usize = 64;

impl FromStr for Principal {
    type Err = PrincipalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, None)
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, component) in self.components.iter().enumerate() {
            if index > 0 {
                f.write_str("/")?;
            }
            escaped(f, component)?;
        }
        f.write_str("@")?;
        escaped(f, &self.realm)
    }
}

fn escaped(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for c in String::from_utf8_lossy(bytes).chars() {
        match c {
            '/' | '@' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\x08' => f.write_str("\\b")?,
            '\0' => f.write_str("\\0")?,
            // What would confuse a terminal is shown, not sent; it does not parse back.
            c if c.is_control() => write!(f, "{}", c.escape_default())?,
            c => write!(f, "{c}")?,
        }
    }
    Ok(())
}

impl Serialize for Principal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn principals_are_read_as_mit_reads_them() {
        let parts = |text: &str| {
            let principal: Principal = text.parse().unwrap();
            let strings: Vec<_> =
                principal.components.iter().map(|c| String::from_utf8(c.clone()).unwrap()).collect();
            (strings, principal.realm_text())
        };
        assert_eq!(parts("flink@R"), (vec!["flink".into()], "R".into()));
        assert_eq!(
            parts("HTTP/h.example.com@E.COM"),
            (vec!["HTTP".into(), "h.example.com".into()], "E.COM".into())
        );
        assert_eq!(parts(r"a\/b\@c/d\\e@R/x"), (vec!["a/b@c".into(), r"d\e".into()], "R/x".into()));
        assert_eq!(parts(r"a\tb@R"), (vec!["a\tb".into()], "R".into()));
        assert_eq!(parts("a/@R"), (vec!["a".into(), String::new()], "R".into()));
    }

    #[test]
    fn what_is_no_principal_is_refused() {
        for (text, reason) in [
            ("flink", "has no realm"),
            ("", "is no principal"),
            ("@R", "is no principal"),
            ("a@", "is no principal"),
            ("a@R@S", "a second `@`"),
            ("a@R\\", "backslash"),
        ] {
            let error = text.parse::<Principal>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert_eq!(Principal::parse("flink", Some("R")).unwrap().to_string(), "flink@R");
        let long = format!("{}@R", "a".repeat(40_000));
        assert_eq!(long.parse::<Principal>(), Err(PrincipalError::TooLong));
    }

    #[test]
    fn the_salt_has_no_separators() {
        let principal: Principal = "flink/h1@EXAMPLE.COM".parse().unwrap();
        assert_eq!(principal.default_salt(), b"EXAMPLE.COMflinkh1");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(parts in prop::collection::vec("[a-z/@\\\\\n\t ä]{1,9}", 1..4), realm in "[A-Z./@]{1,9}") {
            let components = parts.iter().map(|part| part.as_bytes().to_vec()).collect();
            let principal = Principal { components, realm: realm.into_bytes() };
            prop_assert_eq!(principal.to_string().parse(), Ok(principal));
        }
    }
}
