//! A fake Flink JobManager: a simulation behind Flink's REST API.
