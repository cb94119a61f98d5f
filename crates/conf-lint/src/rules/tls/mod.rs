//! TLS and secrets.

pub(crate) mod switch;

pub(crate) mod fc003_ssl_incomplete;
pub(crate) mod fc004_well_known_password;
pub(crate) mod fc064_unused_stores;
pub(crate) mod fc065_dead_verification;
pub(crate) mod fc066_fingerprint;
pub(crate) mod fc067_tls_protocol;
pub(crate) mod fc068_suites_of_another_protocol;
pub(crate) mod fc069_weak_suites;
pub(crate) mod fc070_rest_ignores_protocol;
pub(crate) mod fc071_authentication_without_tls;
pub(crate) mod fc072_short_password;
pub(crate) mod fc073_readable_secrets;
pub(crate) mod fc074_key_password_differs;
pub(crate) mod fc075_store_format;
pub(crate) mod fc076_one_store_for_both;
pub(crate) mod fc077_storage_credentials;
pub(crate) mod fc105_suites_without_the_key;
