//! `cargo xtask bench pki`: the stores of many nodes by `flinkops pki bulk`, beside the keytool script of the guide and
//! beside pure key generation. Fails when a promise of the issue is not kept.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::format::Format;
use super::row::Row;
use super::spread::Spread;
use crate::error::XtaskError;
use crate::files::context;
use crate::process;

/// Nodes with EC keys.
const EC_NODES: usize = 1_000;
/// They may take so long in all.
const EC_MOST: Duration = Duration::from_secs(8);
/// Nodes with RSA keys.
const RSA_NODES: usize = 200;
/// They may take so much longer than their keys alone.
const RSA_MOST: f64 = 1.2;
/// Nodes for keytool, which takes seconds for each.
const KEYTOOL_NODES: usize = 10;
/// More nodes take no more each: a tenth of them may take so much less than a tenth of the time.
const LINEAR: f64 = 0.8;
/// How often a node alone is measured.
const SINGLES: usize = 9;
/// All nodes on all cores are so many times faster than keytool at least.
const LEAST_ALL: f64 = 500.0;
/// How many times faster than keytool a node's stores are at least.
const LEAST_RATIOS: [(&str, f64); 2] = [("p-256", 300.0), ("rsa-2048", 30.0)];

/// What was measured, each for one node.
struct Measured {
    ec: Duration,
    rsa: Duration,
    rsa_keys: Duration,
    keytool: Duration,
    /// A tenth of the nodes with EC keys, together.
    tenth: Duration,
    /// A node alone, as a whole process.
    one_ec: Duration,
    one_rsa: Duration,
}

/// Measures, and prints the times; as JSON `{"ec_nodes","ec_total_ms","per_node_ms":{…},"ratios":{…},"rsa_over_keys"}`.
///
/// # Errors
/// Something does not build or run, or flinkops is slower than promised.
pub fn pki(format: Format) -> Result<(), XtaskError> {
    let (measured, ec) = measure()?;
    report(&measured, ec, format);
    verdict(&measured, ec)
}

/// The lines of the table.
pub(super) fn rows() -> Result<Vec<Row>, XtaskError> {
    let (measured, ec) = measure()?;
    let new = |what: String, least: f64| Row::new(what, "the guide's keytool script", "pki", least);
    let one =
        |kind: &str, index: usize| new(format!("one node's stores of many, {kind}"), LEAST_RATIOS[index].1);
    let alone = |kind: &str| new(format!("one node's stores alone, {kind}, whole process"), 1.0);
    let all = u32::try_from(EC_NODES).unwrap_or(u32::MAX);
    let together = format!("{EC_NODES} nodes' stores, P-256, all cores");
    let linear = Row::new(together.clone(), "ten times the time of a tenth of them", "pki", LINEAR);
    Ok(vec![
        one("P-256", 0).times(measured.ec, measured.keytool),
        one("RSA 2048", 1).times(measured.rsa, measured.keytool),
        alone("P-256").times(measured.one_ec, measured.keytool),
        alone("RSA 2048").times(measured.one_rsa, measured.keytool),
        new(together, LEAST_ALL).times(ec, measured.keytool * all),
        linear.times(ec, measured.tenth * 10),
    ])
}

