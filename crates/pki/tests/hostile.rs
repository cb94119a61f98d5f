//! Hostile files: no input makes a reader panic, take more than 64 MiB or run for more than two seconds.
//!
//! The mutations start from valid files of every format, made here and recorded from keytool and openssl, and are the
//! same in every run. `FLINKOPS_HOSTILE_INPUTS` sets how many are tried (20,000 without it), `FLINKOPS_HOSTILE_SEED`
//! the number that they are drawn from; `FLINKOPS_HOSTILE_INPUTS=1000000 cargo test -p flinkops-pki --test hostile` is what a
//! release is tried with.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ops_core::secret::Secret;
use peak_alloc::PeakAlloc;
use pki::certificate::CertificateInfo;
use pki::import::Certificates;
use pki::inspect::inspect;
use pki::request::CertificateRequest;
use pki::store::{
    Entry, FileKind, Format, ReadOptions, Store, StoreError, StoreProfile, Unauthenticated, WriteOptions,
    encode, read, read_any,
};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const MAX_BYTES: usize = 64 << 20;
const MAX_TIME: Duration = Duration::from_secs(2);

/// Memory is counted for the whole process, so one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number from the environment.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests chooses how many inputs are tried")]
fn number(variable: &str, default: u64) -> u64 {
    let value = std::env::var(variable).ok();
    value.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

#[expect(clippy::disallowed_methods, reason = "the time that a reader takes is what is measured")]
fn clock() -> Instant {
    Instant::now()
}

fn now() -> Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn accepting() -> ReadOptions {
    ReadOptions {
        password: Some(Secret::new("changeit")),
        unauthenticated: Unauthenticated::DangerAccept,
        ..Default::default()
    }
}

/// Every reader, on the same bytes. Tells whether there was a store in them.
fn read_in_every_way(bytes: &[u8]) -> bool {
    let options = accepting();
    let _ = FileKind::detect(bytes);
    let _ = inspect(bytes, &ReadOptions::default(), now());
    let report = inspect(bytes, &options, now());
    assert!(serde_json::to_string(&report).is_ok());
    let _ = CertificateInfo::parse(bytes);
    let _ = pki::pem::blocks(bytes);
    let _ = CertificateRequest::parse(bytes);
    let _ = Certificates::new().add("a hostile file", bytes);
    // Without a password the digest of JKS is not looked at, so that what was changed behind it is.
    let unchecked = ReadOptions { unauthenticated: Unauthenticated::DangerAccept, ..Default::default() };
    let unchecked = read_any(bytes, &unchecked);
    if let Ok(store) = read_any(bytes, &options).or(unchecked) {
        // What could be read can be written, or says why not.
        let writing = WriteOptions::with_password(Secret::new("changeit"), now());
        let _ = encode(&store, Format::Jks, &writing);
        return true;
    }
    false
}

struct Case<'a> {
    name: &'a str,
    number: u64,
    bytes: &'a [u8],
}

impl Drop for Case<'_> {
    #[expect(clippy::print_stderr, reason = "a failing input is shown so that it can be tried again")]
    fn drop(&mut self) {
        if std::thread::panicking() && self.bytes.len() < 8192 {
            let hex: String = self.bytes.iter().map(|octet| format!("{octet:02x}")).collect();
            eprintln!("input {} made from {}: {hex}", self.number, self.name);
        }
    }
}

/// Reads one input within the bounds; gives how long it took, how much memory, and whether it still was a store.
fn try_one(name: &str, number: u64, bytes: &[u8]) -> (Duration, usize, bool) {
    let _case = Case { name, number, bytes };
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let start = clock();
    let is_store = read_in_every_way(bytes);
    let time = start.elapsed();
    let memory = ALLOCATOR.peak_usage().saturating_sub(before);
    // Each of the readers opens the file for itself, and each is allowed its time.
    assert!(time < MAX_TIME * 3, "input {number} made from {name} took {time:?}");
    assert!(memory < MAX_BYTES, "input {number} made from {name} took {memory} bytes of memory");
    (time, memory, is_store)
}

