//! Answers, and the form in which a client wants them.

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Response, StatusCode, Version, header};
use secateur_cluster::ResponseBody;
use serde_json::Value;

use crate::status::Refusal;

/// In which form objects are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Whole,
    /// `PartialObjectMetadata`, or a list of it.
    Metadata,
    Table,
}

/// Whether an answer is about one object or about many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    One,
    Many,
}

impl Form {
    /// The first form of `Accept` that can be given.
    pub(crate) fn wanted(headers: &HeaderMap, number: Number) -> Result<Self, Refusal> {
        let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
        let metadata = match number {
            Number::One => "PartialObjectMetadata",
            Number::Many => "PartialObjectMetadataList",
        };
        for clause in accept.split(',') {
            let mut parts = clause.split(';').map(str::trim);
            let is_json = matches!(parts.next(), Some("application/json" | "*/*" | "application/*" | ""));
            let parameter = |name: &str| {
                let pairs = clause.split(';').filter_map(|part| part.trim().split_once('='));
                pairs.into_iter().find(|(own, _)| *own == name).map(|(_, value)| value)
            };
            let is_meta = parameter("g") == Some("meta.k8s.io") && parameter("v") == Some("v1");
            match parameter("as") {
                None if is_json => return Ok(Self::Whole),
                Some("Table") if is_json && is_meta => return Ok(Self::Table),
                Some(own) if is_json && is_meta && own == metadata => return Ok(Self::Metadata),
                _ => {}
            }
        }
        let message = "406: Not Acceptable\n\nAvailable representations: application/json";
        Err(Refusal::new(406, "NotAcceptable", message))
    }
}

/// An answer, before it is sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) content: Content,
    /// The texts of `Warning` headers.
    pub(crate) warnings: Vec<String>,
    pub(crate) etag: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Json(Value),
    Text(&'static str),
    Nothing,
}

impl Answer {
    pub(crate) fn json(code: u16, value: Value) -> Self {
        Self { code, content: Content::Json(value), warnings: Vec::new(), etag: None }
    }

    /// What the server says to a path that it does not serve.
    pub(crate) fn no_such_path() -> Self {
        Self { content: Content::Text("404 page not found\n"), ..Self::json(404, Value::Null) }
    }

    /// As it goes over the wire.
    pub(crate) fn into_response(self) -> Response<ResponseBody> {
        let (kind, body) = match &self.content {
            Content::Json(value) => (Some("application/json"), value.to_string()),
            Content::Text(text) => (Some("text/plain; charset=utf-8"), (*text).to_owned()),
            Content::Nothing => (None, String::new()),
        };
        let mut response = respond(self.code, stream::iter([Ok(Bytes::from(body))]).boxed());
        let headers = response.headers_mut();
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        if let Some(tag) = self.etag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            headers.insert(header::ETAG, tag);
        }
        if let Content::Json(status) = &self.content
            && let Some(seconds) = status.pointer("/details/retryAfterSeconds").and_then(Value::as_u64)
        {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        for warning in &self.warnings {
            let quoted = format!("299 - \"{}\"", warning.replace('\\', "\\\\").replace('"', "\\\""));
            if let Ok(warning) = HeaderValue::try_from(quoted) {
                headers.append(header::WARNING, warning);
            }
        }
        response
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::json(refusal.code, refusal.to_json())
    }
}

/// A response over HTTP/2, which the real server speaks.
pub(crate) fn respond(code: u16, body: ResponseBody) -> Response<ResponseBody> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.version_mut() = Version::HTTP_2;
    let caching = HeaderValue::from_static("no-cache, private");
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    response
}
