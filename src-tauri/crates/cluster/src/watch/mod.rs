//! Watching: newline-delimited events, as tables or as metadata.
//!
//! A stream gives what the server gives and starts nothing again: after its end, or [`ClusterError::Gone`], the
//! caller decides from which version to go on.

mod lines;

use std::borrow::Cow;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future, stream::BoxStream};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    client::{Client, ask},
    decode::{Decoded, PartialObject, TableDecoder, Undecodable},
    error::ClusterError,
    lists::{METADATA, by_name, selectors},
    pipeline::{Answer, Ask, Verb},
    requests::{ListRequest, ObjectEvent, TableEvent, WatchRequest},
    url::{self, Query},
};

const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1,\
    application/json;as=Table;g=meta.k8s.io;v=v1beta1,\
    application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// One line.
#[derive(Deserialize)]
struct WireEvent<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

/// What is needed to say who failed.
struct Teller {
    client: Client,
    what: String,
}

impl Client {
    /// The changes of a list after `resource_version`.
    pub async fn watch_table(
        &self,
        request: &ListRequest,
        resource_version: &str,
    ) -> Result<BoxStream<'static, Result<TableEvent, ClusterError>>, ClusterError> {
        let query = selectors(request)
            .with("includeObject", request.include.as_str())
            .with("resourceVersion", resource_version);
        let namespace = request.namespace.as_deref();
        let uri = url::collection(self.server(), &request.kind, namespace, &watching(query))?;
        let mut ask = ask(Verb::Watch, uri, TABLE, format!("watching {}", request.kind.resource()));
        let body = match self.pipeline().open(&ask).await {
            Err(ClusterError::NotSupported(status)) if status.http_status == 406 => {
                ask.accept = METADATA;
                self.pipeline().open(&ask).await?
            }
            opened => opened?,
        };
        let mut decoder = TableDecoder::new(self.place(&request.kind, namespace, request.include));
        let teller = self.teller(&ask);
        let events = lines::split(body, teller.what.clone()).map(move |line| {
            let line = line?;
            teller.event(&line, |kind, object| table_event(&mut decoder, kind, object))
        });
        Ok(until_error(events.boxed()))
    }

    /// Follows objects by their metadata; without a version it starts with all that are there.
    pub async fn watch_objects(
        &self,
        request: &WatchRequest,
    ) -> Result<BoxStream<'static, Result<ObjectEvent, ClusterError>>, ClusterError> {
        let query = Query::default()
            .with_some("fieldSelector", request.name.as_deref().map(by_name).as_deref())
            .with_some("resourceVersion", request.resource_version.as_deref());
        let namespace = request.namespace.as_deref();
        let uri = url::collection(self.server(), &request.kind, namespace, &watching(query))?;
        let ask = ask(Verb::Watch, uri, METADATA, format!("watching {}", request.kind.resource()));
        let body = self.pipeline().open(&ask).await?;
        let teller = self.teller(&ask);
        let events = lines::split(body, teller.what.clone()).map(move |line| {
            let line = line?;
            teller.event(&line, object_event)
        });
        Ok(until_error(events.boxed()))
    }

    fn teller(&self, ask: &Ask) -> Teller {
        Teller { client: self.clone(), what: self.pipeline().name(ask) }
    }
}

impl Teller {
    /// Reads one line; `None` for a type of event that is not known.
    fn event<T>(
        &self,
        line: &Bytes,
        read: impl FnOnce(&str, &str) -> Result<Option<T>, Undecodable>,
    ) -> Result<Option<T>, ClusterError> {
        let undecodable =
            |Undecodable(problem)| ClusterError::Undecodable { what: self.what.clone(), problem };
        let wire: WireEvent<'_> = serde_json::from_slice(line).map_err(|error| undecodable(error.into()))?;
        if wire.kind == "ERROR" {
            return Err(self.failure(wire.object.get()));
        }
        read(&wire.kind, wire.object.get()).map_err(undecodable)
    }

    /// The error in an ERROR event, which is a Status like any other.
    fn failure(&self, status: &str) -> ClusterError {
        #[derive(Deserialize)]
        struct Code {
            code: Option<u16>,
        }
        let code = serde_json::from_str::<Code>(status).ok().and_then(|status| status.code);
        let status_code = code.and_then(|code| StatusCode::from_u16(code).ok());
        let answer = Answer {
            generation: self.client.generation(),
            status: status_code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(status.as_bytes()),
        };
        answer.refusal(&self.client.pipeline().host)
    }
}

fn watching(query: Query) -> Query {
    query.with("watch", "true").with("allowWatchBookmarks", "true")
}

/// Ends a stream after its first error, and leaves out what is not known.
fn until_error<T: Send + 'static>(
    events: BoxStream<'static, Result<Option<T>, ClusterError>>,
) -> BoxStream<'static, Result<T, ClusterError>> {
    events
        .scan(false, |has_failed, event| {
            let goes_on = !*has_failed;
            *has_failed = event.is_err();
            future::ready(goes_on.then_some(event))
        })
        .try_filter_map(future::ok)
        .boxed()
}

fn table_event(
    decoder: &mut TableDecoder,
    kind: &str,
    object: &str,
) -> Result<Option<TableEvent>, Undecodable> {
    let Decoded { rows, meta, object_version } = decoder.decode(object.as_bytes())?;
    // A bookmark is a table with one empty row; its version stands in both places.
    let resource_version =
        meta.resource_version.filter(|version| !version.is_empty()).or(object_version).unwrap_or_default();
    if kind == "BOOKMARK" {
        return Ok(Some(TableEvent::Bookmark { resource_version }));
    }
    let Some(row) = rows.into_iter().next() else {
        return Err(Undecodable("an event without a row".to_owned()));
    };
    Ok(match kind {
        "ADDED" | "MODIFIED" => Some(TableEvent::Upserted { row, resource_version }),
        "DELETED" => Some(TableEvent::Removed { row, resource_version }),
        _ => None,
    })
}

fn object_event(kind: &str, object: &str) -> Result<Option<ObjectEvent>, Undecodable> {
    let PartialObject { metadata } = serde_json::from_str(object)?;
    let resource_version = metadata.version();
    if kind == "BOOKMARK" {
        return Ok(Some(ObjectEvent::Bookmark { resource_version }));
    }
    let (Some(name), Some(uid)) = (metadata.name(), metadata.uid()) else {
        return Err(Undecodable("an object without a name or a UID".to_owned()));
    };
    let namespace = metadata.namespace();
    Ok(match kind {
        "ADDED" | "MODIFIED" => Some(ObjectEvent::Present {
            namespace,
            name,
            uid,
            terminating: metadata.terminating(),
            resource_version,
        }),
        "DELETED" => Some(ObjectEvent::Removed { namespace, name, uid, resource_version }),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
