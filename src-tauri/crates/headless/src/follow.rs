//! A job that is followed: one JSON object a line for each change of a target, and a last line with the totals.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::mpsc,
    time::{Duration, Instant},
};

use secateur_domain::{
    ids::{Identity, ObjectKey},
    outcome::{Outcome, WaitsFor},
};
use secateur_engine::{Backend, Event, HistoryQuery, JobSummary};
use serde_json::{Value, json};

use crate::{
    args::Follow,
    output::{self, Stopped},
};

/// How often waiting looks up.
const TICK: Duration = Duration::from_millis(20);

/// By then the journal holds a job's end, or cannot.
const WRITTEN_BY: Duration = Duration::from_secs(5);

/// A job and what is known of its targets.
pub(crate) struct Followed {
    job: String,
    outcomes: HashMap<Identity, Outcome>,
    follow: Follow,
    /// What was said of its lanes.
    said: BTreeSet<String>,
}

impl Followed {
    /// A job whose targets stand so.
    pub(crate) fn new(job: String, outcomes: HashMap<Identity, Outcome>, follow: Follow) -> Self {
        Self { job, outcomes, follow, said: BTreeSet::new() }
    }

    /// Tells every change until nothing more is waited for, or time is up; gives the exit status.
    pub(crate) async fn until_its_end(
        mut self,
        backend: &Backend,
        events: &mpsc::Receiver<Event>,
    ) -> Result<u8, Stopped> {
        let until = Instant::now() + Duration::from_secs(self.follow.timeout);
        while !self.is_over() && Instant::now() < until {
            match events.try_recv() {
                Ok(Event::TargetChanged { job, key, outcome, audit_id, warnings }) if job == self.job => {
                    output::warn(&warnings);
                    self.take(&key, outcome, audit_id.as_deref())?;
                }
                Ok(Event::JobChanged(job)) if job.job == self.job => self.remark(&job),
                Ok(_) => {}
                Err(mpsc::TryRecvError::Empty) => tokio::time::sleep(TICK).await,
                Err(mpsc::TryRecvError::Disconnected) => break,
            }
        }
        let is_written = Instant::now() + WRITTEN_BY;
        while self.outcomes.values().all(Outcome::is_final)
            && !self.is_finished(backend).await?
            && Instant::now() < is_written
        {
            tokio::time::sleep(TICK).await;
        }
        self.end()
    }

    /// Whether the journal says that the job came to its end: one that is left before would be called interrupted.
    async fn is_finished(&self, backend: &Backend) -> Result<bool, Stopped> {
        let own = HistoryQuery { job: Some(self.job.clone()), ..HistoryQuery::default() };
        let history = backend.history(own).await?;
        Ok(history.jobs.iter().any(|job| job.finished.is_some()))
    }

    /// Says once why a lane does not go on.
    fn remark(&mut self, job: &JobSummary) {
        for lane in &job.lanes {
            if let Some(problem) = &lane.problem
                && self.said.insert(format!("{}: {problem}", lane.name))
            {
                output::remark(&format!("{}: {problem}", lane.name));
            }
        }
    }

    fn take(&mut self, key: &ObjectKey, outcome: Outcome, audit_id: Option<&str>) -> Result<(), Stopped> {
        let mut line = target_json(key);
        // The outcome's own fields stand beside the target's: `outcome`, `waits_for`, `message`, …
        let told = serde_json::to_value(self.told(&outcome))
            .map_err(|error| Stopped::Unusable(error.to_string()))?;
        if let (Value::Object(line), Value::Object(told)) = (&mut line, told) {
            line.extend(told);
            line.insert("auditId".into(), json!(audit_id));
        }
        self.outcomes.insert(key.identity(), outcome);
        output::json(&line)
    }

    /// Whether nothing more is waited for.
    fn is_over(&self) -> bool {
        self.outcomes.values().all(|outcome| outcome.is_final() || self.is_enough(outcome))
    }

    /// Whether an accepted object is all that is asked for.
    fn is_enough(&self, outcome: &Outcome) -> bool {
        self.follow.no_wait && matches!(outcome, Outcome::Accepted | Outcome::Terminating { .. })
    }

    /// Prints the totals; gives the exit status.
    fn end(&self) -> Result<u8, Stopped> {
        let mut totals: BTreeMap<String, usize> = BTreeMap::new();
        for outcome in self.outcomes.values() {
            let told = serde_json::to_value(self.told(outcome)).unwrap_or_default();
            let word = told.get("outcome").and_then(Value::as_str).unwrap_or_default().to_owned();
            *totals.entry(word).or_default() += 1;
        }
        output::json(&json!({ "total": self.outcomes.len(), "totals": totals }))?;
        let is_done = |outcome: &Outcome| outcome.is_gone() || self.is_enough(outcome);
        Ok(u8::from(!self.outcomes.values().all(is_done)))
    }

    /// With `--no-wait` an accepted target is called terminating.
    fn told(&self, outcome: &Outcome) -> Outcome {
        match outcome {
            Outcome::Accepted if self.follow.no_wait => {
                Outcome::Terminating { waits_for: WaitsFor::default() }
            }
            other => other.clone(),
        }
    }
}

/// A target as every line names it.
pub(crate) fn target_json(key: &ObjectKey) -> Value {
    json!({
        "cluster": key.cluster, "kind": key.kind.name, "resource": key.kind.resource(),
        "namespace": key.namespace, "name": key.name, "uid": key.uid,
    })
}
