//! What the unit tests of this crate share: kinds, and a transport that answers from a script.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures::StreamExt;
use http::{Request, Response};
use secateur_domain::kind::{Kind, Scope};
use tower::util::BoxCloneSyncService;

use crate::transport::{Endpoint, HttpService, Lane, ResponseBody, Transport, TransportError};

pub(crate) fn kind(group: &str, version: &str, plural: &str, scope: Scope) -> Arc<Kind> {
    Arc::new(Kind {
        group: group.into(),
        version: version.into(),
        plural: plural.into(),
        singular: plural.trim_end_matches('s').into(),
        name: plural.trim_end_matches('s').into(),
        scope,
        verbs: ["get", "list", "watch", "delete"].map(Into::into).into(),
        short_names: vec![],
        categories: vec![],
        is_preferred: true,
    })
}

pub(crate) fn configmaps() -> Arc<Kind> {
    kind("", "v1", "configmaps", Scope::Namespaced)
}

pub(crate) fn roles() -> Arc<Kind> {
    kind("rbac.authorization.k8s.io", "v1", "roles", Scope::Namespaced)
}

/// What the scripted server does with one request.
pub(crate) enum Act {
    /// Answers.
    Answer(Response<Vec<Result<Bytes, TransportError>>>),
    /// Fails to.
    Fail(TransportError),
    /// Never does anything.
    Silence,
    /// Answers after a second.
    Late(Box<Act>),
    /// Answers the head and these pieces, and then nothing.
    Stall(Response<Vec<Result<Bytes, TransportError>>>),
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: &str) -> Act {
    with_headers(status, &[("content-type", "application/json")], body)
}

/// An answer with these headers.
pub(crate) fn with_headers(status: u16, headers: &[(&str, &str)], body: &str) -> Act {
    Act::Answer(response(status, headers, vec![Ok(Bytes::copy_from_slice(body.as_bytes()))]))
}

/// A response in pieces.
pub(crate) fn response(
    status: u16,
    headers: &[(&str, &str)],
    pieces: Vec<Result<Bytes, TransportError>>,
) -> Response<Vec<Result<Bytes, TransportError>>> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(pieces).expect("a response")
}

/// The server's script and what was asked of it.
#[derive(Clone, Default)]
pub(crate) struct Script {
    acts: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Script {
    pub(crate) fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: Arc::new(Mutex::new(acts.into_iter().collect())), ..Self::default() }
    }

    /// The requests so far.
    pub(crate) fn asked(&self) -> Vec<Request<Bytes>> {
        self.asked.lock().expect("no panic").clone()
    }

    fn next(&self, request: Request<Bytes>) -> Act {
        self.asked.lock().expect("no panic").push(request);
        self.acts.lock().expect("no panic").pop_front().expect("the script has an act for every request")
    }
}

impl Transport for Script {
    fn connect(&self, _endpoint: &Endpoint, _lane: Lane) -> Result<HttpService, TransportError> {
        let script = self.clone();
        Ok(BoxCloneSyncService::new(tower::service_fn(move |request| {
            let act = script.next(request);
            async move {
                let act = match act {
                    Act::Late(act) => {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        *act
                    }
                    act => act,
                };
                let (response, is_stalled) = match act {
                    Act::Answer(response) => (response, false),
                    Act::Stall(response) => (response, true),
                    Act::Fail(error) => return Err(error),
                    Act::Late(_) | Act::Silence => std::future::pending().await,
                };
                Ok(response.map(|pieces| -> ResponseBody {
                    let pieces = futures::stream::iter(pieces);
                    if is_stalled { pieces.chain(futures::stream::pending()).boxed() } else { pieces.boxed() }
                }))
            }
        })))
    }
}
