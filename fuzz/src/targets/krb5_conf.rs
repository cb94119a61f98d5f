//! The configuration of Kerberos.

use secure_conf::kerberos::krb5_conf::Krb5Conf;

use crate::Target;

pub(super) const TARGET: Target = Target { name: "krb5_conf", about: "krb5.conf", run };

fn run(data: &[u8]) {
    let Some(text) = super::shared::text(data) else { return };
    let conf = Krb5Conf::parse(text);
    let realms: Vec<&str> = conf.realms().chain(conf.default_realm()).collect();
    for realm in realms {
        let _ = conf.kdcs(realm);
    }
    let _ = conf.realm_of_host("tm-1.example.com");
    let _ = conf.enctypes("permitted_enctypes");
    let _ = (conf.looks_up_kdcs(), conf.allows_weak_crypto());
}
