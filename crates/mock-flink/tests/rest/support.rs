//! A client that hides nothing: one connection for each request, the answer as it came.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use mock_flink::MockFlink;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The first line of the first error.
    pub(crate) fn error(&self) -> String {
        let json = self.json();
        json["errors"][0].as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned()
    }
}

/// Sends a request over an open connection and reads the answer to its end.
pub(crate) async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    method: &str,
    target: &str,
    content_type: &str,
    body: &[u8],
) -> Answer {
    try_exchange(stream, method, target, content_type, body).await.expect("an answer")
}

/// The same; `None` when the connection ends without an answer.
pub(crate) async fn try_exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    method: &str,
    target: &str,
    content_type: &str,
    body: &[u8],
) -> Option<Answer> {
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.ok()?;
    let mut bytes = Vec::new();
    // A TLS connection may end without its closing message.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| line.split_once(": ").map(|(key, value)| (key.to_owned(), value.to_owned()));
    Some(Answer { status, headers: lines.filter_map(header).collect(), body: body.to_owned() })
}

/// Sends a request with a JSON body.
pub(crate) async fn send(address: SocketAddr, method: &str, target: &str, body: &str) -> Answer {
    let stream = TcpStream::connect(address).await.unwrap();
    exchange(stream, method, target, "application/json", body.as_bytes()).await
}

pub(crate) async fn get(mock: &MockFlink, target: &str) -> Answer {
    send(mock.address(), "GET", target, "").await
}

/// A jar with this manifest and these classes.
pub(crate) fn jar(manifest: &str, classes: &[&str]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("META-INF/MANIFEST.MF", options).unwrap();
    zip.write_all(manifest.as_bytes()).unwrap();
    for class in classes {
        zip.start_file(format!("{}.class", class.replace('.', "/")), options).unwrap();
        zip.write_all(b"\xca\xfe\xba\xbe").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A multipart body of files and other fields: `(field name, file name, content)`.
pub(crate) fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file_name, content) in parts {
        let file = file_name.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let head = format!("--BOUNDARY\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(b"--BOUNDARY--\r\n");
    body
}

/// Uploads; the answer.
pub(crate) async fn upload(mock: &MockFlink, body: &[u8]) -> Answer {
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    exchange(stream, "POST", "/jars/upload", "multipart/form-data; boundary=BOUNDARY", body).await
}

/// Uploads the orders program; its id.
pub(crate) async fn uploaded(mock: &MockFlink) -> String {
    let bytes = jar("Manifest-Version: 1.0\nMain-Class: com.example.Orders\n", &["com.example.Orders"]);
    let answer = upload(mock, &multipart(&[("jarfile", Some("orders.jar"), &bytes)])).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    json["filename"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// Runs an uploaded jar and lets it come up; the job's id.
pub(crate) async fn run(mock: &MockFlink, jar: &str, body: &str) -> String {
    let answer = send(mock.address(), "POST", &format!("/jars/{jar}/run"), body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    mock.advance(Duration::from_secs(1));
    answer.json()["jobid"].as_str().unwrap().to_owned()
}
