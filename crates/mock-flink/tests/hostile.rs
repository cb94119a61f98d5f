//! Hostile clients: no request makes the mock stop serving, or take more than 160 MiB.
//!
//! `FLINKOPS_HOSTILE_REQUESTS` sets how many are sent (2,000 without it), `FLINKOPS_HOSTILE_SEED` the number that they are
//! drawn from; a release is tried with a million.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mock_flink::MockFlink;
use mock_flink::scenario::Scenario;
use peak_alloc::PeakAlloc;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// How often something panicked.
static PANICS: AtomicU64 = AtomicU64::new(0);

const MAX_BYTES: usize = 160 << 20;
/// How long an answer is waited for: what comes is not looked at.
const PATIENCE: Duration = Duration::from_millis(10);
/// Connections that are opened and left hanging in the middle of a request.
const LORISES: usize = 300;
/// So often the cluster starts anew: uploads and jobs are kept, as a real JobManager keeps them.
const RESET_EVERY: u64 = 500;

/// A number from the environment.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests chooses how many requests are sent")]
fn number(variable: &str, default: u64) -> u64 {
    let value = std::env::var(variable).ok();
    value.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// Words that mean something to somebody, and some that mean nothing to anybody.
const WORDS: &[&str] = &[
    "jobs",
    "jars",
    "overview",
    "v1",
    "config",
    "vertices",
    "subtasks",
    "metrics",
    "checkpoints",
    "savepoints",
    "taskmanagers",
    "jobmanager",
    "logs",
    "upload",
    "run",
    "plan",
    "..",
    "%2e%2e",
    "%",
    "%00",
    "%ff",
    "a.jar",
    "00000000000000000000000000000001",
    "-1",
    "99999999999999999999",
    "📦",
    "mock",
    "clock",
    "faults",
    "state",
    "tls",
    "prometheus",
    "?",
    "&&&=",
    "datasets",
    "thread-dump",
    "profiler",
    "resource-requirements",
    "applications",
    "details",
    "stop",
];
const METHODS: &[&str] =
    &["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "X", "CONNECT"];

struct Hostile {
    random: StdRng,
    graphs: Vec<Vec<u8>>,
    /// The whole state of a mock with jobs.
    state: Vec<u8>,
    bomb: Vec<u8>,
}

impl Hostile {
    fn new(seed: u64, state: Vec<u8>) -> Self {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serialized/fixtures");
        let graphs = ["job-graph-1.18.1.bin", "job-graph-1.20.5.bin", "stream-graph-2.3.0.bin"]
            .map(|name| std::fs::read(fixtures.join(name)).unwrap());
        Self { random: StdRng::seed_from_u64(seed), graphs: graphs.to_vec(), state, bomb: bomb() }
    }

    fn path(&mut self) -> String {
        let mut path = String::new();
        for _ in 0..self.random.random_range(0..7) {
            path.push('/');
            path.push_str(WORDS.choose(&mut self.random).unwrap());
        }
        if path.is_empty() { "/".to_owned() } else { path.replace(' ', "") }
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.random.random_range(0..=most);
        (0..length).map(|_| self.random.random()).collect()
    }

    /// A text that nearly is JSON.
    fn json(&mut self) -> Vec<u8> {
        const PIECES: &[&str] = &[
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "true",
            "1e999",
            "-0",
            "\\u0000",
            "\"entryClass\"",
            "\"parallelism\"",
            "\"target-directory\"",
            "\"drain\"",
            "\"on\"",
            "\"do\"",
            "\"programArgsList\"",
            "\"\u{1f4a5}\"",
            "9223372036854775808",
        ];
        let count = self.random.random_range(0..200);
        (0..count).flat_map(|_| PIECES.choose(&mut self.random).unwrap().bytes()).collect()
    }

    /// A job as a client sends it, some bytes of it changed.
    fn graph(&mut self) -> Vec<u8> {
        let mut graph = self.graphs.choose(&mut self.random).unwrap().clone();
        for _ in 0..self.random.random_range(0..20) {
            let at = self.random.random_range(0..graph.len());
            graph[at] = self.random.random();
        }
        if self.random.random_bool(0.2) {
            let end = self.random.random_range(0..graph.len());
            graph.truncate(end);
        }
        graph
    }

    /// A state, some digits of it changed: mostly one that can be read.
    fn changed_state(&mut self) -> Vec<u8> {
        let mut state = self.state.clone();
        for _ in 0..self.random.random_range(0..40) {
            let at = self.random.random_range(0..state.len());
            if state[at].is_ascii_digit() {
                state[at] = self.random.random_range(b'1'..=b'9');
            }
        }
        state
    }

    fn multipart(&mut self) -> (String, Vec<u8>) {
        let boundary = ["B", "--", "", "\u{0}", "a\"b"].choose(&mut self.random).unwrap().to_string();
        let name =
            ["jarfile", "request", "file_0", "", "\u{1f4e6}"].choose(&mut self.random).unwrap().to_string();
        let file = ["a.jar", "../../../etc/passwd", "a", "a/b.jar", "", "con.jar\r\nx: y"]
            .choose(&mut self.random)
            .unwrap()
            .to_string();
        let content = match self.random.random_range(0..4) {
            0 => self.graph(),
            1 if self.random.random_bool(0.02) => self.bomb.clone(),
            _ => self.bytes(3000),
        };
        let request = r#"{"jobGraphFileName":"a.jar","executionPlanFileName":"a.jar","jobJarFileNames":[]}"#;
        let mut body = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"request\"\r\n\r\n{request}\r\n--{boundary}\r\n\
             content-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend(content);
        if self.random.random_bool(0.8) {
            body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        }
        (format!("multipart/form-data; boundary={boundary}"), body)
    }

    /// One request, as bytes.
    fn request(&mut self) -> Vec<u8> {
        if self.random.random_bool(0.1) {
            return self.bytes(2000);
        }
        if self.random.random_bool(0.01) {
            let state = self.changed_state();
            let head =
                format!("PUT /mock/state HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", state.len());
            return [head.into_bytes(), state].concat();
        }
        let method = *METHODS.choose(&mut self.random).unwrap();
        let (content_type, mut target, body) = match self.random.random_range(0..6) {
            0 => {
                let (content_type, body) = self.multipart();
                (
                    content_type,
                    (*["/jars/upload", "/jobs"].choose(&mut self.random).unwrap()).to_owned(),
                    body,
                )
            }
            1 => ("application/json".to_owned(), self.path(), self.json()),
            2 => ("application/octet-stream".to_owned(), self.path(), self.bytes(2000)),
            3 => (
                String::new(),
                "/".to_owned() + &"a/".repeat(self.random.random_range(0..20_000)),
                Vec::new(),
            ),
            _ => (String::new(), self.path(), Vec::new()),
        };
        // A mock that is told to shut down does so, and one that is told to be slow or to answer nothing obeys.
        while target.contains("cluster") || target.contains("mock/faults") || target.contains("leader") {
            target = self.path();
        }
        let mut head = format!("{method} {target} HTTP/1.1\r\nhost: x\r\ncontent-type: {content_type}\r\n");
        match self.random.random_range(0..12) {
            0 => head.push_str("content-length: 99999999999\r\n"),
            1 => head.push_str("content-length: -1\r\n"),
            2 => head.push_str("transfer-encoding: chunked\r\n"),
            3 => head.push_str("expect: 100-continue\r\ncontent-length: 3\r\n"),
            4 => (0..self.random.random_range(0..300))
                .for_each(|n| head.push_str(&format!("x-{n}: {}\r\n", "y".repeat(n * 7)))),
            _ => head.push_str(&format!("content-length: {}\r\n", body.len())),
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend(body);
        bytes
    }
}

/// A jar of a few kilobytes whose manifest would be a gigabyte.
fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("META-INF/MANIFEST.MF", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![b'a'; 1 << 20];
    for _ in 0..64 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Sends what it can, and reads what comes, for a moment.
fn fire(address: SocketAddr, bytes: &[u8]) {
    let Ok(mut stream) = TcpStream::connect(address) else { return };
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    if stream.write_all(bytes).is_err() {
        return;
    }
    // Whoever waits for more of the request learns that there is none.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.take(1 << 20).read_to_end(&mut Vec::new());
}

fn serves(address: SocketAddr, target: &str) -> bool {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text.starts_with("HTTP/1.1 200 ")
}

#[test]
fn whatever_comes_the_mock_goes_on_serving_within_bounds() {
    let (count, seed) = (number("FLINKOPS_HOSTILE_REQUESTS", 2_000), number("FLINKOPS_HOSTILE_SEED", 1));
    // A connection's task that panics takes nothing with it but its connection; no request may get so far.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        usual(panic);
    }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let zoo = MockFlink::builder().scenario(Scenario::named("job-zoo").unwrap()).seed(1);
    let state = runtime.block_on(zoo.start()).unwrap().state().unwrap();
    let mock = runtime.block_on(MockFlink::builder().seed(1).start()).unwrap();
    let address = mock.address();
    let client = std::thread::spawn(move || {
        let mut hostile = Hostile::new(seed, state);
        let mut lorises: Vec<TcpStream> =
            (0..LORISES).map(|_| TcpStream::connect(address).unwrap()).collect();
        for sent in 1..=count {
            fire(address, &hostile.request());
            // One byte more of a request that never ends.
            let loris = usize::try_from(sent).unwrap() % LORISES;
            if lorises[loris].write_all(b"G").is_err() {
                lorises[loris] = TcpStream::connect(address).unwrap();
            }
            if sent % RESET_EVERY == 0 {
                assert!(serves(address, "/overview") && serves(address, "/jars"), "after {sent} requests");
                fire(address, b"POST /mock/reset HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
            }
        }
        assert!(serves(address, "/jobs/overview"));
    });
    runtime.block_on(async {
        while !client.is_finished() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    client.join().unwrap();
    assert_eq!(PANICS.load(Ordering::SeqCst), 0, "panics, which stand above");
    let peak = ALLOCATOR.peak_usage();
    assert!(peak < MAX_BYTES, "{} MiB at the peak", peak >> 20);
}
