//! Directories: whether they can be written, how much room there is, and on what they lie.

use std::fs;
use std::path::{Path, PathBuf};

use ops_core::units::human_bytes;

use super::account::{Account, Right};
use super::{Check, Directory, Machine, Request, Use, Verdict};

const GIB: u64 = 1 << 30;

/// Too little for anything.
const LEAST: u64 = GIB;

/// Little for state and for files that are spilled.
const LITTLE: u64 = 10 * GIB;

pub(super) fn checks(machine: &Machine, request: &Request) -> Vec<Check> {
    let account = Account::of(machine, request.user.as_deref());
    request.directories.iter().map(|directory| check(machine, account.as_ref(), directory)).collect()
}

fn check(machine: &Machine, account: Option<&Account>, directory: &Directory) -> Check {
    let path = &directory.path;
    let purpose = match directory.purpose {
        Use::Logs => "logs",
        Use::Temporary => "temporary files",
        Use::State => "state",
    };
    let what = format!("{} ({purpose})", path.display());
    let needed = if directory.purpose == Use::Logs { LEAST } else { LITTLE };
    let required = format!("writable, {} free", human_bytes(needed));
    let Some(existing) = nearest(machine, path) else {
        return Check::ok(what, "nothing of it is there", required).but(Verdict::Failure, "create it");
    };
    let place = machine.place(&existing);
    let mount = Mount::of(machine, &existing);
    let free = rustix::fs::statvfs(&place).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)).ok();
    let mut found =
        free.map_or_else(|| "of unknown size".to_owned(), |free| format!("{} free", human_bytes(free)));
    if let Some(mount) = &mount {
        found.push_str(&format!(" on {} at {}", mount.kind, mount.point.display()));
        match mount.rotates(machine) {
            Some(true) => found.push_str(", a rotating disk"),
            Some(false) => found.push_str(", no rotating disk"),
            None => {}
        }
    }
    if existing != *path {
        found.push_str(&format!("; it is not there yet, {} is", existing.display()));
    }
    let check = Check::ok(what, found, required);
    let shown = path.display();
    if !place.is_dir() {
        return check
            .but(Verdict::Failure, format!("{} is no directory; take another one", existing.display()));
    }
    let metadata = fs::metadata(&place);
    if let (Some(account), Ok(metadata)) = (account, metadata)
        && !(account.may(Right::Write, &metadata) && account.may(Right::Enter, &metadata))
    {
        let mend = format!(
            "install -d -o {0} -m 0750 {shown}: {0} may not write into {1}",
            account.name,
            existing.display()
        );
        return check.but(Verdict::Failure, mend);
    }
    let option =
        |name: &str| mount.as_ref().is_some_and(|mount| mount.options.iter().any(|option| option == name));
    let kind = mount.as_ref().map_or("", |mount| mount.kind.as_str());
    let is_remote = ["nfs", "nfs4", "cifs", "smb3", "9p"].contains(&kind);
    let rotates = mount.as_ref().and_then(|mount| mount.rotates(machine)) == Some(true);
    if option("ro") {
        check.but(
            Verdict::Failure,
            format!("it is mounted read-only: mount -o remount,rw, or put {shown} elsewhere"),
        )
    } else if directory.purpose == Use::Temporary && option("noexec") {
        let mend = "it is mounted noexec, and native libraries (RocksDB, Netty) are loaded from here: set io.tmp.dirs elsewhere";
        check.but(Verdict::Failure, mend)
    } else if free.is_some_and(|free| free < LEAST) {
        check.but(Verdict::Failure, "make room, or put it on another disk")
    } else if free.is_some_and(|free| free < needed) {
        check.but(Verdict::Warning, "make room, or put it on another disk")
    } else if directory.purpose != Use::Logs && is_remote {
        check.but(Verdict::Warning, "put it on a local disk: every access crosses the network here")
    } else if directory.purpose == Use::State && rotates {
        check.but(Verdict::Warning, "put state.backend.rocksdb.localdir on an SSD: RocksDB reads at random")
    } else {
        check.but_if(
            directory.purpose == Use::State && kind == "tmpfs",
            Verdict::Warning,
            "it lies in memory, which the memory model does not count: put it on a disk",
        )
    }
}

