//! The file `_metadata`, format 3 to 6: everything that Flink 1.18 to 2.3 writes, and what is older by one format.
//!
//! The formats are those of `MetadataV3Serializer` to `MetadataV6Serializer` and of the classes that they extend, as the
//! distributions of 1.18 to 2.3 read them: 4 adds the properties of the checkpoint at the end, 5 name and `uid` of operators, 6
//! merged files of records in flight.

use super::error::StateError;
use super::handle::{Handle, KeyedState, Place};
use super::metadata::{Kind, Metadata, OperatorState, SubtaskState};
use super::reader::Reader;

const MAGIC: u32 = 0x4960_672d;
const MASTER_STATE: i32 = 0xc96b_1696_u32.cast_signed();

/// Handles within handles: a changelog holds those of the backend below it, and nothing deeper.
const DEEPEST: u8 = 6;

/// What the bytes say.
///
/// # Errors
/// They are cut off or damaged, no metadata of Flink, or of a version that is not known.
pub fn parse(bytes: &[u8]) -> Result<Metadata, StateError> {
    let mut reader = Reader::new(bytes);
    let magic = reader.int("the beginning")?.cast_unsigned();
    if magic != MAGIC {
        return Err(StateError::Magic { found: magic });
    }
    let version = reader.int("the version")?;
    if !(3..=6).contains(&version) {
        return Err(StateError::Version { found: version });
    }
    let mut parser = Parser { reader, version };
    let checkpoint_id = parser.reader.size("the number of the checkpoint")?.cast_signed();
    let master_states = parser.reader.count("the number of master states", 8)?;
    for _ in 0..master_states {
        parser.master_state()?;
    }
    let operators = parser.reader.count("the number of operators", 29)?;
    let operators = (0..operators).map(|_| parser.operator()).collect::<Result<Vec<_>, _>>()?;
    let kind = if version >= 4 { Some(parser.kind()?) } else { None };
    Ok(Metadata { version, checkpoint_id, kind, master_states: master_states as usize, operators })
}

struct Parser<'a> {
    reader: Reader<'a>,
    version: i32,
}

