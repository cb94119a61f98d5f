//! Memory: sizes that contradict each other or leave too little, and Java options that overrule them.

mod sizes;

pub(crate) mod fc008_crossed_bounds;
pub(crate) mod fc017_no_memory_size;
pub(crate) mod fc018_too_little_memory;
pub(crate) mod fc019_overhead_out_of_bounds;
pub(crate) mod fc020_fraction_out_of_range;
pub(crate) mod fc021_unread_fraction;
pub(crate) mod fc022_starved_slots;
pub(crate) mod fc023_java_memory_option;
pub(crate) mod fc024_former_java_option;
pub(crate) mod fc025_segment_size;
pub(crate) mod fc026_rocksdb_without_memory;
pub(crate) mod fc027_rocksdb_outside_of_budget;
