//! Reading the file format of MIT's `kt_file.c`, as leniently as MIT does and with bounds.
//!
//! A file is a version and entries. Each entry has its size before it; a negative size is a deleted entry of that size,
//! and zero ends the file. After the key there may be a 32-bit kvno, which counts unless it is zero, and padding.

use super::error::{FormatError, FormatProblem};
use super::principal::MAX_COMPONENTS;
use super::{EncryptionType, Entry, FormatVersion, Key, Keytab, NameType, Principal};

/// A longer file is no keytab. Ten thousand entries take one megabyte.
pub const MAX_KEYTAB: usize = 16 << 20;

/// The byte order of numbers in version 1 of the format: that of the host which wrote the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ByteOrder {
    /// The one in which the entries make sense. Ours is tried first.
    #[default]
    Guess,
    /// Most significant byte first.
    Big,
    /// Least significant byte first.
    Little,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
}

impl Order {
    pub(super) const NATIVE: Self = if cfg!(target_endian = "big") { Self::Big } else { Self::Little };

    fn other(self) -> Self {
        match self {
            Self::Big => Self::Little,
            Self::Little => Self::Big,
        }
    }
}

impl Keytab {
    /// Reads the bytes of a keytab file.
    ///
    /// # Errors
    /// They are no keytab, or a damaged one.
    pub fn decode(bytes: &[u8], order: ByteOrder) -> Result<Self, FormatError> {
        if bytes.len() > MAX_KEYTAB {
            let problem = FormatProblem::TooLong { max: MAX_KEYTAB };
            return Err(FormatError { offset: MAX_KEYTAB, problem });
        }
        match (bytes.get(..2), order) {
            (Some([5, 2]), _) => entries(bytes, FormatVersion::V2, Order::Big),
            (Some([5, 1]), ByteOrder::Big) => entries(bytes, FormatVersion::V1, Order::Big),
            (Some([5, 1]), ByteOrder::Little) => entries(bytes, FormatVersion::V1, Order::Little),
            (Some([5, 1]), ByteOrder::Guess) => entries(bytes, FormatVersion::V1, Order::NATIVE)
                .or_else(|error| entries(bytes, FormatVersion::V1, Order::NATIVE.other()).map_err(|_| error)),
            (start, _) => {
                let start = start.unwrap_or(bytes);
                let found = match start {
                    [] => "nothing: it is empty".to_owned(),
                    start => start.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
                };
                Err(FormatError { offset: 0, problem: FormatProblem::NotAKeytab { found } })
            }
        }
    }
}

fn entries(bytes: &[u8], version: FormatVersion, order: Order) -> Result<Keytab, FormatError> {
    let mut keytab = Keytab { version, ..Keytab::default() };
    let mut offset = 2;
    while offset < bytes.len() {
        let at = |problem| FormatError { offset, problem };
        let size = bytes.get(offset..offset + 4).and_then(|size| <[u8; 4]>::try_from(size).ok());
        let size = size.ok_or_else(|| at(FormatProblem::Truncated { what: "the size of an entry" }))?;
        let size = match order {
            Order::Big => i32::from_be_bytes(size),
            Order::Little => i32::from_le_bytes(size),
        };
        if size == 0 {
            break;
        }
        let length = usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX);
        let end = (offset + 4).checked_add(length).filter(|_| size != i32::MIN);
        let end = end.ok_or_else(|| at(FormatProblem::ImpossibleHole { size }))?;
        if size < 0 {
            // MIT skips beyond the end of the file here, and finds no more entries.
            keytab.holes += 1;
        } else {
            let body = bytes.get(offset + 4..end);
            let body = body.ok_or_else(|| at(FormatProblem::Truncated { what: "an entry" }))?;
            keytab.entries.push(Reader { body, position: 0, offset: offset + 4, order }.entry(version)?);
        }
        offset = end;
    }
    Ok(keytab)
}

/// Reads within one entry.
struct Reader<'a> {
    body: &'a [u8],
    position: usize,
    /// Where the entry begins in the file.
    offset: usize,
    order: Order,
}

impl<'a> Reader<'a> {
    fn entry(mut self, version: FormatVersion) -> Result<Entry, FormatError> {
        let count = i64::from(self.int16("the number of components")?);
        // Version 1 counts the realm.
        let count = if version == FormatVersion::V1 { count - 1 } else { count };
        let number = usize::try_from(count).ok().filter(|count| (1..=MAX_COMPONENTS).contains(count));
        let number = number.ok_or_else(|| self.error(FormatProblem::ComponentCount { count }))?;
        let realm = self.counted("the realm")?.to_vec();
        let components = (0..number)
            .map(|_| Ok(self.counted("a component")?.to_vec()))
            .collect::<Result<_, FormatError>>()?;
        let name_type = match version {
            FormatVersion::V1 => NameType::PRINCIPAL,
            FormatVersion::V2 => NameType(self.uint32("the name type")?.cast_signed()),
        };
        let timestamp = self.uint32("the time")?;
        let short_kvno = self.take(1, "the key version")?.first().copied().unwrap_or_default();
        let etype = EncryptionType(i32::from(self.int16("the encryption type")?));
        let key = Key::new(etype, self.counted("the key")?);
        let long_kvno =
            if self.body.len() - self.position >= 4 { self.uint32("the key version")? } else { 0 };
        let kvno = if long_kvno == 0 { u32::from(short_kvno) } else { long_kvno };
        Ok(Entry { principal: Principal { components, realm }, name_type, timestamp, kvno, key })
    }

    fn error(&self, problem: FormatProblem) -> FormatError {
        FormatError { offset: self.offset + self.position, problem }
    }

    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], FormatError> {
        let taken = self.body.get(self.position..).and_then(|rest| rest.get(..length));
        let taken = taken.ok_or_else(|| self.error(FormatProblem::EntryTooShort { what }))?;
        self.position += length;
        Ok(taken)
    }

    fn int16(&mut self, what: &'static str) -> Result<i16, FormatError> {
        let bytes = self.take(2, what)?;
        let bytes = [bytes[0], bytes[1]];
        Ok(match self.order {
            Order::Big => i16::from_be_bytes(bytes),
            Order::Little => i16::from_le_bytes(bytes),
        })
    }

    fn uint32(&mut self, what: &'static str) -> Result<u32, FormatError> {
        let bytes = self.take(4, what)?;
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        Ok(match self.order {
            Order::Big => u32::from_be_bytes(bytes),
            Order::Little => u32::from_le_bytes(bytes),
        })
    }

    /// Bytes with their 16-bit length before them.
    fn counted(&mut self, what: &'static str) -> Result<&'a [u8], FormatError> {
        let length = self.int16(what)?;
        let valid = usize::try_from(length);
        let problem = FormatProblem::ImpossibleLength { what, length: i32::from(length) };
        let valid = valid.map_err(|_| self.error(problem))?;
        self.take(valid, what)
    }
}
