//! What a job is given: the confirmed plan, and what working it out found of each target.

use std::collections::{BTreeMap, BTreeSet};

use secateur_domain::{ids::ObjectKey, plan::ConfirmedPlan, rehearsal::Rehearsal};
use secateur_store::OutcomeRecord;

use super::AlreadyTerminating;

/// A confirmed plan with what is known of its targets. A target's number is its place in the plan that was confirmed,
/// which in the window is what was left of the plan that was frozen.
#[derive(Debug, Clone)]
pub(crate) struct PlannedJob {
    /// The plan with its proof.
    pub(crate) confirmed: ConfirmedPlan,
    /// Targets that are terminating already.
    pub(crate) waiting: AlreadyTerminating,
    /// A number for each target: lower ones are sent first, so an owner's is below those of what it owns.
    pub(crate) levels: Vec<u32>,
    /// What each rehearsal was answered, and when, in Unix milliseconds.
    pub(crate) rehearsals: Vec<(Rehearsal, Option<i64>)>,
    /// Targets of which no copy can be kept, and why; the plan has said so.
    pub(crate) uncopied: BTreeMap<usize, String>,
    /// How many objects go with each target.
    pub(crate) taken: Vec<u32>,
    /// What goes with a target and is copied too.
    pub(crate) dependants: BTreeMap<usize, Vec<ObjectKey>>,
    /// Where an earlier run of the job left targets: nothing is sent for these.
    pub(crate) so_far: BTreeMap<usize, OutcomeRecord>,
    /// Targets whose DELETE an earlier run may have sent, though they are there, untouched.
    pub(crate) doubtful: BTreeSet<usize>,
    /// Targets of which an earlier run has put a copy into the trash, and when, in Unix milliseconds.
    pub(crate) copied: BTreeMap<usize, u64>,
}

impl PlannedJob {
    /// A plan of which nothing more is known: one level, nothing rehearsed, everything copied, nothing goes with it.
    pub(crate) fn new(confirmed: ConfirmedPlan, waiting: AlreadyTerminating) -> Self {
        let count = confirmed.plan().targets().len();
        Self {
            confirmed,
            waiting,
            levels: vec![0; count],
            rehearsals: vec![(Rehearsal::default(), None); count],
            uncopied: BTreeMap::new(),
            taken: vec![0; count],
            dependants: BTreeMap::new(),
            so_far: BTreeMap::new(),
            doubtful: BTreeSet::new(),
            copied: BTreeMap::new(),
        }
    }
}
