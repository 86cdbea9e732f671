//! Plans that are worked out, for the tests beside.

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::Seen,
    plan::DeleteOptions,
};

use super::known::Known;
use crate::testing::{config_map, plan};

pub(super) fn known(names: &[&str]) -> Known {
    Known::new(plan(names.iter().map(|name| config_map("garden", name)).collect(), DeleteOptions::default()))
}

/// Works everything out: nothing goes along, everything can be copied, and all are accepted.
pub(super) fn work_out(known: &mut Known) {
    let keys: Vec<ObjectKey> = known.plan.targets().to_vec();
    for (target, key) in keys.iter().enumerate() {
        known.see(target, &Seen::Present { uid: key.uid.clone(), version: "1".into(), terminating: None });
    }
    known.keep_in(super::Keeping::For { days: 30, is_lasting: true, problem: None });
    let clusters: Vec<ClusterId> = known.plan.clusters().keys().cloned().collect();
    for cluster in clusters {
        while let Some(wanted) = known.take_wanted(&cluster) {
            known.answer(wanted.target, secateur_domain::rehearsal::Rehearsal::Accepted, 1_000);
        }
        known.surveyed(&cluster, super::taken::Surveyed::default());
        known.access(&cluster, Vec::new());
    }
}
