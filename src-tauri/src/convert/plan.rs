//! Plans and proofs.

use std::time::Duration;

use secateur_contract as page;
use secateur_domain::{
    plan::{DeleteOptions, Given, Order, PlanDigest, Proof, Propagation, Until},
    rehearsal::Rehearsal,
    risk::{ProofAsked, RiskLevel},
};
use secateur_engine::{
    EngineError, Finding, FindingKind, FindingTone, MarkedPart, PlanCluster, PlanForm, PlanOf, PlanSummary,
    PlannedTarget, Presence,
};

use super::{IntoEngine, IntoPage, count};

impl IntoEngine<PlanOf> for page::PlanOf {
    fn into_engine(self) -> Result<PlanOf, EngineError> {
        Ok(match self {
            Self::Marked { part } => PlanOf::Marked(match part {
                page::MarkedPart::All => MarkedPart::All,
                page::MarkedPart::Practice => MarkedPart::Practice,
                page::MarkedPart::Real => MarkedPart::Real,
            }),
            Self::Row { view, row } => PlanOf::Row { view, row: row.into_engine()? },
            Self::Failed { job } => PlanOf::Failed(job),
            Self::Left { job } => PlanOf::Left(job),
        })
    }
}

impl IntoEngine<DeleteOptions> for page::DeleteOptions {
    fn into_engine(self) -> Result<DeleteOptions, EngineError> {
        let propagation = match self.propagation {
            page::Propagation::Background => Propagation::Background,
            page::Propagation::Foreground => Propagation::Foreground,
            page::Propagation::Orphan => Propagation::Orphan,
        };
        Ok(DeleteOptions {
            propagation,
            grace_period_seconds: self.grace_period_seconds,
            only_if_unchanged: self.only_if_unchanged,
            order: match self.order {
                page::Order::Together => Order::Together,
                page::Order::Staged => Order::Staged,
                page::Order::StagedUntilFailure => Order::StagedUntilFailure,
            },
            until: match self.until {
                page::Until::Gone => Until::Gone,
                page::Until::Accepted => Until::Accepted,
            },
        })
    }
}

impl IntoEngine<(String, Proof)> for page::PlanConfirm {
    fn into_engine(self) -> Result<(String, Proof), EngineError> {
        let digest = PlanDigest::from_text(&self.digest);
        let given = match self.given {
            page::Given::Click => Given::Click,
            page::Given::Held { ms } => Given::Held(Duration::from_millis(ms.into())),
            page::Given::Typed { word } => Given::Typed(word),
        };
        Ok((self.plan, Proof::Shown { digest, given }))
    }
}

impl IntoPage<page::PlanSummary> for PlanSummary {
    fn into_page(self) -> page::PlanSummary {
        page::PlanSummary {
            plan: self.plan,
            digest: self.digest.to_string(),
            clusters: self.clusters.into_page(),
            total: count(self.total),
            remaining: count(self.remaining),
            kinds: self.kinds.into_page(),
            only: self.only.map(IntoPage::into_page),
            options: self.options.into_page(),
            risk: match self.risk.level {
                RiskLevel::Low => page::RiskLevel::Low,
                RiskLevel::Medium => page::RiskLevel::Medium,
                RiskLevel::High => page::RiskLevel::High,
            },
            reasons: self.risk.reasons,
            proof: match self.risk.proof {
                ProofAsked::Click => page::ProofAsked::Click,
                ProofAsked::Hold { count } => page::ProofAsked::Hold { count: super::count(count) },
                ProofAsked::Typed(word) => page::ProofAsked::Typed { word },
            },
            findings: self.findings.into_page(),
            progress: page::PlanProgress {
                done: count(self.progress.done),
                total: count(self.progress.total),
                words: self.progress.words,
            },
            is_ready: self.is_ready,
            rehearsed: self.rehearsed,
        }
    }
}

