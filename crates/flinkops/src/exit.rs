//! Exit codes. They are a contract: scripts branch on them.

/// Done; also when the reader of the output went away (a broken pipe).
pub const DONE: u8 = 0;
/// Findings, or a check that failed.
pub const FINDINGS: u8 = 1;
/// The command line or an input is wrong, or the machine lacks what is needed.
pub const USAGE: u8 = 2;
/// No cluster answered.
pub const UNREACHABLE: u8 = 3;
/// The cluster answered, and refused.
pub const REFUSED: u8 = 4;
/// Timed out; the state is unknown, and the message says how to find out.
pub const TIMED_OUT: u8 = 5;
/// Interrupted from the keyboard or by a signal.
pub const INTERRUPTED: u8 = 130;
