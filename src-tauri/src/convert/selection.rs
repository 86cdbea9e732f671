//! The marked objects.

use secateur_contract as page;
use secateur_engine::{EngineError, SelectionChange, SelectionSummary};

use super::{IntoEngine, IntoPage, count};

impl IntoEngine<SelectionChange> for page::SelectionChange {
    fn into_engine(self) -> Result<SelectionChange, EngineError> {
        let all = |rows: Vec<page::RowId>| {
            rows.into_iter().map(IntoEngine::into_engine).collect::<Result<_, EngineError>>()
        };
        Ok(match self {
            Self::Mark { rows } => SelectionChange::Mark(all(rows)?),
            Self::Unmark { rows } => SelectionChange::Unmark(all(rows)?),
            Self::MarkRange { from, to } => {
                SelectionChange::MarkRange(from.into_engine()?, to.into_engine()?)
            }
            Self::MarkAll => SelectionChange::MarkAll,
            Self::UnmarkAll => SelectionChange::UnmarkAll,
            Self::Clear => SelectionChange::Clear,
            Self::UndoClear => SelectionChange::UndoClear,
        })
    }
}

impl IntoPage<page::SelectionSummary> for SelectionSummary {
    fn into_page(self) -> page::SelectionSummary {
        let clusters = self.clusters.into_iter().map(|(cluster, number)| page::ClusterCount {
            cluster: cluster.to_string(),
            count: count(number),
        });
        page::SelectionSummary {
            total: count(self.total),
            kinds: self.kinds.into_page(),
            clusters: clusters.collect(),
        }
    }
}

impl IntoPage<page::KindCount> for (String, usize) {
    fn into_page(self) -> page::KindCount {
        page::KindCount { kind: self.0, count: count(self.1) }
    }
}
