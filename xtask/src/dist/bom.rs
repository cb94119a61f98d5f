//! The bill of materials: CycloneDX 1.5, JSON (ECMA-424). The same for the same commit: its number is made of what it says.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::graph::{Crate, Graph};
use super::release::{Release, hex};
use crate::error::XtaskError;

/// The document.
pub(super) fn render(graph: &Graph, release: &Release) -> Result<String, XtaskError> {
    let components: Vec<Value> = graph.crates.iter().map(component).collect();
    let mut dependencies: Vec<Value> = graph
        .crates
        .iter()
        .map(|one| {
            let below: Vec<String> =
                one.dependencies.iter().map(|(name, version)| purl(name, version)).collect();
            json!({"ref": purl(&one.name, &one.version), "dependsOn": below})
        })
        .collect();
    let root = format!("flinkops-{}", release.triple);
    let roots: Vec<String> = graph
        .crates
        .iter()
        .filter(|one| super::build::EXECUTABLES.contains(&one.name.as_str()))
        .map(|one| purl(&one.name, &one.version))
        .collect();
    dependencies.insert(0, json!({"ref": root, "dependsOn": roots}));
    let mut document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time(release.epoch),
            "component": {
                "type": "application", "bom-ref": root, "name": "flinkops", "version": release.version,
                "licenses": [{"expression": "Apache-2.0 OR MIT"}],
                "properties": [{"name": "cargo:target", "value": release.triple}],
            },
        },
        "components": components,
        "dependencies": dependencies,
    });
    let number = uuid(&Sha256::digest(document.to_string()));
    document["serialNumber"] = json!(format!("urn:uuid:{number}"));
    let text = serde_json::to_string_pretty(&document)
        .map_err(|error| XtaskError::Dist(format!("the bill of materials: {error}")))?;
    Ok(text + "\n")
}

fn component(one: &Crate) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(&one.name, &one.version),
        "name": one.name,
        "version": one.version,
        "purl": purl(&one.name, &one.version),
    });
    if let Some(description) = &one.description {
        component["description"] = json!(description.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    if let Some(licence) = &one.licence {
        component["licenses"] = json!([{"expression": licence}]);
    }
    if let Some(checksum) = &one.checksum {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    component
}

fn purl(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// A number made of a hash, in the form of a version 8 UUID (RFC 9562).
fn uuid(hash: &[u8]) -> String {
    let mut bytes: [u8; 16] = std::array::from_fn(|index| hash[index]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Seconds since 1970 as a date: days become a year of the proleptic Gregorian calendar that begins in March.
fn time(epoch: u64) -> String {
    let (days, rest) = (epoch / 86_400, epoch % 86_400);
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    let year = year + era * 400;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(time(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(time(1_795_737_600), "2026-11-27T00:00:00Z");
    }
}
