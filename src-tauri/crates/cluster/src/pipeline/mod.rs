//! The way of every request of one cluster: deadline, error capture, authorization, retry, size limit, transport.
//!
//! It knows HTTP and Kubernetes' statuses, and no kinds. Bodies are never logged: they may be Secrets.

mod answer;
mod observed;
mod retry;
mod status;
mod warnings;

use std::{future::Future, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use http::{
    HeaderValue, Method, Request, Response, Uri, Version,
    header::{ACCEPT, CONTENT_TYPE, IF_NONE_MATCH},
};
use tower::ServiceExt;

pub(crate) use answer::Answer;
pub(crate) use status::Words;

use crate::{
    credential::{Armed, Credential},
    error::ClusterError,
    transport::{Lane, ResponseBody, TransportError},
};
use observed::Observed;

/// A page of 500 full objects of 100 kilobytes would fit.
const BODY_LIMIT: usize = 64 << 20;
/// What is kept of a refusal.
const ERROR_LIMIT: usize = 64 << 10;
/// How long a watch may be silent where no ping can tell a quiet server from a dead one: bookmarks come once a
/// minute.
const SILENCE_ON_HTTP1: Duration = Duration::from_secs(75);

/// What a request does, which decides its method, its deadline and whether it may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Reads one object or document.
    Get,
    /// Reads a page.
    List,
    /// Opens a watch; the deadline is that of its first answer.
    Watch,
    /// Asks the server about ourselves: a POST that changes nothing.
    Review,
    /// Deletes.
    Delete,
    /// Creates.
    Create,
}

impl Verb {
    /// For one attempt.
    fn deadline(self) -> Duration {
        Duration::from_secs(match self {
            Self::Get => 15,
            Self::List | Self::Watch => 60,
            Self::Review => 5,
            // The server gives up on whatever writes after 34 s.
            Self::Delete | Self::Create => 40,
        })
    }

    fn method(self) -> Method {
        match self {
            Self::Get | Self::List | Self::Watch => Method::GET,
            Self::Review | Self::Create => Method::POST,
            Self::Delete => Method::DELETE,
        }
    }

    /// Whether sending it twice is the same as sending it once.
    fn is_read(self) -> bool {
        !matches!(self, Self::Delete | Self::Create)
    }
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// What it does.
    pub(crate) verb: Verb,
    /// Where.
    pub(crate) uri: Uri,
    /// What the answer may be.
    pub(crate) accept: &'static str,
    /// JSON, or nothing.
    pub(crate) body: Bytes,
    /// What it is for, in messages: "listing pods".
    pub(crate) what: String,
    /// The tag of the answer that is known: where it would be the same, the server says so with a 304.
    pub(crate) known: Option<HeaderValue>,
}

/// One cluster's way out.
pub(crate) struct Pipeline {
    pub(crate) credential: Credential,
    pub(crate) host: String,
    pub(crate) observed: Observed,
}

impl Pipeline {
    pub(crate) fn new(credential: Credential, host: String) -> Self {
        Self { credential, host, observed: Observed::default() }
    }

    /// Sends it until an answer comes that counts, and gives that answer whatever its status is.
    pub(crate) async fn exchange(&self, ask: &Ask) -> Result<Answer, ClusterError> {
        repeat(ask.verb, || self.authorized(|armed| self.attempt(ask, armed))).await
    }

    /// As [`Self::exchange`], and makes an error of every status but success.
    pub(crate) async fn send(&self, ask: &Ask) -> Result<Answer, ClusterError> {
        self.exchange(ask).await?.accepted(&self.host)
    }

