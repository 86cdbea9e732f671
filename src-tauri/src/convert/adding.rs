//! Clusters that were added or taken off the list, and request headers.

use secateur_contract as page;
use secateur_engine::{ClustersAdded, EngineError, HeaderChange, HiddenCluster, Problem, SecretString};

use super::{IntoEngine, IntoPage};

impl IntoPage<page::ClustersAdded> for ClustersAdded {
    fn into_page(self) -> page::ClustersAdded {
        page::ClustersAdded {
            added: self.added.iter().map(ToString::to_string).collect(),
            known: self.known,
            problems: self.problems.into_page(),
        }
    }
}

impl IntoPage<page::SourceProblem> for Problem {
    fn into_page(self) -> page::SourceProblem {
        page::SourceProblem { file: self.file.display().to_string(), line: self.line, message: self.message }
    }
}

impl IntoPage<page::HiddenCluster> for HiddenCluster {
    fn into_page(self) -> page::HiddenCluster {
        page::HiddenCluster { id: self.id.to_string(), name: self.name, source: self.source }
    }
}

impl IntoEngine<Vec<HeaderChange>> for Vec<page::ExtraHeader> {
    fn into_engine(self) -> Result<Vec<HeaderChange>, EngineError> {
        let change = |header: page::ExtraHeader| HeaderChange {
            name: header.name,
            value: header.value.map(SecretString::from),
        };
        Ok(self.into_iter().map(change).collect())
    }
}
