//! Receipts, the history and the trash.

use secateur_contract as page;
use secateur_engine::{
    CopyState, EngineError, Happened, History, HistoryCluster, HistoryJob, HistoryQuery, Receipt, ReceiptRef,
    ReceiptsForm, TrashSummary,
};

use super::{IntoEngine, IntoPage, count, job::outcome_word, large};

impl IntoEngine<HistoryQuery> for page::HistoryQuery {
    fn into_engine(self) -> Result<HistoryQuery, EngineError> {
        Ok(HistoryQuery {
            text: self.text,
            outcomes: self.outcomes.into_iter().map(outcome_word).map(str::to_owned).collect(),
            job: None,
            cluster: self.cluster,
            limit: (self.count > 0).then_some(self.count),
            offset: self.start,
        })
    }
}

impl IntoEngine<ReceiptRef> for page::ReceiptRef {
    fn into_engine(self) -> Result<ReceiptRef, EngineError> {
        Ok(ReceiptRef { job: self.job, row: self.row.into_engine()? })
    }
}

impl IntoEngine<Vec<ReceiptRef>> for Vec<page::ReceiptRef> {
    fn into_engine(self) -> Result<Vec<ReceiptRef>, EngineError> {
        self.into_iter().map(IntoEngine::into_engine).collect()
    }
}

impl IntoPage<page::ReceiptRef> for ReceiptRef {
    fn into_page(self) -> page::ReceiptRef {
        page::ReceiptRef { job: self.job, row: self.row.into_page() }
    }
}

impl IntoEngine<ReceiptsForm> for page::ReceiptsForm {
    fn into_engine(self) -> Result<ReceiptsForm, EngineError> {
        Ok(match self {
            Self::Json => ReceiptsForm::Json,
            Self::Csv => ReceiptsForm::Csv,
        })
    }
}

impl IntoPage<page::History> for History {
    fn into_page(self) -> page::History {
        page::History {
            jobs: self.jobs.into_page(),
            total: self.total,
            receipts: u32::try_from(self.receipts).unwrap_or(u32::MAX),
            clusters: self.clusters,
            receipt_days: self.receipt_days,
            trash: self.trash.into_page(),
            problem: self.problem,
        }
    }
}

impl IntoPage<page::HistoryJob> for HistoryJob {
    fn into_page(self) -> page::HistoryJob {
        page::HistoryJob {
            job: self.job,
            day: self.day,
            time: self.time,
            subject: self.subject,
            outcome: self.outcome,
            clusters: self.clusters.into_page(),
            total: self.total,
            matching: self.matching,
            is_interrupted: self.is_interrupted,
            is_running: self.is_running,
        }
    }
}

impl IntoPage<page::HistoryCluster> for HistoryCluster {
    fn into_page(self) -> page::HistoryCluster {
        page::HistoryCluster {
            cluster: self.cluster.to_string(),
            name: self.name,
            tier: self.tier.into_page(),
            is_practice: self.is_practice,
        }
    }
}

impl IntoPage<page::TrashSummary> for TrashSummary {
    fn into_page(self) -> page::TrashSummary {
        page::TrashSummary {
            copies: self.copies,
            bytes: large(self.bytes),
            unreadable: self.unreadable,
            is_lasting: self.is_lasting,
            problem: self.problem,
            days: self.days,
        }
    }
}

impl IntoPage<page::Receipt> for Receipt {
    fn into_page(self) -> page::Receipt {
        let object = self.object;
        page::Receipt {
            receipt: self.receipt.into_page(),
            kind: object.kind,
            namespace: object.namespace.map(|namespace| namespace.to_string()),
            name: object.name.to_string(),
            outcome: self.outcome.into_page(),
            words: self.words,
            cluster: self.cluster.into_page(),
            by: self.by,
            server: self.server,
            fingerprint: self.fingerprint,
            uid: object.uid.to_string(),
            options: self.options,
            agreed: self.agreed,
            happened: self.happened.into_page(),
            audit_id: self.audit_id,
            copy: match self.copy {
                CopyState::Kept => page::CopyState::Kept,
                CopyState::Unreadable => page::CopyState::Unreadable,
                CopyState::Thrown => page::CopyState::Thrown,
                CopyState::None => page::CopyState::None,
            },
            copy_words: self.copy_words,
            copies: count(self.copies),
        }
    }
}

impl IntoPage<page::Happened> for Happened {
    fn into_page(self) -> page::Happened {
        page::Happened { at: self.at, text: self.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_without_a_count_is_left_to_the_engine() {
        let query: HistoryQuery = page::HistoryQuery::default().into_engine().expect("a query");
        assert_eq!((query.limit, query.offset), (None, 0));
    }
}
