//! Memory, garbage collection and threads of the processes.

use super::board::{Dashboard, Panel, Row, Shape, Target, Unit, Variable};

pub(super) static BOARD: Dashboard = Dashboard {
    name: "jvm",
    title: "Flink: JVM",
    description: "Memory, garbage collection and threads of the processes.",
    variables: &[Variable::Cluster],
    rows: &[
        Row {
            title: "Memory",
            panels: &[
                Panel {
                    title: "Heap",
                    description: "In use.",
                    shape: Shape::Lines,
                    unit: Unit::Bytes,
                    targets: &[
                        Target {
                            expression: "flink_taskmanager_Status_JVM_Memory_Heap_Used{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                        Target {
                            expression: "flink_jobmanager_Status_JVM_Memory_Heap_Used{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                    ],
                },
                Panel {
                    title: "Metaspace",
                    description: "In use: classes of jobs.",
                    shape: Shape::Lines,
                    unit: Unit::Bytes,
                    targets: &[
                        Target {
                            expression: "flink_taskmanager_Status_JVM_Memory_Metaspace_Used{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                        Target {
                            expression: "flink_jobmanager_Status_JVM_Memory_Metaspace_Used{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                    ],
                },
                Panel {
                    title: "Direct memory",
                    description: "In use, network buffers included.",
                    shape: Shape::Lines,
                    unit: Unit::Bytes,
                    targets: &[
                        Target {
                            expression: "flink_taskmanager_Status_JVM_Memory_Direct_MemoryUsed{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                        Target {
                            expression: "flink_jobmanager_Status_JVM_Memory_Direct_MemoryUsed{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                    ],
                },
            ],
        },
        Row {
            title: "Garbage",
            panels: &[
                Panel {
                    title: "Time",
                    description: "Share of time that a process spends collecting garbage.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "flink:process_gc:ratio{cluster=~\"$cluster\"}",
                        legend: "{{instance}}",
                    }],
                },
                Panel {
                    title: "Threads",
                    description: "That live.",
                    shape: Shape::Lines,
                    unit: Unit::Count,
                    targets: &[
                        Target {
                            expression: "flink_taskmanager_Status_JVM_Threads_Count{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                        Target {
                            expression: "flink_jobmanager_Status_JVM_Threads_Count{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                    ],
                },
                Panel {
                    title: "Classes",
                    description: "Loaded since the start.",
                    shape: Shape::Lines,
                    unit: Unit::Count,
                    targets: &[
                        Target {
                            expression: "flink_taskmanager_Status_JVM_ClassLoader_ClassesLoaded{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                        Target {
                            expression: "flink_jobmanager_Status_JVM_ClassLoader_ClassesLoaded{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                    ],
                },
            ],
        },
    ],
};
