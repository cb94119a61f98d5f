//! Where checkpoints, savepoints and the metadata of jobs go: what can be seen of it without credentials.

use std::fs;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

use super::{Check, Request, Verdict};

/// How long a server may take to accept.
const PATIENCE: Duration = Duration::from_secs(3);

/// Schemes and the file system that Flink keeps apart from its own classes, as `opt/` of a complete distribution calls it.
const PLUGINS: [(&[&str], &[&str]); 4] = [
    (&["s3", "s3a", "s3n"], &["flink-s3-fs-hadoop", "flink-s3-fs-presto"]),
    (&["s3p"], &["flink-s3-fs-presto"]),
    (&["gs"], &["flink-gs-fs-hadoop"]),
    (&["abfs", "abfss", "wasb", "wasbs"], &["flink-azure-fs-hadoop"]),
];

/// What Hadoop's own classes are needed for.
const HADOOP: [&str; 4] = ["hdfs", "viewfs", "webhdfs", "swebhdfs"];

pub(super) fn checks(request: &Request) -> Vec<Check> {
    request.storage.iter().flat_map(|uri| place(uri, request)).collect()
}

fn place(uri: &str, request: &Request) -> Vec<Check> {
    let what = format!("storage {uri}");
    let (scheme, rest) = match uri.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("file".to_owned(), uri),
    };
    if scheme == "file" || uri.starts_with("file:") {
        let check = Check::ok(what, "a path of this machine", "a place that every process reaches");
        let mend = "mount the same file system there on every host, or use hdfs:// or s3://";
        return vec![check.but_if(!request.hosts.is_empty(), Verdict::Warning, mend)];
    }
    let mut checks = Vec::new();
    if HADOOP.contains(&scheme.as_str()) {
        checks.push(hadoop(&what, request));
        checks.push(server(&what, rest.split('/').next().unwrap_or_default()));
    } else if let Some((_, plugins)) = PLUGINS.iter().find(|(schemes, _)| schemes.contains(&scheme.as_str()))
    {
        checks.push(plugin(&what, plugins, request.flink_home.as_deref()));
        if let (true, Some(endpoint)) = (scheme.starts_with("s3"), &request.s3_endpoint) {
            let is_plain = endpoint.starts_with("http://");
            let authority =
                endpoint.split("://").last().unwrap_or(endpoint).split('/').next().unwrap_or_default();
            let port = if is_plain { 80 } else { 443 };
            let authority =
                if authority.contains(':') { authority.to_owned() } else { format!("{authority}:{port}") };
            checks.push(server(&what, &authority));
        }
    } else {
        let check = Check::ok(what, format!("the scheme {scheme}"), "a file system that Flink has");
        checks.push(
            check.but(Verdict::Unknown, "make sure that its plugin is in plugins/ of Flink's directory"),
        );
    }
    checks
}

fn hadoop(what: &str, request: &Request) -> Check {
    let bundled =
        request.flink_home.as_deref().is_some_and(|home| has_jar(&home.join("lib"), "flink-shaded-hadoop"));
    let found = match (request.hadoop_classpath, bundled) {
        (true, _) => "HADOOP_CLASSPATH is set",
        (false, true) => "a Hadoop jar in Flink's lib",
        (false, false) => "none in sight",
    };
    let check = Check::ok(format!("{what}, classes"), found, "Hadoop's client classes");
    let mend = "set HADOOP_CLASSPATH for the account that runs Flink, in the unit, too: export HADOOP_CLASSPATH=$(hadoop classpath)";
    check.but_if(found == "none in sight", Verdict::Warning, mend)
}

/// Flink loads file systems from directories below `plugins/`.
fn plugin(what: &str, names: &[&str], home: Option<&Path>) -> Check {
    let required = format!("{} in a directory below plugins/", names.join(" or "));
    let name = format!("{what}, plugin");
    let Some(home) = home else {
        return Check::ok(name, "Flink's directory is not known", required)
            .but(Verdict::Unknown, "set FLINK_HOME");
    };
    let directories = fs::read_dir(home.join("plugins")).into_iter().flatten().flatten();
    let found = directories.map(|entry| entry.path()).find_map(|directory| {
        names.iter().find(|name| has_jar(&directory, name)).map(|name| (*name).to_owned())
    });
    match found {
        Some(found) => Check::ok(name, found, required),
        None => {
            let first = names.first().copied().unwrap_or_default();
            let home = home.display();
            let mend = format!(
                "mkdir {home}/plugins/{first} && cp {home}/opt/{first}-*.jar {home}/plugins/{first}/"
            );
            Check::ok(name, "none", required).but(Verdict::Failure, mend)
        }
    }
}

