//! A transport that goes by a script: which requests, when, how often, and what becomes of them. It stands in front of
//! practice and of a real control plane alike.

use std::{
    ops::Range,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use http::{Method, Request, Response, StatusCode, Uri};
use secateur_cluster::{Endpoint, HttpService, Lane, ResponseBody, Transport, TransportError};
use serde_json::Value;
use tokio::time::Instant;
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

use super::chance::Chance;

/// Makes of a request another: of its query's pairs and of its body.
pub(crate) type Otherwise = fn(&mut Vec<(String, String)>, &mut Value);

/// What becomes of a request.
#[derive(Clone)]
pub(crate) enum Does {
    /// It is answered in the server's place, which never sees it.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// It never comes to the server.
    BreakBefore,
    /// The server does it, and its answer never comes.
    BreakAfter,
    /// The server does it, and somebody on the way answers in its place.
    AnswerAfter(u16, &'static str),
    /// Something else happens before it is passed on.
    First(Arc<dyn Fn() + Send + Sync>),
    /// It waits before it is passed on.
    Delay(Duration),
    /// The answer's body breaks off after so many bytes.
    Cut(usize),
    /// The answer says something else.
    ChangeAnswer(fn(&mut Value)),
    /// Something else is asked.
    ChangeRequest(Otherwise),
}

impl Does {
    /// It is refused in Kubernetes' form.
    pub(crate) fn refuse(status: u16, reason: &str, message: &str) -> Self {
        let body = refusal(status, reason, message).to_string();
        Self::Answer(status, vec![("content-type", "application/json".to_owned())], body)
    }
}

/// One line of a script: of these requests, at these times, so often.
#[derive(Clone)]
pub(crate) struct Rule {
    method: Option<Method>,
    /// Segments; `*` is any one of them, `**` any number.
    path: &'static str,
    is_watch: Option<bool>,
    is_for_real: bool,
    asking: &'static str,
    port: Option<usize>,
    first: usize,
    every: usize,
    within: Option<Range<Duration>>,
    once_in: Option<(usize, u64)>,
    does: Does,
}

impl Rule {
    /// Of every request, at all times.
    pub(crate) fn new(does: Does) -> Self {
        Self {
            method: None,
            path: "/**",
            is_watch: None,
            is_for_real: false,
            asking: "",
            port: None,
            first: usize::MAX,
            every: 1,
            within: None,
            once_in: None,
            does,
        }
    }

    /// Only of these.
    pub(crate) fn of(self, method: Method, path: &'static str) -> Self {
        Self { method: Some(method), path, ..self }
    }

    /// Only of watches, or of all but watches.
    pub(crate) fn watches(self, is_watch: bool) -> Self {
        Self { is_watch: Some(is_watch), ..self }
    }

    /// Only of what is no rehearsal.
    pub(crate) fn for_real(self) -> Self {
        Self { is_for_real: true, ..self }
    }

    /// Only of what has this in its query.
    pub(crate) fn asking(self, asking: &'static str) -> Self {
        Self { asking, ..self }
    }

    /// Only of what goes to this port.
    pub(crate) fn at(self, port: usize) -> Self {
        Self { port: Some(port), ..self }
    }

    /// Only the first so many of them.
    pub(crate) fn first(self, first: usize) -> Self {
        Self { first, ..self }
    }

    /// Only each so manieth of them.
    pub(crate) fn every(self, every: usize) -> Self {
        Self { every, ..self }
    }

    /// Only then, counted from when the transport was made.
    pub(crate) fn within(self, within: Range<Duration>) -> Self {
        Self { within: Some(within), ..self }
    }

    /// Only one in so many of them, by chance that can be had again.
    pub(crate) fn once_in(self, times: usize, seed: u64) -> Self {
        Self { once_in: Some((times, seed)), ..self }
    }

    fn is_about(&self, request: &Request<Bytes>) -> bool {
        let query = request.uri().query().unwrap_or_default();
        let pattern: Vec<&str> = self.path.split('/').collect();
        let path: Vec<&str> = request.uri().path().split('/').collect();
        self.method.as_ref().is_none_or(|own| own == request.method())
            && self.is_watch.is_none_or(|own| own == query.contains("watch="))
            && !(self.is_for_real && query.contains("dryRun="))
            && query.contains(self.asking)
            && self.port.is_none_or(|own| request.uri().port_u16().map(usize::from) == Some(own))
            && matches(&pattern, &path)
    }
}

/// A gateway that answers before the server, which carries a DELETE out.
pub(crate) fn gateway_gives_up() -> Rule {
    Rule::new(Does::AnswerAfter(504, "upstream request timeout")).of(Method::DELETE, "/**").for_real()
}

/// What Kubernetes says where it refuses.
pub(super) fn refusal(status: u16, reason: &str, message: &str) -> Value {
    serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message,
        "code": status,
    })
}

