//! Whether the state of jobs is safe.

use super::board::{Dashboard, Panel, Row, Shape, Target, Unit, Variable};

pub(super) static BOARD: Dashboard = Dashboard {
    name: "checkpoints",
    title: "Flink: checkpoints",
    description: "Whether the state of jobs is safe, and what that costs.",
    variables: &[Variable::Cluster, Variable::Job],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel {
                    title: "Completed",
                    description: "Since the JobManager took the job over.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_numberOfCompletedCheckpoints{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
                Panel {
                    title: "Failed",
                    description: "Those that restarts have aborted included.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_numberOfFailedCheckpoints{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
                Panel {
                    title: "Going on",
                    description: "At this moment.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_numberOfInProgressCheckpoints{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
                Panel {
                    title: "Last duration",
                    description: "Of the last completed one.",
                    shape: Shape::Numbers,
                    unit: Unit::Millis,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointDuration{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
            ],
        },
        Row {
            title: "Over time",
            panels: &[
                Panel {
                    title: "Duration",
                    description: "Of the last completed checkpoint.",
                    shape: Shape::Lines,
                    unit: Unit::Millis,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointDuration{cluster=~\"$cluster\",job_name=~\"$job_name\"} >= 0)",
                        legend: "{{job_name}}",
                    }],
                },
                Panel {
                    title: "Completed and failed",
                    description: "Within a quarter of an hour.",
                    shape: Shape::Lines,
                    unit: Unit::Count,
                    targets: &[
                        Target {
                            expression: "max by (cluster, job_name) (changes(flink_jobmanager_job_numberOfCompletedCheckpoints{cluster=~\"$cluster\",job_name=~\"$job_name\"}[15m]))",
                            legend: "completed {{job_name}}",
                        },
                        Target {
                            expression: "max by (cluster, job_name) (changes(flink_jobmanager_job_numberOfFailedCheckpoints{cluster=~\"$cluster\",job_name=~\"$job_name\"}[15m]))",
                            legend: "failed {{job_name}}",
                        },
                    ],
                },
                Panel {
                    title: "Size",
                    description: "What the last one refers to, and what it has written itself.",
                    shape: Shape::Lines,
                    unit: Unit::Bytes,
                    targets: &[
                        Target {
                            expression: "max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointFullSize{cluster=~\"$cluster\",job_name=~\"$job_name\"} >= 0)",
                            legend: "full {{job_name}}",
                        },
                        Target {
                            expression: "max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointSize{cluster=~\"$cluster\",job_name=~\"$job_name\"} >= 0)",
                            legend: "written {{job_name}}",
                        },
                    ],
                },
            ],
        },
        Row {
            title: "Barriers",
            panels: &[
                Panel {
                    title: "Delay of the start",
                    description: "How long the last barrier took to get to a vertex: long under back-pressure.",
                    shape: Shape::Lines,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "max by (cluster, job_name, task_name) (flink_taskmanager_job_task_checkpointStartDelayNanos{cluster=~\"$cluster\",job_name=~\"$job_name\"}) / 1000000000",
                        legend: "{{task_name}}",
                    }],
                },
                Panel {
                    title: "Alignment",
                    description: "How long the last barrier waited for those of the other inputs.",
                    shape: Shape::Lines,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "max by (cluster, job_name, task_name) (flink_taskmanager_job_task_checkpointAlignmentTime{cluster=~\"$cluster\",job_name=~\"$job_name\"}) / 1000000000",
                        legend: "{{task_name}}",
                    }],
                },
            ],
        },
    ],
};