impl IntoPage<page::PlanCluster> for PlanCluster {
    fn into_page(self) -> page::PlanCluster {
        page::PlanCluster {
            cluster: self.cluster.to_string(),
            name: self.name,
            tier: self.tier.into_page(),
            is_practice: self.is_practice,
            server: self.server,
            namespaces: self.namespaces,
            count: count(self.count),
            user: self.user,
            is_locked: self.is_locked,
        }
    }
}

impl IntoPage<page::PlanTarget> for PlannedTarget {
    fn into_page(self) -> page::PlanTarget {
        let key = self.key;
        page::PlanTarget {
            cluster: key.cluster.to_string(),
            kind: key.kind.name.clone(),
            resource: key.kind.resource(),
            namespace: key.namespace.as_ref().map(ToString::to_string),
            name: key.name.to_string(),
            uid: key.uid.to_string(),
            presence: match self.presence {
                Presence::Present => page::TargetPresence::Present,
                Presence::Terminating(_) => page::TargetPresence::Terminating,
                Presence::Gone => page::TargetPresence::Gone,
                Presence::Replaced => page::TargetPresence::Replaced,
                Presence::Changed => page::TargetPresence::Changed,
            },
            rehearsal: self.rehearsal.into_page(),
        }
    }
}

impl IntoPage<page::DeleteOptions> for DeleteOptions {
    fn into_page(self) -> page::DeleteOptions {
        let propagation = match self.propagation {
            Propagation::Background => page::Propagation::Background,
            Propagation::Foreground => page::Propagation::Foreground,
            Propagation::Orphan => page::Propagation::Orphan,
        };
        page::DeleteOptions {
            propagation,
            grace_period_seconds: self.grace_period_seconds,
            only_if_unchanged: self.only_if_unchanged,
            order: match self.order {
                Order::Together => page::Order::Together,
                Order::Staged => page::Order::Staged,
                Order::StagedUntilFailure => page::Order::StagedUntilFailure,
            },
            until: match self.until {
                Until::Gone => page::Until::Gone,
                Until::Accepted => page::Until::Accepted,
            },
        }
    }
}

impl IntoPage<page::Finding> for Finding {
    fn into_page(self) -> page::Finding {
        let kind = match self.kind {
            FindingKind::Refused => page::FindingKind::Refused,
            FindingKind::Changed => page::FindingKind::Changed,
            FindingKind::Dependants => page::FindingKind::Dependants,
            FindingKind::Hangs => page::FindingKind::Hangs,
            FindingKind::Copy => page::FindingKind::Copy,
            FindingKind::Rehearsal => page::FindingKind::Rehearsal,
        };
        let tone = match self.tone {
            FindingTone::Good => page::FindingTone::Good,
            FindingTone::Plain => page::FindingTone::Plain,
            FindingTone::Asking => page::FindingTone::Asking,
            FindingTone::Warn => page::FindingTone::Warn,
            FindingTone::Bad => page::FindingTone::Bad,
        };
        page::Finding { kind, tone, title: self.title, detail: self.detail }
    }
}

impl IntoPage<page::RehearsalState> for Rehearsal {
    fn into_page(self) -> page::RehearsalState {
        match self {
            Self::Asking => page::RehearsalState::Asking,
            Self::Accepted => page::RehearsalState::Accepted,
            Self::Refused { .. } => page::RehearsalState::Refused,
            Self::CannotBe { .. } => page::RehearsalState::CannotBe,
            Self::NoAnswer { .. } => page::RehearsalState::NoAnswer,
            Self::NotAsked { .. } => page::RehearsalState::NotAsked,
        }
    }
}

impl IntoEngine<PlanForm> for page::PlanForm {
    fn into_engine(self) -> Result<PlanForm, EngineError> {
        Ok(match self {
            Self::Kubectl => PlanForm::Kubectl,
            Self::Json => PlanForm::Json,
            Self::Yaml => PlanForm::Yaml,
        })
    }
}
