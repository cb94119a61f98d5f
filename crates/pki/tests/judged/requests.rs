//! Signing requests of other tools: every kind of key signed, and what must not be signed refused.

use std::path::Path;

use crate::tools::{authority, available, command, now, openssl, openssl_available, run, succeed, write};
use ops_core::secret::Secret;
use pki::PkiError;
use pki::authority::Authority;
use pki::certificate::CertificateInfo;
use pki::key::KeyKind;
use pki::names::SubjectAltName;
use pki::profile::Role;
use pki::request::{self, CertificateRequest, RequestError};
use pki::sign::SignRequest;
use proptest::prelude::*;

/// Signs a request and has openssl verify the result: chain, purpose, and that the key is the one of the request.
fn sign_and_verify(dir: &Path, authority: &Authority, request_file: &str, what: &str) -> CertificateInfo {
    let bytes = std::fs::read(dir.join(request_file)).unwrap();
    let request = CertificateRequest::parse(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    let sign = SignRequest::new(&request, "signed".parse().unwrap(), Role::Internal, now());
    let signed = authority.sign_request(&sign).unwrap_or_else(|error| panic!("{what}: {error}"));
    write(dir, "signed.pem", pki::pem::certificates(&signed.chain[..1]));
    let ca = authority.certificate_path();
    for purpose in ["sslserver", "sslclient"] {
        succeed(
            openssl(dir, &format!("verify -x509_strict -purpose {purpose} -CAfile"))
                .arg(&ca)
                .arg("signed.pem"),
        );
    }
    let form = if bytes.starts_with(b"-----") { "PEM" } else { "DER" };
    let asked = succeed(&mut openssl(dir, &format!("req -noout -pubkey -inform {form} -in {request_file}")));
    let certified = succeed(&mut openssl(dir, "x509 -noout -pubkey -in signed.pem"));
    assert_eq!(asked, certified, "{what}");
    let info = CertificateInfo::parse(&signed.chain[0]).unwrap();
    assert_eq!((info.subject.as_str(), info.is_authority), ("CN=signed", false), "{what}");
    assert_eq!(info.names, request.names, "{what}");
    info
}

#[test]
fn keytool_s_requests_of_every_kind_are_signed() {
    if !available("keytool", "default-jdk-headless") || !openssl_available() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let authority = authority(dir, "CA", KeyKind::P256, 0, now());
    write(dir, "password", "changeit\n");
    for (what, key, signature) in [
        ("rsa-2048", "-keyalg RSA -keysize 2048", ""),
        ("rsa-3072", "-keyalg RSA -keysize 3072", ""),
        ("rsa-4096", "-keyalg RSA -keysize 4096", "-sigalg SHA512withRSA"),
        ("rsa-pss", "-keyalg RSA -keysize 2048", "-sigalg RSASSA-PSS"),
        ("p-256", "-keyalg EC -groupname secp256r1", ""),
        ("p-256-sha384", "-keyalg EC -groupname secp256r1", "-sigalg SHA384withECDSA"),
        ("p-384", "-keyalg EC -groupname secp384r1", ""),
        ("p-384-sha256", "-keyalg EC -groupname secp384r1", "-sigalg SHA256withECDSA"),
        ("p-521", "-keyalg EC -groupname secp521r1", ""),
        ("ed25519", "-keyalg Ed25519", ""),
    ] {
        let keytool = |arguments: &str| {
            let mut keytool = command("keytool");
            keytool.current_dir(dir).args(["-J-XX:TieredStopAtLevel=1", "-J-Xshare:auto"]);
            let place = format!(" -alias mine -keystore {what}.p12 -storepass:file password");
            keytool.args(arguments.split_whitespace()).args(place.split_whitespace());
            keytool
        };
        let name = ["-dname", "CN=node1, OU=Flink, O=Example, C=DE"];
        succeed(keytool(&format!("-genkeypair {key} -validity 10")).args(name));
        let names = "-ext SAN=dns:node1.example,dns:NODE1,ip:10.0.0.1,uri:spiffe://flink/node1";
        succeed(&mut keytool(&format!("-certreq -file {what}.csr {signature} {names}")));
        let info = sign_and_verify(dir, &authority, &format!("{what}.csr"), what);
        let names: Vec<_> = info.names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["dns:node1.example", "dns:node1", "ip:10.0.0.1", "uri:spiffe://flink/node1"]);

        // And keytool takes the answer for its key.
        if ["rsa-2048", "p-384-sha256", "ed25519"].contains(&what) {
            let chain = [
                std::fs::read(dir.join("signed.pem")).unwrap(),
                std::fs::read(authority.certificate_path()).unwrap(),
            ];
            write(dir, "answer.pem", chain.concat());
            let text = succeed(&mut keytool("-J-Duser.language=en -importcert -noprompt -file answer.pem"));
            assert!(text.contains("installed in keystore"), "{what}: {text}");
        }
    }
}

