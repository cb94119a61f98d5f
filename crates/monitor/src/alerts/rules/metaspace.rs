//! The metaspace is almost full.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, TASK_MANAGER, of_task_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkMetaspaceAlmostFull",
    group: Group::Memory,
    severity: Severity::Warning,
    pending: 300,
    parameters: &[Parameter::number("share", 0.9, "of the largest metaspace")],
    expression: |chosen| {
        let share = chosen.value("share");
        let of = |process: &str| {
            format!(
                "flink_{process}_Status_JVM_Memory_Metaspace_Used / (flink_{process}_Status_JVM_Memory_Metaspace_Max > 0) > {share}"
            )
        };
        format!("{}\nor\n{}", of("taskmanager"), of("jobmanager"))
    },
    english: Texts {
        summary: "The metaspace of {{ $labels.instance }} is almost full",
        description: "The metaspace of {{ $labels.instance }} is {{ $value | humanizePercentage }} full.",
    },
    chinese: Texts {
        summary: "{{ $labels.instance }} 的元空间将满",
        description: "{{ $labels.instance }} 的元空间使用率为 {{ $value | humanizePercentage }}。",
    },
    command: "flinkops tune memory --conf /opt/flink/conf/config.yaml --process taskmanager",
    meaning: "Classes of jobs live there. Each submission or restart loads them anew; where something keeps the old ones alive, it fills until the process ends with OutOfMemoryError: Metaspace.",
    steps: &[
        "When it grows with each restart of a job, a library keeps threads or static references: put it into `lib/`.",
        "When it is one large job, set `taskmanager.memory.jvm-metaspace.size`.",
    ],
    cases: || {
        vec![
            Case::fires(
                "a leak",
                "20m",
                vec![
                    of_task_manager("Status_JVM_Memory_Metaspace_Used", "800+10x40"),
                    of_task_manager("Status_JVM_Memory_Metaspace_Max", "1000x40"),
                ],
                &TASK_MANAGER,
                "100%",
            ),
            Case::silent(
                "room enough",
                "20m",
                vec![
                    of_task_manager("Status_JVM_Memory_Metaspace_Used", "500x40"),
                    of_task_manager("Status_JVM_Memory_Metaspace_Max", "1000x40"),
                ],
            ),
            Case::silent(
                "without a limit",
                "20m",
                vec![
                    of_task_manager("Status_JVM_Memory_Metaspace_Used", "500x40"),
                    of_task_manager("Status_JVM_Memory_Metaspace_Max", "-1x40"),
                ],
            ),
        ]
    },
};