fn matches(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
        ([first, pattern @ ..], [segment, path @ ..]) => {
            (*first == "*" || first == segment) && matches(pattern, path)
        }
        _ => false,
    }
}

/// A rule with what it has seen so far.
struct Line {
    rule: Rule,
    seen: AtomicUsize,
    chance: Option<Mutex<Chance>>,
}

impl Line {
    fn new(rule: Rule) -> Self {
        let chance = rule.once_in.map(|(_, seed)| Mutex::new(Chance::of(seed)));
        Self { rule, seen: AtomicUsize::new(0), chance }
    }

    /// What becomes of this one, if it is one of the rule's.
    fn applies(&self, request: &Request<Bytes>, since: Duration) -> Option<Does> {
        let rule = &self.rule;
        if !rule.is_about(request) || rule.within.as_ref().is_some_and(|within| !within.contains(&since)) {
            return None;
        }
        let number = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        if number > rule.first || !number.is_multiple_of(rule.every) {
            return None;
        }
        if let (Some((times, _)), Some(chance)) = (rule.once_in, &self.chance)
            && !chance.lock().expect("chance").once_in(times)
        {
            return None;
        }
        Some(rule.does.clone())
    }
}

/// The transport. The first rule that is about a request decides; what none is about is passed on.
pub(crate) struct Scripted {
    inner: Arc<dyn Transport>,
    lines: Arc<Vec<Line>>,
    began: Instant,
    /// Where DELETEs for real were sent, and their options.
    deletes: Arc<Mutex<Vec<(Uri, Value)>>>,
}

impl Scripted {
    pub(crate) fn new(inner: Arc<dyn Transport>, rules: impl IntoIterator<Item = Rule>) -> Self {
        let lines = rules.into_iter().map(Line::new).collect();
        Self { inner, lines: Arc::new(lines), began: Instant::now(), deletes: Arc::default() }
    }

    /// The UIDs that DELETEs for real named in a namespace of a practice cluster, in order; each names one in its query
    /// and in its body.
    pub(crate) fn deleted(&self, cluster: &str, namespace: &str) -> Vec<String> {
        let deletes = self.deletes.lock().expect("the DELETEs");
        let host = format!("{cluster}.");
        let place = format!("/namespaces/{namespace}/");
        let here = deletes.iter().filter(|(uri, _)| {
            uri.host().is_some_and(|own| own.starts_with(&host)) && uri.path().contains(&place)
        });
        let uid = |(uri, options): &(Uri, Value)| {
            let in_query =
                uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("uid=")));
            let in_body = options["preconditions"]["uid"].as_str();
            assert!(in_body.is_some() && in_body == in_query, "a DELETE without its UID: {uri} {options}");
            in_body.expect("a UID").to_owned()
        };
        here.map(uid).collect()
    }
}

impl Transport for Scripted {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let inner = self.inner.connect(endpoint, lane)?;
        let (lines, began, host) = (Arc::clone(&self.lines), self.began, endpoint.host());
        let deletes = Arc::clone(&self.deletes);
        Ok(BoxCloneSyncService::new(service_fn(move |request: Request<Bytes>| {
            let (inner, lines, host) = (inner.clone(), Arc::clone(&lines), host.clone());
            note(&request, &deletes);
            async move {
                let does = lines.iter().find_map(|line| line.applies(&request, began.elapsed()));
                match does {
                    Some(does) => apply(does, inner, request, host).await,
                    None => inner.oneshot(request).await,
                }
            }
        })))
    }
}

