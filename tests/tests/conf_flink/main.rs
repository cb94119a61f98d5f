//! Configuration against the real Flink: what its own `GlobalConfiguration` makes of files that we read and write.

mod flink;
mod migrated;
mod readers;
mod stock;