/// The path, or the nearest directory above it that exists.
fn nearest(machine: &Machine, path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|path| machine.place(path).exists()).map(Path::to_path_buf)
}

/// What is mounted where a path lies.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mount {
    /// `MAJOR:MINOR`.
    device: String,
    point: PathBuf,
    options: Vec<String>,
    kind: String,
}

impl Mount {
    /// From `/proc/self/mountinfo`: the longest mount point that the path lies below; of equal ones the last hides the others.
    fn of(machine: &Machine, path: &Path) -> Option<Self> {
        let text = machine.text("/proc/self/mountinfo")?;
        let mounts = text.lines().filter_map(Self::parse).filter(|mount| path.starts_with(&mount.point));
        mounts.max_by_key(|mount| mount.point.components().count())
    }

    fn parse(line: &str) -> Option<Self> {
        let (own, rest) = line.split_once(" - ")?;
        let fields: Vec<&str> = own.split(' ').collect();
        Some(Self {
            device: (*fields.get(2)?).to_owned(),
            point: unescaped(fields.get(4)?).into(),
            options: fields.get(5)?.split(',').map(str::to_owned).collect(),
            kind: rest.split(' ').next()?.to_owned(),
        })
    }

    /// Whether the disk rotates; a partition has its disk above it.
    fn rotates(&self, machine: &Machine) -> Option<bool> {
        let device = format!("/sys/dev/block/{}", self.device);
        let flags = [format!("{device}/queue/rotational"), format!("{device}/../queue/rotational")];
        flags.iter().find_map(|flag| machine.number(flag)).map(|flag| flag == 1)
    }
}

/// Blanks and backslashes stand as octal numbers there.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_on_the_nearest_mount() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("proc/self")).unwrap();
        let text = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n\
                    30 22 0:40 / /data rw,noexec,nosuid - tmpfs tmpfs rw,size=1g\n\
                    31 22 0:41 / /my\\040disk ro - nfs4 server:/x ro\n\
                    32 22 254:2 / /data rw - xfs /dev/vda2 rw\n";
        fs::write(root.join("proc/self/mountinfo"), text).unwrap();
        let machine = Machine::below(root);
        let kind = |path: &str| Mount::of(&machine, Path::new(path)).unwrap().kind;
        assert_eq!([kind("/data/flink"), kind("/database"), kind("/my disk/x")], ["xfs", "ext4", "nfs4"]);
        fs::create_dir_all(root.join("sys/dev/block/254:2/queue")).unwrap();
        fs::write(root.join("sys/dev/block/254:2/queue/rotational"), "1\n").unwrap();
        assert_eq!(Mount::of(&machine, Path::new("/data")).unwrap().rotates(&machine), Some(true));
        let verdict = |path: &str, purpose| {
            fs::create_dir_all(machine.place(Path::new(path))).unwrap();
            check(&machine, None, &Directory { path: path.into(), purpose })
        };
        let remote = verdict("/my disk/tmp", Use::Temporary);
        assert!(remote.mend.unwrap().contains("read-only"));
        let state = verdict("/data/state", Use::State);
        // The room is that of the disk that the test runs on.
        assert!(state.found.contains("on xfs at /data, a rotating disk"), "{state:?}");
        let missing = check(&machine, None, &Directory { path: "/data/a/b".into(), purpose: Use::Logs });
        assert!(missing.found.ends_with("it is not there yet, /data is"), "{missing:?}");
    }

    #[test]
    fn native_libraries_need_a_place_that_may_run_them() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("proc/self")).unwrap();
        fs::create_dir_all(root.join("tmp")).unwrap();
        let text = "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 22 0:40 / /tmp rw,noexec - tmpfs tmpfs rw\n";
        fs::write(root.join("proc/self/mountinfo"), text).unwrap();
        let machine = Machine::below(root);
        let temporary = check(&machine, None, &Directory { path: "/tmp".into(), purpose: Use::Temporary });
        assert!(temporary.verdict == Verdict::Failure && temporary.mend.unwrap().contains("io.tmp.dirs"));
        fs::write(root.join("file"), "").unwrap();
        let file = check(&machine, None, &Directory { path: "/file".into(), purpose: Use::Logs });
        assert!(file.mend.unwrap().contains("/file is no directory"));
    }
}
