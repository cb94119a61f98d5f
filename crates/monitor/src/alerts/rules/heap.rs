//! The heap is full even after garbage collection.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, TASK_MANAGER, of_task_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkHeapAlmostFull",
    group: Group::Memory,
    severity: Severity::Warning,
    pending: 300,
    parameters: &[
        Parameter::span("window", 600, "in which the heap never falls below the share"),
        Parameter::number("share", 0.85, "of the largest heap"),
    ],
    expression: |chosen| {
        let (window, share) = (chosen.value("window"), chosen.value("share"));
        let of = |process: &str| {
            format!(
                "min_over_time(flink_{process}_Status_JVM_Memory_Heap_Used[{window}]) / flink_{process}_Status_JVM_Memory_Heap_Max > {share}"
            )
        };
        format!("{}\nor\n{}", of("taskmanager"), of("jobmanager"))
    },
    english: Texts {
        summary: "The heap of {{ $labels.instance }} is almost full",
        description: "The heap of {{ $labels.instance }} is {{ $value | humanizePercentage }} full, also after garbage collection.",
    },
    chinese: Texts {
        summary: "{{ $labels.instance }} 的堆内存将满",
        description: "{{ $labels.instance }} 的堆内存使用率为 {{ $value | humanizePercentage }},垃圾回收后仍然如此。",
    },
    command: "flinkops tune memory --conf /opt/flink/conf/config.yaml --process taskmanager",
    meaning: "Used heap goes up and down between collections; its lowest value within the window is what lives. Above the threshold collections become frequent and long.",
    steps: &[
        "State on the heap grows with its keys: RocksDB, or more memory.",
        "`flinkops tune memory` shows how the process's memory is divided; managed memory that nothing uses can go to the heap.",
    ],
    cases: || {
        vec![
            Case::fires(
                "what lives fills it",
                "30m",
                vec![
                    of_task_manager("Status_JVM_Memory_Heap_Used", "920 960 990 930 970x40"),
                    of_task_manager("Status_JVM_Memory_Heap_Max", "1000x40"),
                ],
                &TASK_MANAGER,
                "97%",
            ),
            Case::silent(
                "up and down",
                "30m",
                vec![
                    of_task_manager(
                        "Status_JVM_Memory_Heap_Used",
                        "300 600 950 300 600 950 300 600 950 300 600 950 300 600 950 300 600 950 300 600 950 300 600 950 300 600 950 300 600 950 300 600 950",
                    ),
                    of_task_manager("Status_JVM_Memory_Heap_Max", "1000x40"),
                ],
            ),
        ]
    },
};
