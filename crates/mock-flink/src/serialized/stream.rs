//! Java's object serialization stream (JDK specification "Object Serialization Stream Protocol", version 5): every
//! object once in a table, references as positions in it. Nothing is instantiated, no class is known.

use std::fmt;

/// Objects, strings, arrays and classes of one stream at most.
const MOST_ITEMS: usize = 400_000;

/// Values of fields and elements of arrays at most.
const MOST_VALUES: usize = 2_000_000;

/// Objects within objects at most.
const DEEPEST: usize = 1500;

/// Classes above a class at most.
const MOST_ANCESTORS: usize = 64;

const FIRST_HANDLE: u32 = 0x7e_0000;

const WRITE_METHOD: u8 = 0x01;
const SERIALIZABLE: u8 = 0x02;
const EXTERNALIZABLE: u8 = 0x04;
const BLOCK_DATA: u8 = 0x08;

/// Why a stream cannot be read: a Java exception's class and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StreamError {
    pub(crate) class: &'static str,
    pub(crate) message: String,
}

impl StreamError {
    pub(super) fn new(class: &'static str, message: String) -> Self {
        Self { class, message }
    }

    pub(super) fn corrupted(message: String) -> Self {
        Self::new("java.io.StreamCorruptedException", message)
    }

    fn ended() -> Self {
        Self::new("java.io.EOFException", String::new())
    }

    fn too_much(what: &str) -> Self {
        Self::new("java.io.InvalidObjectException", format!("too many {what}"))
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.message)
    }
}

/// A value: a primitive, or something in the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Item(usize),
}

/// Something in the table.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Named before it is complete: an object may refer to itself.
    Pending,
    Class(Description),
    ClassObject,
    Text(String),
    Constant(String),
    Array(Vec<Value>),
    Bytes(Vec<u8>),
    Object(Object),
}

/// An object: its fields, and what its class wrote by hand.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub(super) class: String,
    pub(super) fields: Vec<(String, Value)>,
    pub(super) written: Vec<Value>,
    pub(super) data: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Description {
    name: String,
    flags: u8,
    fields: Vec<(u8, String)>,
    ancestor: Option<usize>,
}

/// A stream that was read.
#[derive(Debug)]
pub(super) struct Stream {
    items: Vec<Item>,
}

