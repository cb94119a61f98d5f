//! HTTP/1.1 in front of the REST resources: connections, TLS, headers, bodies, uploads.

mod connection;
mod pages;
mod service;
mod upload;

pub(crate) use connection::{accept, tick};
