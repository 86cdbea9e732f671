//! The way to the practice clusters, beside the way to all others.

use std::sync::Arc;

use secateur_cluster::{Endpoint, HttpService, Lane, Transport, TransportError};
pub(crate) use secateur_domain::practice::HOSTS;
use tower::util::BoxCloneSyncService;

use crate::Practice;

/// Answers for the practice clusters, and passes everything else on.
pub(crate) struct Practising {
    pub(crate) practice: Practice,
    pub(crate) beyond: Arc<dyn Transport>,
}

impl Transport for Practising {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let host = endpoint.server.host().unwrap_or_default();
        let Some(name) = host.strip_suffix(HOSTS) else { return self.beyond.connect(endpoint, lane) };
        let cluster = self.practice.cluster(name);
        let cluster = cluster.ok_or_else(|| TransportError::Resolve { host: host.to_owned() })?;
        Ok(BoxCloneSyncService::new(tower::service_fn(move |request| {
            std::future::ready(Ok(cluster.answer(&request)))
        })))
    }
}
