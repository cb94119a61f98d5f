//! `POST /jars/upload`: a multipart body, streamed to disk whatever its size.

use std::path::PathBuf;

use http_body_util::BodyExt as _;
use hyper::HeaderMap;
use hyper::body::Incoming;
use hyper::header;
use multer::{Field, Multipart};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use crate::app::App;
use crate::rest::{Cors, Reply, RestError, jar_uploaded};

/// A file that was received.
struct Received {
    name: String,
    path: tempfile::TempPath,
}

pub(super) async fn receive(app: &App, headers: &HeaderMap, body: Incoming) -> Reply {
    let files = match files(app, headers, body).await {
        Ok(files) => files,
        Err(error) => return error.reply(),
    };
    let count = files.len();
    let mut files = files.into_iter();
    let (Some(file), None) = (files.next(), files.next()) else {
        return RestError::refused(400, format!("Exactly 1 file must be sent, received {count}.")).reply();
    };
    if !file.name.ends_with(".jar") {
        return RestError::refused(400, "Only Jar files are allowed.").reply();
    }
    let (unique, now) = {
        let mut cluster = app.cluster();
        (cluster.fresh_id(), cluster.now())
    };
    let mut jars = app.jars();
    match jars.take(&file.path, &file.name, unique, now) {
        Ok(jar) => jar_uploaded(jar),
        Err(error) => {
            let message = format!("Could not move uploaded jar file [{}] to: {error}", file.path.display());
            RestError::refused(500, message).reply()
        }
    }
}

/// The files of the body; none when it is no multipart, or a broken one.
async fn files(app: &App, headers: &HeaderMap, body: Incoming) -> Result<Vec<Received>, RestError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(boundary) = content_type.and_then(|value| multer::parse_boundary(value).ok()) else {
        return Ok(Vec::new());
    };
    let scratch = app.jars().scratch().to_owned();
    let mut multipart = Multipart::new(body.into_data_stream(), boundary);
    let mut files = Vec::new();
    while let Ok(Some(field)) = multipart.next_field().await {
        match field.file_name().map(base_name) {
            Some(name) => match store(field, &scratch).await {
                Ok(path) => files.push(Received { name, path }),
                Err(Broken::Body) => return Ok(Vec::new()),
                Err(Broken::Disk(error)) => {
                    return Err(RestError::refused(500, format!("File upload failed: {error}")));
                }
            },
            None => {
                let name = field.name().unwrap_or_default();
                let message = format!("Received unknown attribute {name}.");
                return Err(RestError::Plain(400, message, Cors::Unsaid));
            }
        }
    }
    Ok(files)
}

/// The last component: directories in a file name lead nowhere.
fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

enum Broken {
    Body,
    Disk(std::io::Error),
}

async fn store(mut field: Field<'_>, scratch: &PathBuf) -> Result<tempfile::TempPath, Broken> {
    let (file, path) = tempfile::NamedTempFile::new_in(scratch).map_err(Broken::Disk)?.into_parts();
    let mut file = File::from_std(file);
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => file.write_all(&chunk).await.map_err(Broken::Disk)?,
            Ok(None) => break,
            Err(_) => return Err(Broken::Body),
        }
    }
    file.flush().await.map_err(Broken::Disk)?;
    Ok(path)
}
