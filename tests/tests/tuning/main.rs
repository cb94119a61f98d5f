//! Tuning against the real Flink: the memory model and the formulas of every version, the start scripts' own output, the
//! number of network buffers at which a real job begins to run; and `flinkops tune` as a person uses it.

mod commands;
mod generator;
mod oracle;
mod scripts;
mod threshold;
mod versions;
