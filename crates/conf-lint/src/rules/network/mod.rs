//! Addresses and ports: who reaches whom, and who should not.

mod exposure;
pub(crate) mod hosts;
pub(crate) mod ports;

pub(crate) mod fc054_open_rest;
pub(crate) mod fc055_wildcard_address;
pub(crate) mod fc056_rest_without_authentication;
pub(crate) mod fc057_open_rest_actions;
pub(crate) mod fc058_rest_ports_differ;
pub(crate) mod fc059_port_twice;
pub(crate) mod fc060_invalid_port;
pub(crate) mod fc061_bound_to_loopback;
pub(crate) mod fc062_heartbeat_timeout;
pub(crate) mod fc063_jobmanager_on_loopback;
