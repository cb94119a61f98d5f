//! Rules over Flink configuration, and the fixes that mend what they find.
