//! `flinkops tune slots`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use ops_core::spec::ClusterSpec;
use ops_core::units::MemorySize;
use tuning::memory::{Process, ProcessMemory, derive};
use tuning::settings::Settings;
use tuning::slots::{Group, Machines, SlotReport, look, propose};

use super::advised::{self, WriteOptions};
use super::subject::Subject;
use ops_core::units::human_bytes;

use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops tune slots --task-managers 3 --slots 4 --job 8
  flinkops tune slots --cluster cluster.yaml --job 8 --job 4 --conf conf
  flinkops tune slots --hosts 3 --cores 8 --memory 32g --job 16 --flink-version 1.20 --write conf")]
pub(crate) struct Options {
    #[command(flatten)]
    subject: Subject,
    /// The parallelism of a job that runs at the same time as the others. May be given several times.
    #[arg(long = "job", value_name = "PARALLELISM", value_parser = clap::value_parser!(u32).range(1..))]
    jobs: Vec<u32>,
    /// TaskManagers that are there.
    #[arg(long, value_name = "COUNT", requires = "slots", conflicts_with_all = ["cluster", "hosts"])]
    task_managers: Option<u32>,
    /// Slots of each.
    #[arg(long, value_name = "COUNT", requires = "task_managers")]
    slots: Option<u32>,
    /// The description of a cluster; its TaskManagers are there.
    #[arg(long, value_name = "FILE", conflicts_with = "hosts")]
    cluster: Option<PathBuf>,
    /// Machines, each for one TaskManager that is to be sized.
    #[arg(long, value_name = "COUNT", requires_all = ["cores", "memory"])]
    hosts: Option<u32>,
    /// Processor cores of each machine.
    #[arg(long, value_name = "COUNT", requires = "hosts")]
    cores: Option<u32>,
    /// Memory of each machine, such as 32g.
    #[arg(long, value_name = "SIZE", requires = "hosts")]
    memory: Option<MemorySize>,
    #[command(flatten)]
    write: WriteOptions,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if let (Some(count), Some(cores), Some(memory)) = (options.hosts, options.cores, options.memory) {
        let settings = options.subject.settings(options.write.write.as_deref())?;
        let report = propose(Machines { count, cores, memory }, &options.jobs, &settings)?;
        return advised::finish(&report, &report.advice, &settings, &options.write, output, human);
    }
    let (groups, version) = match (&options.cluster, options.task_managers, options.slots) {
        (Some(file), _, _) => {
            let spec = ClusterSpec::read(file)?;
            let group = |group: &ops_core::spec::TaskManagerGroup| Group {
                task_managers: u32::try_from(group.count()).unwrap_or(u32::MAX),
                slots: group.slots.get().into(),
            };
            (spec.task_managers.iter().map(group).collect::<Vec<_>>(), Some(spec.flink_version))
        }
        (None, Some(task_managers), Some(slots)) => (vec![Group { task_managers, slots }], None),
        _ => {
            return Err(Failure::usage("no TaskManagers and no machines were given").help(
                "give --task-managers with --slots, or --cluster, or --hosts with --cores and --memory",
            ));
        }
    };
    if options.write.write.is_some() {
        return Err(Failure::usage(
            "there is nothing to write: TaskManagers that are there are only looked at",
        )
        .help("give --hosts with --cores and --memory to have them sized"));
    }
    let mut subject = options.subject.clone();
    subject.flink_version = subject.flink_version.or(version);
    let settings = match subject.conf {
        Some(_) => Some(subject.settings(None)?),
        None => None,
    };
    let memory = match (&settings, groups.as_slice()) {
        // The memory of a slot is that of the one group there is.
        (Some(settings), [group]) => Some(memory_of(settings, group.slots)?),
        _ => None,
    };
    let report = look(&groups, &options.jobs, memory.as_deref());
    output.result(&report, human)?;
    Ok(crate::exit::DONE)
}

fn memory_of(settings: &Settings, slots: u32) -> Result<Box<tuning::memory::TaskManagerMemory>, Failure> {
    let settings = settings.clone().with("taskmanager.numberOfTaskSlots", slots.to_string());
    match derive(Process::TaskManager, &settings).map_err(tuning::TuningError::from)? {
        ProcessMemory::TaskManager(memory) => Ok(memory),
        _ => Err(Failure::usage("the memory of a TaskManager is needed")),
    }
}

fn human(report: &SlotReport) -> String {
    let (good, warning) = (style::GOOD, style::WARNING);
    let mut text = format!("{} TaskManagers, {} slots\n", report.task_managers, report.slots);
    if report.needed > 0 {
        let _ = match report.missing {
            0 => writeln!(text, "{} taken, {good}{} idle{good:#}", report.needed, report.idle),
            missing => writeln!(text, "{} needed, {warning}{missing} missing{warning:#}", report.needed),
        };
        if report.missing == 0 && report.task_managers_needed < report.task_managers {
            let _ = writeln!(text, "{} TaskManagers would do", report.task_managers_needed);
        }
    }
    if let Some(slot) = report.per_slot {
        let _ = writeln!(
            text,
            "a slot has {} of task heap, {} off-heap, {} managed, {} for the network",
            human_bytes(slot.task_heap),
            human_bytes(slot.task_off_heap),
            human_bytes(slot.managed),
            human_bytes(slot.network)
        );
    }
    text
}