/// Writes down a DELETE for real.
fn note(request: &Request<Bytes>, deletes: &Mutex<Vec<(Uri, Value)>>) {
    let is_dry = request.uri().query().is_some_and(|query| query.contains("dryRun="));
    if request.method() == Method::DELETE && !is_dry {
        let options = serde_json::from_slice(request.body()).unwrap_or_default();
        deletes.lock().expect("the DELETEs").push((request.uri().clone(), options));
    }
}

async fn apply(
    does: Does,
    inner: HttpService,
    request: Request<Bytes>,
    host: String,
) -> Result<Response<ResponseBody>, TransportError> {
    let broken = |host| TransportError::Broken { host, problem: "broken by the script".into() };
    match does {
        Does::Answer(status, headers, body) => Ok(answer(status, headers, body)),
        Does::BreakBefore => Err(broken(host)),
        Does::BreakAfter => {
            done(inner, request).await?;
            Err(broken(host))
        }
        Does::AnswerAfter(status, body) => {
            done(inner, request).await?;
            Ok(answer(status, Vec::new(), body.to_owned()))
        }
        Does::First(happens) => {
            happens();
            inner.oneshot(request).await
        }
        Does::Delay(delay) => {
            tokio::time::sleep(delay).await;
            inner.oneshot(request).await
        }
        Does::Cut(length) => {
            let answer = inner.oneshot(request).await?;
            Ok(answer.map(|body| cut(body, length, broken(host))))
        }
        Does::ChangeAnswer(change) => changed(inner.oneshot(request).await?, change).await,
        Does::ChangeRequest(change) => inner.oneshot(asked_otherwise(request, change)).await,
    }
}

/// Has the server do it, to the end of its answer.
async fn done(inner: HttpService, request: Request<Bytes>) -> Result<(), TransportError> {
    inner.oneshot(request).await?.into_body().try_collect::<Vec<_>>().await.map(drop)
}

fn answer(status: u16, headers: Vec<(&'static str, String)>, body: String) -> Response<ResponseBody> {
    let mut answer = Response::new(whole(body.into()));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in headers {
        answer.headers_mut().append(name, value.parse().expect("a header"));
    }
    answer
}

fn whole(body: Bytes) -> ResponseBody {
    Box::pin(stream::iter([Ok(body)]))
}

/// The first `length` bytes of a body, and then the end of its connection.
fn cut(body: ResponseBody, length: usize, broken: TransportError) -> ResponseBody {
    let first = body.scan(length, |left, chunk| {
        let chunk = chunk.map(|mut chunk: Bytes| {
            chunk.truncate(*left);
            *left -= chunk.len();
            chunk
        });
        let is_over = *left == 0;
        std::future::ready((!is_over || chunk.as_ref().is_ok_and(|chunk| !chunk.is_empty())).then_some(chunk))
    });
    Box::pin(first.chain(stream::iter([Err(broken)])))
}

/// The answer with something else in its JSON.
pub(super) async fn changed(
    answer: Response<ResponseBody>,
    change: impl FnOnce(&mut Value),
) -> Result<Response<ResponseBody>, TransportError> {
    let (mut parts, body) = answer.into_parts();
    let bytes = body.try_collect::<Vec<Bytes>>().await?.concat();
    let mut said: Value = serde_json::from_slice(&bytes).expect("an answer in JSON");
    change(&mut said);
    parts.headers.remove(http::header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, whole(said.to_string().into())))
}

fn asked_otherwise(request: Request<Bytes>, change: Otherwise) -> Request<Bytes> {
    let (mut parts, body) = request.into_parts();
    let decoded =
        |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().expect("a text").into_owned();
    let query = parts.uri.query().unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut pairs: Vec<_> = pairs.map(|(key, value)| (decoded(key), decoded(value))).collect();
    let mut asked = serde_json::from_slice(&body).unwrap_or(Value::Null);
    change(&mut pairs, &mut asked);
    let encoded = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs: Vec<_> =
        pairs.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
    let target = format!("{}?{}", parts.uri.path(), pairs.join("&"));
    let mut uri = parts.uri.into_parts();
    uri.path_and_query = Some(target.trim_end_matches('?').parse().expect("a path"));
    parts.uri = uri.try_into().expect("a URL");
    let body = if asked.is_null() { body } else { asked.to_string().into() };
    Request::from_parts(parts, body)
}
