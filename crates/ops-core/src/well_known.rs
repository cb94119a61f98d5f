//! Passwords that are no secret: those that stand in manuals and scripts, and those that are tried first.

/// In lower case, sorted.
const WELL_KNOWN: [&str; 41] = [
    "000000",
    "111111",
    "123123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "abc123",
    "admin",
    "admin123",
    "apache",
    "changeit",
    "changeme",
    "default",
    "example",
    "flink",
    "flink123",
    "flinkflink",
    "internal_store_password",
    "keypass",
    "keystore",
    "keystorepassword",
    "letmein",
    "p@ssw0rd",
    "pass",
    "passw0rd",
    "passwd",
    "password",
    "password1",
    "password123",
    "qwerty",
    "root",
    "secret",
    "storepass",
    "test",
    "truststore",
    "truststorepassword",
    "welcome",
];

/// Whether a password is among the first that anybody tries, in any case.
pub fn is_well_known(password: &str) -> bool {
    WELL_KNOWN.binary_search(&password.to_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(WELL_KNOWN.is_sorted());
        assert!(WELL_KNOWN.iter().all(|password| *password == password.to_lowercase()));
        assert!(is_well_known("ChangeIt") && !is_well_known("Kq7vXe2mPz"));
    }
}
