//! From chosen objects to a job: plan, proof, journal, execution.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey},
    kind::Kind,
    plan::{DeleteOptions, Plan, PlannedCluster, Proof},
};
use secateur_store::{CopyPlanned, JobCluster, JobRecord, ObjectRecord, TargetRecord};

use super::{Backend, blocking, lock, new_id};
use crate::{
    failure::EngineError,
    job::{Job, JobSummary, PlannedJob, Which},
    plans::{Keeping, OpenPlan, PlanContext, PlanForm, PlanSummary},
    session::{Session, SignedIn},
};

/// Which of the marked objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkedPart {
    /// All of them: where practice clusters and real ones are among theirs, they have no plan together.
    All,
    /// Those in practice clusters.
    Practice,
    /// Those in real ones.
    Real,
}

/// What a plan is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanOf {
    /// The marked objects.
    Marked(MarkedPart),
    /// One row of a view.
    Row {
        /// The view.
        view: String,
        /// The row.
        row: Identity,
    },
    /// These objects, which a command line named.
    Keys(Vec<ObjectKey>),
    /// What a job could not delete and is still there.
    Failed(String),
    /// What an interrupted or stopped job has not deleted.
    Left(String),
}

impl Backend {
    /// Freezes the chosen objects and begins to work the plan out: what is found is told, until the plan is discarded
    /// or confirmed. Sends nothing that changes anything.
    pub async fn create_plan(&self, of: PlanOf, options: DeleteOptions) -> Result<PlanSummary, EngineError> {
        let keys = match of {
            PlanOf::Marked(part) => self.marked(part),
            PlanOf::Row { view, row } => vec![self.row_key(&view, &row)?],
            PlanOf::Keys(keys) => keys,
            PlanOf::Failed(job) => self.keys_of_job(&job, Which::Failed).await?,
            PlanOf::Left(job) => self.keys_of_job(&job, Which::Left).await?,
        };
        let mut clusters = BTreeMap::new();
        let mut sessions: HashMap<ClusterId, Arc<Session>> = HashMap::new();
        let mut served = HashMap::new();
        for key in &keys {
            if !sessions.contains_key(&key.cluster) {
                let session = self.session(&key.cluster)?;
                let signed_in = session.discovered().await?;
                let summary = session.summary();
                let planned = PlannedCluster {
                    name: summary.name,
                    fingerprint: signed_in.fingerprint.clone(),
                    tier: summary.care.tier,
                    is_insecure: summary.is_insecure,
                };
                clusters.insert(key.cluster.clone(), planned);
                served.insert(key.cluster.clone(), signed_in);
                sessions.insert(key.cluster.clone(), session);
            }
        }
        let plan = Plan::freeze(as_served(keys, &served), &clusters, options)?;
        let id = new_id();
        let context = PlanContext {
            sessions,
            keeping: Box::pin(self.keeping()),
            clock: Arc::clone(&self.inner.clock),
            events: Arc::clone(&self.inner.events),
            tasks: self.inner.tasks.clone(),
            stop: self.child(),
        };
        let open = OpenPlan::open(id.clone(), plan, context);
        let summary = open.summary();
        lock(&self.inner.plans).insert(id, open);
        Ok(summary)
    }

    /// Waits until a plan is worked out, for those who show nothing meanwhile. It ends with the plan, and with the
    /// session of a cluster of the plan.
    pub async fn worked_out(&self, plan: &str) -> Result<PlanSummary, EngineError> {
        let (mut readiness, sessions) = {
            let open = self.plan(plan)?;
            (open.readiness(), open.sessions().values().map(Arc::clone).collect::<Vec<_>>())
        };
        let ended = sessions.iter().map(|session| Box::pin(ended(session)));
        tokio::select! {
            ready = readiness.wait_for(|is_ready| *is_ready) => drop(ready),
            (error, ..) = futures::future::select_all(ended) => return Err(error),
        }
        Ok(self.plan(plan)?.summary())
    }

    /// A plan in a form to take along.
    pub fn export_plan(&self, plan: &str, form: PlanForm) -> Result<String, EngineError> {
        self.plan(plan)?.export(form)
    }

    /// Forgets a plan; forgetting one that is not open does nothing.
    pub fn discard_plan(&self, plan: &str) {
        lock(&self.inner.plans).remove(plan);
    }

    /// Checks the proof, journals the intent and starts the job. A plan becomes one job at most, however often it
    /// is confirmed.
    pub async fn confirm_plan(&self, plan: &str, proof: &Proof) -> Result<JobSummary, EngineError> {
        let not_open = || EngineError::NotOpen { what: "plan", id: plan.to_owned() };
        let open = lock(&self.inner.plans).remove(plan).ok_or_else(not_open)?;
        let planned = match self.still_there(&open).and_then(|()| open.confirm(proof)) {
            Ok(planned) => planned,
            Err(error) => {
                lock(&self.inner.plans).insert(plan.to_owned(), open);
                return Err(error);
            }
        };
        let id = new_id();
        let record = self.record(&id, &planned);
        let context = match self.job_context(open.sessions().clone()).await {
            Ok(context) => context,
            Err(error) => {
                lock(&self.inner.plans).insert(plan.to_owned(), open);
                return Err(error);
            }
        };
        let journal = context.journal.clone();
        let begun = blocking(move || journal.begin_job(&record)).await?;
        if let Err(error) = begun {
            lock(&self.inner.plans).insert(plan.to_owned(), open);
            return Err(EngineError::Storage(Arc::new(error)));
        }
        Ok(self.start_job(id, planned, context))
    }

