//! Where pieces of state lie, and how large they are.

/// A piece of state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    /// In the metadata itself.
    Inline {
        /// How many bytes.
        size: u64,
    },
    /// In a file.
    File {
        /// Where.
        place: Place,
        /// How many bytes of it.
        size: u64,
    },
}

/// Where a file lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At this address, `file:/…` or `s3://…`.
    Absolute(String),
    /// Below the directory of the savepoint or checkpoint: it can be moved.
    Relative(String),
}

/// Keyed state of a subtask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyedState {
    /// One file, or a part of one, in the form of savepoints: any backend restores it.
    Savepoint(Handle),
    /// One file of key groups.
    KeyGroups(Handle),
    /// RocksDB's files, some of them shared with other checkpoints.
    Incremental {
        /// What the files are.
        meta: Option<Handle>,
        /// Files that other checkpoints may use, too.
        shared: Vec<Handle>,
        /// Files of this checkpoint alone.
        private: Vec<Handle>,
    },
    /// Materialized state, and the changes since.
    Changelog(Vec<KeyedState>),
    /// Changes, in files.
    Changes {
        /// The files.
        files: Vec<Handle>,
        /// As Flink counts them.
        size: u64,
    },
    /// Changes, in the metadata itself.
    InlineChanges {
        /// How many bytes.
        size: u64,
    },
}

impl Handle {
    /// Its bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Inline { size } | Self::File { size, .. } => *size,
        }
    }

    /// The file, where it is in one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Inline { .. } => None,
            Self::File { place, .. } => Some(place),
        }
    }
}

impl KeyedState {
    /// Its bytes, as Flink counts them.
    pub fn size(&self) -> u64 {
        match self {
            Self::Savepoint(handle) | Self::KeyGroups(handle) => handle.size(),
            Self::Incremental { meta, shared, private } => {
                meta.iter().chain(shared).chain(private).map(Handle::size).fold(0, u64::saturating_add)
            }
            Self::Changelog(parts) => parts.iter().map(Self::size).fold(0, u64::saturating_add),
            Self::Changes { size, .. } | Self::InlineChanges { size } => *size,
        }
    }

    /// In a word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Savepoint(_) => "savepoint",
            Self::KeyGroups(_) => "key-groups",
            Self::Incremental { .. } => "incremental",
            Self::Changelog(_) | Self::Changes { .. } | Self::InlineChanges { .. } => "changelog",
        }
    }

    /// Every piece of it.
    pub(super) fn handles<'a>(&'a self, all: &mut Vec<&'a Handle>) {
        match self {
            Self::Savepoint(handle) | Self::KeyGroups(handle) => all.push(handle),
            Self::Incremental { meta, shared, private } => {
                all.extend(meta.iter().chain(shared).chain(private))
            }
            Self::Changelog(parts) => parts.iter().for_each(|part| part.handles(all)),
            Self::Changes { files, .. } => all.extend(files),
            Self::InlineChanges { .. } => {}
        }
    }
}
