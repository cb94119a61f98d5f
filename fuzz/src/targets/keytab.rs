//! Keytabs of both versions and byte orders.

use secure_conf::keytab::{ByteOrder, FormatVersion, Keytab};

use crate::Target;

pub(super) const TARGET: Target = Target { name: "keytab", about: "keytabs", run };

fn run(data: &[u8]) {
    for order in [ByteOrder::Guess, ByteOrder::Big, ByteOrder::Little] {
        let Ok(keytab) = Keytab::decode(data, order) else { continue };
        for entry in &keytab.entries {
            let _ = entry.principal.to_string();
            let _ = entry.principal.default_salt();
        }
        // What is written again is the same keytab, without the room that deleted entries took.
        let Ok(encoded) = keytab.encode() else { continue };
        let again = Keytab::decode(&encoded, written(keytab.version)).expect("what we wrote");
        assert_eq!((again.version, &again.entries, again.holes), (keytab.version, &keytab.entries, 0));
    }
}

/// The order that we write in.
fn written(version: FormatVersion) -> ByteOrder {
    match version {
        FormatVersion::V1 if cfg!(target_endian = "little") => ByteOrder::Little,
        _ => ByteOrder::Big,
    }
}
