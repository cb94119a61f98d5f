//! Answers that are none: recorded ones of MIT's KDC that answer somebody else, changed ones, and noise.

use std::cell::RefCell;

use jiff::Timestamp;
use proptest::prelude::*;
use secure_conf::kdc::{LoginCheck, LoginReport, Transport, TransportError, check_login};
use secure_conf::kerberos::Code;
use secure_conf::kerberos::krb5_conf::KdcAddress;
use secure_conf::keytab::{EncryptionType, Entry, Key, Keytab, NameType, Principal};

/// A demand for pre-authentication, for `good@EXAMPLE.COM`.
const DEMAND: &str = "\
    7e81e43081e1a003020105a10302011ea411180f32303236313132363031333233395aa505020306559aa603020119a70d1b \
    0b4558414d504c452e434f4da811300fa003020101a10830061b04676f6f64a90d1b0b4558414d504c452e434f4daa20301e \
    a003020102a11730151b066b72627467741b0b4558414d504c452e434f4dab101b0e4e45454445445f50524541555448ac51 \
    044f304d300aa10402020088a20204003025a103020113a21e041c301a3018a003020112a1111b0f4558414d504c452e434f \
    4d676f6f643009a103020102a2020400300da10402020085a20504034d4954";

/// A reply to a login.
const LOGIN: &str = "\
    6b8202dd308202d9a003020105a10302010ba22930273025a103020113a21e041c301a3018a003020112a1111b0f4558414d \
    504c452e434f4d676f6f64a30d1b0b4558414d504c452e434f4da411300fa003020101a10830061b04676f6f64a582019861 \
    82019430820190a003020105a10d1b0b4558414d504c452e434f4da220301ea003020102a11730151b066b72627467741b0b \
    4558414d504c452e434f4da382015630820152a003020112a103020101a2820144048201403c05d1d20191010b8b09fd2e46 \
    eae20f0b323d39723d5796c4a9af2bf02cb59b2ab5befcd41ec31fe45d43e3fd43615ed62d6050a420e20a4421f95b11bbfa \
    58f374d078f8917709ea88660974fac6e2e761b51b8d19c795c11081fc110043acfc99bfe6dd701f3db5e6ade6ca15e854a9 \
    60d2a76c670f08342809d1e37c3c1d72d190536e000ce12b64fed1ae1b9c94b9f74cd44cbadffc27103c179e9c65041d1252 \
    55a99c8cb1b116faaade0880f79189a7254f25cbcd0a40f35444cbfac2d3471cab63a6689367d0bc857cb56ea032b7922c2e \
    bbd131ff4f92fa966509aa3c61baa13711a683413dc101f772633f21bdb6d7e372eaa10ca132307fdb3b53681e37347c7b75 \
    741c0bb9f0976f9ff4a844f6f70443d65fcea95514e4a22449a8cd3d934690e83746bb869521d9494df8cc40a5f574adc4b9 \
    86d62d2748277aa681e33081e0a003020112a281d80481d5a3c033336844bee7686e74f3143faac3acb3c5c1dc54da48d3ff \
    4935f5946de9e4f546f3356a04b2639306a0a3e64ed699f6b9947bf661d997b96d25fbf486731764b1ed8e2c9f5f1e994409 \
    b5de82ca8fdbd70dc22de1a1a47515ee40d5fc45beddc9944b213d3b3c3c236224d4a410ba7c59fe4625c9543a109823f097 \
    07ba2efdb86fa557aa8e6e49452429bd4aaa3308c5e5264231911142a82b93ca8abd7088aa61c51ab0c0466d5daeca21610a \
    43381d9e09a24fd43177e398ec4042baf9382189f84ea80f95bf2518258d16a6b9ca74d600";

/// A reply with a service ticket.
const TICKET: &str = "\
    6d8202b9308202b5a003020105a10302010da30d1b0b4558414d504c452e434f4da411300fa003020101a10830061b04676f \
    6f64a58201ae618201aa308201a6a003020105a10d1b0b4558414d504c452e434f4da211300fa003020102a10830061b0467 \
    6f6f64a382017b30820177a003020112a103020101a282016904820165ea38ade083075f0100d2c1d641f08ed1efa78be3ba \
    8560d00d4b38b2c73bf615d3fac203e22d07e3ff5072c3c7a706aa56ef8caf1509849a00ba508172f11249700a21b825a416 \
    854a74fab2b7908f0928b7962d8625ffddb5e65bbcd91814bd09e66f6466370ed7ec68cdadb291ac19ed5afb6558ccfe5f8f \
    88d03b1da29c129878d4253394c23b28a1f33cb2aa4583d7e5c8e8f0d40cbaa814455ea76af4ddde6c4e23cfee04341c4034 \
    6cc1a2df801b93ca8e9171c29c09446f1a8199afe3dda4e4c9bc26a93a58a7c741d0c896a35a7f507e213d1d067295eec53d \
    81433c6859ba919a04207c964f1e03f4a18a18ae7a0857d5724e4e582ad170111e3113ef4cfa70ffce0cd75af2e72fa23a52 \
    c6be460ae3bf4f1f6ba99ae41ebfe267bd6dd1db514707510af4a0ecdadfe300f47443f77f7f68f5d8da21aade49e77e772f \
    9731a77c01ebb4cf0ae66a93e403c08a92c3aa20549f6e29296d1e080cf032757f5e1339a681d43081d1a003020112a281c9 \
    0481c6782043d32933db0fbb9dd12b78b6fc538a48a895038172591b194c5b90e5a9af52d7e1844515c70902ebf5c1bffe9f \
    bcb583b1afff3567a21c5bf211d493005a6202c462ec134806537f66d828cca8a2713aa0afde4b4cef449658520a525e166d \
    08ca3acce70b960a70c768399a2f2b30af8fa85e5af0d8aeeda64f18cce36818a4339ab0fd7fae5a46a38f6e7a3e508df5be \
    27374bb0fe599d3636a8481162c9bf24aa967ed0574806ce11ad02528a8e940d5ebe70f5848fa264c5ddf5f70d08eb971f35 \
    ca";

