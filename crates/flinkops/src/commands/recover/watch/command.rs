//! `flinkops recover watch`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Args;
use ops_core::tls::TrustAnchors;
use ops_core::units::FlinkDuration;
use recovery::watch::{Event, Memory, Policy, Status, Watcher, Webhook, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::unit;
use crate::adapters;
use crate::cli::ClusterOptions;
use crate::commands::job::{Documents, JournalOption};
use crate::commands::runtime;
use crate::connection;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, printable};

/// Events that wait for the webhook; more are dropped, and that is logged.
const QUEUE: usize = 1000;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops recover watch -f orders.yaml
  flinkops recover watch -f jobs/ --listen 127.0.0.1:9400 --webhook-from file:/etc/flinkops/webhook
  flinkops recover watch -f jobs/ --url https://jm-1:8081 --cacert ca.pem --systemd-unit > flinkops-watch.service

A job that failed is started again from its newest state that is whole, at once, then after pauses that grow; where the same
state fails twice, from the one before. A job that the JobManager has forgotten is started from its newest retained
checkpoint. A job that somebody cancelled or stopped stays so, until somebody starts it. Nothing is done while the cluster does
not answer, while somebody applies, or where another watcher has the job.

Each event is a line on standard error, with -o json an object on standard output.

Exit code: 0 ended by SIGTERM or SIGINT, 2 wrong input, or the journal or the memory cannot be kept.")]
pub(crate) struct Options {
    #[command(flatten)]
    documents: Documents,
    #[command(flatten)]
    journal: JournalOption,
    /// The directory where watchers remember what they have seen [default: watch beside the journal].
    #[arg(long, value_name = "DIR")]
    memory: Option<PathBuf>,
    /// The time between two looks, such as 5s.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    interval: Duration,
    /// The pause before the second restart in a row; each is twice as long as the one before.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    pause: Duration,
    /// The longest pause.
    #[arg(long, value_name = "TIME", default_value = "5min", value_parser = duration)]
    longest_pause: Duration,
    /// A job that has run for so long begins with short pauses again.
    #[arg(long, value_name = "TIME", default_value = "10min", value_parser = duration)]
    settled_after: Duration,
    /// The most restarts of a job within an hour.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..))]
    budget: u16,
    /// How many older states are tried before a job is given up.
    #[arg(long, value_name = "N", default_value_t = 3)]
    fallbacks: u16,
    /// Serve /metrics and /healthz here.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Where the address is that events are posted to as JSON: env:NAME or file:PATH.
    #[arg(long, value_name = "SOURCE")]
    webhook_from: Option<String>,
    /// Certificates of the authorities that the webhook's certificate must come from (PEM) [default: those of the system].
    #[arg(long, value_name = "FILE", requires = "webhook_from")]
    webhook_cacert: Option<PathBuf>,
    /// Print a systemd unit that runs this command, and do nothing else.
    #[arg(long)]
    systemd_unit: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration = FlinkDuration::parse(text).map_err(|error| error.to_string())?;
    match Duration::from(duration) {
        Duration::ZERO => Err("more than nothing is needed".to_owned()),
        duration => Ok(duration),
    }
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    if options.systemd_unit {
        let unknown = |error| Failure::usage(format!("cannot tell how this was called: {error}"));
        let program = std::env::current_exe().map_err(unknown)?;
        let directory = std::env::current_dir().map_err(unknown)?;
        let given = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
        output.text(&unit::unit(&program, &unit::arguments(given, &directory)))?;
        return Ok(exit::DONE);
    }
    let described = options.documents.read()?;
    if described.is_empty() {
        return Err(Failure::usage("no description is given").help("give -f FILE or -f DIRECTORY"));
    }
    let client = connection::client(cluster)?;
    let journal = options.journal.open()?;
    let path = options.memory.clone().unwrap_or_else(|| journal.path().with_file_name("watch"));
    let memory = Memory::open(&path, client.url()).map_err(Failure::usage)?;
    let webhook = webhook(options)?;
    let policy = Policy {
        interval: options.interval,
        first_pause: options.pause,
        longest_pause: options.longest_pause,
        settled_after: options.settled_after,
        budget: options.budget.into(),
        fallbacks: options.fallbacks.into(),
        ..Policy::default()
    };
    let status = Arc::new(Mutex::new(Status::default()));
    let (sender, receiver) = mpsc::channel::<Event>(QUEUE);
    let tell = |event: Event| {
        say(&event, output);
        if webhook.is_some() && event.event.matters() && sender.try_send(event).is_err() {
            output.warning("the webhook is behind by many events: one was dropped");
        }
    };
    let watcher = Watcher {
        client: &client,
        journal: &journal,
        policy,
        memory,
        status: &status,
        now: adapters::now,
        environment: &adapters::environment,
        tell: &tell,
    };
    runtime()?.block_on(async {
        let cannot_wait = |error| Failure::usage(format!("cannot wait for signals: {error}"));
        let mut terminate = signal(SignalKind::terminate()).map_err(cannot_wait)?;
        let served = async {
            match options.listen {
                Some(address) => {
                    let cannot = |error| Failure::usage(format!("cannot listen on {address}: {error}"));
                    let listener = TcpListener::bind(address).await.map_err(cannot)?;
                    if let Ok(address) = listener.local_addr() {
                        anstream::eprintln!("listening on http://{address}");
                    }
                    serve(listener, Arc::clone(&status), adapters::now).await.map_err(Failure::from)
                }
                None => std::future::pending().await,
            }
        };
        let ended = tokio::select! {
            ended = watcher.run(&described) => ended.map(|()| exit::DONE).map_err(Failure::usage),
            ended = served => ended.map(|()| exit::DONE),
            () = post(webhook.as_ref(), receiver, output) => Ok(exit::DONE),
            _ = terminate.recv() => Ok(exit::DONE),
            _ = tokio::signal::ctrl_c() => Ok(exit::DONE),
        };
        watcher.release(&described);
        ended
    })
}

fn webhook(options: &Options) -> Result<Option<Webhook>, Failure> {
    let Some(source) = &options.webhook_from else { return Ok(None) };
    let url = connection::secret(source, "Address of the webhook")?;
    let anchors = match &options.webhook_cacert {
        Some(file) => TrustAnchors::from_pem_file(file)?,
        None if url.expose().starts_with("https:") => TrustAnchors::system()?,
        None => TrustAnchors::none(),
    };
    Webhook::new(url, &anchors).map(Some).map_err(Failure::usage)
}

/// Posts events as they come, for ever.
async fn post(webhook: Option<&Webhook>, mut events: mpsc::Receiver<Event>, output: &Output) {
    let Some(webhook) = webhook else { return std::future::pending().await };
    while let Some(event) = events.recv().await {
        if let Err(error) = webhook.send(&event).await {
            output.warning(error);
        }
    }
}

fn say(event: &Event, output: &Output) {
    if output.is_human() {
        let at = event.at.strftime("%Y-%m-%dT%H:%M:%SZ");
        anstream::eprintln!("{at} {}: {}", event.job, printable(&event.message));
    } else if let Ok(line) = serde_json::to_string(event) {
        // A line each, for who reads them as they come; a reader that went away is told by the next signal.
        let _ = output.text(&format!("{line}\n"));
    }
}
