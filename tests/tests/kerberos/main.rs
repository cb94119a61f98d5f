//! Kerberos with real parts: MIT's KDC and tools, Java, ZooKeeper and Flink judge our keytabs, our logins and our wiring.

mod commands;
mod java;
mod keys;
mod login;
mod workshop;
mod zookeeper;