/// Measures all; and the time that the nodes with EC keys took together.
fn measure() -> Result<(Measured, Duration), XtaskError> {
    process::run(process::cargo().args(["build", "--quiet", "--release", "--bin", "flinkops"]))?;
    process::run(process::cargo().args([
        "build",
        "--quiet",
        "--release",
        "-p",
        "flinkops-pki",
        "--example",
        "keygen",
    ]))?;
    let release = process::workspace().join("target/release");
    let scratch = tempfile::tempdir().map_err(context("create", &std::env::temp_dir()))?;
    let (flinkops, scratch) = (release.join("flinkops"), scratch.path());

    let mut keys = process::command(release.join("examples/keygen"));
    let said = process::capture(keys.arg(RSA_NODES.to_string()))?;
    let unexpected = |_| XtaskError::Answer { what: "keygen".to_owned(), answer: said.clone() };
    let rsa_keys = Duration::from_millis(said.trim().parse().map_err(unexpected)?);
    let rsa = bulk(&flinkops, scratch, "rsa-2048", RSA_NODES)?;
    let ec = bulk(&flinkops, scratch, "p-256", EC_NODES)?;
    let keytool = keytool(scratch)?;
    let each = |total: Duration, nodes: usize| total / u32::try_from(nodes).unwrap_or(u32::MAX);
    let measured = Measured {
        ec: each(ec, EC_NODES),
        rsa: each(rsa, RSA_NODES),
        rsa_keys: each(rsa_keys, RSA_NODES),
        keytool: each(keytool, KEYTOOL_NODES),
        tenth: bulk(
            &flinkops,
            tempfile::tempdir_in(scratch).map_err(context("create", scratch))?.path(),
            "p-256",
            EC_NODES / 10,
        )?,
        one_ec: one(&flinkops, scratch, "p-256")?,
        one_rsa: one(&flinkops, scratch, "rsa-2048")?,
    };
    Ok((measured, ec))
}

/// The median time of a whole process that issues one node's stores.
fn one(flinkops: &Path, scratch: &Path, kind: &str) -> Result<Duration, XtaskError> {
    let mut times = Vec::new();
    for _ in 0..SINGLES {
        let place = tempfile::tempdir_in(scratch).map_err(context("create", scratch))?;
        times.push(bulk(flinkops, place.path(), kind, 1)?);
    }
    Ok(Spread::of(&times).median)
}

/// The time that `flinkops pki bulk` takes for so many nodes, as a whole process.
fn bulk(flinkops: &Path, scratch: &Path, kind: &str, nodes: usize) -> Result<Duration, XtaskError> {
    let at = |name: &str| scratch.join(format!("{kind}-{name}"));
    let (authority, hosts, out) = (at("ca"), at("hosts"), at("out"));
    let list: String = (0..nodes).map(|node| format!("node-{node}.example.com\n")).collect();
    fs::write(&hosts, list).map_err(context("write", &hosts))?;
    process::capture(process::command(flinkops).args(["pki", "init", "--dir"]).arg(&authority))?;
    let mut command = process::command(flinkops);
    command.args(["--quiet", "pki", "bulk", "--key-type", kind, "--dir"]).arg(&authority);
    command.arg("--hosts").arg(&hosts).arg("--out").arg(&out);
    let start = process::now();
    process::capture(&mut command)?;
    let time = start.elapsed();
    let stores = fs::read_dir(&out).map_err(context("read", &out))?.flatten();
    let keystores =
        stores.filter(|file| file.file_name().to_string_lossy().ends_with("keystore.p12")).count();
    if keystores != nodes {
        let answer = format!("{keystores} keystores for {nodes} nodes");
        return Err(XtaskError::Answer { what: process::line_of(&command), answer });
    }
    Ok(time)
}

/// The time that the guide's keytool script takes for [`KEYTOOL_NODES`]; the authority is there before.
fn keytool(scratch: &Path) -> Result<Duration, XtaskError> {
    let dir = scratch.join("keytool");
    fs::create_dir(&dir).map_err(context("create", &dir))?;
    let run = |words: &str| {
        let mut command = process::command("keytool");
        command.current_dir(&dir).args(words.split(' ')).args(["-storepass", "benchmark", "-noprompt"]);
        process::capture(&mut command)
    };
    run(
        "-genkeypair -alias ca -keyalg RSA -keysize 3072 -dname CN=ca -ext bc:c -validity 3650 -keystore ca.p12",
    )?;
    run("-exportcert -alias ca -rfc -keystore ca.p12 -file ca.pem")?;
    let start = process::now();
    for node in 0..KEYTOOL_NODES {
        let store = format!("-keystore {node}.p12");
        run(&format!(
            "-genkeypair -alias flink-internal -keyalg RSA -keysize 2048 -dname CN=node-{node} {store}"
        ))?;
        run(&format!("-certreq -alias flink-internal {store} -file {node}.csr"))?;
        run(&format!("-gencert -alias ca -keystore ca.p12 -rfc -infile {node}.csr -outfile {node}.pem"))?;
        run(&format!("-importcert -alias ca {store} -file ca.pem"))?;
        run(&format!("-importcert -alias flink-internal {store} -file {node}.pem"))?;
        run(&format!("-importcert -alias ca -keystore {node}.truststore.p12 -file ca.pem"))?;
    }
    Ok(start.elapsed())
}

