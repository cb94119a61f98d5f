//! HTTP/1.1 in front of the REST resources: connections, TLS, headers, bodies, uploads.

mod body;
mod connection;
mod exporter;
mod gate;
mod mishap;
mod pages;
mod plug;
mod service;
mod site;
mod upload;

pub(crate) use connection::{accept, http, tick};
pub(crate) use exporter::{Exporters, keep};
pub use gate::Gate;
pub(crate) use site::Site;
