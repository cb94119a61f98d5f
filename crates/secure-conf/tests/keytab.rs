//! The keytab format: real files of MIT's tools, both versions, and bytes that are none.

use ops_core::secret::Secret;
use proptest::prelude::*;
use secure_conf::keytab::{
    ByteOrder, DifferenceKind, EncryptionType, Entry, FormatProblem, FormatVersion, Key, Keytab, KeytabError,
    NameType, Principal, Salt, WeakEtypes, derive_key, diff,
};

/// What `ktutil` of MIT Kerberos 1.20 wrote: a service with kvno 300 and etype 18, and a user with kvno 2 and etype 19,
/// both with the password `secretpw`.
const KTUTIL: &str = "\
    0502 0000004b 0002 000b4558414d504c452e434f4d 0005666c696e6b 00026831 00000001 6b077dd0 2c 0012 \
    0020 281add2a200c1bbf74c28ea88800b652941273362a7b32adbf5e5ce2f3f073f4 0000012c \
    00000037 0001 000b4558414d504c452e434f4d 0005666c696e6b 00000001 6b077dd0 02 0013 \
    0010 3c90b7a2b9eec916e92469a8046b45a0 00000002";

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn decode(bytes: &[u8]) -> Keytab {
    Keytab::decode(bytes, ByteOrder::Guess).unwrap()
}

fn problem(bytes: &[u8]) -> (usize, FormatProblem) {
    let error = Keytab::decode(bytes, ByteOrder::Guess).unwrap_err();
    (error.offset, error.problem)
}

#[test]
fn a_keytab_of_ktutil_is_read_and_written_byte_for_byte() {
    let bytes = hex(KTUTIL);
    let keytab = decode(&bytes);
    let [service, user] = &keytab.entries[..] else { panic!("{keytab:?}") };
    assert_eq!(service.principal.to_string(), "flink/h1@EXAMPLE.COM");
    assert_eq!((service.kvno, service.key.etype), (300, EncryptionType::AES256_SHA1));
    assert_eq!(user.principal.to_string(), "flink@EXAMPLE.COM");
    assert_eq!((user.kvno, user.key.etype), (2, EncryptionType::AES128_SHA2));
    assert_eq!(user.written().to_string(), "2026-11-26T00:31:12Z");
    assert_eq!(*keytab.encode().unwrap(), bytes);
    for entry in &keytab.entries {
        let password = Secret::new("secretpw");
        let key =
            derive_key(&password, &entry.principal, &Salt::OfPrincipal, entry.key.etype, WeakEtypes::Refuse);
        assert!(key.unwrap() == entry.key, "the key of {}", entry.principal);
    }
    assert!(!format!("{keytab:?}").contains("281a"), "a key is shown");
}

#[test]
fn version_1_is_read_in_either_byte_order() {
    let little = hex(
        "0501 25000000 0200 0100 52 0100 66 00000000 02 1700 1000 000102030405060708090a0b0c0d0e0f 07000000",
    );
    let big = hex(
        "0501 00000025 0002 0001 52 0001 66 00000000 02 0017 0010 000102030405060708090a0b0c0d0e0f 00000007",
    );
    for (bytes, order) in [(&little, ByteOrder::Little), (&big, ByteOrder::Big)] {
        let keytab = Keytab::decode(bytes, order).unwrap();
        assert_eq!(keytab, decode(bytes), "the order is guessed");
        assert_eq!(keytab.version, FormatVersion::V1);
        let entry = &keytab.entries[0];
        assert_eq!((entry.principal.to_string().as_str(), entry.kvno), ("f@R", 7));
        assert_eq!((entry.key.etype, entry.name_type), (EncryptionType::RC4, NameType::PRINCIPAL));
    }
    let written = decode(&little).encode().unwrap();
    assert_eq!(written.len(), little.len());
    assert_eq!(decode(&written), decode(&little));
}

