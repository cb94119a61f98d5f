//! What stands beside the configuration: hosts, ZooKeeper's configuration, logging.

mod properties;

pub(crate) mod fc094_worker_port;
pub(crate) mod fc095_master_port;
pub(crate) mod fc096_local_worker_among_remote;
pub(crate) mod fc097_host_twice;
pub(crate) mod fc098_idle_masters;
pub(crate) mod fc099_zookeeper_configuration;
pub(crate) mod fc100_no_logging;
pub(crate) mod fc101_unknown_appender;
pub(crate) mod fc102_log4j_1;
pub(crate) mod fc103_unread_file;
pub(crate) mod fc104_too_few_slots;
