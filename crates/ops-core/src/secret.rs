//! Secrets: a type that is never shown, and the sources a secret may come from.
//!
//! A secret is never a bare command-line argument, since arguments are visible to every user of the host.

use std::fmt;
use std::io::Read as _;
use std::path::PathBuf;
use std::str::FromStr;

use rand::Rng as _;
use zeroize::Zeroizing;

/// A password or passphrase. `Debug` and `Display` redact it; its memory is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

/// Characters of generated passwords: those that both configuration dialects of Flink keep as they are,
/// quoted or not, without the look-alikes `0 O 1 l I`.
const ALPHABET: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// 23 characters out of 57 hold 134 bits.
const GENERATED_LENGTH: usize = 23;

/// A file this long is no password file.
const MAX_FILE: u64 = 4096;

impl Secret {
    /// Wraps a value that is secret from here on.
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// A random password of at least 128 bits. It begins with a letter, so that no YAML reader takes it for a number.
    pub fn generate() -> Self {
        let mut rng = rand::rng();
        let mut value = String::with_capacity(GENERATED_LENGTH);
        while value.len() < GENERATED_LENGTH {
            let letters = ALPHABET.len() - if value.is_empty() { 8 } else { 0 };
            value.push(char::from(ALPHABET[rng.random_range(0..letters)]));
        }
        // `1e5` is the pattern to avoid: digits around an `e` only matter where the whole is a number, and it starts with a letter.
        Self::new(value)
    }

    /// The value itself. Call it only where the value is used, never to show it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Lets no crash of this process, and of what it starts, write its memory to a disk: passwords and keys are in it. Whoever
/// wants a core all the same can raise the limit again from outside (`prlimit`).
pub fn forbid_core_dumps() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
    let none = rustix::process::Rlimit { current: Some(0), ..limit };
    // Lowering one's own limit needs no right.
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Where a secret comes from: `env:NAME`, `file:PATH`, `prompt` or `generate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file; one trailing newline is not part of the secret.
    File(PathBuf),
    /// Asked for on the terminal.
    Prompt,
    /// Made anew.
    Generate,
}

/// What can go wrong between a source and its secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The text names no source. It may be the password itself, so it is not repeated.
    #[error("a secret is given as env:NAME, file:PATH, prompt or generate, never by itself")]
    NoSource,
    /// The variable is not set, or not Unicode.
    #[error("the environment variable {0} is not set; set it, or use file:PATH")]
    NoVariable(String),
    /// The file cannot be read.
    #[error("cannot read the secret file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is too long or not text.
    #[error("{} does not hold a secret: at most 4096 bytes of UTF-8 text are needed", path.display())]
    NotASecret {
        /// The file.
        path: PathBuf,
    },
    /// There is no terminal to ask on, or no generation in this place.
    #[error("{0} cannot be used here; use env:NAME or file:PATH")]
    NotHere(&'static str),
}

impl FromStr for SecretSource {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.split_once(':')) {
            ("prompt", _) => Ok(Self::Prompt),
            ("generate", _) => Ok(Self::Generate),
            (_, Some(("env", name))) if !name.is_empty() => Ok(Self::Env(name.to_owned())),
            (_, Some(("file", path))) if !path.is_empty() => Ok(Self::File(path.into())),
            _ => Err(SecretError::NoSource),
        }
    }
}

impl SecretSource {
    /// Fetches the secret.
    ///
    /// `environment` looks a variable up; the command line passes the process's own.
    ///
    /// # Errors
    /// The variable or file is missing or unfit; `prompt` and `generate` are for the caller to handle.
    pub fn fetch(&self, environment: impl Fn(&str) -> Option<String>) -> Result<Secret, SecretError> {
        match self {
            Self::Env(name) => {
                environment(name).map(Secret::new).ok_or_else(|| SecretError::NoVariable(name.clone()))
            }
            Self::File(path) => {
                let unreadable = |source| SecretError::Unreadable { path: path.clone(), source };
                let file = std::fs::File::open(path).map_err(unreadable)?;
                let mut bytes = Zeroizing::new(Vec::new());
                file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
                let text = std::str::from_utf8(&bytes).ok().filter(|_| bytes.len() as u64 <= MAX_FILE);
                let text = text.ok_or_else(|| SecretError::NotASecret { path: path.clone() })?;
                let text = text.strip_suffix('\n').unwrap_or(text);
                Ok(Secret::new(text.strip_suffix('\r').unwrap_or(text)))
            }
            Self::Prompt => Err(SecretError::NotHere("prompt")),
            Self::Generate => Err(SecretError::NotHere("generate")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let secret = Secret::new("hunter2");
        assert!(!format!("{secret} {secret:?}").contains("hunter2"));
    }

    #[test]
    fn generated_passwords_start_with_a_letter_and_differ() {
        let all: Vec<_> = (0..1000).map(|_| Secret::generate()).collect();
        for secret in &all {
            assert_eq!(secret.expose().len(), GENERATED_LENGTH);
            assert!(secret.expose().as_bytes()[0].is_ascii_alphabetic());
            assert!(secret.expose().bytes().all(|b| b.is_ascii_alphanumeric()));
        }
        let distinct: std::collections::HashSet<_> = all.iter().map(Secret::expose).collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn a_bare_password_is_refused_and_not_repeated() {
        for text in ["hunter2", "", "env:", "file:", "pass:hunter2"] {
            let error = text.parse::<SecretSource>().unwrap_err().to_string();
            assert!(error.contains("env:NAME") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn one_newline_is_not_part_of_a_file_secret() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        for (text, expected) in [("a b\n", "a b"), ("x\r\n", "x"), ("y\n\n", "y\n"), ("z", "z")] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(SecretSource::File(path.clone()).fetch(|_| None).unwrap().expose(), expected);
        }
        std::fs::write(&path, vec![b'a'; 5000]).unwrap();
        assert!(matches!(SecretSource::File(path).fetch(|_| None), Err(SecretError::NotASecret { .. })));
    }
}
