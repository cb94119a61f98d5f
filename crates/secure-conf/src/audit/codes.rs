//! What can be found, by code. The explanation of each is what `secure check --explain` shows and what `docs/security.md`
//! lists.

use super::finding::Severity;

/// A code.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `SC` and three digits; never reused.
    pub code: &'static str,
    /// A few words, joined by hyphens.
    pub name: &'static str,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// What it finds.
    pub finds: &'static str,
    /// What Flink or Java do about it, as seen on real ones.
    pub matters: &'static str,
    /// How to mend it.
    pub mend: &'static str,
}

impl Code {
    /// The whole explanation, in Markdown.
    pub fn explanation(&self) -> String {
        let Self { code, name, severity, finds, matters, mend } = self;
        format!(
            "{code} {name} ({severity})\n\n{finds}\n\nWhy it matters: {matters}\n\nHow to mend it: {mend}\n"
        )
    }
}

/// The code of this name, in either case.
pub fn code(code: &str) -> Option<&'static Code> {
    CODES.iter().copied().find(|known| known.code.eq_ignore_ascii_case(code))
}

/// Every code with its explanation, as `docs/security-codes.md` has it.
pub fn page() -> String {
    let mut page = "# The codes of `flinkops secure check`\n\n\
                    Written by `flinkops secure check --explain all`; do not edit.\n\n\
                    | code | name | severity |\n|---|---|---|\n"
        .to_owned();
    for Code { code, name, severity, .. } in CODES {
        page.push_str(&format!(
            "| [{code}](#{}-{name}) | {name} | {severity} |\n",
            code.to_ascii_lowercase()
        ));
    }
    for Code { code, name, severity, finds, matters, mend } in CODES {
        page.push_str(&format!(
            "\n## {code} {name}\n\n{finds}\n\n*Severity*: {severity}.\n\n*Why it matters*: {matters}\n\n*How to mend it*: {mend}\n"
        ));
    }
    page
}