/// Valid files to start from. Those whose password costs 10,000 iterations a try are left to the others.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    const RECORDED: [&str; 22] = [
        "chain.p7b",
        "ec.old.pem",
        "ec.pkcs8.der",
        "ec.sec1.pem",
        "keytool.jceks",
        "keytool.jks",
        "keytool.trust.jks",
        "leaf.der",
        "leaf.pem",
        "list.crl.pem",
        "openssl.plain.p12",
        "openssl.plain.p12",
        "openssl.plain.p12",
        "openssl.quick.p12",
        "openssl.quick.p12",
        "public.pem",
        "request.pem",
        "root.pem",
        "rsa.pkcs1.pem",
        "ec.sha1.der",
        "ec.3des.pem",
        "openssl.certificates.p12",
    ];
    let mut seeds: Vec<_> = RECORDED.into_iter().map(|name| (name, fixture(name))).collect();
    let store = read_any(&fixture("openssl.p12"), &accepting()).unwrap();
    let options = WriteOptions::with_password(Secret::new("changeit"), now());
    seeds.push(("our JKS", encode(&store, Format::Jks, &options).unwrap().to_vec()));
    seeds.push(("our PEM", encode(&store, Format::Pem, &options).unwrap().to_vec()));
    for (name, block) in
        [("a CRL", "list.crl.pem"), ("a request", "request.pem"), ("a PKCS#1 key", "rsa.pkcs1.pem")]
    {
        seeds.push((name, pki::pem::blocks(&fixture(block)).unwrap()[0].der.to_vec()));
    }
    seeds
}

/// The costly ones: one in fifty inputs.
fn costly_seeds() -> Vec<(&'static str, Vec<u8>)> {
    let mut seeds: Vec<_> = [
        "keytool.p12",
        "openssl.p12",
        "openssl.legacy.p12",
        "keytool.trust.p12",
        "keytool.secret.p12",
        "ec.pbes2.pem",
    ]
    .into_iter()
    .map(|name| (name, fixture(name)))
    .collect();
    let store = read_any(&fixture("openssl.p12"), &accepting()).unwrap();
    let options = WriteOptions::with_password(Secret::new("changeit"), now());
    for (name, profile) in
        [("our PKCS#12", StoreProfile::Modern), ("our legacy PKCS#12", StoreProfile::Legacy)]
    {
        seeds.push((name, encode(&store, Format::Pkcs12(profile), &options).unwrap().to_vec()));
    }
    seeds
}

