//! The files to start from: what real Flink, Java, openssl and MIT's tools wrote, as the crates' own tests keep it, and
//! a few small ones of our own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pki::pem;
use secure_conf::keytab::{EncryptionType, Entry, Key, Keytab, NameType, Principal};

/// The seeds of a target, each with a name.
///
/// # Errors
/// A file of the repository cannot be read.
pub fn of(target: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut seeds = files(&root().join("fuzz/seeds").join(target), |_| true)?;
    seeds.extend(regressions(target)?);
    seeds.extend(match target {
        "conf_legacy" => conf("legacy", "flink-conf.yaml")?,
        "conf_yaml" => conf("yaml", "config.yaml")?,
        "cluster_spec" => files(&root().join("examples/guide"), |name| name == "cluster.yaml")?,
        "pkcs12" => stores(|name| name.ends_with(".p12"))?,
        "jks" => stores(|name| name.ends_with(".jks") || name.ends_with(".jceks"))?,
        "pem" => stores(|name| name.ends_with(".pem"))?,
        "der" => der()?,
        "java_stream" => {
            files(&root().join("crates/mock-flink/src/serialized/fixtures"), |name| name.ends_with(".bin"))?
        }
        "keytab" => vec![("ours".to_owned(), keytab())],
        "rest_answers" => answers()?,
        _ => Vec::new(),
    });
    Ok(seeds)
}

/// What once made a target fail.
///
/// # Errors
/// A file cannot be read.
pub fn regressions(target: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    files(&root().join("fuzz/regressions").join(target), |_| true)
}

/// Writes the seeds of a target into a directory, as libFuzzer wants them.
///
/// # Errors
/// The directory cannot be written.
pub fn write(target: &str, directory: &Path) -> io::Result<usize> {
    let seeds = of(target)?;
    fs::create_dir_all(directory)?;
    for (name, bytes) in &seeds {
        fs::write(directory.join(name), bytes)?;
    }
    Ok(seeds.len())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files of a directory with a name like that; none where there is no such directory.
fn files(directory: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && wanted(&name) {
            found.push((name, fs::read(entry.path())?));
        }
    }
    found.sort();
    Ok(found)
}

fn stores(wanted: impl Fn(&str) -> bool) -> io::Result<Vec<(String, Vec<u8>)>> {
    files(&root().join("crates/pki/tests/stores"), wanted)
}

/// What Flink was given to read when its own reading was recorded, and what the rules are tried with.
fn conf(dialect: &str, name: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut seeds = files(&root().join("crates/ops-core/tests/fixtures/conf").join(dialect), |_| true)?;
    let rules = root().join("crates/conf-lint/tests/fixtures");
    for rule in fs::read_dir(&rules)?.flatten() {
        for (file, bytes) in files(&rule.path(), |file| file.ends_with(name))? {
            seeds.push((format!("{}-{file}", rule.file_name().to_string_lossy()), bytes));
        }
    }
    Ok(seeds)
}

/// Binary files, and what is inside of the PEM ones.
fn der() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut seeds = stores(|name| name.ends_with(".der") || name.ends_with(".p7b"))?;
    for (name, text) in stores(|name| name.ends_with(".pem"))? {
        for (index, block) in pem::blocks(&text).into_iter().flatten().enumerate() {
            seeds.push((format!("{name}-{index}"), block.der.to_vec()));
        }
    }
    Ok(seeds)
}

fn keytab() -> Vec<u8> {
    let principal = Principal::parse("flink/tm-1@EXAMPLE.COM", None).expect("a principal");
    let key = Key::new(EncryptionType::AES256_SHA1, [7; 32]);
    let entry = Entry { principal, name_type: NameType::PRINCIPAL, timestamp: 1_700_000_000, kvno: 3, key };
    let keytab = Keytab { entries: vec![entry], ..Keytab::default() };
    keytab.encode().expect("a keytab").to_vec()
}

/// What Flink answered, an answer a seed.
fn answers() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut seeds = Vec::new();
    for (version, text) in files(&root().join("crates/ops-core/src/rest/wire/fixtures"), |_| true)? {
        let all: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text)?;
        seeds.extend(
            all.into_iter()
                .map(|(name, answer)| (format!("{version}-{name}"), answer.to_string().into_bytes())),
        );
    }
    Ok(seeds)
}
