//! What Flink makes of the file: keys and values that it ignores, refuses, or reads otherwise than they look.

pub(crate) mod fc001_unknown_key;
pub(crate) mod fc002_wrong_value;
pub(crate) mod fc005_dropped_line;
pub(crate) mod fc006_former_key;
pub(crate) mod fc007_wrong_file;
pub(crate) mod fc010_needless_allow;
pub(crate) mod fc011_unreadable_allow;
pub(crate) mod fc012_swallowed_entries;
pub(crate) mod fc013_rewritten_value;
pub(crate) mod fc014_literal_quotes;
pub(crate) mod fc015_unexpanded_variable;
pub(crate) mod fc016_placeholder_value;
