//! Faults that a script cannot say: a transport in front of a real server that passes everything on and spoils one
//! thing, as it remembers what went by, or for as long as a journey wants it. What a script can say is in `scripted`.

use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{AUTHORIZATION, DATE, IF_NONE_MATCH},
};
use secateur_cluster::{Endpoint, HttpService, Lane, ResponseBody, Transport, TransportError};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

use super::scripted::{changed, refusal};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// Once armed, kube-system has another UID.
    AnotherClusterAfterPlan,
    /// Once armed, every answer is a 401.
    SignOut,
    /// Once armed, the credential of the first request is answered with 401, and any other is passed on.
    ExpireTheFirst,
    /// The server's clock is five hours ahead of ours.
    AheadByFiveHours,
    /// While armed, nobody listens, and watches that were open break.
    Unplugged,
    /// While armed, whatever reads ConfigMaps waits before it is passed on.
    HoldReads,
    /// While armed, what asks which cluster it is waits before it is passed on.
    HoldIdentity,
    /// While armed, what asks what is served waits before it is passed on.
    HoldDiscovery,
    /// While armed, a DELETE waits before it is passed on.
    HoldDeletes,
    /// While armed, the server's answer to a DELETE waits before it is passed on.
    HoldAnswers,
    /// While armed, DELETEs beyond so many at a time are answered with 429 and a `Retry-After` of a second.
    BusyBeyond(usize),
    /// Once armed, one answer asks to read everything again.
    AskOnceForReload,
    /// While armed, every answer asks to read everything again.
    AskForReload,
    /// While armed, pages of ConfigMaps with metadata wait, all but the first.
    HoldMetadata,
    /// The page behind the first has expired, and the rest goes on as it is now.
    ExpirePaging,
    /// Every answer warns a hundred times of the same, and of a hundred things more in 10 kB each.
    WarnWithoutEnd,
}

/// What the fault and the journey know of each other.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Whether the fault is there.
    pub(crate) armed: AtomicBool,
    /// It arms itself after so many DELETEs; never at 0.
    pub(crate) arms_after: AtomicUsize,
    /// DELETEs that came by, those that were spoilt too.
    pub(crate) deletes: AtomicUsize,
    /// DELETEs that are under way now.
    pub(crate) under_way: AtomicUsize,
    /// DELETEs that were answered with 429.
    pub(crate) refused: AtomicUsize,
    /// What the first request was signed with.
    pub(crate) first: OnceLock<HeaderValue>,
    /// Requests that were answered with 401.
    pub(crate) expired: AtomicUsize,
    /// Pages behind the first that were asked for, where the first of them is to expire.
    later_pages: AtomicUsize,
    /// Lists of ConfigMaps that came by.
    pub(crate) lists: AtomicUsize,
    /// Times that it was asked for all that the server serves, whether it changed or not.
    pub(crate) discoveries: AtomicUsize,
    /// The port of the only server that is spoilt; all are at 0.
    pub(crate) only: AtomicUsize,
    /// What was sent, in order: spoilt or not.
    pub(crate) sent: Mutex<Vec<Sent>>,
    /// Watches that are open now, but those of what defines kinds.
    pub(crate) watching: AtomicUsize,
}

/// A request that came by.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) is_watch: bool,
    pub(crate) headers: HeaderMap,
}

impl Script {
    fn is_armed(&self) -> bool {
        self.armed.load(Ordering::SeqCst)
    }

    /// Whether this answer asks to read everything again.
    fn asks(&self, fault: Fault) -> bool {
        if fault == Fault::AskOnceForReload {
            self.armed.swap(false, Ordering::SeqCst)
        } else {
            self.is_armed()
        }
    }