#[test]
fn openssl_s_requests_of_every_kind_are_signed() {
    if !openssl_available() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let names = "-addext subjectAltName=DNS:node1.example,IP:fd00::1,URI:spiffe://flink/x";
    for (number, kind) in [KeyKind::Rsa2048, KeyKind::P384, KeyKind::Ed25519].into_iter().enumerate() {
        let authority = authority(dir, &format!("CA {number}"), kind, 0, now());
        for (what, key) in [
            ("rsa-2048", "-newkey rsa:2048"),
            (
                "rsa-2560-pss",
                "-newkey rsa:2560 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -sha384",
            ),
            ("p-256", "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"),
            ("p-256-sha384", "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -sha384"),
            ("p-256-sha512", "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -sha512"),
            ("p-384-sha256", "-newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -sha256"),
            ("p-384", "-newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -sha384"),
            ("p-521-sha256", "-newkey ec -pkeyopt ec_paramgen_curve:secp521r1 -sha256"),
            ("p-521", "-newkey ec -pkeyopt ec_paramgen_curve:secp521r1 -sha512"),
            ("ed25519", "-newkey ed25519"),
            ("der", "-newkey ed25519 -outform DER"),
        ] {
            let request = format!("req -new {key} -nodes -keyout key.pem -subj /CN=x {names} -out request");
            succeed(&mut openssl(dir, &request));
            sign_and_verify(dir, &authority, "request", what);
        }
    }
}

/// What openssl makes of some arguments, as a request.
fn asked(dir: &Path, arguments: &str) -> Result<CertificateRequest, RequestError> {
    succeed(&mut openssl(
        dir,
        &format!("req -new -nodes -keyout key.pem -subj /CN=evil {arguments} -out request"),
    ));
    CertificateRequest::parse(&std::fs::read(dir.join("request")).unwrap())
}

