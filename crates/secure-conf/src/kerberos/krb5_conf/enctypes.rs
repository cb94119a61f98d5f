//! Lists of encryption types in `krb5.conf`, as MIT and as Java understand them.
//!
//! They differ: MIT splits at blanks, tabs and commas and knows families (`aes`); Java splits at commas if there is one,
//! without dropping the blanks around them, else at blanks, and knows single names only. Java's part was measured with
//! `sun.security.krb5` of Java 17.

use crate::keytab::EncryptionType;

/// What a list means to both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnctypeList {
    /// The text.
    pub text: String,
    /// What MIT takes, in its order. Weak types count only with `allow_weak_crypto`.
    pub mit: Vec<EncryptionType>,
    /// What Java takes, in its order.
    pub java: Vec<EncryptionType>,
    /// Words that neither knows.
    pub unknown: Vec<String>,
    /// Words that MIT knows and Java passes over.
    pub lost_on_java: Vec<String>,
}

/// Whether `allow_weak_crypto` is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WeakCrypto {
    Allowed,
    Refused,
}

/// MIT's families, in its order.
const FAMILIES: [(&str, &[i32]); 5] = [
    ("aes", &[18, 17, 20, 19]),
    ("des3", &[16]),
    ("rc4", &[23]),
    ("camellia", &[26, 25]),
    // What MIT 1.20 takes where nothing is set.
    ("default", &[18, 17, 20, 19, 16, 23, 26, 25]),
];

impl EnctypeList {
    pub(super) fn new(text: &str, weak: WeakCrypto) -> Self {
        let mut list = Self {
            text: text.to_owned(),
            mit: Vec::new(),
            java: java(text),
            unknown: Vec::new(),
            lost_on_java: Vec::new(),
        };
        for word in text.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
            let name = word.trim_start_matches(['+', '-']);
            let types = mit_types(name);
            if types.is_empty() {
                list.unknown.push(word.to_owned());
            } else if !types.iter().any(|etype| list.java.contains(etype)) && !word.starts_with('-') {
                list.lost_on_java.push(word.to_owned());
            }
            for etype in types {
                list.mit.retain(|known| *known != etype || !word.starts_with('-'));
                if !word.starts_with('-') && !list.mit.contains(&etype) {
                    list.mit.push(etype);
                }
            }
        }
        if weak == WeakCrypto::Refused {
            // MIT still takes triple DES and RC4 here, with a warning; Java does not.
            list.mit.retain(|etype| !matches!(etype.0, 1..=3));
            list.java.retain(|etype| !etype.is_weak());
        }
        list
    }
}

fn mit_types(name: &str) -> Vec<EncryptionType> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, types)) = FAMILIES.iter().find(|(family, _)| *family == lower) {
        return types.iter().copied().map(EncryptionType).collect();
    }
    // Numbers are our command line's, not the file's.
    let named = !name.starts_with(|c: char| c.is_ascii_digit());
    named.then(|| name.parse().ok()).flatten().into_iter().collect()
}

fn java(text: &str) -> Vec<EncryptionType> {
    let separator = if text.contains(',') { ',' } else { ' ' };
    let mut types: Vec<EncryptionType> = Vec::new();
    for word in text.split(separator) {
        let etype =
            word.parse::<EncryptionType>().ok().filter(|_| word.starts_with(['a', 'A', 'd', 'D', 'r', 'R']));
        types.extend(etype);
    }
    types
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(types: &[EncryptionType]) -> Vec<i32> {
        types.iter().map(|etype| etype.0).collect()
    }

    #[test]
    fn mit_and_java_read_the_same_list_differently() {
        for (text, mit, java) in [
            ("aes256-cts aes128-cts", vec![18, 17], vec![18, 17]),
            ("aes256-cts,aes128-cts", vec![18, 17], vec![18, 17]),
            ("aes256-cts, aes128-cts", vec![18, 17], vec![18]),
            ("aes256-cts\taes128-sha2", vec![18, 19], vec![]),
            ("aes256-cts  aes128-sha2", vec![18, 19], vec![18, 19]),
            ("aes", vec![18, 17, 20, 19], vec![]),
            ("aes -aes128-cts", vec![18, 20, 19], vec![]),
            ("rc4-hmac", vec![23], vec![]),
            ("DEFAULT -des3 -rc4 -camellia", vec![18, 17, 20, 19], vec![]),
            ("18", vec![], vec![]),
        ] {
            let list = EnctypeList::new(text, WeakCrypto::Refused);
            assert_eq!(numbers(&list.mit), mit, "MIT: {text}");
            assert_eq!(numbers(&list.java), java, "Java: {text}");
        }
        let list = EnctypeList::new("aes256-cts, aes128-cts nonsense", WeakCrypto::Refused);
        assert_eq!(list.lost_on_java, ["aes128-cts"]);
        assert_eq!(list.unknown, ["nonsense"]);
        assert_eq!(numbers(&EnctypeList::new("rc4-hmac", WeakCrypto::Allowed).java), [23]);
    }
}
