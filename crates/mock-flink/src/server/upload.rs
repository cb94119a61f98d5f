//! `POST /jars/upload` and `POST /jobs`: multipart bodies, streamed to disk whatever their size.

use std::path::PathBuf;

use http_body_util::{BodyExt as _, Limited};
use hyper::HeaderMap;
use hyper::body::Incoming;
use hyper::header;
use multer::{Field, Multipart};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use crate::app::App;
use crate::rest::{Cors, Parts, Reply, RestError, jar_uploaded, submit};

/// A file that was received.
struct Received {
    name: String,
    path: tempfile::TempPath,
}

/// The longest request that comes beside files.
const REQUEST_LIMIT: usize = 1 << 20;

/// `POST /jars/upload`.
pub(super) async fn receive(app: &App, headers: &HeaderMap, body: Incoming) -> Reply {
    let (_, files) = match parts(app, headers, body).await {
        Ok(parts) => parts,
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

/// `POST /jobs`. The files are gone once it is answered: the simulation runs no code of theirs.
pub(super) async fn receive_job(app: &App, headers: &HeaderMap, body: Incoming) -> Reply {
    let (request, files) = match parts(app, headers, body).await {
        Ok(parts) => parts,
        Err(error) => return error.reply(),
    };
    let named = files.iter().map(|file| (file.name.clone(), file.path.to_path_buf())).collect();
    submit(app, &Parts { request, files: named })
}

/// The field `request` and the files of the body. What is no multipart is the request itself.
async fn parts(
    app: &App,
    headers: &HeaderMap,
    body: Incoming,
) -> Result<(Vec<u8>, Vec<Received>), RestError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(boundary) = content_type.and_then(|value| multer::parse_boundary(value).ok()) else {
        let whole = Limited::new(body, REQUEST_LIMIT).collect().await;
        return Ok((whole.map(|whole| whole.to_bytes().to_vec()).unwrap_or_default(), Vec::new()));
    };
    let scratch = app.jars().scratch().to_owned();
    let mut multipart = Multipart::new(body.into_data_stream(), boundary);
    let (mut request, mut files) = (Vec::new(), Vec::new());
    while let Ok(Some(mut field)) = multipart.next_field().await {
        match field.file_name().map(base_name) {
            Some(name) => match store(field, &scratch).await {
                Ok(path) => files.push(Received { name, path }),
                Err(Broken::Body) => return Ok((Vec::new(), Vec::new())),
                Err(Broken::Disk(error)) => {
                    return Err(RestError::refused(500, format!("File upload failed: {error}")));
                }
            },
            None if field.name() == Some("request") => {
                while let Ok(Some(chunk)) = field.chunk().await {
                    if request.len() + chunk.len() > REQUEST_LIMIT {
                        return Err(RestError::Plain(
                            413,
                            "The request is too large.".to_owned(),
                            Cors::Unsaid,
                        ));
                    }
                    request.extend_from_slice(&chunk);
                }
            }
            None => {
                let name = field.name().unwrap_or_default();
                let message = format!("Received unknown attribute {name}.");
                return Err(RestError::Plain(400, message, Cors::Unsaid));
            }
        }
    }
    Ok((request, files))
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