impl Measured {
    /// How many times faster than keytool a node's stores are, by key kind.
    fn ratios(&self) -> [(&'static str, f64); 2] {
        [
            ("p-256", self.keytool.div_duration_f64(self.ec)),
            ("rsa-2048", self.keytool.div_duration_f64(self.rsa)),
        ]
    }

    /// Bulk issuing with RSA keys over the generation of as many keys.
    fn over_keys(&self) -> f64 {
        self.rsa.div_duration_f64(self.rsa_keys)
    }
}

fn report(measured: &Measured, ec_total: Duration, format: Format) {
    let ms = |time: Duration| (time.as_secs_f64() * 1e5).round() / 100.0;
    let ratios = measured.ratios();
    match format {
        Format::Table => {
            println!("{:<34} {:>12} {:>12}", "stores of one node", "ms", "ratio");
            let row = |name: &str, time: Duration, ratio: String| {
                println!("{name:<34} {:>12} {ratio:>12}", ms(time))
            };
            row("keytool script, RSA 2048", measured.keytool, "1".to_owned());
            row("pki bulk, RSA 2048", measured.rsa, format!("{:.0}", ratios[1].1));
            row("  its keys alone", measured.rsa_keys, String::new());
            row("pki bulk, P-256", measured.ec, format!("{:.0}", ratios[0].1));
            println!("{EC_NODES} nodes with P-256: {:.2} s", ec_total.as_secs_f64());
            println!("RSA bulk over its keys: {:.2}", measured.over_keys());
        }
        Format::Json => {
            let answer = json!({
                "ec_nodes": EC_NODES,
                "ec_total_ms": ms(ec_total),
                "per_node_ms": {
                    "keytool": ms(measured.keytool), "rsa-2048": ms(measured.rsa),
                    "rsa-2048-keys": ms(measured.rsa_keys), "p-256": ms(measured.ec),
                },
                "ratios": { ratios[0].0: ratios[0].1, ratios[1].0: ratios[1].1 },
                "rsa_over_keys": measured.over_keys(),
            });
            println!("{answer:#}");
        }
    }
}

fn verdict(measured: &Measured, ec_total: Duration) -> Result<(), XtaskError> {
    if ec_total > EC_MOST {
        return Err(XtaskError::TooSlow(format!(
            "{EC_NODES} nodes took {ec_total:?}; promised is {EC_MOST:?}"
        )));
    }
    if measured.over_keys() > RSA_MOST {
        let times = measured.over_keys();
        return Err(XtaskError::TooSlow(format!(
            "RSA bulk took {times:.2} times its keys; promised is {RSA_MOST}"
        )));
    }
    for ((kind, ratio), (_, least)) in measured.ratios().into_iter().zip(LEAST_RATIOS) {
        if ratio < least {
            return Err(XtaskError::TooSlow(format!(
                "{kind} is {ratio:.0} times as fast as keytool; promised is {least}"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promise_is_judged() {
        let ms = Duration::from_millis;
        let good = || Measured {
            ec: ms(7),
            rsa: ms(70),
            rsa_keys: ms(65),
            keytool: ms(4000),
            tenth: ms(700),
            one_ec: ms(9),
            one_rsa: ms(90),
        };
        assert!(verdict(&good(), ms(7000)).is_ok());
        assert!(verdict(&good(), ms(9000)).is_err());
        assert!(verdict(&Measured { rsa: ms(100), ..good() }, ms(7000)).is_err());
        assert!(verdict(&Measured { keytool: ms(2000), ..good() }, ms(7000)).is_err());
        assert!(verdict(&Measured { rsa: ms(140), rsa_keys: ms(130), ..good() }, ms(7000)).is_err());
    }
}
