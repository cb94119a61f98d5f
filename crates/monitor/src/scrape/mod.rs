//! The configuration by which Prometheus finds the processes of a cluster.

mod config;
mod hosts;
mod kubernetes;
mod tls;

pub use config::{Discovery, Scrape, ScrapeError, scrape, targets_file};
pub use tls::Tls;
