//! Ports: whether they are free.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

use super::{Check, Port, Request, Verdict};

/// Below this, ports are for root.
const PRIVILEGED: u16 = 1024;

pub(super) fn checks(request: &Request) -> Vec<Check> {
    // 0 lets the system choose.
    request.ports.iter().filter(|port| port.number != 0).map(check).collect()
}

fn check(port: &Port) -> Check {
    let number = port.number;
    let check = Check::ok(format!("port {number} ({})", port.what), "free", "free");
    match TcpListener::bind((Ipv4Addr::UNSPECIFIED, number)) {
        Ok(_) => check.but_if(
            number < PRIVILEGED,
            Verdict::Warning,
            "take one above 1023: only root may listen there",
        ),
        Err(error) => {
            let mend = match error.kind() {
                ErrorKind::AddrInUse => {
                    format!("ss -ltnp 'sport = :{number}' tells who listens; end that, or set another port")
                }
                ErrorKind::PermissionDenied => "take one above 1023".to_owned(),
                _ => "see the message".to_owned(),
            };
            Check { found: error.to_string(), ..check }.but(Verdict::Failure, mend)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_said_to_be() {
        let taken = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let number = taken.local_addr().unwrap().port();
        let port = Port { number, what: "rest.port".to_owned() };
        let found = check(&port);
        assert!(
            found.verdict == Verdict::Failure && found.mend.unwrap().contains(&format!("sport = :{number}"))
        );
        drop(taken);
        assert_eq!(check(&port).verdict, Verdict::Ok);
    }
}
