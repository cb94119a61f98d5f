//! A process spends much of its time collecting garbage.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, TASK_MANAGER, of_task_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkGarbageCollection",
    group: Group::Memory,
    severity: Severity::Warning,
    pending: 300,
    parameters: &[Parameter::number("share", 0.1, "of its time")],
    expression: |chosen| format!("flink:process_gc:ratio > {}", chosen.value("share")),
    english: Texts {
        summary: "{{ $labels.instance }} collects garbage all the time",
        description: "{{ $labels.instance }} spends {{ $value | humanizePercentage }} of its time collecting garbage.",
    },
    chinese: Texts {
        summary: "{{ $labels.instance }} 频繁进行垃圾回收",
        description: "{{ $labels.instance }} 有 {{ $value | humanizePercentage }} 的时间用于垃圾回收。",
    },
    command: "flinkops tune memory --conf /opt/flink/conf/config.yaml --process taskmanager",
    meaning: "Records stand still meanwhile, and long pauses look like a lost TaskManager. Where there is no sum over collectors (before Flink 1.19) G1's two are added; other collectors are not seen there.",
    steps: &[
        "See FlinkHeapAlmostFull: it is usually too little heap.",
        "Object reuse (`pipeline.object-reuse`) makes less garbage.",
    ],
    cases: || {
        vec![
            Case::fires(
                "six seconds of each minute and more",
                "20m",
                vec![of_task_manager("Status_JVM_GarbageCollector_All_Time", "0+12000x40")],
                &TASK_MANAGER,
                "20%",
            ),
            Case::fires(
                "the same on Flink 1.18",
                "20m",
                vec![
                    of_task_manager("Status_JVM_GarbageCollector_G1_Young_Generation_Time", "0+12000x40"),
                    of_task_manager("Status_JVM_GarbageCollector_G1_Old_Generation_Time", "0x40"),
                ],
                &TASK_MANAGER,
                "20%",
            ),
            Case::silent(
                "a little",
                "20m",
                vec![of_task_manager("Status_JVM_GarbageCollector_All_Time", "0+600x40")],
            ),
        ]
    },
};
