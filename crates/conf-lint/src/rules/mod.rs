//! One rule a file. Each opens with the text that `conf rule` and the rule reference show.

pub(crate) mod fc001_unknown_key;
pub(crate) mod fc002_wrong_value;
pub(crate) mod fc003_ssl_incomplete;
pub(crate) mod fc004_well_known_password;
pub(crate) mod fc005_dropped_line;
pub(crate) mod fc006_former_key;
pub(crate) mod fc007_wrong_file;
pub(crate) mod fc008_crossed_bounds;
pub(crate) mod fc009_reporter_class;
