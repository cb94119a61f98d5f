//! Memory sizes and durations, parsed exactly as Flink parses them.