#[test]
fn holes_padding_and_the_end_mark_are_as_in_mit() {
    let bytes = hex(KTUTIL);
    let (first, second) = (&bytes[2..2 + 4 + 0x4b], &bytes[2 + 4 + 0x4b..]);
    let hole = [&(-7_i32).to_be_bytes()[..], &[9; 7]].concat();
    let with_hole = [&bytes[..2], &hole, first, &hole, second].concat();
    let keytab = decode(&with_hole);
    assert_eq!((keytab.entries.len(), keytab.holes), (2, 2));
    assert_eq!(*keytab.encode().unwrap(), bytes, "holes are not written again");
    // A slot that was taken over by a shorter entry is filled with zeros.
    let mut padded = [&bytes[..2], &[0, 0, 0, 0x37 + 8][..], &second[4..]].concat();
    padded.extend([0; 8]);
    assert_eq!(decode(&padded).entries[0].kvno, 2);
    // Without the 32-bit kvno, the byte counts; where that is zero, too.
    let mut short = [&bytes[..2], &[0, 0, 0, 0x33][..], &second[4..second.len() - 4]].concat();
    assert_eq!(decode(&short).entries[0].kvno, 2);
    short[5] = 0x37;
    short.extend([0; 4]);
    assert_eq!(decode(&short).entries[0].kvno, 2);
    let ended = [&bytes[..2], &[0; 4], first].concat();
    assert!(decode(&ended).entries.is_empty());
    let overlong_hole = [&bytes[..], &(-1_000_000_i32).to_be_bytes()].concat();
    assert_eq!(decode(&overlong_hole).entries.len(), 2);
    assert!(decode(&[5, 2]).entries.is_empty());
}

#[test]
fn what_is_no_keytab_is_said_with_its_place() {
    assert_eq!(problem(b""), (0, FormatProblem::NotAKeytab { found: "nothing: it is empty".into() }));
    assert_eq!(problem(b"-----BEGIN"), (0, FormatProblem::NotAKeytab { found: "2d 2d".into() }));
    assert_eq!(problem(&[5]), (0, FormatProblem::NotAKeytab { found: "05".into() }));
    assert_eq!(problem(&[5, 2, 0, 0]), (2, FormatProblem::Truncated { what: "the size of an entry" }));
    assert_eq!(problem(&hex("0502 80000000")), (2, FormatProblem::ImpossibleHole { size: i32::MIN }));
    assert_eq!(problem(&hex("0502 7fffffff 00")), (2, FormatProblem::Truncated { what: "an entry" }));
    assert_eq!(problem(&hex("0502 00000002 0000")), (8, FormatProblem::ComponentCount { count: 0 }));
    assert_eq!(problem(&hex("0502 00000002 7fff")), (8, FormatProblem::ComponentCount { count: 32767 }));
    assert_eq!(problem(&hex("0502 00000002 ffff")), (8, FormatProblem::ComponentCount { count: -1 }));
    let negative = FormatProblem::ImpossibleLength { what: "the realm", length: -1 };
    assert_eq!(problem(&hex("0502 00000004 0001 ffff")), (10, negative));
    let short = FormatProblem::EntryTooShort { what: "the realm" };
    assert_eq!(problem(&hex("0502 00000004 0001 0005")), (10, short));
    let huge = vec![5; 17 << 20];
    assert!(matches!(problem(&huge), (_, FormatProblem::TooLong { .. })));
    let bytes = hex(KTUTIL);
    let ends = [2, 2 + 4 + 0x4b, bytes.len()];
    for length in 2..=bytes.len() {
        let whole = Keytab::decode(&bytes[..length], ByteOrder::Guess).is_ok();
        assert_eq!(whole, ends.contains(&length), "{length} bytes");
    }
}

#[test]
fn merging_and_comparing_keep_keys_apart() {
    let mut keytab = decode(&hex(KTUTIL));
    let same = keytab.clone();
    let merged = keytab.merge(same.entries.clone()).unwrap();
    assert_eq!((merged.added, merged.present, keytab.entries.len()), (0, 2, 2));
    let mut other = same.entries[0].clone();
    other.key = Key::new(other.key.etype, vec![1; 32]);
    assert!(matches!(keytab.merge([other.clone()]), Err(KeytabError::Conflict { kvno: 300, .. })));
    let changed = Keytab { entries: vec![other.clone()], ..Keytab::default() };
    let kinds: Vec<_> = diff(&keytab, &changed).iter().map(|difference| difference.kind).collect();
    assert_eq!(kinds, [DifferenceKind::Key, DifferenceKind::OnlyFirst]);
    assert_eq!(diff(&changed, &keytab)[1].kind, DifferenceKind::OnlySecond);
    other.kvno = 301;
    assert_eq!(keytab.merge([other]).unwrap().added, 1);
    assert!(diff(&same, &same).is_empty());
    let gone = keytab.remove(|entry| entry.kvno >= 300);
    assert_eq!((gone.len(), keytab.entries.len()), (2, 1));
}

