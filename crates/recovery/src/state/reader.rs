//! Bytes as Java's `DataInputStream` reads them: big-endian, with strings in its modified UTF-8. Lengths are checked against
//! what is left before anything is taken.

use super::error::StateError;

/// A place in the bytes.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn bytes(&mut self, what: &'static str, length: u64) -> Result<&'a [u8], StateError> {
        let left = self.bytes.len() - self.at;
        let truncated = StateError::Truncated { what, at: self.at, needed: length, left };
        let length = usize::try_from(length).ok().filter(|length| *length <= left).ok_or(truncated)?;
        let taken = &self.bytes[self.at..self.at + length];
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], StateError> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(what, N as u64)?);
        Ok(array)
    }

    pub(super) fn byte(&mut self, what: &'static str) -> Result<u8, StateError> {
        Ok(self.array::<1>(what)?[0])
    }

    pub(super) fn int(&mut self, what: &'static str) -> Result<i32, StateError> {
        Ok(i32::from_be_bytes(self.array(what)?))
    }

    pub(super) fn long(&mut self, what: &'static str) -> Result<i64, StateError> {
        Ok(i64::from_be_bytes(self.array(what)?))
    }

    /// A number of things, each of which takes at least so many bytes.
    pub(super) fn count(&mut self, what: &'static str, each: u64) -> Result<u32, StateError> {
        let at = self.at;
        let count = self.int(what)?;
        let count =
            u32::try_from(count).map_err(|_| StateError::Damaged { what, at, found: count.to_string() })?;
        let (needed, left) = (u64::from(count) * each, self.bytes.len() - self.at);
        if needed > left as u64 {
            return Err(StateError::Truncated { what, at, needed, left });
        }
        Ok(count)
    }

    /// A size that cannot be negative.
    pub(super) fn size(&mut self, what: &'static str) -> Result<u64, StateError> {
        let at = self.at;
        let size = self.long(what)?;
        u64::try_from(size).map_err(|_| StateError::Damaged { what, at, found: size.to_string() })
    }

    /// A string: its length in bytes, then one to three bytes for each UTF-16 unit.
    pub(super) fn utf(&mut self, what: &'static str) -> Result<String, StateError> {
        let at = self.at;
        let length = u16::from_be_bytes(self.array(what)?);
        let bytes = self.bytes(what, length.into())?;
        let damaged = || StateError::Damaged { what, at, found: "no text".to_owned() };
        let mut units = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            let (unit, after) = match (first, after) {
                (0x01..=0x7f, after) => (u16::from(*first), after),
                (0xc0..=0xdf, [second @ 0x80..=0xbf, after @ ..]) => {
                    (u16::from(first & 0x1f) << 6 | u16::from(second & 0x3f), after)
                }
                (0xe0..=0xef, [second @ 0x80..=0xbf, third @ 0x80..=0xbf, after @ ..]) => (
                    u16::from(first & 0x0f) << 12 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f),
                    after,
                ),
                _ => return Err(damaged()),
            };
            units.push(unit);
            rest = after;
        }
        String::from_utf16(&units).map_err(|_| damaged())
    }

    /// A byte that says what follows, and cannot be what it is.
    pub(super) fn unknown(&self, what: &'static str, found: impl ToString) -> StateError {
        StateError::Damaged { what, at: self.at.saturating_sub(1), found: found.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_java_s() {
        let read = |bytes: &[u8]| Reader::new(bytes).utf("text");
        assert_eq!(read(b"\x00\x03abc").unwrap(), "abc");
        assert_eq!(read(b"\x00\x02\xc0\x80").unwrap(), "\0");
        assert_eq!(read("\u{0}\u{6}订单".as_bytes()).unwrap(), "订单");
        // Beyond the first plane, both halves take three bytes each.
        assert_eq!(read(b"\x00\x06\xed\xa0\xbd\xed\xb8\x80").unwrap(), "😀");
        for bytes in [&b"\x00"[..], b"\x00\x05abc", b"\x00\x01\x00", b"\x00\x01\xff", b"\x00\x03\xed\xa0\xbd"]
        {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn counts_are_checked_before_anything_is_taken() {
        let error = Reader::new(&[0x7f, 0xff, 0xff, 0xff, 0]).count("things", 8).unwrap_err();
        assert!(matches!(error, StateError::Truncated { needed: 17_179_869_176, left: 1, .. }), "{error:?}");
        assert!(Reader::new(&[0xff; 4]).count("things", 1).is_err());
    }
}
