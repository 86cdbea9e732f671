//! Faults in front of a real server: a transport that passes everything on and spoils one thing.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Method, Request, Response, StatusCode};
use secateur_cluster::{Endpoint, HttpService, Lane, ResponseBody, Transport, TransportError};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The connection breaks after the server has carried a DELETE out.
    LoseDeleteAnswers,
    /// Once armed, kube-system has another UID.
    AnotherClusterAfterPlan,
    /// The first watch is answered with 410.
    ForgetTheFirstWatch,
    /// Once armed, every answer is a 401.
    SignOut,
    /// While armed, nobody listens, and watches that were open break.
    Unplugged,
}

/// A transport with a fault in it.
pub(crate) struct Faulty<Inner> {
    inner: Inner,
    fault: Fault,
    armed: Arc<AtomicBool>,
    watches: Arc<AtomicUsize>,
}

impl<Inner> Faulty<Inner> {
    pub(crate) fn new(inner: Inner, fault: Fault, armed: Arc<AtomicBool>) -> Self {
        Self { inner, fault, armed, watches: Arc::default() }
    }
}

impl<Inner: Transport> Transport for Faulty<Inner> {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let inner = self.inner.connect(endpoint, lane)?;
        let (fault, armed, watches) = (self.fault, Arc::clone(&self.armed), Arc::clone(&self.watches));
        Ok(BoxCloneSyncService::new(service_fn(move |request: Request<Bytes>| {
            let inner = inner.clone();
            let (is_armed, watches, armed) =
                (armed.load(Ordering::SeqCst), Arc::clone(&watches), Arc::clone(&armed));
            async move {
                let (method, path) = (request.method().clone(), request.uri().path().to_owned());
                let is_watch = request.uri().query().unwrap_or_default().contains("watch=");
                match fault {
                    Fault::ForgetTheFirstWatch if is_watch && watches.fetch_add(1, Ordering::SeqCst) == 0 => {
                        return Ok(status(StatusCode::GONE, "Expired", "too old resource version"));
                    }
                    Fault::SignOut if is_armed => {
                        return Ok(status(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized"));
                    }
                    Fault::Unplugged if is_armed => {
                        return Err(TransportError::Refused { host: "the plane".into() });
                    }
                    _ => {}
                }
                let answer = inner.oneshot(request).await?;
                match fault {
                    Fault::LoseDeleteAnswers if method == Method::DELETE => Err(TransportError::Broken {
                        host: "the plane".into(),
                        problem: "reset by the test".into(),
                    }),
                    Fault::AnotherClusterAfterPlan
                        if is_armed && path.ends_with("/namespaces/kube-system") =>
                    {
                        another_uid(answer).await
                    }
                    Fault::Unplugged if is_watch => Ok(answer.map(|body| breaking(body, armed))),
                    _ => Ok(answer),
                }
            }
        })))
    }
}

/// A body that breaks when the fault is armed.
fn breaking(body: ResponseBody, armed: Arc<AtomicBool>) -> ResponseBody {
    let until = async move {
        while !armed.load(Ordering::SeqCst) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let broken = TransportError::Broken { host: "the plane".into(), problem: "unplugged by the test".into() };
    Box::pin(body.take_until(Box::pin(until)).chain(stream::iter([Err(broken)])))
}

fn status(code: StatusCode, reason: &str, message: &str) -> Response<ResponseBody> {
    let body = serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message,
        "code": code.as_u16(),
    });
    response(code, body.to_string().into())
}

async fn another_uid(answer: Response<ResponseBody>) -> Result<Response<ResponseBody>, TransportError> {
    let code = answer.status();
    let chunks: Vec<Result<Bytes, TransportError>> = answer.into_body().collect().await;
    let bytes: Vec<u8> = chunks.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let mut object: serde_json::Value = serde_json::from_slice(&bytes).expect("a namespace");
    object["metadata"]["uid"] = "00000000-0000-0000-0000-000000000000".into();
    Ok(response(code, object.to_string().into()))
}

fn response(code: StatusCode, body: Bytes) -> Response<ResponseBody> {
    let body: ResponseBody = Box::pin(stream::iter([Ok(body)]));
    Response::builder()
        .status(code)
        .header("content-type", "application/json")
        .body(body)
        .expect("a response")
}
