//! Reading without a view: what a command line asks for once.

use std::sync::Arc;

use futures::{StreamExt, stream};
use secateur_cluster::{Include, ListRequest, TablePage};
use secateur_domain::{
    ids::{ClusterId, ObjectKey, Uid},
    kind::Scope,
    row::{Column, Row},
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

/// A table as the server printed it.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintedTable {
    /// The kind's scope.
    pub scope: Scope,
    /// The columns, wide ones too.
    pub columns: Arc<[Column]>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What the server warned of, each text once.
    pub warnings: Vec<String>,
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
    /// Reads a table once, every page of it.
    pub async fn table(&self, cluster: &ClusterId, targets: &Targets) -> Result<PrintedTable, EngineError> {
        let session = self.session(cluster)?;
        let client = session.signed_in()?.client;
        let kind = session.kind(&targets.kind)?;
        let wanted = format!("list {}", kind.plural);
        let namespace = targets.namespace.clone().filter(|_| kind.scope == Scope::Namespaced);
        let mut table =
            PrintedTable { scope: kind.scope, columns: [].into(), rows: Vec::new(), warnings: Vec::new() };
        if !targets.names.is_empty() {
            let mut pages = stream::iter(targets.names.clone())
                .map(|name| {
                    let (client, kind, namespace) = (client.clone(), Arc::clone(&kind), namespace.clone());
                    async move { (client.get_table(&kind, namespace.as_deref(), &name).await, name) }
                })
                .buffered(AT_ONCE);
            while let Some((page, name)) = pages.next().await {
                let wanted = || format!("get {} {name}", kind.plural);
                table.add(page.map_err(|error| session.error(&wanted(), error))?);
            }
            return Ok(table);
        }
        let mut request = ListRequest {
            kind,
            namespace,
            label_selector: targets.label_selector.clone(),
            field_selector: targets.field_selector.clone(),
            limit: Some(PAGE),
            at: None,
            continue_token: None,
            include: Include::Metadata,
        };
        loop {
            let mut page =
                client.list_table(&request).await.map_err(|error| session.error(&wanted, error))?;
            request.continue_token = page.continue_token.take();
            table.add(page);
            if request.continue_token.is_none() {
                return Ok(table);
            }
        }
    }

    /// The keys of what a command line named. With `uid` the one name stands for that object and no other, whether
    /// it is still there or not.
    pub async fn find_keys(
        &self,
        cluster: &ClusterId,
        targets: &Targets,
        uid: Option<Uid>,
    ) -> Result<FoundKeys, EngineError> {
        if let Some(uid) = uid {
            let session = self.session(cluster)?;
            return Ok(FoundKeys { keys: vec![exact_key(&session, targets, uid)?], warnings: Vec::new() });
        }
        let table = self.table(cluster, targets).await?;
        let key = |row: &Row| {
            row.key().ok_or_else(|| {
                EngineError::Invalid(format!("{} has no UID, so it cannot be deleted", row.name))
            })
        };
        Ok(FoundKeys {
            keys: table.rows.iter().map(key).collect::<Result<_, _>>()?,
            warnings: table.warnings,
        })
    }
}

impl PrintedTable {
    fn add(&mut self, page: TablePage) {
        if self.columns.is_empty() {
            self.columns = page.columns;
        }
        self.rows.extend(page.rows);
        for warning in page.warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}

fn exact_key(session: &Session, targets: &Targets, uid: Uid) -> Result<ObjectKey, EngineError> {
    let [name] = targets.names.as_slice() else {
        return Err(EngineError::Invalid("--uid takes exactly one name".into()));
    };
    let kind = session.kind(&targets.kind)?;
    let namespace = match (kind.scope, &targets.namespace) {
        (Scope::Namespaced, Some(namespace)) => Some(secateur_domain::ids::ResourceName::parse(namespace)?),
        _ => None,
    };
    Ok(ObjectKey {
        cluster: session.id().clone(),
        kind,
        namespace,
        name: secateur_domain::ids::ResourceName::parse(name)?,
        uid,
    })
}
