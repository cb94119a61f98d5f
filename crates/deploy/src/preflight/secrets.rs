//! Keystores, truststores and keytabs: for who runs Flink, and for nobody else.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::account::{Account, Right};
use super::{Check, Machine, Request, Verdict};

pub(super) fn checks(machine: &Machine, request: &Request) -> Vec<Check> {
    let account = Account::of(machine, request.user.as_deref());
    let user = match (&account, &request.user) {
        (None, Some(name)) => {
            let mend = format!("useradd --system {name}, or name another one with --user");
            let check = Check::ok(format!("user {name}"), "not there", "there");
            vec![check.but(Verdict::Failure, mend)]
        }
        _ => Vec::new(),
    };
    let files = request.secrets.iter().map(|file| check(machine, account.as_ref(), file));
    user.into_iter().chain(files).collect()
}

fn check(machine: &Machine, account: Option<&Account>, file: &Path) -> Check {
    let shown = file.display();
    let check = |found: String| Check::ok(format!("{shown}"), found, "for who runs Flink alone");
    let metadata = match fs::metadata(machine.place(file)) {
        Ok(metadata) => metadata,
        Err(error) => {
            return check(error.to_string())
                .but(Verdict::Failure, "write it, or correct the path in the configuration");
        }
    };
    let mode = metadata.mode() & 0o7777;
    let check = check(format!("mode {mode:04o}, of user {} and group {}", metadata.uid(), metadata.gid()));
    if !metadata.is_file() {
        return check.but(Verdict::Failure, "it is no file");
    }
    if let Some(account) = account.filter(|account| !account.may(Right::Read, &metadata)) {
        let mend = format!("chown {0} {shown}: {0} may not read it", account.name);
        return check.but(Verdict::Failure, mend);
    }
    check.but_if(
        mode & 0o007 != 0,
        Verdict::Failure,
        format!("chmod o= {shown}: everybody on this host may read it"),
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_secret_is_for_one() {
        let directory = tempfile::tempdir().unwrap();
        let machine = Machine::below(directory.path());
        let file = directory.path().join("node.keystore.p12");
        let of = || check(&machine, None, Path::new("/node.keystore.p12"));
        assert!(of().verdict == Verdict::Failure && of().found.contains("No such file"));
        fs::write(&file, "").unwrap();
        for (mode, verdict) in [(0o600, Verdict::Ok), (0o640, Verdict::Ok), (0o644, Verdict::Failure)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(of().verdict, verdict, "{mode:o}");
        }
        let request =
            Request { user: Some("nobody-such".to_owned()), ..Request::new("2.3".parse().unwrap()) };
        assert!(checks(&machine, &request)[0].mend.as_ref().unwrap().starts_with("useradd"));
    }
}
