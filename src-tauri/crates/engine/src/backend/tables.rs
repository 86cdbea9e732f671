//! Reading without a view: what a command line asks for once.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use secateur_cluster::{ListRequest, TablePage};
use secateur_domain::{
    ids::{ClusterId, ObjectKey, ResourceName, Uid},
    kind::{self, Kind, KindError},
    row::Row,
};

use super::Backend;
use crate::{failure::EngineError, session::Session};

const PAGE: u32 = 500;
/// GETs in flight for named objects.
const AT_ONCE: usize = 16;

/// Objects by what a command line said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// The kind, as kubectl takes it.
    pub kind: String,
    /// Names; all that the selectors match when empty.
    pub names: Vec<String>,
    /// One namespace; all when absent.
    pub namespace: Option<String>,
    /// As `-l`.
    pub label_selector: Option<String>,
    /// As `--field-selector`.
    pub field_selector: Option<String>,
}

/// What a command line named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundKeys {
    /// The objects.
    pub keys: Vec<ObjectKey>,
    /// What the server warned of while they were looked for, each text once.
    pub warnings: Vec<String>,
}

impl Backend {
    /// The kinds that `words` of a command line name: one, several with commas between, or a category.
    pub async fn kinds_named(&self, cluster: &ClusterId, words: &str) -> Result<Vec<Arc<Kind>>, EngineError> {
        let session = self.session(cluster)?;
        kind::resolve_all(&session.discovered().await?.kinds, words).map_err(|KindError::Unknown(word)| {
            EngineError::KindUnknown { name: session.name().to_owned(), word }
        })
    }

    /// Reads a list once, and hands on each page of it. How many rows a page has is not for the request to say.
    pub async fn read_list(
        &self,
        cluster: &ClusterId,
        request: ListRequest,
        mut take: impl FnMut(TablePage),
    ) -> Result<(), EngineError> {
        let session = self.session(cluster)?;
        let client = session.signed_in()?.client;
        let wanted = format!("list {}", request.kind.plural);
        let mut request = ListRequest { limit: Some(PAGE), continue_token: None, ..request };
        loop {
            let mut page =
                client.list_table(&request).await.map_err(|error| session.error(&wanted, error))?;
            request.continue_token = page.continue_token.take();
            take(page);
            if request.continue_token.is_none() {
                return Ok(());
            }
        }
    }

    /// Reads one object as a table of one row.
    pub async fn read_object(
        &self,
        cluster: &ClusterId,
        kind: &Arc<Kind>,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<TablePage, EngineError> {
        let session = self.session(cluster)?;
        let client = session.signed_in()?.client;
        let read = client.get_table(kind, namespace, name).await;
        read.map_err(|error| session.error(&format!("get {} {name}", kind.plural), error))
    }

    /// The keys of what a command line named. With `uid` the one name stands for that object and no other, whether
    /// it is still there or not.
    pub async fn find_keys(
        &self,
        cluster: &ClusterId,
        targets: &Targets,
        uid: Option<Uid>,
    ) -> Result<FoundKeys, EngineError> {
        let session = self.session(cluster)?;
        session.discovered().await?;
        if let Some(uid) = uid {
            return Ok(FoundKeys { keys: vec![exact_key(&session, targets, uid)?], warnings: Vec::new() });
        }
        let kind = session.kind(&targets.kind)?;
        let mut pages = Vec::new();
        if targets.names.is_empty() {
            let request = ListRequest {
                namespace: targets.namespace.clone(),
                label_selector: targets.label_selector.clone(),
                field_selector: targets.field_selector.clone(),
                ..ListRequest::new(kind)
            };
            self.read_list(cluster, request, |page| pages.push(page)).await?;
        } else {
            let namespace = targets.namespace.as_deref();
            let reads = targets.names.iter().map(|name| self.read_object(cluster, &kind, namespace, name));
            pages = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
        }
        let key = |row: &Row| {
            row.key().ok_or_else(|| {
                EngineError::Invalid(format!("{} has no UID, so it cannot be deleted", row.name))
            })
        };
        let mut warnings: Vec<String> = Vec::new();
        for warning in pages.iter().flat_map(|page| &page.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        Ok(FoundKeys {
            keys: pages.iter().flat_map(|page| &page.rows).map(key).collect::<Result<_, _>>()?,
            warnings,
        })
    }
}

fn exact_key(session: &Session, targets: &Targets, uid: Uid) -> Result<ObjectKey, EngineError> {
    let [name] = targets.names.as_slice() else {
        return Err(EngineError::Invalid("--uid takes exactly one name".into()));
    };
    let kind = session.kind(&targets.kind)?;
    let namespace = kind.in_namespace(targets.namespace.as_deref());
    Ok(ObjectKey {
        cluster: session.id().clone(),
        namespace: namespace.map(ResourceName::parse).transpose()?,
        kind,
        name: ResourceName::parse(name)?,
        uid,
    })
}
