//! Whole objects as the server's JSON, for copies that are made before something is deleted.
//!
//! They may be Secrets: they are never logged, no value is built from them, and what is kept here is wiped when it is
//! dropped. What the connection held of them while they came is beyond our reach.

use std::{borrow::Cow, fmt, sync::Arc};

use bytes::Bytes;
use secateur_domain::{
    ids::{ObjectKey, ResourceName, Uid},
    kind::Kind,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::{
    client::{Client, ask},
    decode::{ListMeta, ObjectMeta, Undecodable},
    discovery::group_version,
    error::ClusterError,
    pipeline::{Ask, Verb, Words},
    url::{self, Query},
};

const JSON: &str = "application/json";

/// What copying one object came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Copied {
    /// No object has this name.
    Absent,
    /// The object is gone and a namesake lives.
    OtherUid,
    /// The object.
    Body(ObjectBody),
}

/// A whole object.
#[derive(PartialEq, Eq)]
pub struct ObjectBody {
    /// Its namespace.
    pub namespace: Option<ResourceName>,
    /// Its name.
    pub name: ResourceName,
    /// Its UID.
    pub uid: Uid,
    /// Its `resourceVersion`.
    pub version: String,
    /// Its JSON as it came, with `apiVersion` and `kind`, which lists leave out of their items.
    pub json: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for ObjectBody {
    /// Which object, and nothing of it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ObjectBody")
            .field("namespace", &self.namespace)
            .field("name", &self.name)
            .field("uid", &self.uid)
            .field("bytes", &self.json.len())
            .finish_non_exhaustive()
    }
}

/// One page of whole objects.
#[derive(Debug, PartialEq, Eq)]
pub struct BodyPage {
    /// The objects in the server's order. One without a name and a UID has no identity and is not among them.
    pub bodies: Vec<ObjectBody>,
    /// The list's version.
    pub resource_version: String,
    /// What to ask the next page with.
    pub continue_token: Option<String>,
    /// The server's estimate of what is left.
    pub remaining: Option<u64>,
}

impl Client {
    /// The whole object, if it still has its UID.
    pub async fn get_body(&self, key: &ObjectKey) -> Result<Copied, ClusterError> {
        let namespace = key.namespace.as_ref().map(ResourceName::as_str);
        let uri = url::object(self.server(), &key.kind, namespace, key.name.as_str(), &Query::default())?;
        let ask = ask(Verb::Get, uri, JSON, format!("copying {key}"));
        let answer = self.pipeline().exchange(&ask).await?;
        if answer.status == http::StatusCode::NOT_FOUND && Words::of(&answer).is_absence(key.name.as_str()) {
            return Ok(Copied::Absent);
        }
        let answer = answer.accepted(&self.pipeline().host)?;
        let (expected, kind) = (key.uid.clone(), Arc::clone(&key.kind));
        self.decode_secret(&ask, answer.body, move |json| {
            let body = body(&json, &kind)?;
            let body = body.ok_or_else(|| Undecodable("it has no name or no UID".to_owned()))?;
            Ok(if body.uid == expected { Copied::Body(body) } else { Copied::OtherUid })
        })
        .await
    }

    /// One page of whole objects. A page of more than 64 MiB is [`ClusterError::TooLarge`]: ask for fewer.
    pub async fn list_bodies(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        limit: u32,
        continue_token: Option<&str>,
    ) -> Result<BodyPage, ClusterError> {
        let query = Query::default().with("limit", &limit.to_string()).with_some("continue", continue_token);
        let uri = url::collection(self.server(), kind, namespace, &query)?;
        let ask = ask(Verb::List, uri, JSON, format!("copying {}", kind.resource()));
        let answer = self.pipeline().send(&ask).await?;
        let kind = kind.clone();
        self.decode_secret(&ask, answer.body, move |json| {
            let mut list: WireList<'_> = serde_json::from_slice(&json)?;
            let items = list.items.unwrap_or_default();
            let bodies = items.into_iter().filter_map(|item| body(item.get().as_bytes(), &kind).transpose());
            Ok(BodyPage {
                bodies: bodies.collect::<Result<_, _>>()?,
                continue_token: list.metadata.next(),
                remaining: list.metadata.remaining(),
                resource_version: list.metadata.resource_version.unwrap_or_default(),
            })
        })
        .await
    }

    /// As [`Client::decode`], and wipes the answer.
    async fn decode_secret<T: Send + 'static>(
        &self,
        ask: &Ask,
        body: Bytes,
        decoder: impl FnOnce(Zeroizing<Vec<u8>>) -> Result<T, Undecodable> + Send + 'static,
    ) -> Result<T, ClusterError> {
        // The bytes have no other holder, so that they move and are not copied.
        let json = Zeroizing::new(Vec::from(body));
        self.decode_with(ask, json.len(), move || decoder(json)).await
    }
}

/// Reads one object; `None` where it has no identity.
fn body(json: &[u8], kind: &Kind) -> Result<Option<ObjectBody>, Undecodable> {
    let object: WireObject<'_> = serde_json::from_slice(json)?;
    let (Some(name), Some(uid)) = (object.metadata.name(), object.metadata.uid()) else { return Ok(None) };
    Ok(Some(ObjectBody {
        namespace: object.metadata.namespace(),
        name,
        uid,
        version: object.metadata.version(),
        json: with_type(json, kind, &object)?,
    }))
}

/// The JSON with what it does not say of `apiVersion` and `kind` put in front, and otherwise as it is.
fn with_type(json: &[u8], kind: &Kind, object: &WireObject<'_>) -> Result<Zeroizing<Vec<u8>>, Undecodable> {
    let mut header = String::from("{");
    if object.api_version.is_none() {
        let api_version = serde_json::to_string(&group_version(&kind.group, &kind.version))?;
        header.extend(["\"apiVersion\":", &api_version, ","]);
    }
    if object.kind.is_none() {
        header.extend(["\"kind\":", &serde_json::to_string(&kind.name)?, ","]);
    }
    // It was read as an object with at least its metadata, so that it starts with a brace and goes on.
    let rest = json.trim_ascii_start().strip_prefix(b"{").unwrap_or_default();
    let mut whole = Zeroizing::new(Vec::with_capacity(header.len() + rest.len()));
    whole.extend_from_slice(header.as_bytes());
    whole.extend_from_slice(rest);
    Ok(whole)
}

#[derive(Deserialize)]
struct WireList<'a> {
    metadata: ListMeta,
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireObject<'a> {
    #[serde(borrow)]
    api_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    metadata: ObjectMeta<'a>,
}

#[cfg(test)]
mod tests;