impl Parser<'_> {
    fn master_state(&mut self) -> Result<(), StateError> {
        let at = self.reader.at();
        let magic = self.reader.int("a master state")?;
        if magic != MASTER_STATE {
            return Err(StateError::Damaged { what: "a master state", at, found: format!("{magic:#010x}") });
        }
        let length = self.reader.count("the length of a master state", 1)?;
        self.reader.bytes("a master state", length.into())?;
        Ok(())
    }

    fn operator(&mut self) -> Result<OperatorState, StateError> {
        let mut operator = OperatorState::default();
        if self.version >= 5 {
            let said = |text: String| (!text.is_empty()).then_some(text);
            operator.name = said(self.reader.utf("the name of an operator")?);
            operator.uid = said(self.reader.utf("the uid of an operator")?);
        }
        let lower = self.reader.long("the id of an operator")?;
        let upper = self.reader.long("the id of an operator")?;
        operator.id = id(lower, upper);
        operator.parallelism = self.reader.int("a parallelism")?;
        operator.max_parallelism = self.reader.int("a maximum of parallelism")?;
        operator.coordinator = self.stream_handle(0)?;
        let at = self.reader.at();
        let count = self.reader.int("the number of subtasks")?;
        if count < 0 {
            operator.finished = true;
            return Ok(operator);
        }
        // Each takes four bytes at least.
        let left = self.reader.rest().len();
        let needed = u64::from(count.cast_unsigned()) * 4;
        if needed > left as u64 {
            return Err(StateError::Truncated { what: "the subtasks of an operator", at, needed, left });
        }
        operator.subtasks = (0..count).map(|_| self.subtask()).collect::<Result<_, _>>()?;
        Ok(operator)
    }

    fn subtask(&mut self) -> Result<SubtaskState, StateError> {
        let index = self.reader.int("the number of a subtask")?;
        // One that has finished is written as what is left when its number is taken from -1.
        if index < 0 {
            return Ok(SubtaskState { index: -1 - index, finished: true, ..SubtaskState::default() });
        }
        let mut subtask = SubtaskState { index, ..SubtaskState::default() };
        for _ in ["managed", "raw"] {
            if self.reader.int("the presence of operator state")? != 0 {
                subtask.operator.extend(self.operator_handle()?);
            }
        }
        for _ in ["managed", "raw"] {
            subtask.keyed.extend(self.keyed(0)?);
        }
        for _ in ["input", "output"] {
            let count = self.reader.count("the number of channels", 1)?;
            for _ in 0..count {
                let in_flight = self.channel()?;
                subtask.in_flight.push(in_flight);
            }
        }
        Ok(subtask)
    }

    /// List and broadcast state, with the places of its parts.
    fn operator_handle(&mut self) -> Result<Option<Handle>, StateError> {
        const WHAT: &str = "operator state";
        let kind = self.reader.byte(WHAT)?;
        match kind {
            0 => return Ok(None),
            4 | 17 => {}
            other => return Err(self.reader.unknown(WHAT, other)),
        }
        let states = self.reader.count("the number of operator states", 7)?;
        for _ in 0..states {
            self.reader.utf("the name of an operator state")?;
            self.reader.byte("the distribution of an operator state")?;
            let offsets = self.reader.count("the parts of an operator state", 8)?;
            self.reader.bytes("the parts of an operator state", u64::from(offsets) * 8)?;
        }
        if kind == 17 {
            self.reader.utf("a directory of merged files")?;
            self.reader.utf("a directory of merged files")?;
            self.reader.byte("whether a merged file is empty")?;
        }
        self.stream_handle(0)
    }

    fn keyed(&mut self, depth: u8) -> Result<Option<KeyedState>, StateError> {
        const WHAT: &str = "keyed state";
        let kind = self.reader.byte(WHAT)?;
        if depth > DEEPEST {
            return Err(self.reader.unknown(WHAT, "nested too deeply"));
        }
        Ok(match kind {
            0 => None,
            3 | 7 | 12 => {
                let handle = self.key_groups(depth)?;
                if kind == 12 {
                    self.reader.utf("the id of a handle")?;
                }
                match (kind, handle) {
                    (_, None) => None,
                    (7, Some(handle)) => Some(KeyedState::Savepoint(handle)),
                    (_, Some(handle)) => Some(KeyedState::KeyGroups(handle)),
                }
            }
            5 | 11 => Some(self.incremental(kind == 11, depth)?),
            8 | 14 => Some(self.changelog(kind == 14, depth)?),
            9 => Some(self.inline_changes()?),
            10 | 13 => Some(self.changes(kind == 13, depth)?),
            other => return Err(self.reader.unknown(WHAT, other)),
        })
    }

    /// Begin and number of key groups, the place of each, and where they are.
    fn key_groups(&mut self, depth: u8) -> Result<Option<Handle>, StateError> {
        self.reader.int("a range of key groups")?;
        let groups = self.reader.count("a range of key groups", 8)?;
        self.reader.bytes("the places of key groups", u64::from(groups) * 8)?;
        self.stream_handle(depth)
    }

    fn incremental(&mut self, has_size: bool, depth: u8) -> Result<KeyedState, StateError> {
        self.reader.long("the number of an increment")?;
        self.reader.utf("the id of a backend")?;
        self.reader.int("a range of key groups")?;
        self.reader.int("a range of key groups")?;
        if has_size {
            self.reader.long("the size of an increment")?;
        }
        let meta = self.stream_handle(depth)?;
        let shared = self.local_files(depth)?;
        let private = self.local_files(depth)?;
        if has_size {
            self.reader.utf("the id of a handle")?;
        }
        Ok(KeyedState::Incremental { meta, shared, private })
    }

    fn local_files(&mut self, depth: u8) -> Result<Vec<Handle>, StateError> {
        let count = self.reader.count("the number of files of an increment", 3)?;
        let mut files = Vec::new();
        for _ in 0..count {
            self.reader.utf("the name of a file of an increment")?;
            files.extend(self.stream_handle(depth)?);
        }
        Ok(files)
    }

    fn changelog(&mut self, has_checkpoint: bool, depth: u8) -> Result<KeyedState, StateError> {
        self.reader.int("a range of key groups")?;
        self.reader.int("a range of key groups")?;
        self.reader.long("the size of a changelog")?;
        let mut parts = Vec::new();
        for what in ["the number of bases of a changelog", "the number of changes of a changelog"] {
            let count = self.reader.count(what, 1)?;
            for _ in 0..count {
                parts.extend(self.keyed(depth + 1)?);
            }
        }
        self.reader.long("the number of a base")?;
        if has_checkpoint {
            self.reader.long("the checkpoint of a changelog")?;
        }
        self.reader.utf("the id of a handle")?;
        Ok(KeyedState::Changelog(parts))
    }

    fn inline_changes(&mut self) -> Result<KeyedState, StateError> {
        self.reader.int("a range of key groups")?;
        self.reader.int("a range of key groups")?;
        self.reader.long("the first change")?;
        self.reader.long("the last change")?;
        let count = self.reader.count("the number of changes", 8)?;
        let mut size = 0;
        for _ in 0..count {
            self.reader.int("the key group of a change")?;
            let length = self.reader.count("the length of a change", 1)?;
            self.reader.bytes("a change", length.into())?;
            size += u64::from(length);
        }
        self.reader.utf("the id of a handle")?;
        Ok(KeyedState::InlineChanges { size })
    }

    fn changes(&mut self, has_storage: bool, depth: u8) -> Result<KeyedState, StateError> {
        self.reader.int("a range of key groups")?;
        self.reader.int("a range of key groups")?;
        let count = self.reader.count("the number of files of changes", 9)?;
        let mut files = Vec::new();
        for _ in 0..count {
            self.reader.long("the place of a change")?;
            files.extend(self.stream_handle(depth)?);
        }
        let size = self.reader.size("the size of changes")?;
        self.reader.long("the size of a checkpoint")?;
        self.reader.utf("the id of a handle")?;
        if has_storage {
            self.reader.utf("the storage of changes")?;
        }
        Ok(KeyedState::Changes { files, size })
    }

    /// Records in flight of one channel, or from format 6 on of all channels of a subtask.
    fn channel(&mut self) -> Result<(Handle, u64), StateError> {
        const WHAT: &str = "records in flight";
        let merged = match self.version {
            6.. => match self.reader.byte(WHAT)? {
                1 | 2 => false,
                3 | 4 => true,
                other => return Err(self.reader.unknown(WHAT, other)),
            },
            _ => false,
        };
        self.reader.int("the subtask of a channel")?;
        let (size, handle) = if merged {
            let size = self.reader.size("the size of records in flight")?;
            let handle = self.stream_handle(0)?;
            let length = self.reader.count("the places of records in flight", 1)?;
            self.reader.bytes("the places of records in flight", length.into())?;
            (size, handle)
        } else {
            self.reader.int("the gate of a channel")?;
            self.reader.int("the number of a channel")?;
            let places = self.reader.count("the places of records in flight", 8)?;
            self.reader.bytes("the places of records in flight", u64::from(places) * 8)?;
            let size = self.reader.size("the size of records in flight")?;
            (size, self.stream_handle(0)?)
        };
        let handle = handle.ok_or_else(|| self.reader.unknown(WHAT, "nowhere"))?;
        Ok((handle, size))
    }

    fn stream_handle(&mut self, depth: u8) -> Result<Option<Handle>, StateError> {
        const WHAT: &str = "a piece of state";
        let kind = self.reader.byte(WHAT)?;
        if depth > DEEPEST {
            return Err(self.reader.unknown(WHAT, "nested too deeply"));
        }
        Ok(match kind {
            0 => None,
            1 => {
                self.reader.utf("the name of inline state")?;
                let size = u64::from(self.reader.count("the length of inline state", 1)?);
                self.reader.bytes("inline state", size)?;
                Some(Handle::Inline { size })
            }
            2 => {
                let size = self.reader.size("the size of a file")?;
                let place = Place::Absolute(self.reader.utf("the path of a file")?);
                Some(Handle::File { place, size })
            }
            3 => self.key_groups(depth + 1)?,
            6 => {
                let place = Place::Relative(self.reader.utf("the path of a file")?);
                let size = self.reader.size("the size of a file")?;
                Some(Handle::File { place, size })
            }
            15 => {
                self.reader.long("the beginning of a segment")?;
                let size = self.reader.size("the size of a segment")?;
                self.reader.int("the scope of a segment")?;
                let place = Place::Absolute(self.reader.utf("the path of a segment")?);
                self.reader.utf("the id of a segment")?;
                Some(Handle::File { place, size })
            }
            16 => Some(Handle::Inline { size: 0 }),
            other => return Err(self.reader.unknown(WHAT, other)),
        })
    }

    /// The properties stand at the end, as Java serializes an object: what matters of them are names in it.
    fn kind(&mut self) -> Result<Kind, StateError> {
        const STREAM: [u8; 4] = [0xac, 0xed, 0x00, 0x05];
        let rest = self.reader.rest();
        let at = self.reader.at();
        if rest.len() < STREAM.len() {
            let left = rest.len();
            return Err(StateError::Truncated { what: "the properties", at, needed: 4, left });
        }
        if !rest.starts_with(&STREAM) {
            let found = "no object of Java".to_owned();
            return Err(StateError::Damaged { what: "the properties", at, found });
        }
        let has = |name: &[u8]| rest.windows(name.len()).any(|window| window == name);
        if !has(b"org.apache.flink.runtime.checkpoint.CheckpointProperties") || rest.last().is_none() {
            let found = "another object".to_owned();
            return Err(StateError::Damaged { what: "the properties", at, found });
        }
        Ok(match (has(b"org.apache.flink.runtime.checkpoint.SavepointType"), has(b"NATIVE")) {
            (false, _) => Kind::Checkpoint,
            (true, true) => Kind::NativeSavepoint,
            (true, false) => Kind::CanonicalSavepoint,
        })
    }
}

/// As Flink shows an id: the lower half first.
fn id(lower: i64, upper: i64) -> String {
    format!("{lower:016x}{upper:016x}")
}
