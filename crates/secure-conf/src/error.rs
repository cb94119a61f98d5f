//! What can go wrong while a configuration is being wired. What is wrong with a wiring is a finding: of
//! [`ssl`](crate::ssl::Finding), or of [`kerberos`](crate::kerberos::Finding).

use std::path::PathBuf;

use ops_core::conf::ConfError;
use ops_core::version::{Dialect, FlinkVersion};

/// A wiring that cannot be written. The document is as it was then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecureConfError {
    /// The document cannot hold what must be written, or cannot be edited.
    #[error(transparent)]
    Conf(#[from] ConfError),
    /// The version does not read this kind of file at all.
    #[error("Flink {version} does not read {}; write {}", dialect.file_name(), version.dialect().file_name())]
    Dialect {
        /// The version to be wired for.
        version: FlinkVersion,
        /// The dialect of the document.
        dialect: Dialect,
    },
    /// A store path that depends on where a process happens to be started.
    #[error("the store path {} is relative, and Flink would look for it wherever each process was started; give an absolute path", path.display())]
    RelativePath {
        /// The path.
        path: PathBuf,
    },
    /// A store path that a text file cannot hold.
    #[error("the store path {} is not UTF-8 text; rename it", path.display())]
    PathNotText {
        /// The path.
        path: PathBuf,
    },
    /// A key password that differs from the password of its PKCS#12 store.
    #[error("the key password of {} differs from its store password; a PKCS#12 store has one password for both", path.display())]
    KeyPassword {
        /// The keystore.
        path: PathBuf,
    },
    /// A path for Kerberos that cannot be used.
    #[error("the {what} path {} cannot be used: {reason}", path.display())]
    KerberosPath {
        /// Of what.
        what: &'static str,
        /// The path.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// A login context that is no word.
    #[error("`{name}` is no login context; one is a word such as Client, KafkaClient or KafkaServer")]
    Context {
        /// What was given.
        name: String,
    },
    /// A file system that is no URI.
    #[error("`{uri}` is no file system; one is a URI such as hdfs://namenode:8020")]
    FileSystem {
        /// What was given.
        uri: String,
    },
    /// A secret that an anchor ties to other entries.
    #[error(
        "`{key}` cannot be taken out of the file by itself, since an anchor ties it to other entries; write it out first"
    )]
    Tied {
        /// The key.
        key: String,
    },
    /// A secret that the start script of the official images would change.
    #[error(
        "the value of `{key}` has characters that the start script of the official images changes; use letters, digits and -_.+=@%,/~!^: only, or let flinkops generate passwords"
    )]
    NotForImages {
        /// The key.
        key: String,
    },
}
