//! Plans, proofs, jobs and outcomes.

use secateur_contract as page;
use secateur_domain::{
    outcome::Outcome,
    plan::{DeleteOptions, Given, PlanDigest, Proof, Propagation},
    risk::{ProofAsked, RiskLevel},
};
use secateur_engine::{
    EngineError, Finding, FindingKind, JobLane, JobSummary, PlanCluster, PlanOf, PlanSummary, PlannedTarget,
    Presence,
};

use super::{IntoEngine, IntoPage, count};

impl IntoEngine<PlanOf> for page::PlanOf {
    fn into_engine(self) -> Result<PlanOf, EngineError> {
        Ok(match self {
            Self::Marked => PlanOf::Marked,
            Self::Row { view, row } => PlanOf::Row { view, row: row.into_engine()? },
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
            ..DeleteOptions::default()
        })
    }
}

impl IntoEngine<(String, Proof)> for page::PlanConfirm {
    fn into_engine(self) -> Result<(String, Proof), EngineError> {
        let digest = PlanDigest::from_text(&self.digest);
        let given = self.typed.map_or(Given::Click, Given::Typed);
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
                ProofAsked::Hold { count } => page::ProofAsked::Typed { word: count.to_string() },
                ProofAsked::Typed(word) => page::ProofAsked::Typed { word },
            },
            findings: self.findings.into_page(),
            as_kubectl: self.as_kubectl,
        }
    }
}

impl IntoPage<page::PlanCluster> for PlanCluster {
    fn into_page(self) -> page::PlanCluster {
        page::PlanCluster {
            cluster: self.cluster.to_string(),
            name: self.name,
            tier: page::Tier::Unknown,
            server: self.server,
            namespaces: self.namespaces,
            count: count(self.count),
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
            },
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
        page::DeleteOptions { propagation, grace_period_seconds: self.grace_period_seconds }
    }
}

impl IntoPage<page::Finding> for Finding {
    fn into_page(self) -> page::Finding {
        let kind = match self.kind {
            FindingKind::Changed => page::FindingKind::Changed,
            FindingKind::Hangs => page::FindingKind::Hangs,
            FindingKind::Copy => page::FindingKind::Copy,
            FindingKind::Rehearsal => page::FindingKind::Rehearsal,
        };
        page::Finding { kind, title: self.title, detail: self.detail }
    }
}

impl IntoPage<page::JobSummary> for JobSummary {
    fn into_page(self) -> page::JobSummary {
        page::JobSummary {
            job: self.job,
            subject: self.subject,
            started: self.started_text,
            is_settled: self.is_settled,
            total: count(self.total),
            outcomes: self.outcomes.into_page(),
            lanes: self.lanes.into_page(),
            sentence: self.sentence,
        }
    }
}

impl IntoPage<page::JobLane> for JobLane {
    fn into_page(self) -> page::JobLane {
        page::JobLane {
            cluster: self.cluster.to_string(),
            name: self.name,
            tier: page::Tier::Unknown,
            total: count(self.total),
            outcomes: self.outcomes.into_page(),
            problem: self.problem,
        }
    }
}

impl IntoPage<page::OutcomeCount> for (Outcome, usize) {
    fn into_page(self) -> page::OutcomeCount {
        page::OutcomeCount { outcome: self.0.into_page(), count: count(self.1) }
    }
}

impl IntoPage<page::Outcome> for Outcome {
    fn into_page(self) -> page::Outcome {
        match self {
            Self::Waiting => page::Outcome::Waiting,
            Self::Requested => page::Outcome::Requested,
            Self::Accepted => page::Outcome::Accepted,
            Self::Gone { successor: None } => page::Outcome::Gone,
            Self::Gone { successor: Some(_) } => page::Outcome::Recreated,
            Self::AlreadyGone => page::Outcome::AlreadyGone,
            Self::Replaced { .. } => page::Outcome::Replaced,
            Self::Terminating { .. } => page::Outcome::Terminating,
            Self::Refused { .. } => page::Outcome::Refused,
            Self::Unknown { .. } => page::Outcome::Unknown,
            Self::NotSent { .. } => page::Outcome::NotSent,
        }
    }
}