#[test]
fn keys_are_derived_only_where_that_is_wise() {
    let principal: Principal = "flink@R".parse().unwrap();
    let derive = |password: &str, etype, weak| {
        derive_key(&Secret::new(password), &principal, &Salt::OfPrincipal, etype, weak)
    };
    let rc4 = EncryptionType::RC4;
    assert!(matches!(derive("password", rc4, WeakEtypes::Refuse), Err(KeytabError::Weak { .. })));
    // The well-known hash of that word.
    let key = derive("password", rc4, WeakEtypes::DangerAllow).unwrap();
    assert_eq!(key.expose(), hex("8846f7eaee8fb117ad06bdd830b7586c"));
    assert!(matches!(
        derive("", EncryptionType::AES256_SHA1, WeakEtypes::Refuse),
        Err(KeytabError::EmptyPassword)
    ));
    let single_des = derive("password", EncryptionType(3), WeakEtypes::DangerAllow);
    assert!(matches!(single_des, Err(KeytabError::NotDerivable { .. })));
    let salted = |salt| {
        derive_key(&Secret::new("p"), &principal, &salt, EncryptionType::AES128_SHA1, WeakEtypes::Refuse)
    };
    let given = salted(Salt::Given(b"Rflink".to_vec())).unwrap();
    assert!(given == salted(Salt::OfPrincipal).unwrap(), "the default salt is realm and name");
    assert!(given != salted(Salt::Given(b"Rother".to_vec())).unwrap());
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let name = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..12), 1..4);
    let key = (-3..40_i32, prop::collection::vec(any::<u8>(), 0..40));
    let entry =
        (name, prop::collection::vec(any::<u8>(), 0..12), any::<i32>(), any::<u32>(), any::<u32>(), key);
    let entry = entry.prop_map(|(components, realm, name_type, timestamp, kvno, (etype, key))| Entry {
        principal: Principal { components, realm },
        name_type: NameType(name_type),
        timestamp,
        kvno,
        key: Key::new(EncryptionType(etype), key),
    });
    prop::collection::vec(entry, 0..6)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(entries in entries(), first_version: bool) {
        let version = if first_version { FormatVersion::V1 } else { FormatVersion::V2 };
        let mut keytab = Keytab { version, entries, holes: 0 };
        let bytes = keytab.encode().unwrap();
        if first_version {
            keytab.entries.iter_mut().for_each(|entry| entry.name_type = NameType::PRINCIPAL);
        }
        prop_assert_eq!(Keytab::decode(&bytes, ByteOrder::Guess), Ok(keytab));
    }

    #[test]
    fn another_implementation_agrees(entries in entries()) {
        let keytab = Keytab { version: FormatVersion::V2, entries, holes: 0 };
        let bytes = keytab.encode().unwrap();
        let (_, theirs) = kerberos_keytab::Keytab::parse(&bytes).unwrap();
        prop_assert_eq!(theirs.entries.len(), keytab.entries.len());
        for (their, our) in theirs.entries.iter().zip(&keytab.entries) {
            prop_assert_eq!(&their.realm.data, &our.principal.realm);
            let components: Vec<_> = their.components.iter().map(|component| component.data.clone()).collect();
            prop_assert_eq!(&components, &our.principal.components);
            prop_assert_eq!(&their.key.keyvalue, our.key.expose());
            prop_assert_eq!(their.key.keytype, (our.key.etype.0 as i16).cast_unsigned());
            prop_assert_eq!(their.timestamp, our.timestamp);
        }
        prop_assert_eq!(&theirs.build(), &*bytes);
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), version in 1..3_u8) {
        let _ = Keytab::decode(&bytes, ByteOrder::Guess);
        if bytes.len() > 2 {
            bytes[0] = 5;
            bytes[1] = version;
            let _ = Keytab::decode(&bytes, ByteOrder::Guess);
        }
    }

    #[test]
    fn no_change_to_a_keytab_makes_it_panic(at in 0..126_usize, byte: u8, cut in 0..127_usize) {
        let mut bytes = hex(KTUTIL);
        if let Some(target) = bytes.get_mut(at) {
            *target = byte;
        }
        bytes.truncate(cut.max(2));
        if let Ok(keytab) = Keytab::decode(&bytes, ByteOrder::Guess) {
            let again = Keytab::decode(&keytab.encode().unwrap(), ByteOrder::Guess);
            prop_assert_eq!(again.unwrap().entries, keytab.entries);
        }
    }
}
