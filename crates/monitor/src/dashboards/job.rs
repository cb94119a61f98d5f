//! How records flow through a job.

use super::board::{Dashboard, Panel, Row, Shape, Target, Unit, Variable};

pub(super) static BOARD: Dashboard = Dashboard {
    name: "job",
    title: "Flink: job",
    description: "How records flow through a job, and where they do not.",
    variables: &[Variable::Cluster, Variable::Job],
    rows: &[
        Row {
            title: "Now",
            panels: &[
                Panel {
                    title: "Runs since",
                    description: "How long without interruption.",
                    shape: Shape::Numbers,
                    unit: Unit::Millis,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_uptime{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
                Panel {
                    title: "Restarts",
                    description: "Since the JobManager took the job over.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_numRestarts{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
                Panel {
                    title: "State",
                    description: "Size of what the last checkpoint refers to.",
                    shape: Shape::Numbers,
                    unit: Unit::Bytes,
                    targets: &[Target {
                        expression: "max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointFullSize{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
                Panel {
                    title: "Pending",
                    description: "Records that sources know of and have not read.",
                    shape: Shape::Numbers,
                    unit: Unit::Count,
                    targets: &[Target {
                        expression: "sum by (cluster, job_name) (flink:source_pending_records:sum{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{job_name}}",
                    }],
                },
            ],
        },
        Row {
            title: "Flow",
            panels: &[
                Panel {
                    title: "Records read",
                    description: "By vertex, a second.",
                    shape: Shape::Lines,
                    unit: Unit::PerSecond,
                    targets: &[Target {
                        expression: "sum by (cluster, job_name, task_name) (flink_taskmanager_job_task_numRecordsInPerSecond{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{task_name}}",
                    }],
                },
                Panel {
                    title: "Records sent",
                    description: "By vertex, a second.",
                    shape: Shape::Lines,
                    unit: Unit::PerSecond,
                    targets: &[Target {
                        expression: "sum by (cluster, job_name, task_name) (flink_taskmanager_job_task_numRecordsOutPerSecond{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{task_name}}",
                    }],
                },
                Panel {
                    title: "Bytes sent",
                    description: "By vertex, a second.",
                    shape: Shape::Lines,
                    unit: Unit::BytesPerSecond,
                    targets: &[Target {
                        expression: "sum by (cluster, job_name, task_name) (flink_taskmanager_job_task_numBytesOutPerSecond{cluster=~\"$cluster\",job_name=~\"$job_name\"})",
                        legend: "{{task_name}}",
                    }],
                },
            ],
        },
        Row {
            title: "Time of the subtasks",
            panels: &[
                Panel {
                    title: "Back-pressured",
                    description: "Share of its time that a vertex waits for room downstream.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "flink:vertex_backpressured:ratio{cluster=~\"$cluster\",job_name=~\"$job_name\"}",
                        legend: "{{task_name}}",
                    }],
                },
                Panel {
                    title: "Busy",
                    description: "Share of its time that the busiest subtask of a vertex works.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "flink:vertex_busy:ratio{cluster=~\"$cluster\",job_name=~\"$job_name\"}",
                        legend: "{{task_name}}",
                    }],
                },
                Panel {
                    title: "Idle",
                    description: "Share of its time that a vertex waits for input.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "avg by (cluster, job_name, task_name) (flink_taskmanager_job_task_idleTimeMsPerSecond{cluster=~\"$cluster\",job_name=~\"$job_name\"}) / 1000",
                        legend: "{{task_name}}",
                    }],
                },
            ],
        },
        Row {
            title: "Event time and skew",
            panels: &[
                Panel {
                    title: "Watermark behind the clock",
                    description: "By vertex, the slowest input.",
                    shape: Shape::Lines,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "time() - flink:vertex_watermark:min{cluster=~\"$cluster\",job_name=~\"$job_name\"}",
                        legend: "{{task_name}}",
                    }],
                },
                Panel {
                    title: "Deviation of the subtasks",
                    description: "Standard deviation of their throughput over its mean.",
                    shape: Shape::Lines,
                    unit: Unit::Ratio,
                    targets: &[Target {
                        expression: "stddev by (cluster, job_name, task_name) (flink_taskmanager_job_task_numRecordsInPerSecond{cluster=~\"$cluster\",job_name=~\"$job_name\"}) / (avg by (cluster, job_name, task_name) (flink_taskmanager_job_task_numRecordsInPerSecond{cluster=~\"$cluster\",job_name=~\"$job_name\"}) > 0)",
                        legend: "{{task_name}}",
                    }],
                },
                Panel {
                    title: "Late records dropped",
                    description: "By operators with windows, a second.",
                    shape: Shape::Lines,
                    unit: Unit::PerSecond,
                    targets: &[Target {
                        expression: "sum by (cluster, job_name, operator_name) (rate(flink_taskmanager_job_task_operator_numLateRecordsDropped{cluster=~\"$cluster\",job_name=~\"$job_name\"}[$__rate_interval]))",
                        legend: "{{operator_name}}",
                    }],
                },
            ],
        },
    ],
};
