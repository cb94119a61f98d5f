//! Direct memory beyond network buffers is almost used up.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, TASK_MANAGER, of_task_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkDirectMemoryAlmostFull",
    group: Group::Memory,
    severity: Severity::Warning,
    pending: 300,
    parameters: &[
        Parameter::number(
            "bytes",
            134_217_728.0,
            "taskmanager.memory.framework.off-heap.size plus taskmanager.memory.task.off-heap.size, in bytes",
        ),
        Parameter::number("share", 0.9, "of that"),
    ],
    expression: |chosen| {
        format!(
            "flink_taskmanager_Status_JVM_Memory_Direct_MemoryUsed - flink_taskmanager_Status_Shuffle_Netty_TotalMemory > {} * {}",
            chosen.value("share"),
            chosen.value("bytes")
        )
    },
    english: Texts {
        summary: "Direct memory of {{ $labels.instance }} is almost used up",
        description: "{{ $labels.instance }} uses {{ $value | humanize1024 }}B of direct memory beside its network buffers.",
    },
    chinese: Texts {
        summary: "{{ $labels.instance }} 的直接内存将耗尽",
        description: "{{ $labels.instance }} 在网络缓冲之外使用了 {{ $value | humanize1024 }}B 直接内存。",
    },
    command: "flinkops tune memory --conf /opt/flink/conf/config.yaml --process taskmanager",
    meaning: "The limit of direct memory is the network memory, which is taken whole at the start, plus off-heap memory of framework and tasks. Flink exports no limit: set `bytes` when it is not 128 MiB.",
    steps: &[
        "Connectors and libraries that use direct buffers need `taskmanager.memory.task.off-heap.size`.",
        "`flinkops tune memory` shows the resulting -XX:MaxDirectMemorySize.",
    ],
    cases: || {
        let used = |values: &str| {
            vec![
                of_task_manager("Status_JVM_Memory_Direct_MemoryUsed", values),
                of_task_manager("Status_Shuffle_Netty_TotalMemory", "134217728x40"),
            ]
        };
        vec![
            Case::fires("a connector takes it", "20m", used("264241152x40"), &TASK_MANAGER, "124Mi"),
            Case::silent("network buffers alone", "20m", used("140000000x40")),
        ]
    },
};