    fn count(&self, request: &Request<Bytes>, is_watch: bool) {
        let (method, path) = (request.method(), request.uri().path());
        if *method == Method::GET && !is_watch && path.ends_with("/configmaps") {
            self.lists.fetch_add(1, Ordering::SeqCst);
        }
        if *method == Method::GET && path == "/apis" && !request.headers().contains_key(IF_NONE_MATCH) {
            self.discoveries.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn note(&self, request: &Request<Bytes>, is_watch: bool) {
        let (method, headers) = (request.method().clone(), request.headers().clone());
        self.sent.lock().expect("what was sent").push(Sent { method, is_watch, headers });
    }

    /// Waits while the fault is there.
    async fn held(&self) {
        while self.is_armed() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

/// One DELETE under way.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn begin(count: &'a AtomicUsize) -> (Self, usize) {
        let before = count.fetch_add(1, Ordering::SeqCst);
        (Self(count), before + 1)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One watch that is open.
struct Watching(Arc<Script>);

impl Watching {
    fn begin(script: &Arc<Script>) -> Self {
        script.watching.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(script))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.watching.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A transport with a fault in it.
pub(crate) struct Faulty<Inner> {
    inner: Inner,
    fault: Fault,
    script: Arc<Script>,
}

impl<Inner> Faulty<Inner> {
    pub(crate) fn new(inner: Inner, fault: Fault, script: Arc<Script>) -> Self {
        Self { inner, fault, script }
    }
}

impl<Inner: Transport> Transport for Faulty<Inner> {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let inner = self.inner.connect(endpoint, lane)?;
        let only = self.script.only.load(Ordering::SeqCst);
        let is_other = only != 0 && endpoint.server.port_u16().map(usize::from) != Some(only);
        let fault = if is_other { Fault::None } else { self.fault };
        let script = Arc::clone(&self.script);
        let opened = endpoint.opened.clone();
        Ok(BoxCloneSyncService::new(service_fn(move |request: Request<Bytes>| {
            let (inner, script, opened) = (inner.clone(), Arc::clone(&script), opened.clone());
            async move {
                let mut passing = Passing::new(&request, fault, &script);
                let under_way = passing.is_delete.then(|| UnderWay::begin(&script.under_way));
                passing.under_way = under_way.as_ref().map_or(0, |(_, now)| *now);
                script.note(&request, passing.is_watch);
                if passing.is_delete
                    && script.deletes.fetch_add(1, Ordering::SeqCst) + 1
                        == script.arms_after.load(Ordering::SeqCst)
                {
                    script.armed.store(true, Ordering::SeqCst);
                    // Whatever breaks then, breaks with the connection.
                    opened.note();
                }
                if let Some(spoilt) = passing.before(&request).await {
                    return spoilt;
                }
                passing.after(inner.oneshot(request).await?).await
            }
        })))
    }
}

/// One request on its way through the fault.
struct Passing<'a> {
    fault: Fault,
    script: &'a Arc<Script>,
    method: Method,
    path: String,
    query: String,
    is_watch: bool,
    is_delete: bool,
    /// DELETEs under way, with this one.
    under_way: usize,
}

impl<'a> Passing<'a> {
    fn new(request: &Request<Bytes>, fault: Fault, script: &'a Arc<Script>) -> Self {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let query = request.uri().query().unwrap_or_default();
        let is_watch = query.contains("watch=");
        let is_delete = method == Method::DELETE && !query.contains("dryRun=") && fault != Fault::None;
        script.count(request, is_watch);
        let query = query.to_owned();
        Self { fault, script, method, path, query, is_watch, is_delete, under_way: 0 }
    }

    /// Whether it is about what defines kinds, which every session follows.
    fn is_of_definitions(&self) -> bool {
        self.path.ends_with("/customresourcedefinitions") || self.path.ends_with("/apiservices")
    }

    /// What becomes of it before the server sees it, if it never does.
    async fn before(
        &self,
        request: &Request<Bytes>,
    ) -> Option<Result<Response<ResponseBody>, TransportError>> {
        match self.fault {
            Fault::SignOut if self.script.is_armed() => {
                return Some(Ok(unauthorized("Unauthorized")));
            }
            Fault::ExpireTheFirst => {
                let signed = request.headers().get(AUTHORIZATION).cloned();
                let signed = signed.unwrap_or_else(|| HeaderValue::from_static(""));
                if self.script.first.get_or_init(|| signed.clone()) == signed && self.script.is_armed() {
                    self.script.expired.fetch_add(1, Ordering::SeqCst);
                    return Some(Ok(unauthorized("token expired")));
                }
            }
            Fault::Unplugged if self.script.is_armed() => {
                return Some(Err(TransportError::Refused { host: "the plane".into() }));
            }
            Fault::HoldDeletes if self.is_delete => self.script.held().await,
            Fault::HoldReads if self.method == Method::GET && self.path.contains("/configmaps") => {
                self.script.held().await;
            }
            Fault::HoldMetadata if self.is_a_later_page() => self.script.held().await,
            Fault::ExpirePaging
                if self.query.contains("continue=")
                    && self.script.later_pages.fetch_add(1, Ordering::SeqCst) == 0 =>
            {
                return Some(Ok(expired(&self.query)));
            }
            Fault::HoldDiscovery if matches!(self.path.as_str(), "/api" | "/apis") => {
                self.script.held().await;
            }
            Fault::HoldIdentity if self.path.ends_with("/namespaces/kube-system") => self.script.held().await,
            Fault::BusyBeyond(most) if self.script.is_armed() && self.under_way > most => {
                self.script.refused.fetch_add(1, Ordering::SeqCst);
                return Some(Ok(busy()));
            }
            _ => {}
        }
        None
    }

    /// Whether it reads metadata that is not that of the first page, nor of one object.
    fn is_a_later_page(&self) -> bool {
        let is_first = self.query.contains("limit=250");
        self.path.ends_with("/configmaps")
            && !self.is_watch
            && !is_first
            && self.query.contains("includeObject=Metadata")
    }

    /// What becomes of the answer.
    async fn after(
        &self,
        mut answer: Response<ResponseBody>,
    ) -> Result<Response<ResponseBody>, TransportError> {
        if self.is_watch && !self.is_of_definitions() {
            answer = answer.map(|body| watched(body, self.script));
        }
        match self.fault {
            Fault::HoldAnswers if self.is_delete => {
                self.script.held().await;
                Ok(answer)
            }
            Fault::AnotherClusterAfterPlan
                if self.script.is_armed() && self.path.ends_with("/namespaces/kube-system") =>
            {
                changed(answer, |object| {
                    object["metadata"]["uid"] = "00000000-0000-0000-0000-000000000000".into();
                })
                .await
            }
            Fault::AheadByFiveHours => {
                let ahead = std::time::SystemTime::now() + std::time::Duration::from_hours(5);
                let date = httpdate::fmt_http_date(ahead).try_into().expect("a date");
                answer.headers_mut().insert(DATE, date);
                Ok(answer)
            }
            Fault::AskOnceForReload | Fault::AskForReload if self.script.asks(self.fault) => {
                Ok(with_header(answer, "x-reload", "reload"))
            }
            Fault::WarnWithoutEnd => Ok(warning(answer)),
            Fault::Unplugged if self.is_watch => {
                let script = Arc::clone(self.script);
                Ok(answer.map(|body| breaking(body, script)))
            }
            _ => Ok(answer),
        }
    }
}

/// A watch's body, which counts as open for as long as somebody holds it.
fn watched(body: ResponseBody, script: &Arc<Script>) -> ResponseBody {
    let open = Watching::begin(script);
    Box::pin(body.inspect(move |_| _ = &open))
}

/// A body that breaks when the fault is armed.
fn breaking(body: ResponseBody, script: Arc<Script>) -> ResponseBody {
    let until = async move {
        while !script.is_armed() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let broken = TransportError::Broken { host: "the plane".into(), problem: "unplugged by the test".into() };
    Box::pin(body.take_until(Box::pin(until)).chain(stream::iter([Err(broken)])))
}

fn unauthorized(message: &str) -> Response<ResponseBody> {
    let body = refusal(401, "Unauthorized", message);
    response(StatusCode::UNAUTHORIZED, body.to_string().into())
}

/// A page that is no longer known, with the token that it was asked for: what is asked for next is passed on.
fn expired(query: &str) -> Response<ResponseBody> {
    let token = query.split('&').find_map(|part| part.strip_prefix("continue=")).expect("a token");
    let token = percent_encoding::percent_decode_str(token).decode_utf8().expect("a token is text");
    let mut body = refusal(410, "Expired", "the provided continue parameter is too old");
    body["metadata"] = serde_json::json!({ "continue": token });
    response(StatusCode::GONE, body.to_string().into())
}

fn with_header(
    mut answer: Response<ResponseBody>,
    name: &'static str,
    value: &str,
) -> Response<ResponseBody> {
    answer.headers_mut().append(name, HeaderValue::from_str(value).expect("a header"));
    answer
}

/// The answer, with two hundred warnings.
fn warning(mut answer: Response<ResponseBody>) -> Response<ResponseBody> {
    for number in 0..100 {
        answer = with_header(answer, "warning", "299 - \"this is said again and again\"");
        let long = format!("299 - \"{number} {}\"", "long ".repeat(2_000));
        answer = with_header(answer, "warning", &long);
    }
    answer
}

/// A server that is busy and says for how long.
fn busy() -> Response<ResponseBody> {
    let mut response =
        response(StatusCode::TOO_MANY_REQUESTS, "Too many requests, please try again later.".into());
    response.headers_mut().insert("retry-after", http::HeaderValue::from_static("1"));
    response
}

fn response(code: StatusCode, body: Bytes) -> Response<ResponseBody> {
    let body: ResponseBody = Box::pin(stream::iter([Ok(body)]));
    Response::builder()
        .status(code)
        .header("content-type", "application/json")
        .body(body)
        .expect("a response")
}
