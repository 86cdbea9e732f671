//! Reading lists and single objects, as the tables that servers print.

use std::sync::Arc;

use secateur_domain::{
    ids::{ObjectKey, ResourceName},
    kind::Kind,
    outcome::Seen,
};
use serde::Deserialize;

use crate::{
    client::{Client, ask},
    decode::{self, ListMeta, PartialObject, Place, Undecodable},
    error::ClusterError,
    pipeline::{Answer, Ask, Verb, Words},
    requests::{Include, ListRequest, TablePage},
    url::{self, Query},
};

/// What kubectl asks for, then the nearest to it. A server that prints no tables picks a later one.
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1,\
    application/json;as=Table;g=meta.k8s.io;v=v1beta1,\
    application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
/// For one object, whose metadata is no list.
const ONE_AS_TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1,\
    application/json;as=Table;g=meta.k8s.io;v=v1beta1,\
    application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
pub(crate) const METADATA_LIST: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
/// Never the whole object where the server can help it: it may be a Secret.
pub(crate) const METADATA: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Names a page.
const NAMES_PAGE: u32 = 500;
/// How often paging starts again when its token expires.
const RESTARTS: u32 = 2;

impl Client {
    /// One page, printed by the server.
    pub async fn list_table(&self, request: &ListRequest) -> Result<TablePage, ClusterError> {
        // What continues has its version in the token.
        let at = request.at.as_deref().filter(|_| request.continue_token.is_none());
        let query = selectors(request)
            .with("includeObject", request.include.as_str())
            .with_some("limit", request.limit.map(|limit| limit.to_string()).as_deref())
            .with_some("resourceVersion", at)
            .with_some("resourceVersionMatch", at.map(|_| "Exact"))
            .with_some("continue", request.continue_token.as_deref());
        let namespace = request.namespace.as_deref();
        let uri = url::collection(self.server(), &request.kind, namespace, &query)?;
        let mut ask = ask(Verb::List, uri, TABLE, format!("listing {}", request.kind.resource()));
        let answer = self.send_or(&mut ask, METADATA_LIST).await?;
        self.page(&ask, answer, self.place(&request.kind, namespace, request.include)).await
    }

