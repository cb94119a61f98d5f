//! Who runs the processes, and what the modes of files let them do.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

use super::Machine;

/// A user with its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    user: u32,
    groups: Vec<u32>,
}

/// A right.
#[derive(Clone, Copy, Debug)]
pub(super) enum Right {
    Read = 4,
    Write = 2,
    Enter = 1,
}

impl Account {
    /// The user of this name, or who runs this; `None` where there is none of this name.
    pub(super) fn of(machine: &Machine, name: Option<&str>) -> Option<Self> {
        let passwd = machine.text("/etc/passwd").unwrap_or_default();
        let line = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let number =
            |fields: &[&str], index: usize| fields.get(index).and_then(|text| text.parse::<u32>().ok());
        let own = rustix::process::getuid().as_raw();
        let found = line.into_iter().find(|fields| match name {
            Some(name) => fields.first() == Some(&name),
            None => number(fields, 2) == Some(own),
        });
        let Some(fields) = found else {
            let groups = rustix::process::getgroups().unwrap_or_default();
            let groups = groups.into_iter().chain([rustix::process::getgid()]).map(|group| group.as_raw());
            return name.is_none().then(|| Self {
                name: own.to_string(),
                user: own,
                groups: groups.collect(),
            });
        };
        let name = fields.first().copied().unwrap_or_default().to_owned();
        let mut groups: Vec<u32> = number(&fields, 3).into_iter().collect();
        let text = machine.text("/etc/group").unwrap_or_default();
        for fields in text.lines().map(|line| line.split(':').collect::<Vec<_>>()) {
            if fields.get(3).is_some_and(|members| members.split(',').any(|member| member == name)) {
                groups.extend(number(&fields, 2));
            }
        }
        Some(Self { name, user: number(&fields, 2)?, groups })
    }

    /// Whether the mode of a file gives this right. Lists of access rights beyond the mode are not looked at.
    pub(super) fn may(&self, right: Right, file: &Metadata) -> bool {
        let bits = right as u32;
        if self.user == 0 {
            return true;
        }
        let shift = if file.uid() == self.user {
            6
        } else if self.groups.contains(&file.gid()) {
            3
        } else {
            0
        };
        file.mode() >> shift & bits == bits
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn users_and_their_groups_come_from_the_files() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("etc")).unwrap();
        let own = rustix::process::getuid().as_raw();
        let passwd = format!("flink:x:4242:4243::/home/flink:/bin/sh\nme:x:{own}:77::/:/bin/sh\n");
        fs::write(directory.path().join("etc/passwd"), passwd).unwrap();
        fs::write(directory.path().join("etc/group"), "flink:x:4243:\nssl:x:4300:nginx,flink\n").unwrap();
        let machine = Machine::below(directory.path());
        let flink = Account::of(&machine, Some("flink")).unwrap();
        assert_eq!((flink.user, flink.groups.as_slice()), (4242, &[4243, 4300][..]));
        assert_eq!(Account::of(&machine, None).unwrap().name, "me");
        assert_eq!(Account::of(&machine, Some("nobody-such")), None);
        let file = directory.path().join("key");
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o604)).unwrap();
        let metadata = fs::metadata(&file).unwrap();
        assert!(flink.may(Right::Read, &metadata) && !flink.may(Right::Write, &metadata));
        let member = Account { groups: vec![metadata.gid()], ..flink };
        assert!(!member.may(Right::Read, &metadata));
    }
}
