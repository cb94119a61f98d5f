//! Which cluster a request is for: the only one, or the one whose prefix its path begins with.

use std::sync::Arc;

use hyper::Uri;

use super::gate::behind;
use crate::app::App;
use crate::control::is_control;
use crate::phase::{Phase, stopping};

/// The clusters behind one address; at least one.
#[derive(Clone)]
pub(crate) struct Site(Arc<[Arc<App>]>);

/// The path and query behind the prefix; `None` where there is no prefix.
type Shortened = Option<Uri>;

/// Where a request goes.
pub(super) enum Place<'a> {
    /// To a cluster.
    Cluster(&'a Arc<App>, Shortened),
    /// To a cluster's own mock, `/mock/…`.
    Mock(&'a Arc<App>, Shortened),
    /// To a cluster that has been shut down.
    Gone(&'a Arc<App>),
    /// Beside all of them.
    Nowhere,
}

impl Site {
    pub(crate) fn new(clusters: Vec<Arc<App>>) -> Self {
        Self(clusters.into())
    }

    /// The first one: what is not a single cluster's, such as the certificate, is its.
    pub(super) fn first(&self) -> &Arc<App> {
        &self.0[0]
    }

    /// Finds the place of a path with its query.
    pub(super) fn place(&self, target: &str) -> Place<'_> {
        let alone = self.0.len() == 1;
        if alone && is_control(target) {
            return Place::Mock(self.first(), None);
        }
        for app in self.0.iter() {
            let Some(rest) = behind(&app.prefix, target) else { continue };
            let shortened = (!app.prefix.is_empty()).then(|| rest.parse().unwrap_or_default());
            return match *app.stop.borrow() {
                Phase::Stopping if !alone => Place::Gone(app),
                _ if is_control(rest) => Place::Mock(app, shortened),
                _ => Place::Cluster(app, shortened),
            };
        }
        Place::Nowhere
    }

    /// Resolves once every cluster has been told to stop.
    pub(super) async fn deserted(&self) {
        for app in self.0.iter() {
            stopping(&mut app.stop.subscribe()).await;
        }
    }

    /// The prefixes, for who asks beside them.
    pub(super) fn prefixes(&self) -> String {
        self.0.iter().map(|app| app.prefix.as_str()).collect::<Vec<_>>().join(", ")
    }
}