/// One to four changes: bits, octets, lengths, cuts, repetitions, pieces of another file.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], rng: &mut StdRng) {
    const TELLING: [u8; 12] = [0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff, 0x30, 0xa0, 0x24];
    for _ in 0..rng.random_range(1..5) {
        if bytes.is_empty() {
            return;
        }
        let at = rng.random_range(0..bytes.len());
        let until = (at + rng.random_range(1..40)).min(bytes.len());
        match rng.random_range(0..9) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes[at] = rng.random(),
            2 => bytes[at] = *TELLING.choose(rng).unwrap(),
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..until)),
            5 => {
                let piece = bytes[at..until].repeat(rng.random_range(1..4));
                bytes.splice(at..at, piece);
            }
            6 => {
                let from = rng.random_range(0..other.len());
                let piece = other[from..(from + 64).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            7 => bytes[at..until].fill(*TELLING.choose(rng).unwrap()),
            _ => {
                // A length or a count of four octets.
                let value: u32 = *[0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 24].choose(rng).unwrap();
                for (octet, value) in bytes[at..].iter_mut().zip(value.to_be_bytes()) {
                    *octet = value;
                }
            }
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures of a long run are what it is for")]
fn mutated_files_are_read_within_bounds() {
    let _alone = alone();
    let inputs = number("FLINKOPS_HOSTILE_INPUTS", 20_000);
    let mut rng = StdRng::seed_from_u64(number("FLINKOPS_HOSTILE_SEED", 1));
    let (cheap, costly) = (seeds(), costly_seeds());
    let start = clock();
    let mut stores = 0;
    let (mut longest, mut largest) = ((Duration::ZERO, "", 0), (0, "", 0));
    for number in 0..inputs {
        let pool = if number % 50 == 0 { &costly } else { &cheap };
        let (name, seed) = pool.choose(&mut rng).unwrap();
        let mut bytes = seed.clone();
        mutate(&mut bytes, &cheap.choose(&mut rng).unwrap().1, &mut rng);
        let (time, memory, is_store) = try_one(name, number, &bytes);
        stores += u64::from(is_store);
        longest = longest.max((time, *name, number));
        largest = largest.max((memory, *name, number));
    }
    assert!(stores > inputs / 50, "mutations that leave nothing readable try the outermost layer alone");
    println!(
        "{inputs} inputs, {stores} still readable, in {:?}; longest {longest:?}, largest {largest:?}",
        start.elapsed()
    );
}

#[test]
fn the_seeds_themselves_are_read() {
    let _alone = alone();
    for (name, bytes) in seeds().iter().chain(&costly_seeds()) {
        let (_, _, is_store) = try_one(name, 0, bytes);
        // These hold neither certificates nor keys, or are of formats that are only named.
        let is_none =
            ["ec.old", "jceks", "crl", "CRL", "public", "request"].iter().any(|part| name.contains(part));
        let other_key = *name == "keytool.jks";
        assert_eq!(is_store, !is_none && !other_key, "{name}");
    }
}

/// Reading must end within the time of one reader.
fn in_time<T>(what: &str, read: impl FnOnce() -> T) -> T {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let start = clock();
    let result = read();
    let (time, memory) = (start.elapsed(), ALLOCATOR.peak_usage().saturating_sub(before));
    assert!(time < MAX_TIME, "{what} took {time:?}");
    assert!(memory < MAX_BYTES, "{what} took {memory} bytes");
    result
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().take_while(|octet| **octet == 0).count()..];
    let mut out = vec![tag];
    if content.len() < 0x80 {
        out.extend(length.iter().chain(length.is_empty().then_some(&0)));
    } else {
        out.push(0x80 | u8::try_from(length.len()).unwrap());
        out.extend(length);
    }
    out.extend(content);
    out
}

fn integer(value: u32) -> Vec<u8> {
    let octets = [&[0], &value.to_be_bytes()[..]].concat();
    let needless = octets.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80).count();
    der(2, &octets[needless..])
}

fn oid(octets: &[u8]) -> Vec<u8> {
    der(6, octets)
}

/// A PKCS#12 file without a MAC, whose keys are `count` times this bag.
fn pkcs12_of(bag: &[u8], count: usize) -> Vec<u8> {
    let data = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
    let content = |inner: &[u8]| der(0x30, &[data.clone(), der(0xa0, &der(4, inner))].concat());
    let safe = content(&der(0x30, &bag.repeat(count)));
    der(0x30, &[der(2, &[3]), content(&der(0x30, &safe))].concat())
}

/// An encrypted key whose password costs so many rounds of PBKDF2.
fn shrouded_key(iterations: u32) -> Vec<u8> {
    let kdf = [der(4, &[7; 8]), integer(iterations)].concat();
    let kdf = [oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12]), der(0x30, &kdf)].concat();
    let aes = [oid(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42]), der(4, &[9; 16])].concat();
    let scheme = der(0x30, &[der(0x30, &kdf), der(0x30, &aes)].concat());
    let algorithm = der(0x30, &[oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13]), scheme].concat());
    der(0x30, &[algorithm, der(4, &[1; 16])].concat())
}

fn key_bag(key: &[u8]) -> Vec<u8> {
    let kind = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 2]);
    der(0x30, &[kind, der(0xa0, key)].concat())
}

