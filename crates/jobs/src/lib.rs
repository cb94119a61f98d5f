//! The life of a job over Flink's REST API: submit, wait, savepoint, stop, rescale.