#[test]
fn what_must_not_be_signed_is_refused_for_its_reason() {
    if !openssl_available() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let authority = authority(dir, "CA", KeyKind::P256, 0, now());
    const EC: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1";
    for (arguments, reason) in [
        ("-newkey rsa:1024".to_owned(), "1024 bits, which is too weak"),
        ("-newkey ec -pkeyopt ec_paramgen_curve:secp256k1".to_owned(), "not one that TLS uses"),
        (
            "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -pkeyopt ec_param_enc:explicit".to_owned(),
            "no name",
        ),
        ("-newkey rsa:2048 -sha1".to_owned(), "SHA-1"),
        (
            "-newkey rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20".to_owned(),
            "a salt of 20 bytes",
        ),
        ("-newkey ed448".to_owned(), "unknown kind 1.3.101.113"),
        (format!("{EC} -addext subjectAltName=DNS:my_host"), "underscore"),
    ] {
        let error = asked(dir, &arguments).unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains("CN=evil"), "{arguments}: {error}");
    }
    for extension in ["basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign", "keyUsage=cRLSign"] {
        let request = asked(dir, &format!("{EC} -addext {extension}")).unwrap();
        let sign = SignRequest::new(&request, "evil".parse().unwrap(), Role::Internal, now());
        let error = authority.sign_request(&sign).unwrap_err();
        assert!(matches!(error, PkiError::Request(RequestError::WantsAuthority { .. })), "{error}");
        assert!(error.to_string().starts_with("REFUSED: "), "{error}");
    }
    // Nothing is copied: usages are the profile's, names of other forms are left out and said to be.
    let extensions = "-addext extendedKeyUsage=codeSigning -addext subjectAltName=DNS:a.example,email:x@example.com -addext 1.2.3.4=DER:0500";
    let request = asked(dir, &format!("{EC} {extensions}")).unwrap();
    assert_eq!(request.left_out.len(), 2, "{:?}", request.left_out);
    let sign = SignRequest::new(&request, "plain".parse().unwrap(), Role::RestClient, now());
    let signed = authority.sign_request(&sign).unwrap();
    write(dir, "signed.der", &signed.chain[0]);
    let text = succeed(&mut openssl(dir, "x509 -noout -text -inform DER -in signed.der"));
    assert!(text.contains("TLS Web Client Authentication") && !text.contains("Code Signing"), "{text}");
    assert!(!text.contains("x@example.com") && !text.contains("1.2.3.4"), "{text}");
    assert_eq!(authority.issued().unwrap().len(), 1, "what was refused is not in the index");

    // A request whose subject was changed after it was signed.
    let pem = std::fs::read(dir.join("request")).unwrap();
    let mut der = pki::pem::blocks(&pem).unwrap().remove(0).der;
    let at = der.windows(4).position(|window| window == b"evil").unwrap();
    der[at..at + 4].copy_from_slice(b"good");
    let error = CertificateRequest::parse(&der).unwrap_err();
    assert!(matches!(error, RequestError::Unproven { .. }), "{error}");
    for (bytes, reason) in [
        (&b""[..], "no signing request"),
        (b"-----BEGIN CERTIFICATE REQUEST-----", "has no end"),
        (&std::fs::read(authority.certificate_path()).unwrap(), "it holds CERTIFICATE"),
        (&vec![0x30; 300 << 10], "bytes long"),
    ] {
        let error = CertificateRequest::parse(bytes).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

fn names(names: &[&str]) -> Vec<SubjectAltName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

#[test]
fn our_own_requests_are_read_by_openssl_and_by_ourselves() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let authority = authority(dir, "CA", KeyKind::P256, 0, now());
    let wanted = names(&["dns:node1.example", "ip:10.0.0.1"]);
    for kind in KeyKind::ALL {
        if kind == KeyKind::Rsa4096 || kind == KeyKind::Rsa3072 {
            continue; // Seconds of prime search that show nothing the smaller size does not.
        }
        let made = request::create(&"node1".parse().unwrap(), Role::Internal, &wanted, kind).unwrap();
        let read = CertificateRequest::parse(made.pem.as_bytes()).unwrap();
        assert_eq!((read.key.to_string().as_str(), &read.names), (kind.name(), &wanted));
        assert_eq!(read.leaf_name().unwrap().as_str(), "node1");
        let again =
            request::create_for(&"node1".parse().unwrap(), Role::Internal, &wanted, &made.key).unwrap();
        assert_eq!(CertificateRequest::parse(again.pem.as_bytes()).unwrap().public_key, read.public_key);
        if openssl_available() {
            write(dir, "request.pem", &made.pem);
            let text = succeed(&mut openssl(dir, "req -verify -noout -text -in request.pem"));
            assert!(
                text.contains("DNS:node1.example") && text.contains("TLS Web Server Authentication"),
                "{text}"
            );
        }
        let sign = SignRequest::new(&read, "node1".parse().unwrap(), Role::Internal, now());
        let signed = authority.sign_request(&sign).unwrap();
        let serial = signed.serial.clone();
        let leaf = signed.into_leaf("node1".parse().unwrap(), Role::Internal, made.key).unwrap();
        assert_eq!(leaf.serial, serial);
    }
    let bare = request::create(&"x".parse().unwrap(), Role::RestServer, &[], KeyKind::P256);
    assert!(matches!(bare, Err(PkiError::NoNames { .. })));
    // A signature for one key does not make a leaf with another.
    let one = request::create(&"a".parse().unwrap(), Role::Internal, &wanted, KeyKind::P256).unwrap();
    let read = CertificateRequest::parse(one.pem.as_bytes()).unwrap();
    let signed = authority
        .sign_request(&SignRequest::new(&read, "a".parse().unwrap(), Role::Internal, now()))
        .unwrap();
    let other = request::create(&"b".parse().unwrap(), Role::Internal, &wanted, KeyKind::P256).unwrap();
    let error = signed.into_leaf("a".parse().unwrap(), Role::Internal, other.key).unwrap_err().to_string();
    assert!(error.contains("not the one of the certificate of CN=a"), "{error}");
}

