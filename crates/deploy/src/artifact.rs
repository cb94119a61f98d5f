//! Files as values.

use std::path::{Path, PathBuf};

use ops_core::secret::Secret;
use serde::Serialize;
use zeroize::Zeroizing;

/// A file to be written.
#[derive(Debug)]
pub struct Artifact {
    /// Where, below the directory that is rendered into.
    pub path: PathBuf,
    /// What is in it.
    pub content: Zeroizing<Vec<u8>>,
    /// Who may do what with it.
    pub access: Access,
}

/// Who may do what with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Everyone may read it: 0644.
    Public,
    /// It holds secrets, and is its owner's alone: 0600.
    Secret,
    /// Everyone may run it: 0755.
    Program,
}

impl Access {
    /// The permission bits.
    pub fn mode(self) -> u32 {
        match self {
            Self::Public => 0o644,
            Self::Secret => 0o600,
            Self::Program => 0o755,
        }
    }
}

impl Artifact {
    /// A file that everyone may read.
    pub fn public(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), content: Zeroizing::new(text.into().into_bytes()), access: Access::Public }
    }

    /// A file with secrets.
    pub fn secret(path: impl Into<PathBuf>, bytes: &[u8]) -> Self {
        Self { path: path.into(), content: Zeroizing::new(bytes.to_vec()), access: Access::Secret }
    }

    /// A script.
    pub fn program(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { access: Access::Program, ..Self::public(path, text) }
    }

    /// A file with one secret in one line.
    pub fn password(path: impl Into<PathBuf>, password: &Secret) -> Self {
        let line = Zeroizing::new(format!("{}\n", password.expose()));
        Self::secret(path, line.as_bytes())
    }

    /// The same file in another place.
    #[must_use]
    pub fn below(mut self, directory: &Path) -> Self {
        self.path = directory.join(self.path);
        self
    }

    /// The content as text; `None` where it is none.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.content).ok()
    }
}