fn has_jar(directory: &Path, name: &str) -> bool {
    let files = fs::read_dir(directory).into_iter().flatten().flatten();
    files.map(|entry| entry.file_name()).any(|file| {
        let file = file.to_string_lossy();
        file.starts_with(name) && file.ends_with(".jar")
    })
}

/// Whether somebody accepts connections there. A name without a port is Hadoop's own, for several servers.
fn server(what: &str, authority: &str) -> Check {
    let name = format!("{what}, server");
    let required = "accepts connections";
    if authority.is_empty() || !authority.contains(':') {
        let found = if authority.is_empty() {
            "named by Hadoop's configuration"
        } else {
            "a name of Hadoop's configuration"
        };
        return Check::ok(name, found, required)
            .but(Verdict::Unknown, "try it with Hadoop's own client: hdfs dfs -ls");
    }
    let addresses: Vec<_> = authority.to_socket_addrs().into_iter().flatten().collect();
    let Some(first) = addresses.first() else {
        return Check::ok(name, format!("{authority} is not found"), required)
            .but(Verdict::Failure, format!("put {authority} into DNS, or correct the path"));
    };
    match addresses.iter().find_map(|address| TcpStream::connect_timeout(address, PATIENCE).ok()) {
        Some(_) => Check::ok(name, format!("{authority} answers"), required),
        None => Check::ok(name, format!("{authority} ({first}) does not answer"), required)
            .but(Verdict::Warning, "start it, or open its port for this host"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn verdicts(uri: &str, change: impl FnOnce(&mut Request)) -> Vec<Verdict> {
        let mut request = Request::new("2.3".parse().unwrap());
        request.storage = vec![uri.to_owned()];
        change(&mut request);
        checks(&request).into_iter().map(|check| check.verdict).collect()
    }

    #[test]
    fn local_paths_do_for_one_host() {
        assert_eq!(verdicts("file:///data", |_| {}), [Verdict::Ok]);
        assert_eq!(verdicts("/data", |request| request.hosts.push("tm-1".to_owned())), [Verdict::Warning]);
    }

    #[test]
    fn hadoop_needs_its_classes_and_a_server() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("hdfs://{}/flink", listener.local_addr().unwrap());
        assert_eq!(verdicts(&uri, |_| {}), [Verdict::Warning, Verdict::Ok]);
        assert_eq!(verdicts(&uri, |request| request.hadoop_classpath = true), [Verdict::Ok, Verdict::Ok]);
        assert_eq!(verdicts("hdfs:///flink", |_| {})[1], Verdict::Unknown);
        assert_eq!(verdicts("hdfs://nameservice/flink", |_| {})[1], Verdict::Unknown);
        assert_eq!(verdicts("hdfs://no-such-host.invalid:8020/flink", |_| {})[1], Verdict::Failure);
        drop(listener);
        assert_eq!(verdicts(&uri, |_| {})[1], Verdict::Warning);
    }

    #[test]
    fn object_stores_need_their_plugin() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(verdicts("s3://bucket/a", |_| {}), [Verdict::Unknown]);
        let with = |uri: &str| verdicts(uri, |request| request.flink_home = Some(home.path().to_owned()));
        assert_eq!(with("s3://bucket/a"), [Verdict::Failure]);
        let plugin = home.path().join("plugins/s3");
        fs::create_dir_all(&plugin).unwrap();
        fs::write(plugin.join("flink-s3-fs-hadoop-2.3.0.jar"), "").unwrap();
        assert_eq!(with("s3a://bucket/a"), [Verdict::Ok]);
        assert_eq!(with("s3p://bucket/a"), [Verdict::Failure]);
        assert_eq!(with("ftp://host/a"), [Verdict::Unknown]);
        let endpoint =
            |request: &mut Request| request.s3_endpoint = Some("http://no-such-host.invalid".to_owned());
        assert_eq!(verdicts("s3://bucket/a", endpoint), [Verdict::Unknown, Verdict::Failure]);
    }
}
