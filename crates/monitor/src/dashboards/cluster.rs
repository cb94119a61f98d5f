//! Processes, slots and network of a cluster.

use super::board::{Dashboard, Panel, Row, Shape, Target, Unit, Variable};

pub(super) static BOARD: Dashboard = Dashboard {
    name: "cluster",
    title: "Flink: cluster",
    description: "Processes, slots and network of a cluster.",
    variables: &[Variable::Cluster],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel {
                    title: "TaskManagers",
                    description: "Registered at the leading JobManager.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "max by (cluster) (flink_jobmanager_numRegisteredTaskManagers{cluster=~\"$cluster\"})",
                        legend: "{{cluster}}",
                    }],
                },
                Panel {
                    title: "Slots",
                    description: "All of them, and those that are free.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[
                        Target {
                            expression: "max by (cluster) (flink_jobmanager_taskSlotsTotal{cluster=~\"$cluster\"})",
                            legend: "all {{cluster}}",
                        },
                        Target {
                            expression: "max by (cluster) (flink_jobmanager_taskSlotsAvailable{cluster=~\"$cluster\"})",
                            legend: "free {{cluster}}",
                        },
                    ],
                },
                Panel {
                    title: "Leader",
                    description: "1 for the JobManager that leads.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "flink:jobmanager_leads:bool{cluster=~\"$cluster\"}",
                        legend: "{{instance}}",
                    }],
                },
            ],
        },
        Row {
            title: "Processes",
            panels: &[
                Panel {
                    title: "CPU",
                    description: "Share of the CPUs of the machine that each process uses.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[
                        Target {
                            expression: "flink_taskmanager_Status_JVM_CPU_Load{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                        Target {
                            expression: "flink_jobmanager_Status_JVM_CPU_Load{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                    ],
                },
                Panel {
                    title: "Heap",
                    description: "Share of the largest heap; its lowest points are what lives.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[
                        Target {
                            expression: "flink_taskmanager_Status_JVM_Memory_Heap_Used{cluster=~\"$cluster\"} / flink_taskmanager_Status_JVM_Memory_Heap_Max{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                        Target {
                            expression: "flink_jobmanager_Status_JVM_Memory_Heap_Used{cluster=~\"$cluster\"} / flink_jobmanager_Status_JVM_Memory_Heap_Max{cluster=~\"$cluster\"}",
                            legend: "{{instance}}",
                        },
                    ],
                },
                Panel {
                    title: "Reached by Prometheus",
                    description: "1 while a process answers.",
                    shape: Shape::Lines,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "up{cluster=~\"$cluster\",job=~\"flink-.+\"}",
                        legend: "{{instance}}",
                    }],
                },
            ],
        },
        Row {
            title: "Memory of TaskManagers",
            panels: &[
                Panel {
                    title: "Network memory in use",
                    description: "Share of the network memory that tasks have.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "flink_taskmanager_Status_Shuffle_Netty_UsedMemory{cluster=~\"$cluster\"} / flink_taskmanager_Status_Shuffle_Netty_TotalMemory{cluster=~\"$cluster\"}",
                        legend: "{{instance}}",
                    }],
                },
                Panel {
                    title: "Managed memory reserved",
                    description: "RocksDB reserves its share whole when it starts.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "flink_taskmanager_Status_Flink_Memory_Managed_Used{cluster=~\"$cluster\"} / (flink_taskmanager_Status_Flink_Memory_Managed_Total{cluster=~\"$cluster\"} > 0)",
                        legend: "{{instance}}",
                    }],
                },
            ],
        },
    ],
};
