//! Static files: the dashboard of a Flink distribution, or the one page of our own.

use hyper::HeaderMap;
use hyper::header;

use crate::app::App;
use crate::rest::{Cors, Reply, RestError, home, of_http_date};

/// The file at this path; `None` when there is none.
pub(super) fn page(app: &App, path: &str, headers: &HeaderMap) -> Option<Reply> {
    let modified = app.started;
    let known = headers.get(header::IF_MODIFIED_SINCE).and_then(|value| of_http_date(value.to_str().ok()?));
    let Some(dashboard) = &app.dashboard else {
        let shows = matches!(path, "/" | "/index.html");
        return shows.then(|| Reply::file("text/html", modified, home(&app.cluster())));
    };
    let Some((kind, bytes)) = dashboard.file(path) else {
        let directory = !path.ends_with('/') && dashboard.is_directory(path);
        let not_a_file = || RestError::Plain(405, "File not found.".to_owned(), Cors::Unsaid).reply();
        return directory.then(not_a_file);
    };
    if known.is_some_and(|known| known >= modified / 1000 * 1000) {
        return Some(Reply { status: 304, ..Reply::file(kind, modified, Vec::new()) });
    }
    Some(Reply::file(kind, modified, bytes))
}
