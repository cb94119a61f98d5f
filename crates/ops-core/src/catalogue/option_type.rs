//! The types that an option's value can have.

use std::fmt;

/// The type of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionType {
    /// `true` or `false`.
    Boolean,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Long,
    /// A floating-point number of 32 bits.
    Float,
    /// A floating-point number of 64 bits.
    Double,
    /// Any text.
    String,
    /// A duration (`30 s`).
    Duration,
    /// A memory size (`64 mb`).
    Memory,
    /// Keys and values (`a:1,b:2`).
    Map,
    /// One of these values, in any case.
    Enum(Vec<&'static str>),
    /// Any number of values of a type (`a;b`).
    List(Box<OptionType>),
}

impl OptionType {
    /// Reads the type column of the catalogue.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        Some(match text {
            "boolean" => Self::Boolean,
            "int" => Self::Int,
            "long" => Self::Long,
            "float" => Self::Float,
            "double" => Self::Double,
            // A class is given by its name.
            "string" | "class" => Self::String,
            "duration" => Self::Duration,
            "memory" => Self::Memory,
            "map" => Self::Map,
            _ => match (text.strip_prefix("enum:"), text.strip_prefix("list:")) {
                (Some(values), _) => Self::Enum(values.split('|').collect()),
                (_, Some(element)) => Self::List(Box::new(Self::parse(element)?)),
                _ => return None,
            },
        })
    }
}

/// The type as a noun phrase: `a boolean`, `one of a, b`.
impl fmt::Display for OptionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("a boolean (true or false)"),
            Self::Int => f.write_str("a whole number (32 bits)"),
            Self::Long => f.write_str("a whole number (64 bits)"),
            Self::Float | Self::Double => f.write_str("a number"),
            Self::String => f.write_str("text"),
            Self::Duration => f.write_str("a duration such as `30 s`"),
            Self::Memory => f.write_str("a memory size such as `64 mb`"),
            Self::Map => f.write_str("pairs such as `a:1,b:2`"),
            Self::Enum(values) => write!(f, "one of {}", values.join(", ")),
            Self::List(element) => match &**element {
                Self::String => f.write_str("a list such as `a;b`"),
                element => write!(f, "a list, separated by `;`, each element {element}"),
            },
        }
    }
}