#[test]
fn iterations_are_bounded_over_all_bags_together() {
    let _alone = alone();
    for (iterations, count) in [(900_000, 200), (50_000, 200), (0x7fff_ffff, 1), (4, 30_000)] {
        let bytes = pkcs12_of(&key_bag(&shrouded_key(iterations)), count);
        let error = in_time("PKCS#12", || read_any(&bytes, &accepting())).unwrap_err();
        // Each decrypts to garbage with a right padding by chance only, so the first wrong one ends it; what must not
        // be is a run through all of them.
        assert!(
            matches!(
                error,
                StoreError::WrongPassword | StoreError::Unsupported { .. } | StoreError::Unreadable { .. }
            ),
            "{error:?}"
        );
        in_time("inspect", || inspect(&bytes, &accepting(), now()));
        in_time("inspect without password", || inspect(&bytes, &ReadOptions::default(), now()));
    }
    // Bags that do open, each dear enough to fit alone and together far too dear.
    let key = read_any(&fixture("ec.pkcs8.der"), &ReadOptions::default()).unwrap();
    let (_, key, _) = key.keys().next().unwrap();
    let shrouded = p12_shrouded(key.pkcs8_der(), 400_000);
    let once = pkcs12_of(&key_bag(&shrouded), 1);
    assert_eq!(in_time("one key", || read_any(&once, &accepting())).unwrap().keys().count(), 1);
    let often = pkcs12_of(&key_bag(&shrouded), 100);
    let error = in_time("a hundred keys", || read_any(&often, &accepting())).unwrap_err();
    assert!(error.to_string().contains("more iterations"), "{error}");
    let pem: String = (0..100).map(|_| encrypted_pem(&shrouded)).collect();
    let error = in_time("a hundred PEM keys", || read_any(pem.as_bytes(), &accepting())).unwrap_err();
    assert!(error.to_string().contains("costs too much"), "{error}");
    in_time("a hundred PEM keys", || inspect(pem.as_bytes(), &accepting(), now()));
}

/// A key encrypted with PBES2, made by the library that the tests of keys use too.
fn p12_shrouded(key: &[u8], iterations: u32) -> Vec<u8> {
    use pkcs8::pkcs5::pbes2;
    let parameters =
        pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, &[7; 16], [9; 16]).unwrap();
    let data = parameters.encrypt("changeit", key).unwrap();
    let scheme = der::Encode::to_der(&pkcs8::pkcs5::EncryptionScheme::from(parameters)).unwrap();
    der(0x30, &[scheme, der(4, &data)].concat())
}

fn encrypted_pem(der: &[u8]) -> String {
    der::pem::encode_string("ENCRYPTED PRIVATE KEY", der::pem::LineEnding::LF, der).unwrap()
}

#[test]
fn lengths_and_counts_promise_nothing() {
    let _alone = alone();
    let all = |head: &[u8], tail: usize| [head, &vec![0xff; tail]].concat();
    let jks = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2];
    for (what, bytes) in [
        ("a JKS count", all(&jks, 27)),
        ("a JKS key length", all(&[&jks[..], &[0, 0, 0, 1, 0, 0, 0, 1, 0, 0], &[0; 8]].concat(), 30)),
        ("a JKS chain count", all(&[&jks[..], &[0, 0, 0, 1, 0, 0, 0, 1, 0, 0], &[0; 12]].concat(), 30)),
        ("a DER length", all(&[0x30, 0x84], 40)),
        ("a long DER length", all(&[0x30, 0x88], 40)),
        ("nested indefinite lengths", [0x30, 0x80].repeat(2 << 20)),
        ("nested octet strings", [0x24, 0x80].repeat(2 << 20)),
        ("nested sequences", (0..1000).fold(Vec::new(), |inner, _| der(0x30, &inner))),
        ("BEGIN lines", b"-----BEGIN X-----\n".repeat(200_000)),
        ("short PEM blocks", b"-----BEGIN X-----\nAA==\n-----END X-----\n".repeat(100_000)),
        ("one long line", [b"-----BEGIN X-----\n".as_slice(), &vec![b'A'; 4 << 20]].concat()),
        ("too long", vec![0x30; 5 << 20]),
        ("zeros", vec![0; 4 << 20]),
    ] {
        in_time(what, || read_any(&bytes, &accepting())).unwrap_err();
        in_time(what, || read(&bytes, &Secret::new("changeit"))).unwrap_err();
        in_time(what, || inspect(&bytes, &accepting(), now()));
    }
}