#[test]
fn names_outside_of_the_constraints_are_not_certified() {
    use pki::authority::AuthorityRequest;
    use pki::constraints::NameConstraints;
    let dir = tempfile::tempdir().unwrap();
    let mut request = AuthorityRequest::new("Bound CA".parse().unwrap(), now());
    request.key = KeyKind::P256;
    request.constraints = NameConstraints::permitting(
        ["dns:flink.example", "dns:localhost", "ip:10.0.0.0/8"].map(|text| text.parse().unwrap()),
    );
    let authority = Authority::create(&dir.path().join("ca"), &request, &Secret::generate()).unwrap();
    // What it may certify is read back from its own certificate.
    assert_eq!(authority.constraints(), [request.constraints]);
    let issue = |name: &str, wanted: &[&str]| {
        let mut request =
            pki::authority::LeafRequest::new(name.parse().unwrap(), Role::Internal, names(wanted), now());
        request.key = KeyKind::P256;
        authority.issue(&request)
    };
    for (name, wanted) in [
        ("a", &["dns:evil.example"][..]),
        ("a", &["dns:tm1.flink.example", "ip:192.168.0.1"]),
        ("evil.example", &[]),
        ("evil.example", &["ip:10.0.0.1"]),
    ] {
        let error = issue(name, wanted).unwrap_err();
        assert!(matches!(error, PkiError::NotPermitted { .. }), "{wanted:?}: {error}");
    }
    let leaf = issue("tm1", &["dns:tm1.flink.example", "dns:localhost", "ip:10.1.2.3"]).unwrap();
    let bare = issue("tm2.flink.example", &[]).unwrap();
    if openssl_available() {
        for leaf in [leaf, bare] {
            write(dir.path(), "leaf.pem", pki::pem::certificates(&leaf.chain[..1]));
            let mut verify = openssl(dir.path(), "verify -x509_strict -purpose sslserver -CAfile");
            let output = run(verify.arg(authority.certificate_path()).arg("leaf.pem"));
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

fn sample() -> (Vec<u8>, CertificateRequest) {
    let wanted = names(&["dns:a.example", "ip:10.0.0.1", "uri:spiffe://x"]);
    let made = request::create(&"sample".parse().unwrap(), Role::Internal, &wanted, KeyKind::P256).unwrap();
    let der = pki::pem::blocks(made.pem.as_bytes()).unwrap().remove(0).der.to_vec();
    let read = CertificateRequest::parse(&der).unwrap();
    (der, read)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn changed_requests_prove_nothing_else(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        static SAMPLE: std::sync::LazyLock<(Vec<u8>, CertificateRequest)> = std::sync::LazyLock::new(sample);
        let (der, original) = &*SAMPLE;
        let mut der = der.clone();
        for (at, byte) in changes {
            let at = at.index(der.len());
            der[at] = byte;
        }
        if let Some(cut) = cut {
            der.truncate(cut.index(der.len()));
        }
        // Whatever is accepted says what was signed: nothing of it can be changed without the key.
        if let Ok(read) = CertificateRequest::parse(&der) {
            prop_assert_eq!(&read, original);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = CertificateRequest::parse(&bytes);
        let mut heap = pki::import::Certificates::new();
        let _ = heap.add("noise", &bytes);
    }
}
