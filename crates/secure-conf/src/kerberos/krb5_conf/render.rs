//! A new `krb5.conf` that MIT and Java read alike.

use std::fmt::Write as _;

use super::settings::KdcAddress;
use crate::keytab::EncryptionType;

/// What a `krb5.conf` is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Krb5ConfTemplate {
    /// The realm of principals that name none.
    pub default_realm: String,
    /// The realms, and where their KDCs are.
    pub realms: Vec<RealmTemplate>,
    /// The encryption types to allow, in order of preference. Empty: those that MIT and Java choose by themselves.
    pub enctypes: Vec<EncryptionType>,
    /// Whether KDCs and realms are looked for in DNS.
    pub dns: DnsLookup,
}

/// One realm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealmTemplate {
    /// Its name.
    pub name: String,
    /// Its KDCs, in the order in which they are asked.
    pub kdcs: Vec<KdcAddress>,
    /// Where passwords are changed, if anywhere.
    pub admin_server: Option<KdcAddress>,
    /// The domains whose hosts belong to it, such as `example.com`.
    pub domains: Vec<String>,
}

/// Whether DNS is asked for KDCs and realms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DnsLookup {
    /// No: what is written is all there is, and nobody who can forge DNS answers chooses the KDC.
    #[default]
    Never,
    /// For KDCs of realms that are not written here.
    Kdcs,
}

impl Krb5ConfTemplate {
    /// The text.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let dns = if self.dns == DnsLookup::Kdcs { "true" } else { "false" };
        let _ = writeln!(text, "[libdefaults]");
        let _ = writeln!(text, "    default_realm = {}", self.default_realm);
        let _ = writeln!(text, "    dns_lookup_kdc = {dns}");
        let _ = writeln!(text, "    dns_lookup_realm = false");
        // Keys belong to the names that Flink is configured with, whatever DNS says about the addresses.
        let _ = writeln!(text, "    rdns = false");
        if !self.enctypes.is_empty() {
            // Full names, separated by blanks: the one form that MIT and Java both understand.
            let names: Vec<_> = self.enctypes.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "    permitted_enctypes = {}", names.join(" "));
        }
        let _ = writeln!(text, "\n[realms]");
        for realm in &self.realms {
            let _ = writeln!(text, "    {} = {{", realm.name);
            for kdc in &realm.kdcs {
                // Java does not know the `tcp/` that MIT allows here.
                let kdc = KdcAddress { protocol: None, ..kdc.clone() };
                let _ = writeln!(text, "        kdc = {kdc}");
            }
            if let Some(server) = &realm.admin_server {
                let _ = writeln!(text, "        admin_server = {server}");
            }
            let _ = writeln!(text, "    }}");
        }
        if self.realms.iter().any(|realm| !realm.domains.is_empty()) {
            let _ = writeln!(text, "\n[domain_realm]");
        }
        for realm in &self.realms {
            for domain in &realm.domains {
                let domain = domain.trim_start_matches('.');
                let _ = writeln!(text, "    .{domain} = {0}\n    {domain} = {0}", realm.name);
            }
        }
        text
    }
}
