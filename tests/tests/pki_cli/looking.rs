//! Looking at things: files of any kind, standard input, and what a host serves.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::{port, require};

use crate::workshop::Workshop;

fn issued() -> Workshop {
    let workshop = Workshop::with_authority();
    for format in ["p12", "jks", "pem"] {
        workshop.pki(
            &[
                "issue",
                "--dir",
                "ca",
                "--name",
                "x",
                "--role",
                "rest-server",
                "--san",
                "dns:localhost",
                "--key-type",
                "p-256",
                "--format",
                format,
                "--out",
                "out",
            ],
            0,
        );
    }
    workshop
}

#[test]
fn every_kind_of_file_says_what_it_is() {
    let workshop = issued();
    workshop.pki(&["csr", "--name", "r", "--role", "internal", "--key-type", "p-256", "--out", "out"], 0);
    workshop.pki(&["revoke", "--dir", "ca", "--list-only"], 0);
    let files = [
        "out/x.keystore.p12",
        "out/x.keystore.jks",
        "out/x.pem",
        "out/x.key",
        "out/r.csr",
        "ca/crl.pem",
        "ca/ca.key.pem",
    ];
    let report = workshop.json(&[&["inspect"][..], &files].concat(), 0);
    let seen: Vec<_> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            let object = &file["objects"][0]["type"];
            (file["kind"].as_str().unwrap(), file["access"].as_str().unwrap(), object.as_str().unwrap())
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("pkcs12", "locked", "key-entry"),
            ("jks", "locked", "key-entry"),
            ("pem", "plain", "certificate"),
            ("pem", "plain", "private-key"),
            ("pem", "plain", "request"),
            ("pem", "plain", "crl"),
            ("pem", "locked", "private-key"),
        ]
    );
    let output = workshop.pki(&[&["inspect"][..], &files].concat(), 0);
    for text in [
        "a PKCS#12 store",
        "AES-256-CBC",
        "encrypted; add --password-from",
        "CN=x",
        "revocation list",
        "signing request",
    ] {
        assert!(output.stdout.contains(text), "`{text}` is missing\n{output}");
    }
    let piped = workshop
        .command(&["inspect", "-", "-o", "json"])
        .stdin(workshop.read("out/x.pem"))
        .run()
        .expect_code(0);
    workshop.judge(&piped);
    assert!(piped.stdout.contains("CN=Test CA"), "{piped}");
}

#[test]
fn a_host_shows_its_chain_protocol_and_suite() {
    let openssl = require!(Need::Openssl);
    let workshop = issued();
    for (protocol, asks) in [("-tls1_2", false), ("-tls1_3", false), ("-tls1_2", true)] {
        let [port] = port::free();
        let address = format!("localhost:{port}");
        let mut server = workshop.run.command(&openssl).args([
            "s_server",
            "-accept",
            &port.to_string(),
            "-cert",
            "out/x.pem",
            "-key",
            "out/x.key",
            "-cert_chain",
            "out/x.pem",
            "-naccept",
            "1",
            protocol,
        ]);
        if asks {
            server = server.args(["-Verify", "2", "-CAfile", "ca/ca.pem"]);
        }
        let server = server.stdin("wait").spawn();
        server.wait_for_stdout("ACCEPT");
        let report = workshop.json(&["inspect", "--connect", &address], 0);
        let served = &report["connections"][0];
        let expected = if protocol == "-tls1_3" { "TLSv1.3" } else { "TLSv1.2" };
        assert_eq!(served["protocol"], expected);
        assert!(served["cipher_suite"].as_str().unwrap().starts_with("TLS_"), "{served}");
        assert_eq!(served["asks_for_client_certificate"], asks);
        assert_eq!(served["handshake_error"].is_string(), asks, "{served}");
        assert_eq!(served["certificates"][0]["certificate"]["subject"], "CN=x");
        assert!(served["certificates"].as_array().unwrap().len() >= 2, "{served}");
    }
}

#[test]
fn a_host_that_is_silent_plain_or_gone() {
    let workshop = Workshop::new();
    let said = |arguments: &[&str], code: i32, expected: &str| {
        let output = workshop.pki(arguments, code);
        assert!(output.stderr.contains(expected), "`{expected}` is missing\n{output}");
        output
    };
    said(&["inspect", "--connect", &format!("localhost:{}", port::free::<1>()[0])], 3, "cannot connect to");
    said(&["inspect", "--connect", "localhost"], 2, "HOST:PORT");
    said(&["inspect", "--connect", "localhost:99999"], 2, "HOST:PORT");
    said(&["inspect", "--connect", "no-such-host.invalid:443"], 3, "cannot connect to");

    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = plain.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = plain.accept().unwrap();
        let mut begin = [0; 64];
        let _read = stream.read(&mut begin).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    said(&["inspect", "--connect", &address], 4, "showed no certificate");
    answering.join().unwrap();

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = said(
        &["inspect", "--connect", &silent.local_addr().unwrap().to_string()],
        3,
        "no answer within 10 s",
    );
    assert!(output.elapsed < Duration::from_secs(15), "{output}");
}

#[test]
fn verify_names_the_cause() {
    let workshop = issued();
    workshop.pki(&["init", "--dir", "other", "--name", "Other CA", "--key-type", "p-256"], 0);
    workshop.pki(
        &[
            "issue",
            "--dir",
            "other",
            "--name",
            "y",
            "--role",
            "rest-client",
            "--key-type",
            "p-256",
            "--out",
            "out",
        ],
        0,
    );
    let verify = |keystore: &str, truststore: &str, more: &[&str], code: i32| {
        let found = workshop.json(
            &[&["verify", "--keystore", keystore, "--truststore", truststore][..], more].concat(),
            code,
        );
        let codes: Vec<_> = found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect();
        codes
    };
    let (keystore, truststore) = ("out/x.keystore.p12", "out/x.truststore.p12");
    let server = ["--role", "rest-server"];
    assert!(verify(keystore, truststore, &server, 0).is_empty());
    assert!(verify("out/x.keystore.jks", "out/x.truststore.jks", &server, 0).is_empty());
    assert_eq!(verify(keystore, "out/y.truststore.p12", &server, 1), ["untrusted"]);
    assert_eq!(verify(keystore, truststore, &["--role", "internal"], 1), ["not-for-clients"]);
    assert_eq!(verify("out/y.keystore.p12", "out/y.truststore.p12", &server, 1), ["not-for-servers"]);
    let eastern = ["--role", "rest-server", "--flink-version", "1.20"];
    assert_eq!(verify(keystore, truststore, &eastern, 1), ["no-fitting-suite"]);
    assert_eq!(verify(truststore, truststore, &["--role", "rest-server"], 1), ["no-private-key"]);
    workshop.write("wrong", "another one\n");
    assert_eq!(
        verify(keystore, truststore, &["--role", "rest-server", "--keystore-password-from", "file:wrong"], 1),
        ["wrong-password"]
    );
    workshop.refused(
        &["verify", "--keystore", "nowhere", "--truststore", truststore, "--role", "internal"],
        &["cannot read nowhere"],
    );
    let output = workshop.pki(
        &[
            "verify",
            "--keystore",
            keystore,
            "--truststore",
            truststore,
            "--role",
            "rest-server",
            "--host",
            "localhost",
        ],
        0,
    );
    assert!(
        output.stdout.contains("connections will be established") && output.stdout.contains("TLSv1.3"),
        "{output}"
    );
}
