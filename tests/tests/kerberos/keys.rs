//! Our keytabs beside those of MIT's tools: the same keys, the same bytes, and logins that work.

use end_to_end::need::Need;
use end_to_end::realm::Realm;
use end_to_end::require;

use crate::java::judge;
use crate::workshop::{PASSWORD, REALM_NEEDS, Workshop, programs};

const ETYPES: [&str; 4] = [
    "aes256-cts-hmac-sha1-96",
    "aes128-cts-hmac-sha1-96",
    "aes256-cts-hmac-sha384-192",
    "aes128-cts-hmac-sha256-128",
];

#[test]
fn keys_are_those_of_kadmin_and_log_in() {
    let [needs @ .., kinit, klist, java] =
        require!(REALM_NEEDS[0], REALM_NEEDS[1], REALM_NEEDS[2], Need::Kinit, Need::Klist, Need::Java);
    let [kdc, kdb5_util, kadmin_local] = needs;
    let workshop = Workshop::new();
    let realm = Realm::start(&workshop.run, programs(kdc, kdb5_util, kadmin_local));
    let mut logins = vec!["login".to_owned()];
    for (index, etype) in ETYPES.into_iter().enumerate() {
        for name in [format!("flink{index}"), format!("HTTP/host{index}.example.com")] {
            let principal = format!("{name}@EXAMPLE.COM");
            realm.admin(&format!("addprinc -pw \"an older one\" -e {etype}:normal {principal}"));
            realm.admin(&format!("cpw -pw \"{PASSWORD}\" -e {etype}:normal {principal}"));
            let theirs = format!("theirs-{}.keytab", name.replace('/', "-"));
            let ours = format!("ours-{}.keytab", name.replace('/', "-"));
            realm.admin(&format!("ktadd -norandkey -k {} {principal}", workshop.path(&theirs).display()));
            workshop.create(&ours, &principal, &["--etype", etype, "--kvno", "2"]);
            workshop.flinkops(&["keytab", "diff", &ours, &theirs], 0);
            // What MIT reads in both, keys included.
            let seen = |file: &str| {
                let shown = realm.command(&klist).args(["-k", "-e", "-K", file]).run().expect_code(0).stdout;
                shown.lines().filter(|line| !line.starts_with("Keytab name")).collect::<Vec<_>>().join("\n")
            };
            assert!(seen(&ours) == seen(&theirs), "klist sees other keys for {principal}, {etype}");
            let bytes = |file: &str| timeless(workshop.read(file));
            assert!(bytes(&ours) == bytes(&theirs), "the files of {principal} differ, {etype}");
            realm.command(&kinit).args(["-k", "-t", &ours, &principal]).run().expect_code(0);
            logins.extend([workshop.path(&ours).display().to_string(), principal]);
        }
    }
    workshop.create("wrong.keytab", "flink0@EXAMPLE.COM", &["--salt", "another"]);
    logins.extend([workshop.path("wrong.keytab").display().to_string(), "flink0@EXAMPLE.COM".to_owned()]);
    let judged = judge(&workshop, &java, Some(&realm.krb5_conf()), &logins).stdout;
    let outcomes: Vec<_> = judged.lines().collect();
    assert_eq!(outcomes[..8], ["ok"; 8], "{judged}");
    assert!(outcomes[8].contains("Checksum failed") || outcomes[8].contains("24"), "{judged}");
    drop(realm);
    workshop.run.assert_no_process_left();
}

/// A keytab with the times of its entries set to zero: `ktutil` writes the time at which it writes.
fn timeless(mut bytes: Vec<u8>) -> Vec<u8> {
    let number = |bytes: &[u8]| bytes.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    let mut entry = 2;
    while entry < bytes.len() {
        let size = number(&bytes[entry..entry + 4]);
        let names = number(&bytes[entry + 4..entry + 6]) + 1;
        let mut at = entry + 6;
        for _ in 0..names {
            at += 2 + number(&bytes[at..at + 2]);
        }
        bytes[at + 4..at + 8].fill(0);
        entry += 4 + size;
    }
    bytes
}

#[test]
fn ktutil_and_we_write_the_same_bytes() {
    let ktutil = require!(Need::Ktutil);
    let workshop = Workshop::new();
    for (index, etype) in ETYPES.into_iter().enumerate() {
        let kvno = (300 + index).to_string();
        workshop.create("ours.keytab", "a/b@EXAMPLE.COM", &["--etype", etype, "--kvno", &kvno, "--add"]);
    }
    workshop.create("second.keytab", "zoo@EXAMPLE.COM", &["--kvno", "3"]);
    let utility = |script: &str| {
        let output = workshop.run.command(&ktutil).stdin(script).run().expect_code(0);
        assert_eq!(output.stderr, "", "{output}");
    };
    let bytes = |file: &str| timeless(workshop.read(file));
    utility("rkt ours.keytab\nwkt copy.keytab\nq\n");
    assert!(bytes("copy.keytab") == bytes("ours.keytab"), "ktutil writes our entries otherwise");
    utility("rkt ours.keytab\nrkt second.keytab\nwkt both.keytab\nq\n");
    workshop.flinkops(&["keytab", "merge", "ours.keytab", "second.keytab", "--out", "merged.keytab"], 0);
    assert!(bytes("both.keytab") == bytes("merged.keytab"), "the merged keytabs differ");
    utility("rkt merged.keytab\ndelent 2\ndelent 1\nwkt fewer.keytab\nq\n");
    let remove = ["keytab", "remove", "merged.keytab", "--principal", "a/b@EXAMPLE.COM", "--kvno"];
    workshop.flinkops(&[&remove[..], &["300"]].concat(), 0);
    workshop.flinkops(&[&remove[..], &["301"]].concat(), 0);
    assert!(bytes("fewer.keytab") == bytes("merged.keytab"), "the keytabs with fewer entries differ");
    workshop.run.assert_no_process_left();
}
