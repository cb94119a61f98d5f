//! RocksDB holds more in its cache than it can let go.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, of_task_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkManagedMemoryExhausted",
    group: Group::Memory,
    severity: Severity::Warning,
    pending: 600,
    parameters: &[Parameter::number("share", 0.9, "of the block cache that is pinned")],
    expression: |chosen| {
        format!(
            "max by (cluster, instance, tm_id) ({{__name__=~\"flink_taskmanager_job_task_operator_(.+_)?rocksdb_block_cache_pinned_usage\"}})\n  \
             / max by (cluster, instance, tm_id) ({{__name__=~\"flink_taskmanager_job_task_operator_(.+_)?rocksdb_block_cache_capacity\"}}) > {}",
            chosen.value("share")
        )
    },
    english: Texts {
        summary: "RocksDB on {{ $labels.instance }} has no managed memory left",
        description: "{{ $value | humanizePercentage }} of the block cache of RocksDB on {{ $labels.instance }} cannot be evicted.",
    },
    chinese: Texts {
        summary: "{{ $labels.instance }} 上 RocksDB 的托管内存耗尽",
        description: "{{ $labels.instance }} 上 RocksDB 的块缓存有 {{ $value | humanizePercentage }} 无法淘汰。",
    },
    command: "flinkops tune rocksdb --conf /opt/flink/conf/config.yaml",
    meaning: "Flink reserves all managed memory for RocksDB from the start, so `Managed.Used` over `Managed.Total` is always full and says nothing. What is pinned in the block cache is what RocksDB cannot do without: near its capacity, every read goes to the disk. Needs `state.backend.rocksdb.metrics.block-cache-pinned-usage` and `…block-cache-capacity`.",
    steps: &[
        "More managed memory, or fewer slots a TaskManager: `flinkops tune rocksdb`.",
        "Partitioned indexes and filters (`state.backend.rocksdb.memory.partitioned-index-filters`) pin less.",
    ],
    cases: || {
        let cache = |state: &str, metric: &str, values: &str| {
            of_task_manager(&format!("job_task_operator_{state}rocksdb_block_cache_{metric}"), values)
        };
        let labels = [("cluster", "prod"), ("instance", "tm-1:9249"), ("tm_id", "tm_1")];
        vec![
            Case::fires(
                "indexes fill it",
                "20m",
                vec![cache("seen_", "pinned_usage", "95x40"), cache("seen_", "capacity", "100x40")],
                &labels,
                "95%",
            ),
            Case::fires(
                "with the state as a label",
                "20m",
                vec![cache("", "pinned_usage", "95x40"), cache("", "capacity", "100x40")],
                &labels,
                "95%",
            ),
            Case::silent(
                "room enough",
                "20m",
                vec![cache("seen_", "pinned_usage", "20x40"), cache("seen_", "capacity", "100x40")],
            ),
        ]
    },
};
