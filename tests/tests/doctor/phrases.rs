//! The words by which exceptions are known, looked up where they come from: in the classes of real distributions and of Java.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use end_to_end::need::Need;
use end_to_end::require;
use recovery::doctor::{Look, NOT_BEGUN, ON_THE_WAY, Origin, Sign, all};
use zip::ZipArchive;

/// Everything that a distribution's classes and Java say.
struct Said {
    classes: BTreeSet<String>,
    bytes: Vec<u8>,
}

impl Said {
    fn read(&mut self, jar: impl Read + Seek, with_bytes: bool) {
        let mut jar = ZipArchive::new(jar).unwrap();
        for index in 0..jar.len() {
            let mut entry = jar.by_index(index).unwrap();
            let name = entry.name().to_owned();
            let mut bytes = Vec::new();
            if name.ends_with(".jar") {
                entry.read_to_end(&mut bytes).unwrap();
                self.read(Cursor::new(bytes), with_bytes);
            } else if let Some(class) = name.strip_suffix(".class") {
                self.classes.insert(class.replace(['/', '$'], "."));
                if with_bytes {
                    entry.read_to_end(&mut self.bytes).unwrap();
                }
            }
        }
    }

    fn says(&self, words: &str) -> bool {
        let parts = words.split('*').map(str::as_bytes);
        parts.into_iter().all(|part| part.is_empty() || contains(&self.bytes, part))
    }

    fn has_class(&self, class: &str) -> bool {
        class.is_empty()
            || self.classes.iter().any(|known| known == class || known.ends_with(&format!(".{class}")))
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

fn signs(wanted: Origin) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let all = all().iter().filter_map(|signature| match &signature.look {
        Look::Thrown { signs, .. } => Some((signature.code, *signs)),
        Look::Seen(_) => None,
    });
    all.flat_map(|(code, signs)| signs.iter().map(move |sign| (code, sign))).filter_map(
        move |(code, sign)| match *sign {
            Sign::Said { class, says, origin } if origin == wanted => Some((code, class, says)),
            _ => None,
        },
    )
}

#[test]
fn flink_says_what_signatures_go_by() {
    let homes = require!(Need::Flink("1.18.1"), Need::Flink("2.3.0"));
    let mut said = Said { classes: BTreeSet::new(), bytes: Vec::new() };
    for home in homes {
        for entry in fs::read_dir(home.join("lib")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("flink-dist") || name.starts_with("flink-runtime") {
                said.read(fs::File::open(&path).unwrap(), true);
            }
        }
    }
    let missing: Vec<_> =
        signs(Origin::Flink).filter(|(_, class, says)| !said.has_class(class) || !said.says(says)).collect();
    assert!(missing.is_empty(), "no class of Flink says {missing:#?}");
    let unsaid: Vec<_> = ON_THE_WAY.iter().chain([&NOT_BEGUN]).filter(|words| !said.says(words)).collect();
    assert!(unsaid.is_empty(), "no class of Flink says {unsaid:#?}");
    assert!(!said.says("no class of Flink says this"));
}

#[test]
fn java_says_what_signatures_go_by() {
    let java = require!(Need::Java);
    let real = fs::canonicalize(java).unwrap();
    let home = real.parent().and_then(Path::parent).unwrap();
    // The classes of Java 9 and later, and the machine itself.
    let mut bytes = fs::read(home.join("lib/modules")).unwrap();
    bytes.extend(fs::read(home.join("lib/server/libjvm.so")).unwrap());
    let said = Said { classes: BTreeSet::new(), bytes };
    let missing: Vec<_> = signs(Origin::Java)
        .filter(|(_, class, says)| !said.says(class.rsplit('.').next().unwrap_or(class)) || !said.says(says))
        .collect();
    assert!(missing.is_empty(), "nothing in Java says {missing:#?}");
}
