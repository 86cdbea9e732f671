//! One request of a behaviour and what came back.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http::{HeaderMap, Method, Request, header};
use secateur_cluster::{Lane, ResponseBody, TransportError};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::subject::{Subject, User, in_time};

/// As [`secateur_cluster`] asks for them.
pub(crate) const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";
pub(crate) const METADATA: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
pub(crate) const METADATA_LIST: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// A request; awaiting it sends it.
pub(crate) struct Ask<'a> {
    subject: &'a Subject,
    user: Option<User>,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
}

impl<'a> Ask<'a> {
    pub(super) fn new(subject: &'a Subject, method: Method, path: String) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, "application/json".parse().expect("a header"));
        Self {
            subject,
            user: Some(User::Admin),
            method,
            path,
            query: Vec::new(),
            headers,
            body: Bytes::new(),
        }
    }

    /// As somebody else than the admin.
    pub(crate) fn by(mut self, user: User) -> Self {
        self.user = Some(user);
        self
    }

    /// As who has not signed in.
    pub(crate) fn unsigned(mut self) -> Self {
        self.user = None;
        self
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "texts and numbers alike, without a borrow at every call"
    )]
    pub(crate) fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.query.push((key.to_owned(), value.to_string()));
        self
    }

    pub(crate) fn header(mut self, name: header::HeaderName, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("a header"));
        self
    }

    pub(crate) fn accept(self, accept: &str) -> Self {
        self.header(header::ACCEPT, accept)
    }

    pub(crate) fn content_type(self, content_type: &str) -> Self {
        self.header(header::CONTENT_TYPE, content_type)
    }

    pub(crate) fn body(self, body: &Value) -> Self {
        self.raw(body.to_string()).content_type("application/json")
    }

    pub(crate) fn raw(mut self, body: String) -> Self {
        self.body = body.into();
        self
    }

    /// A DELETE's options, in the body.
    pub(crate) fn options(self, options: &Value) -> Self {
        let mut body = json!({ "apiVersion": "v1", "kind": "DeleteOptions" });
        let options = options.as_object().expect("options").clone();
        body.as_object_mut().expect("an object").extend(options);
        self.body(&body)
    }

    /// A DELETE as Secateur sends it: all that is asked in body and query.
    pub(crate) fn of_uid(self, object: &Value) -> Self {
        let uid = uid(object);
        self.with("uid", &uid)
            .with("propagationPolicy", "Background")
            .options(&json!({ "preconditions": { "uid": uid }, "propagationPolicy": "Background" }))
    }

    /// Sends it, whatever becomes of it.
    pub(crate) async fn attempt(self) -> Result<Answer, TransportError> {
        let asked = format!("{} {}", self.method, self.path);
        let (status, headers, body) = self.send(Lane::Requests).await?;
        let chunks: Vec<Bytes> = in_time(&asked, body.try_collect()).await?;
        Ok(Answer { asked, status, headers, body: chunks.concat().into() })
    }

    /// Opens a watch.
    pub(crate) async fn watch(self) -> Watch {
        let (status, _, body) = self.with("watch", "true").send(Lane::Watches).await.expect("a watch");
        assert_eq!(status, 200, "a watch");
        Watch { body, begun: Vec::new() }
    }

    async fn send(self, lane: Lane) -> Result<(u16, HeaderMap, ResponseBody), TransportError> {
        let mut uri = format!("{}{}", self.subject.server().to_string().trim_end_matches('/'), self.path);
        for (index, (key, value)) in self.query.iter().enumerate() {
            let escaped = |text: &str| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
            };
            uri.extend([if index == 0 { "?" } else { "&" }, &escaped(key), "=", &escaped(value)]);
        }
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri.parse().expect("a URL");
        *request.headers_mut() = self.headers;
        if let Some(user) = self.user {
            let token = format!("Bearer {}", self.subject.token(user));
            request.headers_mut().entry(header::AUTHORIZATION).or_insert(token.parse().expect("a header"));
        }
        let what = format!("the answer to {} {uri}", self.method);
        let (parts, body) = in_time(&what, self.subject.lane(lane).oneshot(request)).await?.into_parts();
        Ok((parts.status.as_u16(), parts.headers, body))
    }
}

