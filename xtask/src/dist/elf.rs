//! What an executable needs of the system that it runs on: libraries, and how new the C library has to be.

use std::collections::BTreeSet;

use object::read::elf::{Dyn as _, ElfFile64, FileHeader as _};
use object::{Endianness, elf};

use super::tree::File;
use crate::error::XtaskError;

/// Libraries that every Linux with the C library has. Debian's libc6 depends on the others.
const EVERYWHERE: [&str; 4] = ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"];

/// What executables need.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// Shared libraries.
    pub(super) libraries: BTreeSet<String>,
    /// The newest version of glibc that a symbol is of.
    pub(super) glibc: (u32, u32),
}

impl Needs {
    /// Looks into executables.
    pub(super) fn of(files: &[&File]) -> Result<Self, XtaskError> {
        let mut needs = Self::default();
        for file in files {
            needs.add(&file.bytes).map_err(|error| XtaskError::Dist(format!("{}: {error}", file.path)))?;
        }
        Ok(needs)
    }

    fn add(&mut self, bytes: &[u8]) -> object::Result<()> {
        let file = ElfFile64::<Endianness>::parse(bytes)?;
        let endian = file.endian();
        let header = file.elf_header();
        let sections = header.sections(endian, bytes)?;
        if let Some((entries, strings)) = sections.dynamic(endian, bytes)? {
            let strings = sections.strings(endian, bytes, strings)?;
            for entry in entries.iter().filter(|entry| entry.tag(endian) == elf::DT_NEEDED) {
                self.libraries.insert(String::from_utf8_lossy(entry.string(endian, strings)?).into_owned());
            }
        }
        if let Some((mut needed, strings)) = sections.gnu_verneed(endian, bytes)? {
            let strings = sections.strings(endian, bytes, strings)?;
            while let Some((_, mut versions)) = needed.next()? {
                while let Some(version) = versions.next()? {
                    let name = String::from_utf8_lossy(version.name(endian, strings)?).into_owned();
                    self.glibc = self.glibc.max(glibc(&name).unwrap_or_default());
                }
            }
        }
        Ok(())
    }

    /// Refuses executables that would not start on a bare system.
    pub(super) fn check(&self, triple: &str) -> Result<(), XtaskError> {
        let strange: Vec<&String> =
            self.libraries.iter().filter(|library| !EVERYWHERE.contains(&library.as_str())).collect();
        if triple.contains("linux-gnu") && strange.is_empty() || self.libraries.is_empty() {
            return Ok(());
        }
        Err(XtaskError::Dist(format!(
            "the executables need {strange:?}, which a bare system does not have; build what brings that in statically"
        )))
    }
}

/// `GLIBC_2.34` as numbers.
fn glibc(name: &str) -> Option<(u32, u32)> {
    let mut parts = name.strip_prefix("GLIBC_")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_executable_is_looked_into() {
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let file = File { path: "bin/own".to_owned(), mode: 0o755, bytes };
        let needs = Needs::of(&[&file]).unwrap();
        assert!(needs.libraries.contains("libc.so.6"), "{needs:?}");
        assert!(needs.glibc >= (2, 17), "{needs:?}");
        needs.check("x86_64-unknown-linux-gnu").unwrap();
        let other = Needs { libraries: ["libssl.so.3".to_owned()].into(), ..needs };
        let said = other.check("x86_64-unknown-linux-gnu").unwrap_err().to_string();
        assert!(said.contains("libssl.so.3"), "{said}");
        assert_eq!(glibc("GLIBC_2.34"), Some((2, 34)));
        assert_eq!(glibc("GCC_3.0"), None);
    }
}
