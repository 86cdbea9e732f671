//! A plan in words and numbers, small enough for one message.

use std::collections::{BTreeMap, BTreeSet};

use secateur_domain::{
    ids::{ClusterId, ResourceName},
    plan::Plan,
    risk::count,
};

use super::{
    OpenPlan, PlanCluster, PlanSummary, PlannedTarget,
    findings::{self, Facts, Standing},
    known::Known,
    words,
};

/// Characters of namespaces and of kinds that a summary names; a message stays under 8 KiB.
const NAMESPACES: usize = 1_500;
const KINDS: usize = 20;

impl OpenPlan {
    pub(crate) fn summary(&self) -> PlanSummary {
        let standings = self.standings();
        let mut known = self.lock();
        let left = known.left();
        let (digest, frozen) = (left.digest.clone(), left.frozen.clone());
        let left = left.plan.clone();
        let shown = left.as_ref().unwrap_or(&known.plan);
        let only = match (known.plan.targets(), known.targets.as_slice()) {
            ([key], [target]) => Some(PlannedTarget {
                key: key.clone(),
                presence: target.presence.clone(),
                rehearsal: target.rehearsal.clone(),
            }),
            _ => None,
        };
        let facts = Facts { known: &known, standings };
        PlanSummary {
            plan: self.id.clone(),
            digest,
            frozen,
            clusters: clusters(shown, &facts.standings),
            total: known.plan.targets().len(),
            remaining: left.as_ref().map_or(0, |left| left.targets().len()),
            kinds: kinds(shown),
            only,
            options: known.plan.options(),
            risk: shown.risk(&known.found()),
            findings: findings::findings(&facts),
            progress: known.progress(),
            is_ready: known.is_ready(),
            rehearsed: findings::rehearsed(&facts),
        }
    }

    fn standings(&self) -> BTreeMap<ClusterId, Standing> {
        let standing = |session: &crate::session::Session| {
            let summary = session.summary();
            #[expect(
                clippy::cast_possible_truncation,
                reason = "an offset of clocks is far from 2^63 milliseconds"
            )]
            let clock_offset = (summary.clock_offset * 1_000.0) as i64;
            Standing {
                name: summary.name,
                user: summary.user,
                is_locked: summary.is_locked,
                clock_offset,
                now: session.server_now(),
            }
        };
        let sessions = self.sessions.iter();
        sessions.map(|(cluster, session)| (cluster.clone(), standing(session))).collect()
    }
}

/// What is said when nothing is left of a plan.
pub(super) fn none_left(known: &Known) -> String {
    match (known.plan.targets(), known.targets.as_slice()) {
        ([only], [target]) if target.presence.is_lost() => {
            format!("{} Nothing to delete.", words::became(only, &target.presence))
        }
        ([only], _) => format!("The server would not delete {only}. Nothing to delete."),
        (many, _) => format!("None of these {} objects is left. Nothing to delete.", count(many.len())),
    }
}

/// Bands in the order of execution.
fn clusters(plan: &Plan, standings: &BTreeMap<ClusterId, Standing>) -> Vec<PlanCluster> {
    let mut room = NAMESPACES;
    let mut clusters = Vec::new();
    for cluster in plan.order() {
        let Some(planned) = plan.clusters().get(&cluster) else { continue };
        let own: Vec<_> = plan.targets().iter().filter(|key| key.cluster == cluster).collect();
        let namespaces: BTreeSet<&str> =
            own.iter().filter_map(|key| key.namespace.as_ref()).map(ResourceName::as_str).collect();
        let server = &planned.fingerprint.server;
        let standing = standings.get(&cluster);
        let fits = |name: &&str| {
            let is_left = room >= name.len();
            room = room.saturating_sub(name.len() + 3);
            is_left
        };
        clusters.push(PlanCluster {
            name: planned.name.clone(),
            server: crate::words::host(server).to_owned(),
            namespaces: namespaces.into_iter().take_while(fits).map(str::to_owned).collect(),
            count: own.len(),
            tier: planned.tier,
            is_practice: planned.is_practice(),
            user: standing.and_then(|standing| standing.user.clone()),
            is_locked: standing.is_some_and(|standing| standing.is_locked),
            cluster,
        });
    }
    clusters
}

fn kinds(plan: &Plan) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in plan.targets() {
        *counts.entry(&key.kind.name).or_default() += 1;
    }
    let mut kinds: Vec<_> = counts.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if kinds.len() > KINDS {
        let others: usize = kinds.drain(KINDS - 1..).map(|(_, count)| count).sum();
        kinds.push(("object of another kind".to_owned(), others));
    }
    kinds
}