impl Stream {
    /// Reads the first object of a stream.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, Value), StreamError> {
        let mut reader = Reader { bytes, at: 0, items: Vec::new(), values: 0, depth: 0 };
        let header = reader.unsigned(4).map_err(|_| StreamError::ended())?;
        if header != 0xaced_0005 {
            return Err(StreamError::corrupted(format!("invalid stream header: {header:08X}")));
        }
        let root = reader.content()?;
        Ok((Self { items: reader.items }, root))
    }

    pub(super) fn item(&self, value: Value) -> Option<&Item> {
        match value {
            Value::Item(index) => self.items.get(index),
            _ => None,
        }
    }

    pub(super) fn object(&self, value: Value) -> Option<&Object> {
        match self.item(value) {
            Some(Item::Object(object)) => Some(object),
            _ => None,
        }
    }

    pub(super) fn class_of(&self, value: Value) -> Option<&str> {
        self.object(value).map(|object| object.class.as_str())
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    items: Vec<Item>,
    values: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], StreamError> {
        let end = self
            .at
            .checked_add(length)
            .filter(|end| *end <= self.bytes.len())
            .ok_or_else(StreamError::ended)?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn unsigned(&mut self, length: usize) -> Result<u64, StreamError> {
        Ok(self.take(length)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn byte(&mut self) -> Result<u8, StreamError> {
        Ok(self.take(1)?[0])
    }

    fn length(&mut self, bytes: usize) -> Result<usize, StreamError> {
        usize::try_from(self.unsigned(bytes)?).map_err(|_| StreamError::ended())
    }

    fn text(&mut self, width: usize) -> Result<String, StreamError> {
        let length = self.length(width)?;
        Ok(modified_utf8(self.take(length)?))
    }

    fn add(&mut self, item: Item) -> Result<usize, StreamError> {
        if self.items.len() == MOST_ITEMS {
            return Err(StreamError::too_much("objects"));
        }
        self.items.push(item);
        Ok(self.items.len() - 1)
    }

    fn count(&mut self, values: usize) -> Result<(), StreamError> {
        self.values += values;
        if self.values > MOST_VALUES { Err(StreamError::too_much("values")) } else { Ok(()) }
    }

    fn handle(&mut self) -> Result<usize, StreamError> {
        let handle = self.unsigned(4)? as u32;
        let index = handle.checked_sub(FIRST_HANDLE).map(|index| index as usize);
        let known = index.filter(|index| *index < self.items.len());
        known.ok_or_else(|| StreamError::corrupted(format!("invalid handle value: {handle:08X}")))
    }

    /// One object, whatever it is.
    fn content(&mut self) -> Result<Value, StreamError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(StreamError::too_much("nested objects"));
        }
        let tag = self.byte()?;
        let value = match tag {
            0x70 => Value::Null,
            0x71 => Value::Item(self.handle()?),
            0x72 | 0x7d => {
                self.at -= 1;
                self.description()?.map_or(Value::Null, Value::Item)
            }
            0x73 => self.new_object()?,
            0x74 | 0x7c => {
                let text = self.text(if tag == 0x74 { 2 } else { 8 })?;
                Value::Item(self.add(Item::Text(text))?)
            }
            0x75 => self.new_array()?,
            0x76 => {
                self.class()?;
                Value::Item(self.add(Item::ClassObject)?)
            }
            0x7e => self.new_constant()?,
            _ => return Err(StreamError::corrupted(format!("invalid type code: {tag:02X}"))),
        };
        self.depth -= 1;
        Ok(value)
    }

    fn class(&mut self) -> Result<usize, StreamError> {
        self.description()?.ok_or_else(|| StreamError::corrupted("an object of no class".to_owned()))
    }

    /// A class description, or none.
    fn description(&mut self) -> Result<Option<usize>, StreamError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(StreamError::too_much("nested objects"));
        }
        let tag = self.byte()?;
        let found = match tag {
            0x70 => None,
            0x71 => {
                let index = self.handle()?;
                match self.items[index] {
                    Item::Class(_) => Some(index),
                    _ => return Err(StreamError::corrupted("a handle of no class".to_owned())),
                }
            }
            0x72 => {
                let name = self.text(2)?;
                self.unsigned(8)?;
                let index =
                    self.add(Item::Class(Description { name: name.clone(), ..Description::default() }))?;
                let flags = self.byte()?;
                let count = self.length(2)?;
                self.count(count)?;
                let mut fields = Vec::new();
                for _ in 0..count {
                    let code = self.byte()?;
                    let field = self.text(2)?;
                    if matches!(code, b'[' | b'L') {
                        self.content()?;
                    }
                    fields.push((code, field));
                }
                self.annotations()?;
                let ancestor = self.description()?;
                self.items[index] = Item::Class(Description { name, flags, fields, ancestor });
                Some(index)
            }
            0x7d => {
                let description = Description {
                    name: "java.lang.reflect.Proxy".to_owned(),
                    flags: SERIALIZABLE,
                    ..Description::default()
                };
                let index = self.add(Item::Class(description.clone()))?;
                let count = self.length(4)?;
                for _ in 0..count {
                    self.text(2)?;
                }
                self.annotations()?;
                let ancestor = self.description()?;
                self.items[index] = Item::Class(Description { ancestor, ..description });
                Some(index)
            }
            _ => return Err(StreamError::corrupted(format!("invalid type code: {tag:02X}"))),
        };
        self.depth -= 1;
        Ok(found)
    }

    /// What a class wrote by hand, to its end: values, and raw data.
    fn annotations(&mut self) -> Result<(Vec<Value>, Vec<u8>), StreamError> {
        let (mut values, mut data) = (Vec::new(), Vec::new());
        loop {
            match self.byte()? {
                0x78 => return Ok((values, data)),
                0x77 => {
                    let length = self.length(1)?;
                    data.extend_from_slice(self.take(length)?);
                }
                0x7a => {
                    let length = self.length(4)?;
                    data.extend_from_slice(self.take(length)?);
                }
                _ => {
                    self.at -= 1;
                    self.count(1)?;
                    values.push(self.content()?);
                }
            }
        }
    }

    fn new_object(&mut self) -> Result<Value, StreamError> {
        let class = self.class()?;
        let index = self.add(Item::Pending)?;
        let mut object = Object::default();
        for (number, class) in self.lineage(class)?.into_iter().rev().enumerate() {
            let Item::Class(Description { name, flags, fields, .. }) = self.items[class].clone() else {
                return Err(StreamError::corrupted("an object of no class".to_owned()));
            };
            if number + 1 > MOST_ANCESTORS {
                return Err(StreamError::too_much("ancestors"));
            }
            object.class = name;
            if flags & SERIALIZABLE != 0 {
                self.count(fields.len())?;
                for (code, field) in fields {
                    let value = self.value(code)?;
                    object.fields.push((field, value));
                }
                if flags & WRITE_METHOD != 0 {
                    let (values, data) = self.annotations()?;
                    object.written.extend(values);
                    object.data.extend(data);
                }
            } else if flags & EXTERNALIZABLE != 0 {
                if flags & BLOCK_DATA == 0 {
                    return Err(StreamError::corrupted("externalized data of unknown length".to_owned()));
                }
                let (values, data) = self.annotations()?;
                object.written.extend(values);
                object.data.extend(data);
            }
        }
        self.items[index] = Item::Object(object);
        Ok(Value::Item(index))
    }

    /// The class and those above it.
    fn lineage(&self, class: usize) -> Result<Vec<usize>, StreamError> {
        let mut lineage = vec![class];
        let mut current = class;
        while let Item::Class(Description { ancestor: Some(ancestor), .. }) = &self.items[current] {
            if lineage.len() > MOST_ANCESTORS {
                return Err(StreamError::too_much("ancestors"));
            }
            lineage.push(*ancestor);
            current = *ancestor;
        }
        Ok(lineage)
    }

    fn new_array(&mut self) -> Result<Value, StreamError> {
        let class = self.class()?;
        let index = self.add(Item::Pending)?;
        let code = match &self.items[class] {
            Item::Class(description) => description.name.as_bytes().get(1).copied().unwrap_or(b'L'),
            _ => b'L',
        };
        let length = self.length(4)?;
        let item = if code == b'B' {
            Item::Bytes(self.take(length)?.to_vec())
        } else {
            // Each element takes at least a byte: a length beyond what is left is a lie.
            if length > self.bytes.len() - self.at {
                return Err(StreamError::ended());
            }
            self.count(length)?;
            let mut values = Vec::with_capacity(length);
            for _ in 0..length {
                values.push(self.value(code)?);
            }
            Item::Array(values)
        };
        self.items[index] = item;
        Ok(Value::Item(index))
    }

    fn new_constant(&mut self) -> Result<Value, StreamError> {
        self.class()?;
        let index = self.add(Item::Pending)?;
        let name = self.content()?;
        let name = match name {
            Value::Item(text) => match &self.items[text] {
                Item::Text(text) => text.clone(),
                _ => String::new(),
            },
            _ => String::new(),
        };
        self.items[index] = Item::Constant(name);
        Ok(Value::Item(index))
    }

    fn value(&mut self, code: u8) -> Result<Value, StreamError> {
        Ok(match code {
            b'B' => Value::Integer(i64::from(self.byte()? as i8)),
            b'C' => Value::Integer(self.unsigned(2)? as i64),
            b'S' => Value::Integer(i64::from(self.unsigned(2)? as i16)),
            b'I' => Value::Integer(i64::from(self.unsigned(4)? as i32)),
            b'J' => Value::Integer(self.unsigned(8)? as i64),
            b'Z' => Value::Integer(i64::from(self.byte()? != 0)),
            b'F' => Value::Real(f64::from(f32::from_bits(self.unsigned(4)? as u32))),
            b'D' => Value::Real(f64::from_bits(self.unsigned(8)?)),
            b'L' | b'[' => self.content()?,
            _ => return Err(StreamError::corrupted(format!("invalid field type {code:02X}"))),
        })
    }
}

/// Java's UTF-8: surrogates of three bytes each, NUL in two.
fn modified_utf8(bytes: &[u8]) -> String {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let (unit, length) = match (*first, after) {
            (0x00..=0x7f, _) => (u16::from(*first), 0),
            (0xc0..=0xdf, [second, ..]) => (u16::from(first & 0x1f) << 6 | u16::from(second & 0x3f), 1),
            (0xe0..=0xef, [second, third, ..]) => {
                let unit =
                    u16::from(first & 0x0f) << 12 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f);
                (unit, 2)
            }
            _ => (0xfffd, 0),
        };
        units.push(unit);
        rest = &after[length..];
    }
    String::from_utf16_lossy(&units)
}