#[test]
fn many_entries_cost_no_more_than_their_number() {
    let _alone = alone();
    let root = read_any(&fixture("root.pem"), &ReadOptions::default()).unwrap();
    let root = root.trusted().next().unwrap().clone();
    // Thousands of trusted certificates of one name, in JKS and PEM.
    let entries = (0..4000).map(|number| Entry::trusted(format!("ca-{number}"), root.clone())).collect();
    let options = WriteOptions::with_password(Secret::new("changeit"), now());
    let jks = encode(&Store::new(entries), Format::Jks, &options).unwrap();
    let store = in_time("JKS", || read_any(&jks, &accepting())).unwrap();
    assert_eq!(store.trusted().count(), 4000);
    in_time("inspect JKS", || inspect(&jks, &accepting(), now()));
    let leaf = fixture("leaf.pem").repeat(4000);
    in_time("PEM", || read_any(&leaf, &accepting())).unwrap();
    in_time("inspect PEM", || inspect(&leaf, &accepting(), now()));
    let keys = fixture("rsa.pkcs1.pem").repeat(2000);
    assert!(in_time("keys", || read_any(&keys, &accepting())).is_err());
    in_time("inspect keys", || inspect(&keys, &accepting(), now()));
    // As many keys as are read at most, each with the certificate.
    let keys = [fixture("leaf.pem"), fixture("root.pem"), fixture("ec.sec1.pem").repeat(256)].concat();
    assert_eq!(in_time("256 keys", || read_any(&keys, &accepting())).unwrap().keys().count(), 256);
    in_time("inspect 256 keys", || inspect(&keys, &accepting(), now()));
    let bags = pkcs12_of(&key_bag(&shrouded_key(1)), 20_000);
    in_time("PKCS#12 bags", || inspect(&bags, &ReadOptions::default(), now()));
}

/// A certificate of nothing but names, which are three octets each and much more in memory.
fn certificate_of_names(count: usize) -> Vec<u8> {
    let algorithm = der(0x30, &oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));
    let common_name = |octets: &[u8]| {
        let attribute = der(0x30, &[oid(&[0x55, 4, 3]), der(0x0c, octets)].concat());
        der(0x30, &der(0x31, &attribute))
    };
    let time = der(0x17, b"300101000000Z");
    let public_key = [
        der(
            0x30,
            &[oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7])]
                .concat(),
        ),
        der(3, &[&[0, 4], &[1; 64][..]].concat()),
    ];
    let names = der(4, &der(0x30, &der(0x82, b"a").repeat(count)));
    let extensions = der(0x30, &der(0x30, &[oid(&[0x55, 0x1d, 0x11]), names].concat()));
    let body = [
        der(0xa0, &integer(2)),
        integer(1),
        algorithm.clone(),
        common_name(b"i"),
        der(0x30, &time.repeat(2)),
        common_name(&vec![b's'; count]),
        der(0x30, &public_key.concat()),
        der(0xa3, &extensions),
    ];
    der(0x30, &[der(0x30, &body.concat()), algorithm, der(3, &[0; 9])].concat())
}

#[test]
fn certificates_of_names_alone_take_no_more_memory_than_others() {
    let _alone = alone();
    for (count, copies) in [(50_000, 15), (50, 4_000), (200_000, 1)] {
        let certificate = certificate_of_names(count);
        if certificate.len() < 256 << 10 {
            assert_eq!(CertificateInfo::parse(&certificate).unwrap().names.len(), count);
        }
        let pem = der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, &certificate).unwrap();
        let pem = pem.repeat(copies.min((4 << 20) / pem.len()));
        let report = in_time("names in PEM", || inspect(pem.as_bytes(), &accepting(), now()));
        assert!(!report.objects.is_empty());
        let entries = (0..copies.min((4 << 20) / (certificate.len() + 40)))
            .map(|number| Entry::trusted(format!("ca-{number}"), certificate.clone().into()))
            .collect();
        let options = WriteOptions::with_password(Secret::new("changeit"), now());
        let jks = encode(&Store::new(entries), Format::Jks, &options).unwrap();
        let _ = in_time("names in JKS", || read_any(&jks, &accepting()));
        let report = in_time("names in JKS", || inspect(&jks, &accepting(), now()));
        in_time("as JSON", || serde_json::to_string(&report)).unwrap();
    }
}
