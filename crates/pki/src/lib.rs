//! Certificate authorities, leaves and stores for Flink clusters, without a JVM.
