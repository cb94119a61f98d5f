//! HTTP/1.1 in front of the REST resources: connections, TLS, headers, bodies, uploads.

mod body;
mod connection;
mod gate;
mod mishap;
mod pages;
mod plug;
mod service;
mod site;
mod upload;

pub(crate) use connection::{accept, tick};
pub use gate::Gate;
pub(crate) use site::Site;
