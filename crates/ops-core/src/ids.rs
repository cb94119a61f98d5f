//! The identifiers Flink hands out. 128-bit ids are 32 hexadecimal digits in every REST path and answer.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

/// A text that should have been a 32-digit hexadecimal id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a {kind}: 32 hexadecimal digits are needed")]
pub struct IdError {
    kind: &'static str,
    found: String,
}

/// The 32 digits, without an allocation: lists of thousands of jobs are full of ids.
fn digits(value: u128, buffer: &mut [u8; 32]) -> &str {
    let mut rest = value;
    for digit in buffer.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(rest & 0xf) as usize];
        rest >>= 4;
    }
    std::str::from_utf8(buffer).unwrap_or_default()
}

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(u128);

        impl $name {
            /// The id with this value.
            pub const fn new(value: u128) -> Self {
                Self(value)
            }

            /// A random id.
            pub fn random() -> Self {
                Self(rand::random())
            }

            /// The 128-bit value.
            pub const fn value(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(digits(self.0, &mut [0; 32]))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(digits(self.0, &mut [0; 32]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let hex = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
                let value = if hex { u128::from_str_radix(text, 16).ok() } else { None };
                value.map(Self).ok_or_else(|| IdError { kind: $kind, found: text.to_owned() })
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

hex_id!(
    /// A job.
    JobId, "job id"
);
hex_id!(
    /// A vertex of a job's graph.
    VertexId, "vertex id"
);
hex_id!(
    /// An asynchronous operation (savepoint, stop, checkpoint, disposal), chosen by the client or by the JobManager.
    TriggerId, "trigger id"
);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as it stands in paths and answers.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// An uploaded jar: `<uuid>_<file name>`.
    JarId
);
text_id!(
    /// A TaskManager: `<host>:<port>-<random>`, or the pod or container name on a resource manager.
    TaskManagerId
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_read_back_as_written(value: u128) {
            let id = JobId::new(value);
            prop_assert_eq!(id.to_string().len(), 32);
            prop_assert_eq!(id.to_string().parse::<JobId>().unwrap(), id);
        }
    }

    #[test]
    fn anything_else_is_refused_by_its_kind() {
        for text in [
            "",
            "abc",
            "0123456789abcdef0123456789abcde",
            "0123456789abcdef0123456789abcdeg",
            "+123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(
                text.parse::<JobId>().unwrap_err().to_string(),
                format!("`{text}` is not a job id: 32 hexadecimal digits are needed")
            );
        }
    }
}
