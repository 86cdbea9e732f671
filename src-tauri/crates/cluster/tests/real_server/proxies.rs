//! The real server behind proxies that do not let the bodies of DELETEs through.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::StreamExt;
use http::{Method, Request, Response};
use secateur_cluster::{
    Access, Client, Endpoint, HttpService, Lane, Network, ResponseBody, Transport, TransportError, Wanted,
    connect,
};
use secateur_domain::{
    ids::{ObjectKey, Uid},
    outcome::{DeleteAnswer, Seen},
    plan::DeleteOptions,
    rehearsal::Rehearsal,
};
use tower::{ServiceExt, util::BoxCloneSyncService};

use super::{
    asking::{key, plain},
    plane::{self, plane},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bodies {
    /// Lost on the way.
    Stripped,
    /// Answered with 400 and not passed on.
    Refused,
}

/// The network, with a proxy of this kind on the way.
#[derive(Clone)]
struct Proxied {
    bodies: Bodies,
    refused: Arc<Mutex<usize>>,
}

impl Transport for Proxied {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let (network, proxied) = (Network::default().connect(endpoint, lane)?, self.clone());
        Ok(BoxCloneSyncService::new(tower::service_fn(move |mut request: Request<Bytes>| {
            let (network, proxied) = (network.clone(), proxied.clone());
            async move {
                if request.method() == Method::DELETE && !request.body().is_empty() {
                    if proxied.bodies == Bodies::Refused {
                        *proxied.refused.lock().expect("no panic") += 1;
                        let page = Bytes::from_static(b"<html><title>400 Bad Request</title></html>");
                        let body: ResponseBody = futures::stream::iter([Ok(page)]).boxed();
                        return Ok(Response::builder().status(400).body(body).expect("a response"));
                    }
                    *request.body_mut() = Bytes::new();
                    request.headers_mut().remove(http::header::CONTENT_TYPE);
                }
                network.oneshot(request).await
            }
        })))
    }
}

async fn proxied(bodies: Bodies) -> (Client, Arc<Mutex<usize>>) {
    let refused = Arc::default();
    let transport: Arc<dyn Transport> = Arc::new(Proxied { bodies, refused: Arc::clone(&refused) });
    let context = plane::context(&plane().kubeconfig, plane::NAME);
    (connect(&context, Access::by_entry(transport)).await.expect("a client"), refused)
}

async fn check(bodies: Bodies, namespace: &str) -> usize {
    plane().namespace(namespace);
    plane().configmap(namespace, "one");
    let (client, refused) = proxied(bodies).await;
    let alive = key(&client, "cm", namespace, "one").await;
    let before = client.look(&alive).await.expect("it is there");
    let options = DeleteOptions::default();
    assert_eq!(client.rehearse(&alive, &plain(&options)).await, Ok(Rehearsal::Accepted.into()));
    assert_eq!(client.look(&alive).await.as_ref(), Ok(&before), "a rehearsal without its body deleted");

    let gone = ObjectKey {
        uid: Uid::parse("11111111-2222-3333-4444-555555555555").expect("a UID"),
        ..alive.clone()
    };
    let deleted = client.delete(&gone, &plain(&options)).await.expect("an answer");
    assert_eq!(deleted.answer, DeleteAnswer::OtherUid);
    let unchanged = DeleteOptions { only_if_unchanged: true, ..options };
    let deleted = client.delete(&alive, &Wanted { options: &unchanged, version: Some("1") }).await;
    let answer = deleted.expect("an answer").answer;
    assert!(matches!(&answer, DeleteAnswer::Refused { reason, .. } if reason == "Changed"), "{answer:?}");
    assert_eq!(client.look(&alive).await.as_ref(), Ok(&before), "a namesake was deleted");

    let deleted = client.delete(&alive, &plain(&options)).await.expect("an answer");
    assert_eq!(deleted.answer, DeleteAnswer::Taken { uid: Some(alive.uid.clone()), terminating: None });
    assert_eq!(client.look(&alive).await, Ok(Seen::Absent));
    *refused.lock().expect("no panic")
}

#[tokio::test]
async fn fault_55_where_bodies_are_stripped_uid_and_dry_run_hold() {
    check(Bodies::Stripped, "stripped").await;
}

#[tokio::test]
async fn fault_55_where_bodies_are_refused_uid_and_dry_run_hold() {
    assert_eq!(check(Bodies::Refused, "bodiless").await, 1, "it is remembered");
}