    /// One named object as a table of one row.
    pub async fn get_table(
        &self,
        kind: &Arc<Kind>,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<TablePage, ClusterError> {
        let query = Query::default().with("includeObject", Include::Metadata.as_str());
        let uri = url::object(self.server(), kind, namespace, name, &query)?;
        let mut ask = ask(Verb::Get, uri, ONE_AS_TABLE, format!("reading {} {name}", kind.resource()));
        let answer = self.send_or(&mut ask, METADATA).await?;
        self.page(&ask, answer, self.place(kind, namespace, Include::Metadata)).await
    }

    /// The names of all objects of a kind in all namespaces.
    pub async fn list_names(&self, kind: &Kind) -> Result<Vec<String>, ClusterError> {
        let mut restarts = 0;
        loop {
            match self.all_names(kind).await {
                Err(ClusterError::Gone | ClusterError::Expired { .. }) if restarts < RESTARTS => {
                    restarts += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// What has this name now. Only the API server's own word that the object is not there is [`Seen::Absent`].
    pub async fn look(&self, key: &ObjectKey) -> Result<Seen, ClusterError> {
        let namespace = key.namespace.as_ref().map(ResourceName::as_str);
        let uri = url::object(self.server(), &key.kind, namespace, key.name.as_str(), &Query::default())?;
        let ask = ask(Verb::Get, uri, METADATA, format!("reading {key}"));
        let answer = self.pipeline().exchange(&ask).await?;
        if answer.status == http::StatusCode::NOT_FOUND && Words::of(&answer).is_absence(key.name.as_str()) {
            return Ok(Seen::Absent);
        }
        let answer = answer.accepted(&self.pipeline().host)?;
        self.decode(&ask, answer.body, |body| {
            let PartialObject { metadata } = serde_json::from_slice(body)?;
            let uid = metadata.uid().ok_or_else(|| Undecodable("it has no UID".to_owned()))?;
            Ok(Seen::Present { uid, version: metadata.version(), terminating: metadata.terminating() })
        })
        .await
    }

    /// The version of a list at this moment, to watch from.
    pub async fn list_version(
        &self,
        kind: &Arc<Kind>,
        namespace: Option<&str>,
        name: Option<&str>,
    ) -> Result<String, ClusterError> {
        let query =
            Query::default().with("limit", "1").with_some("fieldSelector", name.map(by_name).as_deref());
        let uri = url::collection(self.server(), kind, namespace, &query)?;
        let (meta, _) = self.metadata_page(uri, kind).await?;
        Ok(meta.resource_version.unwrap_or_default())
    }

    /// How many objects of a kind there are, for the price of one of them; an estimate where there are more. `None` where
    /// the server does not say how many more.
    pub async fn count(&self, kind: &Kind) -> Result<Option<u64>, ClusterError> {
        let query = Query::default().with("limit", "1");
        let uri = url::collection(self.server(), kind, None, &query)?;
        let (mut meta, page) = self.metadata_page(uri, kind).await?;
        let more = if meta.next().is_none() { Some(0) } else { meta.remaining() };
        Ok(more.map(|more| more.saturating_add(page.len() as u64)))
    }

    /// Sends it, and once more for less where the server cannot do what was asked for.
    async fn send_or(&self, ask: &mut Ask, instead: &'static str) -> Result<Answer, ClusterError> {
        match self.pipeline().send(ask).await {
            Err(ClusterError::NotSupported(status)) if status.http_status == 406 => {
                ask.accept = instead;
                self.pipeline().send(ask).await
            }
            outcome => outcome,
        }
    }

    async fn page(&self, ask: &Ask, answer: Answer, place: Place) -> Result<TablePage, ClusterError> {
        let warnings = answer.warnings();
        let page = self.decode(ask, answer.body, move |body| decode::page(place, body)).await?;
        Ok(TablePage { warnings, ..page })
    }

    async fn all_names(&self, kind: &Kind) -> Result<Vec<String>, ClusterError> {
        let mut names = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let query = Query::default()
                .with("limit", &NAMES_PAGE.to_string())
                .with_some("continue", token.as_deref());
            let uri = url::collection(self.server(), kind, None, &query)?;
            let (mut meta, page) = self.metadata_page(uri, kind).await?;
            names.extend(page);
            token = meta.next();
            if token.is_none() {
                return Ok(names);
            }
        }
    }

    async fn metadata_page(
        &self,
        uri: http::Uri,
        kind: &Kind,
    ) -> Result<(ListMeta, Vec<String>), ClusterError> {
        let ask = ask(Verb::List, uri, METADATA_LIST, format!("listing {}", kind.resource()));
        let answer = self.pipeline().send(&ask).await?;
        self.decode(&ask, answer.body, |body| {
            let list: WireList<'_> = serde_json::from_slice(body)?;
            let items = list.items.unwrap_or_default().into_iter();
            let names = items.filter_map(|item| Some(item.metadata.name?.into_owned()));
            Ok((list.metadata, names.collect()))
        })
        .await
    }
}

#[derive(Deserialize)]
struct WireList<'a> {
    metadata: ListMeta,
    #[serde(borrow)]
    items: Option<Vec<PartialObject<'a>>>,
}

impl Include {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Metadata => "Metadata",
        }
    }
}

/// The selectors of a list, which its watch shares.
pub(crate) fn selectors(request: &ListRequest) -> Query {
    Query::default()
        .with_some("labelSelector", request.label_selector.as_deref())
        .with_some("fieldSelector", request.field_selector.as_deref())
}

/// The field selector of one name. `=`, `,` and `\` have a meaning there and are escaped.
pub(crate) fn by_name(name: &str) -> String {
    let mut selector = String::from("metadata.name=");
    for character in name.chars() {
        if matches!(character, '=' | ',' | '\\') {
            selector.push('\\');
        }
        selector.push(character);
    }
    selector
}

#[cfg(test)]
mod tests;
