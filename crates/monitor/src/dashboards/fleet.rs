//! Every cluster at a glance.

use super::board::{Dashboard, Panel, Row, Shape, Target, Unit, Variable};

pub(super) static BOARD: Dashboard = Dashboard {
    name: "fleet",
    title: "Flink: fleet",
    description: "Every cluster at a glance: which one needs a look.",
    variables: &[Variable::Cluster],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel {
                    title: "Jobs running",
                    description: "Jobs that the dispatchers know and that have not ended.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "sum by (cluster) (flink_jobmanager_numRunningJobs{cluster=~\"$cluster\"})",
                        legend: "{{cluster}}",
                    }],
                },
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
                    title: "Free slots",
                    description: "Slots that no job has.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "max by (cluster) (flink_jobmanager_taskSlotsAvailable{cluster=~\"$cluster\"})",
                        legend: "{{cluster}}",
                    }],
                },
                Panel {
                    title: "Alerts",
                    description: "Alerts that fire.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "sum by (severity) (ALERTS{alertname=~\"Flink.+\",alertstate=\"firing\"})",
                        legend: "{{severity}}",
                    }],
                },
            ],
        },
        Row {
            title: "Jobs",
            panels: &[
                Panel {
                    title: "Restarts",
                    description: "Restarts of jobs within an hour.",
                    shape: Shape::Lines,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "sum by (cluster, job_name) (changes(flink_jobmanager_job_numRestarts{cluster=~\"$cluster\"}[1h]))",
                        legend: "{{cluster}} {{job_name}}",
                    }],
                },
                Panel {
                    title: "Failed checkpoints",
                    description: "Checkpoints that failed within an hour.",
                    shape: Shape::Lines,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "sum by (cluster, job_name) (changes(flink_jobmanager_job_numberOfFailedCheckpoints{cluster=~\"$cluster\"}[1h]))",
                        legend: "{{cluster}} {{job_name}}",
                    }],
                },
                Panel {
                    title: "Age of the last checkpoint",
                    description: "Since the last completed one; Flink 2.0 and later export when it was.",
                    shape: Shape::Lines,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "time() - max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointCompletedTimestamp{cluster=~\"$cluster\"} > 0) / 1000",
                        legend: "{{cluster}} {{job_name}}",
                    }],
                },
            ],
        },
        Row {
            title: "Load",
            panels: &[
                Panel {
                    title: "Slots in use",
                    description: "Share of all slots.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "1 - max by (cluster) (flink_jobmanager_taskSlotsAvailable{cluster=~\"$cluster\"}) / max by (cluster) (flink_jobmanager_taskSlotsTotal{cluster=~\"$cluster\"} > 0)",
                        legend: "{{cluster}}",
                    }],
                },
                Panel {
                    title: "Most back-pressured vertex",
                    description: "Share of its time that it waits.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "max by (cluster) (flink:vertex_backpressured:ratio{cluster=~\"$cluster\"})",
                        legend: "{{cluster}}",
                    }],
                },
                Panel {
                    title: "Records read by sources and all",
                    description: "Records that tasks read, a second.",
                    shape: Shape::Lines,
                    unit: Unit::PerSecond,
                    targets: &[Target {
                        expression: "sum by (cluster) (flink_taskmanager_job_task_numRecordsInPerSecond{cluster=~\"$cluster\"})",
                        legend: "{{cluster}}",
                    }],
                },
            ],
        },
    ],
};