    /// Opens a stream, which ends when it is dropped.
    pub(crate) async fn open(
        &self,
        ask: &Ask,
    ) -> Result<BoxStream<'static, Result<Bytes, ClusterError>>, ClusterError> {
        let open = || self.authorized(|armed| self.attempt_to_open(ask, armed));
        match repeat(ask.verb, open).await? {
            Opened::Stream(stream) => Ok(stream),
            Opened::Refused(answer) => Err(answer.refusal(&self.host)),
        }
    }

    /// Makes an attempt with the credential in use, and one more with a newer one where the server does not take it
    /// and there is a newer one: somebody else's, which came while this was on its way, or one that is got now.
    /// Getting one has its own time, outside of the deadline.
    async fn authorized<T: Attempted, F: Future<Output = Result<T, ClusterError>>>(
        &self,
        attempt: impl Fn(Arc<Armed>) -> F,
    ) -> Result<T, ClusterError> {
        let armed = self.credential.fresh().await?;
        let generation = armed.generation;
        let outcome = attempt(armed).await;
        let is_refused = match &outcome {
            Ok(attempted) => attempted.answer().is_some_and(Answer::is_about_credential),
            Err(ClusterError::Transport(error)) => is_about_certificates(error),
            Err(_) => false,
        };
        if !is_refused {
            return outcome;
        }
        match self.credential.renew(generation).await? {
            Some(newer) => attempt(newer).await,
            None => outcome,
        }
    }

    async fn attempt(&self, ask: &Ask, armed: Arc<Armed>) -> Result<Answer, ClusterError> {
        self.within_deadline(ask, async {
            let response = self.call(Lane::Requests, ask, &armed).await?;
            self.read(ask, response, armed.generation).await
        })
        .await
    }

    async fn attempt_to_open(&self, ask: &Ask, armed: Arc<Armed>) -> Result<Opened, ClusterError> {
        self.within_deadline(ask, async {
            let response = self.call(Lane::Watches, ask, &armed).await?;
            if !response.status().is_success() || answer::is_html(response.headers(), &[]) {
                return Ok(Opened::Refused(self.read(ask, response, armed.generation).await?));
            }
            let silence = (response.version() < Version::HTTP_2).then_some(SILENCE_ON_HTTP1);
            Ok(Opened::Stream(stream(response.into_body(), silence, self.name(ask))))
        })
        .await
    }

    async fn call(
        &self,
        lane: Lane,
        ask: &Ask,
        armed: &Armed,
    ) -> Result<Response<ResponseBody>, ClusterError> {
        let lane = match lane {
            Lane::Requests => armed.requests.clone(),
            Lane::Watches => armed.watches.clone(),
        };
        let response = lane.oneshot(request(ask, armed)).await.map_err(ClusterError::Transport)?;
        self.observed.note(&response);
        tracing::debug!(
            host = %self.host,
            method = %ask.verb.method(),
            status = response.status().as_u16(),
            version = ?response.version(),
        );
        Ok(response)
    }

    async fn read(
        &self,
        ask: &Ask,
        response: Response<ResponseBody>,
        generation: u32,
    ) -> Result<Answer, ClusterError> {
        let (parts, mut body) = response.into_parts();
        let is_success = parts.status.is_success();
        let mut collected = BytesMut::new();
        while let Some(piece) = body.next().await {
            match piece {
                Ok(piece) if is_success && collected.len().saturating_add(piece.len()) > BODY_LIMIT => {
                    return Err(ClusterError::TooLarge { what: self.name(ask), limit: BODY_LIMIT });
                }
                Ok(piece) => collected.extend_from_slice(&piece),
                // The status says enough, whatever became of its text.
                Err(_) if !is_success => break,
                Err(error) => return Err(ClusterError::Transport(error)),
            }
            if !is_success && collected.len() >= ERROR_LIMIT {
                collected.truncate(ERROR_LIMIT);
                break;
            }
        }
        Ok(Answer { generation, status: parts.status, headers: parts.headers, body: collected.freeze() })
    }

    async fn within_deadline<T>(
        &self,
        ask: &Ask,
        work: impl Future<Output = Result<T, ClusterError>>,
    ) -> Result<T, ClusterError> {
        let after = ask.verb.deadline();
        tokio::time::timeout(after, work)
            .await
            .unwrap_or_else(|_| Err(ClusterError::Timeout { what: self.name(ask), after }))
    }

    /// What was asked, and of whom.
    pub(crate) fn name(&self, ask: &Ask) -> String {
        format!("{} at {}", ask.what, self.host)
    }
}

fn request(ask: &Ask, armed: &Armed) -> Request<Bytes> {
    let mut request = Request::new(ask.body.clone());
    *request.method_mut() = ask.verb.method();
    *request.uri_mut() = ask.uri.clone();
    *request.headers_mut() = armed.headers.clone();
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static(ask.accept));
    if let Some(tag) = &ask.known {
        request.headers_mut().insert(IF_NONE_MATCH, tag.clone());
    }
    if !ask.body.is_empty() {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    request
}

/// Whether files that were replaced may be why there is no connection. Nothing was sent.
fn is_about_certificates(error: &TransportError) -> bool {
    matches!(error, TransportError::ClientCertificate { .. } | TransportError::UntrustedCertificate { .. })
}

/// What came of opening a stream.
enum Opened {
    Stream(BoxStream<'static, Result<Bytes, ClusterError>>),
    Refused(Answer),
}

/// What an attempt came to, and whether there is an answer in it that may ask for another.
trait Attempted {
    fn answer(&self) -> Option<&Answer>;
}

impl Attempted for Answer {
    fn answer(&self) -> Option<&Answer> {
        Some(self)
    }
}

impl Attempted for Opened {
    fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Refused(answer) => Some(answer),
            Self::Stream(_) => None,
        }
    }
}

/// Makes attempts until one counts.
async fn repeat<T: Attempted, F: Future<Output = Result<T, ClusterError>>>(
    verb: Verb,
    mut attempt: impl FnMut() -> F,
) -> Result<T, ClusterError> {
    let (mut tries, began) = (1, tokio::time::Instant::now());
    loop {
        let outcome = attempt().await;
        let pause = match &outcome {
            Ok(attempted) => attempted.answer().and_then(|answer| retry::after_answer(verb, tries, answer)),
            Err(ClusterError::Transport(error)) => retry::after_failure(verb, tries, began.elapsed(), error),
            Err(_) => None,
        };
        let Some(pause) = pause else { return outcome };
        tokio::time::sleep(pause).await;
        tries += 1;
    }
}

fn stream(
    body: ResponseBody,
    silence: Option<Duration>,
    what: String,
) -> BoxStream<'static, Result<Bytes, ClusterError>> {
    let Some(silence) = silence else { return body.map_err(ClusterError::Transport).boxed() };
    futures::stream::try_unfold(body, move |mut body| {
        let what = what.clone();
        async move {
            match tokio::time::timeout(silence, body.next()).await {
                Ok(Some(piece)) => Ok(Some((piece.map_err(ClusterError::Transport)?, body))),
                Ok(None) => Ok(None),
                Err(_) => Err(ClusterError::Timeout { what, after: silence }),
            }
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests;
