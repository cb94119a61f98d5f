//! The command line: one static binary that secures, checks, runs, watches and rescues Flink clusters.