impl<'a> IntoFuture for Ask<'a> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let asked = format!("{} {}", self.method, self.path);
            self.attempt().await.unwrap_or_else(|error| panic!("{asked}: {error}"))
        })
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    asked: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What it says, with this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    /// A refusal in Kubernetes' form; gives its message.
    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, reason: &str) -> String {
        let said = self.is(status);
        let text = self.text();
        assert_eq!(
            (&said["kind"], &said["apiVersion"], &said["status"]),
            (&json!("Status"), &json!("v1"), &json!("Failure")),
            "{text}"
        );
        assert_eq!((&said["reason"], &said["code"]), (&json!(reason), &json!(status)), "{text}");
        said["message"].as_str().expect("a message").to_owned()
    }

    /// That an object was removed, in Kubernetes' form; gives the UID that it names.
    #[track_caller]
    pub(crate) fn is_removed(&self, plural: &str, name: &str) -> String {
        let said = self.is(200);
        let text = self.text();
        assert_eq!((&said["kind"], &said["status"]), (&json!("Status"), &json!("Success")), "{text}");
        assert_eq!(
            (&said["details"]["name"], &said["details"]["kind"]),
            (&json!(name), &json!(plural)),
            "{text}"
        );
        said["details"]["uid"].as_str().expect("a UID").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a text"))
    }
}

/// An open watch.
pub(crate) struct Watch {
    body: ResponseBody,
    /// What came of the next event.
    begun: Vec<u8>,
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) object: Value,
}

impl Event {
    pub(crate) fn name(&self) -> &str {
        self.object["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// What happened to what.
    pub(crate) fn is(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name() == name
    }
}

impl Watch {
    /// The next event, or none when the server ended the watch.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.begun.drain(..=end).collect();
                let event: Value = serde_json::from_slice(&line).expect("an event");
                let kind = event["type"].as_str().expect("its type").to_owned();
                return Some(Event { kind, object: event["object"].clone() });
            }
            let chunk = in_time("an event", self.body.next()).await?;
            self.begun.extend(chunk.expect("a watch that goes on"));
        }
    }

    /// The next event, which is this one; gives its object.
    pub(crate) async fn next_is(&mut self, kind: &str, name: &str) -> Value {
        let event = self.next().await.expect("an event");
        assert!(event.is(kind, name), "{kind} of {name} was expected: {event:?}");
        event.object
    }

    /// The first event that is so, whatever comes before it.
    pub(crate) async fn once(&mut self, is_so: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next().await.expect("the watch goes on");
            if is_so(&event) {
                return event;
            }
        }
    }
}

#[track_caller]
pub(crate) fn uid(object: &Value) -> String {
    object["metadata"]["uid"].as_str().expect("a UID").to_owned()
}

#[track_caller]
pub(crate) fn version(object: &Value) -> String {
    object["metadata"]["resourceVersion"].as_str().expect("a version").to_owned()
}

/// The names of a list's items.
#[track_caller]
pub(crate) fn names(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap_or_else(|| panic!("a list: {list}"));
    items.iter().map(|item| item["metadata"]["name"].as_str().expect("a name").to_owned()).collect()
}

/// The columns of a table with their priorities.
#[track_caller]
pub(crate) fn columns(table: &Value) -> Vec<(String, i64)> {
    let columns = table["columnDefinitions"].as_array().unwrap_or_else(|| panic!("a table: {table}"));
    let read = |column: &Value| Some((column["name"].as_str()?.to_owned(), column["priority"].as_i64()?));
    columns.iter().map(|column| read(column).expect("a name and a priority")).collect()
}

/// The cell of a row under a column.
#[track_caller]
pub(crate) fn cell<'a>(table: &'a Value, row: usize, column: &str) -> &'a Value {
    let at = columns(table).iter().position(|(name, _)| name == column);
    &table["rows"][row]["cells"][at.unwrap_or_else(|| panic!("no column {column}: {table}"))]
}

/// Whether the server says that it is on its way out.
pub(crate) fn is_terminating(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}
