//! Views and their windows.

use std::sync::Arc;

use secateur_contract as page;
use secateur_domain::{
    ids::{ClusterId, Identity, ResourceName, Uid},
    kind::Kind,
    row::{Column, ColumnKind, Liveness, RowState, Warning},
    view::{ColumnChoice, Direction, Filter, Query},
};
use secateur_engine::{
    EngineError, Failure, Namespaces, ObjectsRequest, ViewHint, ViewPart, ViewSource, ViewWindow, WindowRow,
};

use super::{IntoEngine, IntoPage, count, job::outcome_word};

impl IntoEngine<ViewSource> for page::ViewSource {
    fn into_engine(self) -> Result<ViewSource, EngineError> {
        Ok(match self {
            Self::Objects { clusters, kind, namespaces } => ViewSource::Objects(ObjectsRequest {
                clusters: clusters.into_iter().map(IntoEngine::into_engine).collect::<Result<_, _>>()?,
                kind: word(&kind),
                namespaces: namespaces.into_engine()?,
            }),
            Self::Plan { plan } => ViewSource::Plan(plan),
            Self::Job { job } => ViewSource::Job(job),
            Self::Receipts { job, query } => ViewSource::Receipts { job, query: query.into_engine()? },
            Self::Marked { beside } => ViewSource::Marked { beside },
        })
    }
}

/// The word by which exactly this kind is found: `deployments.v1.apps`, `pods.v1`.
pub(crate) fn word(kind: &page::KindRef) -> String {
    let page::KindRef { group, version, plural } = kind;
    if group.is_empty() { format!("{plural}.{version}") } else { format!("{plural}.{version}.{group}") }
}

impl IntoEngine<Namespaces> for page::NamespaceScope {
    fn into_engine(self) -> Result<Namespaces, EngineError> {
        Ok(match self {
            Self::All => Namespaces::All,
            Self::Only(names) => {
                Namespaces::Only(names.iter().map(|name| Ok(ResourceName::parse(name)?)).collect::<Result<
                    _,
                    EngineError,
                >>(
                )?)
            }
        })
    }
}

impl IntoEngine<Query> for page::ViewQuery {
    fn into_engine(self) -> Result<Query, EngineError> {
        let sort = self.sort.map(|sort| (sort.column, sort.direction.into_engine()));
        let sort =
            sort.map(|(column, direction)| direction.map(|direction| (column, direction))).transpose()?;
        let outcomes = self.outcomes.into_iter().map(|outcome| outcome_word(outcome).to_owned()).collect();
        let page::ColumnChoice { shown, hidden, labels } = self.columns;
        Ok(Query {
            filter: Filter::parse(&self.text, &self.filters)?.with_outcomes(outcomes),
            sort,
            is_wide: self.is_wide,
            columns: ColumnChoice { shown, hidden, labels },
        })
    }
}

impl IntoEngine<Direction> for page::Direction {
    fn into_engine(self) -> Result<Direction, EngineError> {
        Ok(match self {
            Self::Ascending => Direction::Ascending,
            Self::Descending => Direction::Descending,
        })
    }
}

impl IntoEngine<ClusterId> for String {
    fn into_engine(self) -> Result<ClusterId, EngineError> {
        Ok(ClusterId::parse(&self)?)
    }
}

impl IntoEngine<Identity> for page::RowId {
    fn into_engine(self) -> Result<Identity, EngineError> {
        Ok((self.cluster.into_engine()?, Uid::parse(&self.uid)?))
    }
}

impl IntoPage<page::RowId> for Identity {
    fn into_page(self) -> page::RowId {
        page::RowId { cluster: self.0.to_string(), uid: self.1.to_string() }
    }
}

impl IntoPage<page::ViewHint> for ViewHint {
    fn into_page(self) -> page::ViewHint {
        page::ViewHint {
            view: self.view,
            version: self.version,
            total: count(self.total),
            unfiltered: count(self.unfiltered),
            marked: count(self.marked),
            markable: count(self.markable),
            awaited: count(self.awaited),
            liveness: liveness(self.liveness, self.unfiltered),
        }
    }
}

