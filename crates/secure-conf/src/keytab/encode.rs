//! Writing the file format. The bytes are those that MIT's `ktutil` and `kadmin` write for the same entries.

use zeroize::Zeroizing;

use super::decode::{MAX_KEYTAB, Order};
use super::principal::{MAX_COMPONENT, MAX_COMPONENTS};
use super::{Entry, FormatVersion, Keytab, KeytabError, Principal};

impl Keytab {
    /// The bytes of a file with these entries. Version 1 is written in the byte order of this host.
    ///
    /// # Errors
    /// An entry does not fit the format, or the file would be longer than what is read.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, KeytabError> {
        if let Some(entry) = self.entries.iter().find(|entry| !fits(entry)) {
            return Err(KeytabError::DoesNotFit { principal: entry.principal.clone() });
        }
        // Allocated once: growing would leave copies of keys behind in freed memory.
        let bound = self.entries.iter().map(bound).sum::<usize>() + 2;
        if bound > MAX_KEYTAB {
            return Err(KeytabError::TooLong { max: MAX_KEYTAB });
        }
        let mut writer = Writer {
            bytes: Zeroizing::new(Vec::with_capacity(bound)),
            order: if self.version == FormatVersion::V1 { Order::NATIVE } else { Order::Big },
        };
        writer.bytes.extend(if self.version == FormatVersion::V1 { [5, 1] } else { [5, 2] });
        for entry in &self.entries {
            writer.entry(entry, self.version);
        }
        Ok(writer.bytes)
    }
}

/// Whether every length has room in its 16 bits.
fn fits(entry: &Entry) -> bool {
    let Principal { components, realm } = &entry.principal;
    let lengths = components.iter().map(Vec::len).chain([realm.len(), entry.key.expose().len()]);
    (1..=MAX_COMPONENTS).contains(&components.len())
        && lengths.max().is_some_and(|longest| longest <= MAX_COMPONENT)
        && i16::try_from(entry.key.etype.0).is_ok()
}

fn bound(entry: &Entry) -> usize {
    let principal = &entry.principal;
    let names: usize = principal.components.iter().map(|component| component.len() + 2).sum();
    names + principal.realm.len() + entry.key.expose().len() + 40
}

struct Writer {
    bytes: Zeroizing<Vec<u8>>,
    order: Order,
}

impl Writer {
    fn entry(&mut self, entry: &Entry, version: FormatVersion) {
        let principal = &entry.principal;
        let start = self.bytes.len();
        self.uint32(0);
        let realm_counts = usize::from(version == FormatVersion::V1);
        self.uint16(principal.components.len() + realm_counts);
        self.counted(&principal.realm);
        for component in &principal.components {
            self.counted(component);
        }
        if version == FormatVersion::V2 {
            self.uint32(entry.name_type.0.cast_unsigned());
        }
        self.uint32(entry.timestamp);
        self.bytes.push(entry.kvno.to_le_bytes()[0]);
        self.uint16(usize::from((entry.key.etype.0 as i16).cast_unsigned()));
        self.counted(entry.key.expose());
        self.uint32(entry.kvno);
        let size = self.bytes.len() - start - 4;
        let size = self.order_of(size as u32);
        self.bytes[start..start + 4].copy_from_slice(&size);
    }

    fn order_of(&self, value: u32) -> [u8; 4] {
        if self.order == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn uint32(&mut self, value: u32) {
        let bytes = self.order_of(value);
        self.bytes.extend(bytes);
    }

    /// Every length was checked to fit.
    fn uint16(&mut self, value: usize) {
        let value = value as u16;
        self.bytes.extend(if self.order == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    fn counted(&mut self, bytes: &[u8]) {
        self.uint16(bytes.len());
        self.bytes.extend(bytes);
    }
}
