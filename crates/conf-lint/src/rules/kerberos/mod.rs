//! Kerberos: logins that are half configured, end too soon, or have no effect.

pub(crate) mod fc078_half_a_login;
pub(crate) mod fc079_contexts_without_login;
pub(crate) mod fc080_ticket_cache;
pub(crate) mod fc081_unread_krb5_conf;
pub(crate) mod fc082_zookeeper_without_login;
