//! Whoever the webhook tells.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Takes events, and keeps them.
pub(crate) struct Post {
    pub(crate) url: String,
    events: Arc<Mutex<Vec<Value>>>,
}

impl Post {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook-hunter2", listener.local_addr().unwrap());
        let events = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&events);
        thread::spawn(move || {
            let mut refused = false;
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let mut length = 0;
                let mut line = String::new();
                while stream.read_line(&mut line).unwrap_or(0) > 2 {
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                // The first time it is busy: it must be told again.
                let status = if refused { "200 OK" } else { "503 Service Unavailable" };
                if refused {
                    kept.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
                }
                refused = true;
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { url, events }
    }

    /// Waits for an event of this kind; its message.
    pub(crate) fn wait(&self, kind: &str) -> String {
        for _ in 0..300 {
            let events = self.events.lock().unwrap();
            if let Some(event) = events.iter().find(|event| event["event"] == kind) {
                return event["message"].as_str().unwrap().to_owned();
            }
            drop(events);
            thread::sleep(Duration::from_millis(100));
        }
        panic!("no event `{kind}`: {:?}", self.events.lock().unwrap());
    }
}
