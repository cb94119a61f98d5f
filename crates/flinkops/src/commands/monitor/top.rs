//! `flinkops monitor top`.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use clap::Args;
use jobs::JobRef;
use monitor::top::{Action, Key, View, draw, plain, sample};
use ops_core::rest::RestClient;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::adapters::{self, Stopwatch};
use crate::cli::ClusterOptions;
use crate::commands::runtime;
use crate::connection;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

/// How soon a key is answered.
const PACE: Duration = Duration::from_millis(50);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor top
  flinkops monitor top --job orders --interval 5
  flinkops monitor top --once --width 120 --height 40 --url http://jm-1:8081

Keys: Tab the next part of the screen, arrows select, Enter the whole screen, s by load, p pause, ? help, q quit.

Exit code: 0 ended by the user, 3 the cluster cannot be reached at the start, 130 interrupted.")]
pub(crate) struct Options {
    /// The job to look at first: its name, its id, or the beginning of one [default: the one that was started last].
    #[arg(long, value_name = "JOB")]
    job: Option<JobRef>,
    /// Seconds between two looks.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    interval: u64,
    /// Print one frame, without colours, and end.
    #[arg(long)]
    once: bool,
    /// The width of the frame [default: that of the terminal, else 80].
    #[arg(long, value_name = "COLUMNS", requires = "once", value_parser = clap::value_parser!(u16).range(40..=400))]
    width: Option<u16>,
    /// The height of the frame [default: that of the terminal, else 24].
    #[arg(long, value_name = "LINES", requires = "once", value_parser = clap::value_parser!(u16).range(10..=400))]
    height: Option<u16>,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let client = connection::client(cluster)?;
    let runtime = runtime()?;
    let look = |view: &View| {
        runtime.block_on(sample(&client, view.wanted(), view.asked(), adapters::now().as_millisecond()))
    };
    let mut view = View::of_job(runtime.block_on(chosen(options, &client))?);
    // The first look is made before the screen is taken, so that what is wrong is said where it can be read.
    view.see(look(&view)?);
    if options.once {
        let size = ratatui::crossterm::terminal::size().ok().filter(|_| io::stdout().is_terminal());
        let (width, height) = size.unwrap_or((80, 24));
        output.text(&plain(&view, options.width.unwrap_or(width), options.height.unwrap_or(height)))?;
        return Ok(exit::DONE);
    }
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::usage("a live view needs a terminal").help("--once prints one frame"));
    }
    if !output.is_human() {
        return Err(Failure::usage("a live view is for people; JSON and YAML are for programs")
            .help("flinkops job list -o json, flinkops job show JOB -o json"));
    }
    let mut terminal = ratatui::try_init()?;
    let ended = live(&mut terminal, &mut view, Duration::from_secs(options.interval), &look);
    ratatui::try_restore()?;
    ended
}

async fn chosen(options: &Options, client: &RestClient) -> Result<Option<ops_core::ids::JobId>, Failure> {
    match &options.job {
        Some(job) => Ok(Some(jobs::find(client, job).await?)),
        None => Ok(None),
    }
}

/// Draws, answers keys, and looks again when it is time.
fn live(
    terminal: &mut DefaultTerminal,
    view: &mut View,
    interval: Duration,
    look: &dyn Fn(&View) -> Result<monitor::top::Sample, ops_core::rest::RestError>,
) -> Result<u8, Failure> {
    let colour = Output::draws_colour();
    let mut since = Stopwatch::start();
    let mut due = false;
    terminal.draw(|frame| draw(frame, view, colour))?;
    loop {
        let mut changed = false;
        if event::poll(PACE)? {
            match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    if is_interrupt(key) {
                        return Ok(exit::INTERRUPTED);
                    }
                    match pressed(key) {
                        Some(Pressed::Look) => due = true,
                        Some(Pressed::Key(key)) => match view.press(key) {
                            Action::Quit => return Ok(exit::DONE),
                            Action::Look => due = true,
                            Action::Draw => {}
                        },
                        None => {}
                    }
                    changed = true;
                }
                Event::Resize(..) => changed = true,
                _ => {}
            }
        }
        if due || !view.is_paused() && since.elapsed() >= interval {
            match look(view) {
                Ok(sample) => view.see(sample),
                Err(error) => view.fail(error.to_string()),
            }
            (due, changed, since) = (false, true, Stopwatch::start());
        }
        if changed {
            terminal.draw(|frame| draw(frame, view, colour))?;
        }
    }
}

enum Pressed {
    Key(Key),
    Look,
}

fn is_interrupt(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

fn pressed(key: KeyEvent) -> Option<Pressed> {
    let key = match key.code {
        KeyCode::Up | KeyCode::Char('k') => Key::Up,
        KeyCode::Down | KeyCode::Char('j') => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home | KeyCode::Char('g') => Key::Home,
        KeyCode::End | KeyCode::Char('G') => Key::End,
        KeyCode::Tab => Key::Next,
        KeyCode::BackTab => Key::Previous,
        KeyCode::Enter | KeyCode::Char('z') => Key::Zoom,
        KeyCode::Esc => Key::Back,
        KeyCode::Char('p' | ' ') => Key::Pause,
        KeyCode::Char('s') => Key::Sort,
        KeyCode::Char('?' | 'h') => Key::Help,
        KeyCode::Char('q') => Key::Quit,
        KeyCode::Char('r') => return Some(Pressed::Look),
        _ => return None,
    };
    Some(Pressed::Key(key))
}