/// How live a view is that has read so many rows.
fn liveness(liveness: Liveness<Arc<Failure>>, read: usize) -> page::Liveness {
    match liveness {
        Liveness::Opening => page::Liveness::Opening,
        Liveness::Reading { about } => page::Liveness::Reading {
            read: count(read),
            about: about.map(|about| u32::try_from(about).unwrap_or(u32::MAX)),
        },
        Liveness::Live => page::Liveness::Live,
        Liveness::Settled => page::Liveness::Settled,
        Liveness::Stale { as_of, problem, is_partial } => {
            page::Liveness::Stale { as_of: unix_seconds(as_of), error: problem.into_page(), is_partial }
        }
        Liveness::Failed { problem, .. } => page::Liveness::Failed { error: problem.into_page() },
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of this era are far below 2^53")]
fn unix_seconds(seconds: i64) -> f64 {
    seconds as f64
}

impl IntoPage<page::ViewWindow> for ViewWindow {
    fn into_page(self) -> page::ViewWindow {
        page::ViewWindow {
            hint: self.hint.into_page(),
            columns: self.columns.into_page(),
            hidden_columns: self.hidden_columns.into_page(),
            start: count(self.start),
            rows: self.rows.into_iter().map(window_row).collect(),
            ages_change_in: self.ages_change_in.map(f64::from),
            warnings: self.warnings.iter().map(IntoPage::into_page).collect(),
            parts: self.parts.into_page(),
        }
    }
}

impl IntoPage<page::ViewPart> for ViewPart {
    fn into_page(self) -> page::ViewPart {
        page::ViewPart {
            cluster: self.cluster.to_string(),
            rows: count(self.rows),
            liveness: liveness(self.liveness, self.rows),
            remark: self.remark,
        }
    }
}

impl IntoPage<page::Warning> for &Warning {
    fn into_page(self) -> page::Warning {
        page::Warning { cluster: self.cluster.to_string(), text: self.text.clone() }
    }
}

impl IntoPage<page::Column> for Column {
    fn into_page(self) -> page::Column {
        page::Column {
            id: self.id,
            name: self.name,
            description: self.description,
            is_wide: self.is_wide,
            kind: match self.kind {
                ColumnKind::Cluster => page::ColumnKind::Cluster,
                ColumnKind::Kind => page::ColumnKind::Kind,
                ColumnKind::Namespace => page::ColumnKind::Namespace,
                ColumnKind::Name => page::ColumnKind::Name,
                ColumnKind::Status => page::ColumnKind::Status,
                ColumnKind::Number => page::ColumnKind::Number,
                ColumnKind::Age | ColumnKind::Elapsed => page::ColumnKind::Age,
                ColumnKind::Outcome => page::ColumnKind::Outcome,
                ColumnKind::Rehearsal => page::ColumnKind::Rehearsal,
                ColumnKind::Text => page::ColumnKind::Text,
            },
        }
    }
}

fn window_row(window_row: WindowRow) -> page::WindowRow {
    let row = &window_row.row;
    page::WindowRow {
        id: row.key().map(|key| key.identity().into_page()),
        kind: row.kind.name.clone(),
        namespace: row.namespace.as_ref().map(ToString::to_string),
        name: row.name.to_string(),
        state: match row.state {
            RowState::Gone => page::RowState::Gone,
            RowState::Awaited => page::RowState::Awaited,
            _ if row.key().is_none() => page::RowState::Incomplete,
            _ if window_row.is_stale => page::RowState::Stale,
            RowState::Terminating => page::RowState::Terminating,
            RowState::Live => page::RowState::Live,
        },
        is_marked: window_row.is_marked,
        outcome: row.outcome().cloned().map(IntoPage::into_page),
        rehearsal: row.rehearsal().cloned().map(IntoPage::into_page),
        is_fresh: window_row.is_fresh,
        note: row.note().map(str::to_owned).or_else(|| window_row.overdue.and_then(overdue)),
        cells: window_row.cells,
    }
}

/// For how long something should have been gone, in the largest unit of which there is one.
fn overdue(seconds: i64) -> Option<String> {
    let (count, unit) = match seconds {
        i64::MIN..1 => return None,
        1..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "min"),
        3_600..172_800 => (seconds / 3_600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    Some(format!("Terminating {count} {unit}"))
}

impl IntoPage<page::KindRef> for &Kind {
    fn into_page(self) -> page::KindRef {
        page::KindRef {
            group: self.group.clone(),
            version: self.version.clone(),
            plural: self.plural.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(group: &str, expected: &str) {
        let kind = page::KindRef { group: group.into(), version: "v1".into(), plural: "events".into() };
        assert_eq!(word(&kind), expected);
    }

    #[test]
    fn what_should_have_been_gone_says_for_how_long() {
        let words = |seconds| overdue(seconds).unwrap_or_default();
        assert_eq!(
            [-30, 0, 1, 59, 60, 14 * 60 + 59].map(words),
            ["", "", "Terminating 1 s", "Terminating 59 s", "Terminating 1 min", "Terminating 14 min"]
        );
        assert_eq!(
            [3_600, 47 * 3_600, 172_800].map(words),
            ["Terminating 1 h", "Terminating 47 h", "Terminating 2 d"]
        );
    }

    #[test]
    fn a_kind_is_named_with_its_version_and_group() {
        check("", "events.v1");
        check("events.k8s.io", "events.v1.events.k8s.io");
    }

    #[test]
    fn an_empty_name_is_refused_at_the_edge() {
        let empty = page::NamespaceScope::Only(vec![String::new()]);
        assert!(matches!(empty.into_engine(), Err(EngineError::Name(_))));
        let row = page::RowId { cluster: "c".into(), uid: String::new() };
        assert!(matches!(row.into_engine(), Err(EngineError::Name(_))));
    }
}