/// A refusal: the principal is unknown.
const UNKNOWN: &str = "\
    7e8195308192a003020105a10302011ea411180f32303236313132363031333234305aa5050203020d83a603020106a70d1b \
    0b4558414d504c452e434f4da8133011a003020101a10a30081b066e6f626f6479a90d1b0b4558414d504c452e434f4daa20 \
    301ea003020102a11730151b066b72627467741b0b4558414d504c452e434f4dab121b10434c49454e545f4e4f545f464f55 \
    4e44";

/// A KDC that gives these answers, one after the other, and the last for ever.
struct Recorded(RefCell<Vec<Vec<u8>>>);

impl Recorded {
    fn new(answers: &[Vec<u8>]) -> Self {
        Self(RefCell::new(answers.iter().rev().cloned().collect()))
    }
}

impl Transport for Recorded {
    fn ask(&self, kdc: &KdcAddress, _: &[u8]) -> Result<Vec<u8>, TransportError> {
        let mut answers = self.0.borrow_mut();
        let answer = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
        answer
            .ok_or_else(|| TransportError { kdc: kdc.to_string(), attempts: vec!["nothing recorded".into()] })
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn login(answers: &[Vec<u8>]) -> LoginReport {
    let principal: Principal = "good@EXAMPLE.COM".parse().unwrap();
    let entries = EncryptionType::AES.into_iter().map(|etype| Entry {
        principal: principal.clone(),
        name_type: NameType::PRINCIPAL,
        timestamp: 0,
        kvno: 1,
        key: Key::new(etype, vec![7; etype.key_length().unwrap()]),
    });
    let keytab = Keytab { entries: entries.collect(), ..Keytab::default() };
    let service = "zookeeper/h@EXAMPLE.COM".parse().unwrap();
    check_login(&LoginCheck {
        principal: &principal,
        keytab: &keytab,
        kdcs: &["kdc".parse().unwrap()],
        service: Some(&service),
        transport: &Recorded::new(answers),
        clock: &|| "2026-11-26T01:32:39Z".parse::<Timestamp>().unwrap(),
    })
}

fn codes(answers: &[Vec<u8>]) -> Vec<Code> {
    login(answers).findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn answers_to_somebody_else_prove_nothing() {
    let [demand, reply, ticket, unknown] = [DEMAND, LOGIN, TICKET, UNKNOWN].map(hex);
    assert_eq!(codes(&[demand.clone(), reply.clone()]), [Code::KdcNonsense]);
    assert_eq!(codes(&[reply]), [Code::WrongKey]);
    assert_eq!(codes(&[demand.clone(), ticket.clone()]), [Code::KdcNonsense]);
    assert_eq!(codes(&[ticket]), [Code::KdcNonsense]);
    assert_eq!(codes(&[unknown]), [Code::UnknownPrincipal]);
    // Whoever demands for ever gets two keys at most.
    assert_eq!(codes(&[demand]), [Code::Refused]);
    assert_eq!(codes(&[]), [Code::KdcUnreachable]);
    for noise in [vec![], vec![0x7e], vec![0x7e, 0x84, 0xff, 0xff, 0xff, 0xff], vec![0x6b; 70_000]] {
        assert_eq!(codes(&[noise]), [Code::KdcNonsense]);
    }
    let nested = [vec![0x7e, 0x80], [0x30, 0x80].repeat(30_000)].concat();
    assert_eq!(codes(&[nested]), [Code::KdcNonsense]);
}

proptest! {
    #[test]
    fn no_change_to_an_answer_makes_it_panic(
        which in 0..4_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
        first: bool,
    ) {
        let mut answer = hex([DEMAND, LOGIN, TICKET, UNKNOWN][which]);
        for (at, byte) in changes {
            let at = at.index(answer.len());
            answer[at] = byte;
        }
        if cut.index(4) == 0 {
            answer.truncate(cut.index(answer.len()));
        }
        let answers = if first { vec![answer] } else { vec![hex(DEMAND), answer] };
        let report = login(&answers);
        prop_assert!(report.login.is_none() && !report.findings.is_empty());
    }

    #[test]
    fn no_noise_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(!login(&[bytes]).findings.is_empty());
    }
}