macro_rules! codes {
    ($($(#[$doc:meta])* $item:ident $code:literal $name:literal $severity:ident
       { finds: $finds:literal, matters: $matters:literal, mend: $mend:literal })+) => {
        $(
            #[doc = concat!("`", $name, "`.")]
            pub static $item: Code = Code {
                code: $code,
                name: $name,
                severity: Severity::$severity,
                finds: $finds,
                matters: $matters,
                mend: $mend,
            };
        )+

        /// Every code, in order.
        pub static CODES: &[&Code] = &[$(&$item),+];
    };
}

codes! {
    MISSING_KEY "SC001" "missing-key" Error {
        finds: "TLS is on, and a keystore, truststore or password that it needs is not set.",
        matters: "The JobManager ends at start: `The config option … is missing`.",
        mend: "Set the key, or let `flinkops secure ssl` set them all." }
    UNREADABLE_STORE "SC002" "unreadable-store" Error {
        finds: "A store is not there, cannot be read, or is in another format than PKCS#12 and JKS.",
        matters: "The JobManager ends at start: `NoSuchFileException`, or `toDerInputStream rejects tag type` for PEM.",
        mend: "Name a store that Flink's user can read; `flinkops pki convert` makes one of PEM files." }
    WRONG_PASSWORD "SC003" "wrong-password" Error {
        finds: "The password in the configuration does not open the store.",
        matters: "The JobManager ends at start: `keystore password was incorrect`.",
        mend: "Set the password that the store was made with." }
    MANGLED_PASSWORD "SC004" "mangled-password" Error {
        finds: "The password that stands in the file is right, but Flink reads another one: a `#` ends it, quotes in flink-conf.yaml belong to it, or YAML takes it for a number.",
        matters: "The JobManager ends at start as with a wrong password, and the file looks right.",
        mend: "In config.yaml, put it between quotes. In flink-conf.yaml, give the store a password of letters and digits." }
    KEY_PASSWORD "SC005" "key-password" Error {
        finds: "The key password does not open the private key. In PKCS#12 it must be the store's own.",
        matters: "The JobManager ends at start: `Get Key failed: Given final block not properly padded` (PKCS#12), `Cannot recover key` (JKS).",
        mend: "Set the key's password; for PKCS#12 the password of the store." }
    NO_PRIVATE_KEY "SC006" "no-private-key" Error {
        finds: "A keystore without a private key that has a certificate: a truststore, most often.",
        matters: "Nothing can identify itself: every handshake fails.",
        mend: "Name the keystore." }
    SEVERAL_PRIVATE_KEYS "SC007" "several-private-keys" Warning {
        finds: "A keystore with several private keys.",
        matters: "Java chooses one by its own rules, and it need not be the one that was checked.",
        mend: "Leave one key in the store." }
    NOTHING_TRUSTED "SC008" "nothing-trusted" Error {
        finds: "A truststore in which no certificate is marked as trusted: a keystore, or a PKCS#12 file made by openssl without Java's mark.",
        matters: "Java trusts nobody with it, and nothing connects.",
        mend: "Make it anew with `flinkops pki truststore add` or `keytool -importcert`." }
    DAMAGED_STORE "SC009" "damaged-store" Error {
        finds: "A store whose contents do not fit its MAC, or that has none.",
        matters: "It was changed after it was written, or anybody could have changed it.",
        mend: "Restore it, or issue it anew." }
    STORE_TYPE "SC010" "store-type" Error {
        finds: "`keystore-type` or `truststore-type` (Flink 1.20 and later) names something other than PKCS12 and JKS.",
        matters: "The JobManager ends at start: `KeyStoreException: … not found`.",
        mend: "Set PKCS12; Java reads JKS under that type too." }
    RELATIVE_PATH "SC011" "relative-path" Warning {
        finds: "The path of a store is relative.",
        matters: "Each process looks for it where it was started.",
        mend: "Give an absolute path." }
    EXPIRED "SC020" "expired" Error {
        finds: "A certificate is past its end.",
        matters: "The JobManager starts, TaskManagers never register, and the logs hold warnings only. REST clients refuse the connection.",
        mend: "`flinkops pki renew`, then restart what uses it: Flink never reloads a store." }
    EXPIRES_SOON "SC021" "expires-soon" Warning {
        finds: "A certificate expires within the days of `--warn-days`.",
        matters: "After that, no process that starts can join the cluster.",
        mend: "`flinkops pki renew`, then restart what uses it." }
    NOT_YET_VALID "SC022" "not-yet-valid" Error {
        finds: "A certificate is before its start.",
        matters: "As with an expired one, until then.",
        mend: "Set the clocks right, or wait." }
    NOT_FOR_SERVERS "SC023" "not-for-servers" Error {
        finds: "The extended key usage lacks serverAuth where connections are accepted.",
        matters: "TaskManagers never register; REST clients refuse the connection.",
        mend: "Issue it with the role `internal`, or `rest-server` for REST." }
    NOT_FOR_CLIENTS "SC024" "not-for-clients" Error {
        finds: "The extended key usage lacks clientAuth where connections are opened with the certificate.",
        matters: "TaskManagers never register: every process of Flink is server and client with one certificate.",
        mend: "Issue it with the role `internal`, or `rest-client` for clients of REST." }
    KEY_MISMATCH "SC025" "key-mismatch" Error {
        finds: "The private key is not the one of the certificate beside it.",
        matters: "Every handshake fails.",
        mend: "Put key and certificate together again from where they were made." }
    UNFIT_CERTIFICATE "SC026" "unfit-certificate" Error {
        finds: "A key or signature that is too weak, a key usage without digitalSignature, or a chain through something that is no authority.",
        matters: "Java refuses such certificates, or anybody can forge them.",
        mend: "Issue it anew." }
    UNTRUSTED "SC027" "untrusted" Error {
        finds: "The host's own truststore does not vouch for its own certificate.",
        matters: "Internally, TaskManagers never register. On REST, `flink list` with this configuration fails after retries of a minute.",
        mend: "Put the root into the truststore, and intermediates into the keystore." }
    PEERS_DISTRUST "SC028" "peers-distrust" Error {
        finds: "The truststores of some hosts do not vouch for the certificates of others.",
        matters: "Each host looks right by itself, and they never connect.",
        mend: "Put the root of the one into the truststore of the other; `flinkops pki rotate` changes authorities without an outage." }
    NAME_MISSING "SC029" "name-missing" Warning {
        finds: "The REST certificate lacks a name by which clients reach it: `rest.address` or `jobmanager.rpc.address`, `masters`, the SQL gateway's and the history server's address, the Kubernetes service.",
        matters: "Browsers, curl and every client that checks names refuse it; Flink's own do so from 2.3 on, with security.ssl.rest.verify-hostname.",
        mend: "Issue it anew with the names." }
    HANDSHAKE_FAILS "SC030" "handshake-fails" Error {
        finds: "A TLS handshake between keystore and truststore, as two hosts do it, fails for a reason of its own.",
        matters: "Nothing will connect.",
        mend: "Issue certificate and stores anew." }
    MALFORMED_PIN "SC031" "malformed-pin" Error {
        finds: "A `cert.fingerprint` that is no SHA-1 fingerprint: SHA-256, most often.",
        matters: "The JobManager ends at start: `Fingerprint's length is 32 but expected 20`.",
        mend: "Set the SHA-1 fingerprint that `flinkops pki inspect` shows." }
    PIN_MISMATCH "SC032" "pin-mismatch" Error {
        finds: "A `cert.fingerprint` of another certificate than the one that is shown.",
        matters: "The pin takes the place of the truststore: TaskManagers never register, or clients refuse the server.",
        mend: "Set the fingerprint of the certificate in use. Internally every host must have the same one." }
    UNUSABLE_PROTOCOL "SC033" "unusable-protocol" Error {
        finds: "`security.ssl.protocol` is not TLSv1.2 and not TLSv1.3: two protocols, or one that Java has disabled.",
        matters: "With `TLSv1.2,TLSv1.3` the JobManager ends at start.",
        mend: "Set one: TLSv1.3 with suites of its own, or TLSv1.2." }
    NO_FITTING_SUITE "SC034" "no-fitting-suite" Error {
        finds: "No suite of `security.ssl.algorithms` fits the key and the protocol. The defaults are for RSA keys and TLS 1.2 only.",
        matters: "Processes start, and nothing connects, nearly without a word on 2.3.",
        mend: "Set the suites that the finding names." }
    OUTDATED_SUITES "SC035" "outdated-suites" Warning {
        finds: "Only suites without forward secrecy are in effect, as by default up to Flink 1.19.",
        matters: "Whoever gets the key reads what was recorded before, and current clients (Python, Go, Rust) cannot connect.",
        mend: "Set the suites that the finding names." }
    HOSTS_DISAGREE "SC036" "hosts-disagree" Error {
        finds: "Hosts of one cluster differ in whether internal TLS is on, or in its version.",
        matters: "They do not reach each other.",
        mend: "Set the same everywhere." }
    CLIENT_REFUSED "SC037" "client-refused" Error {
        finds: "A host that runs `bin/flink` will not get along with a REST server that was checked beside it: no certificate where one is demanded, or one that the other side does not trust.",
        matters: "`flink list` and the others fail after retries of a minute.",
        mend: "`flinkops secure ssl --client` with a keystore of the role `rest-client` from an authority that the server trusts." }
    INTERNAL_NAME_MISSING "SC038" "internal-name-missing" Error {
        finds: "From Flink 2.3 on: an internal certificate without the name in `taskmanager.host`, or without any name.",
        matters: "TaskManagers register, and the first job whose records cross from one to another fails: 2.3 compares the name of a peer's address with its certificate, which earlier versions do not.",
        mend: "Issue a certificate with its name for each host: `flinkops pki bulk`. Where all processes share one on purpose, add -Dorg.apache.flink.shaded.netty4.io.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE to env.java.opts.all." }
    REST_PLAIN "SC040" "rest-plain" Warning {
        finds: "The REST endpoint listens beyond the host, without TLS and without authentication.",
        matters: "Anybody who reaches the port reads configuration and data, and runs code as Flink's user.",
        mend: "`flinkops secure ssl` with client certificates, or bind it to loopback behind a proxy that authenticates." }
    REST_ANONYMOUS "SC041" "rest-anonymous" Warning {
        finds: "The REST endpoint speaks TLS, and lets every client in.",
        matters: "The connection is private, and anybody may have one.",
        mend: "`flinkops secure ssl --rest-client-auth required`." }
    REST_SUBMIT "SC042" "rest-submit" Error {
        finds: "Jars can be uploaded and run over a REST endpoint that is open to everybody.",
        matters: "That is remote code execution, and scanners look for it.",
        mend: "Set web.submit.enable to false, and demand client certificates: POST /jobs stays open otherwise." }
    REST_CANCEL "SC043" "rest-cancel" Warning {
        finds: "Jobs can be cancelled from the dashboard of a REST endpoint that is open to everybody.",
        matters: "Anybody can stop production.",
        mend: "Set web.cancel.enable to false, and demand client certificates." }
    INTERNAL_PLAIN "SC044" "internal-plain" Warning {
        finds: "RPC, data and blob connections between hosts are neither encrypted nor authenticated.",
        matters: "The RPC port takes serialized Java objects: who reaches it runs code as Flink's user.",
        mend: "`flinkops secure ssl` with stores of the role `internal`." }
    SECRET_READABLE "SC050" "secret-readable" Warning {
        finds: "A configuration with passwords, or a keystore, that every user of the host can read.",
        matters: "Every account on the host, and everything that is broken into there, has the keys of the cluster.",
        mend: "chmod 600, owned by Flink's user." }
    WRITABLE "SC051" "writable-by-others" Error {
        finds: "A configuration or a store that every user of the host can change.",
        matters: "Whoever writes the configuration decides what Flink runs; whoever writes the truststore, whom it trusts.",
        mend: "chmod o-w." }
    WELL_KNOWN_PASSWORD "SC052" "well-known-password" Warning {
        finds: "A password from manuals and from the top of every list of leaked ones.",
        matters: "Whoever gets hold of the store (a backup, an image) has the key.",
        mend: "Issue the store again with a generated password." }
    SECRET_IN_MANIFEST "SC053" "secret-in-manifest" Error {
        finds: "A ConfigMap, a FlinkDeployment, or the variable FLINK_PROPERTIES of a container that holds a password.",
        matters: "Config maps and variables are readable to whoever may look at pods, are not encrypted at rest, and end up in version control.",
        mend: "Put it into a Secret: `flinkops secure ssl --platform kubernetes --secrets-dir DIR`." }
    IGNORED_KEY "SC060" "ignored-key" Error {
        finds: "A key under `security.` that this version of Flink does not know, such as security.ssl.enabled from 2.0 on or keystore-type before 1.20.",
        matters: "Flink ignores it without a word, and what it should have secured is open.",
        mend: "Set the key that this version has." }
    NO_EFFECT "SC061" "no-effect" Warning {
        finds: "A key that this version knows and does not heed: security.ssl.verify-hostname, security.kerberos.krb5-conf.path on a standalone cluster, the protocol of a REST server without client certificates.",
        matters: "It promises what does not happen.",
        mend: "As the finding says." }
    WRONG_FILE "SC062" "wrong-file" Error {
        finds: "A configuration file that this version of Flink does not read: flink-conf.yaml from 2.0 on, config.yaml before 1.19, or config.yaml beside flink-conf.yaml in 1.19 and 1.20.",
        matters: "Everything in it is without effect, its security first.",
        mend: "Keep one file, of the name that the version reads." }
    UNREADABLE_CONFIGURATION "SC063" "unreadable-configuration" Error {
        finds: "A configuration that Flink refuses as a whole: a password such as `a: b` without quotes is enough.",
        matters: "No process starts.",
        mend: "Put such values between quotes." }
    KERBEROS_LOGIN "SC070" "kerberos-login" Error {
        finds: "A keytab without a principal or the other way round, a principal that is none, or a keytab whose path is relative.",
        matters: "Flink ends at start, or each process looks for the keytab where it was started.",
        mend: "`flinkops secure kerberos` sets what belongs together." }
    KERBEROS_CONTEXTS "SC071" "kerberos-contexts" Warning {
        finds: "A login context that is missing, misspelt, or fed from a ticket cache that ends.",
        matters: "Flink logs in only for the contexts that are named: with Kerberized ZooKeeper the JobManager ends after some twenty seconds.",
        mend: "Name what is used in security.kerberos.login.contexts: Client for ZooKeeper, KafkaClient for Kafka." }
    KEYTAB_UNREADABLE "SC072" "keytab-unreadable" Error {
        finds: "A keytab that is not there, cannot be read, is damaged, or holds nothing.",
        matters: "Flink looks at start whether the file is there. A damaged one passes, and the login fails later: `Unable to obtain password from user`.",
        mend: "`flinkops keytab create`, or get it anew from the KDC." }
    KEYTAB_EXPOSED "SC073" "keytab-exposed" Error {
        finds: "A keytab that others than its owner can read, or that belongs to somebody else.",
        matters: "Its keys are as good as the password of the principal.",
        mend: "chmod 600, owned by Flink's user." }
    KEYTAB_PRINCIPAL "SC074" "keytab-principal" Error {
        finds: "A keytab without a key of the principal that logs in.",
        matters: "Flink does not look; the login fails later: `Unable to obtain password from user`.",
        mend: "Use a principal that is in it, or add its key with `flinkops keytab create`." }
    KEYTAB_KEYS "SC075" "keytab-keys" Error {
        finds: "Keys that conflict, are there twice, have a wrong length, or have encryption types that are weak or not allowed by krb5.conf and Java.",
        matters: "Programs take either of two keys; a type that nobody allows cannot log in.",
        mend: "As the finding says; `flinkops keytab list` shows what is in it." }
    KRB5_CONF "SC076" "krb5-conf" Error {
        finds: "A krb5.conf that is not there, cannot be read as MIT and Java read it, or names no KDC of the realm.",
        matters: "The login fails: `Cannot locate KDC`.",
        mend: "`flinkops secure kerberos --krb5-out` writes one." }
    KRB5_ENCTYPES "SC077" "krb5-enctypes" Warning {
        finds: "Lists of encryption types that Java reads differently, or weak cryptography that is allowed.",
        matters: "The login works with one program and not with another, or with keys that can be broken.",
        mend: "Leave the lists out, or name AES types, separated by blanks." }
    SERVED_PLAIN "SC090" "served-plain" Error {
        finds: "With --connect: the endpoint answers plain HTTP.",
        matters: "Whatever the configuration says, nothing is encrypted there: it was not restarted, or reads another file.",
        mend: "Restart the JobManager with the checked configuration." }
    SERVED_OTHER "SC091" "served-other" Warning {
        finds: "With --connect: the endpoint shows another certificate than the one in the configured keystore.",
        matters: "Flink reads its stores at start only: the process still has the old one, or another one answers.",
        mend: "Restart the JobManager." }
    SERVED_UNFIT "SC092" "served-unfit" Error {
        finds: "With --connect: the certificate that is shown is expired, not yet valid, not for servers, or lacks the name it was reached by.",
        matters: "Clients refuse it.",
        mend: "`flinkops pki renew`, then restart the JobManager." }
    SERVES_STRANGERS "SC093" "serves-strangers" Error {
        finds: "With --connect: the endpoint answers a client without a certificate, or with one that nobody vouches for.",
        matters: "Whoever reaches the port may do whatever the REST API can.",
        mend: "`flinkops secure ssl --rest-client-auth required`, then restart the JobManager." }
    SERVES_WEAK "SC094" "serves-weak" Warning {
        finds: "With --connect: the endpoint agrees to TLS 1.0 or 1.1, or to suites without forward secrecy.",
        matters: "What was recorded can be read later by whoever gets the key; the old protocols are broken.",
        mend: "Set security.ssl.algorithms and security.ssl.protocol with `flinkops secure ssl`. A REST server without client certificates heeds neither: demand them, or restrict Java's jdk.tls.disabledAlgorithms." }
}