    /// Whether a plan's contexts are still those that it was made with. A job on a context that was taken away would
    /// wait for somebody to sign in who cannot.
    fn still_there(&self, plan: &OpenPlan) -> Result<(), EngineError> {
        let known = lock(&self.inner.catalogue);
        for (cluster, session) in plan.sessions() {
            if !known.sessions.get(cluster).is_some_and(|now| Arc::ptr_eq(now, session)) {
                let name = session.name();
                return Err(EngineError::PlanChanged(format!(
                    "{name} is no longer what it was in the kubeconfig"
                )));
            }
        }
        Ok(())
    }

    /// The trash, as far as a plan has to speak of it.
    fn keeping(&self) -> impl Future<Output = Keeping> + Send + 'static {
        let stores = self.stores();
        let days = self.settings().trash_days;
        async move {
            let look = move || {
                let stores = stores?;
                let trash = stores.trash()?;
                let problem = trash.problem().map(str::to_owned);
                Ok(Keeping::For { days, is_lasting: trash.is_lasting(), problem })
            };
            let looked: Result<Keeping, EngineError> = blocking(look).await.flatten();
            match looked {
                Ok(keeping) => keeping,
                Err(EngineError::Storage(error)) => Keeping::Nothing { why: error.to_string() },
                // A backend that keeps nothing on disk plans for one that does: it can delete nothing itself.
                Err(_) => Keeping::For { days, is_lasting: true, problem: None },
            }
        }
    }

    pub(super) fn plan(&self, id: &str) -> Result<Arc<OpenPlan>, EngineError> {
        let not_open = || EngineError::NotOpen { what: "plan", id: id.to_owned() };
        lock(&self.inner.plans).get(id).map(Arc::clone).ok_or_else(not_open)
    }

    pub(super) fn job(&self, id: &str) -> Result<Arc<Job>, EngineError> {
        let not_open = || EngineError::NotOpen { what: "job", id: id.to_owned() };
        let is_it = |job: &&Arc<Job>| job.summaries.borrow().job == id;
        lock(&self.inner.jobs).iter().find(is_it).map(Arc::clone).ok_or_else(not_open)
    }

    fn record(&self, id: &str, planned: &PlannedJob) -> JobRecord {
        let plan = planned.confirmed.plan();
        JobRecord {
            job: id.to_owned(),
            digest: plan.digest().to_string(),
            options: plan.options(),
            agreed: planned.confirmed.agreed().clone(),
            created: self.inner.clock.now_ms().cast_signed(),
            clusters: plan
                .order()
                .into_iter()
                .filter_map(|cluster| {
                    let found = plan.clusters().get(&cluster)?;
                    Some(JobCluster {
                        name: found.name.clone(),
                        fingerprint: found.fingerprint.clone(),
                        tier: found.tier,
                        user: self.session(&cluster).ok().and_then(|session| session.summary().user),
                        server: found.fingerprint.server.clone(),
                        cluster,
                    })
                })
                .collect(),
            targets: plan
                .targets()
                .iter()
                .enumerate()
                .map(|(target, key)| target_record(planned, target, key))
                .collect(),
        }
    }
}

/// The keys, each with its kind as its cluster itself says that it serves it: a row may be of a list that was opened by
/// what was remembered. What is served no longer stays as it is, and there is nothing of it to be deleted.
fn as_served(keys: Vec<ObjectKey>, served: &HashMap<ClusterId, SignedIn>) -> Vec<ObjectKey> {
    // The rows of a list share their kind, so there are few.
    let mut known: Vec<(ClusterId, Arc<Kind>, Arc<Kind>)> = Vec::new();
    let mut own = |key: &ObjectKey| {
        let is_it = |(cluster, kind, _): &&(ClusterId, Arc<Kind>, Arc<Kind>)| {
            Arc::ptr_eq(kind, &key.kind) && *cluster == key.cluster
        };
        if let Some((_, _, own)) = known.iter().find(is_it) {
            return Arc::clone(own);
        }
        let Kind { group, version, plural, .. } = key.kind.as_ref();
        let found = served.get(&key.cluster).and_then(|signed_in| signed_in.served(group, version, plural));
        let own = Arc::clone(found.unwrap_or(&key.kind));
        known.push((key.cluster.clone(), Arc::clone(&key.kind), Arc::clone(&own)));
        own
    };
    keys.into_iter().map(|key| ObjectKey { kind: own(&key), ..key }).collect()
}

/// Waits until a cluster is signed out of; gives the words for it.
async fn ended(session: &Session) -> EngineError {
    let mut changes = session.changes();
    loop {
        changes.mark_unchanged();
        if let Err(error) = session.signed_in() {
            return error;
        }
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn target_record(planned: &PlannedJob, target: usize, key: &ObjectKey) -> TargetRecord {
    let (rehearsal, rehearsed_at) = planned.rehearsals.get(target).cloned().unwrap_or_default();
    let copy = match planned.uncopied.get(&target) {
        Some(why) => CopyPlanned::NotAllowed { why: why.clone() },
        None => CopyPlanned::Kept,
    };
    TargetRecord {
        object: key.into(),
        resource_version: planned.confirmed.plan().version(key).map(str::to_owned),
        rehearsal,
        rehearsed_at,
        copy,
        dependants: planned.taken.get(target).copied().unwrap_or_default(),
        copied_with: planned.dependants.get(&target).into_iter().flatten().map(ObjectRecord::from).collect(),
        level: planned.levels.get(target).copied().unwrap_or_default(),
    }
}
