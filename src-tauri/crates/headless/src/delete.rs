//! `delete`: the plan made again, its proof compared, the job followed line by line.

use std::{
    collections::{BTreeMap, HashMap},
    sync::mpsc,
    time::{Duration, Instant},
};

use secateur_domain::{
    ids::{Identity, ObjectKey},
    outcome::Outcome,
    plan::{PlanDigest, Proof},
};
use secateur_engine::{Backend, Event};
use serde_json::{Value, json};

use crate::{
    args::Objects,
    commands::make_plan,
    output::{self, Stopped},
};

/// How often waiting looks up.
const TICK: Duration = Duration::from_millis(20);

/// What `delete` was given.
pub(crate) struct Request {
    pub(crate) objects: Objects,
    pub(crate) is_no_wait: bool,
    /// In seconds.
    pub(crate) timeout: u64,
    pub(crate) proof: Option<String>,
}

/// Deletes what the proof stands for.
pub(crate) async fn run(
    backend: &Backend,
    events: &mpsc::Receiver<Event>,
    request: Request,
) -> Result<u8, Stopped> {
    let not_proven = |why: String| Stopped::NotProven(format!("nothing was sent: {why}"));
    let Some(proof) = &request.proof else {
        return Err(not_proven("--confirm takes the proof that plan prints".into()));
    };
    let (keys, plan) = make_plan(backend, &request.objects).await.map_err(|stopped| match stopped {
        // What was planned is not there: the plan is no longer what it was.
        Stopped::NotAll(message) => not_proven(message),
        other => other,
    })?;
    let digest = PlanDigest::from_text(proof);
    let job = backend.confirm_plan(&plan.plan, &Proof::Digest(digest)).await?;
    let outcomes = keys.iter().map(|key| (key.identity(), Outcome::Waiting)).collect();
    let mut followed = Followed { outcomes };
    let until = Instant::now() + Duration::from_secs(request.timeout);
    while !followed.is_over(request.is_no_wait) && Instant::now() < until {
        match events.try_recv() {
            Ok(Event::TargetChanged { job: id, key, outcome, audit_id }) if id == job.job => {
                followed.take(&key, outcome, audit_id.as_deref(), request.is_no_wait)?;
            }
            Ok(_) => {}
            Err(mpsc::TryRecvError::Empty) => tokio::time::sleep(TICK).await,
            Err(mpsc::TryRecvError::Disconnected) => break,
        }
    }
    followed.end(request.is_no_wait)
}

/// A target as every line names it.
pub(crate) fn target_json(key: &ObjectKey) -> Value {
    json!({
        "cluster": key.cluster, "kind": key.kind.name, "resource": key.kind.resource(),
        "namespace": key.namespace, "name": key.name, "uid": key.uid,
    })
}

struct Followed {
    outcomes: HashMap<Identity, Outcome>,
}

impl Followed {
    fn take(
        &mut self,
        key: &ObjectKey,
        outcome: Outcome,
        audit_id: Option<&str>,
        is_no_wait: bool,
    ) -> Result<(), Stopped> {
        let mut line = target_json(key);
        // The outcome's own fields stand beside the target's: `outcome`, `waits_for`, `message`, …
        let told = serde_json::to_value(as_told(&outcome, is_no_wait))
            .map_err(|error| Stopped::Unusable(error.to_string()))?;
        if let (Value::Object(line), Value::Object(told)) = (&mut line, told) {
            line.extend(told);
            line.insert("auditId".into(), json!(audit_id));
        }
        self.outcomes.insert(key.identity(), outcome);
        output::json(&line)
    }

    /// Whether nothing more is waited for.
    fn is_over(&self, is_no_wait: bool) -> bool {
        self.outcomes.values().all(|outcome| {
            outcome.is_final()
                || is_no_wait && matches!(outcome, Outcome::Accepted | Outcome::Terminating { .. })
        })
    }

    /// Prints the totals; gives the exit status.
    fn end(&self, is_no_wait: bool) -> Result<u8, Stopped> {
        let mut totals: BTreeMap<String, usize> = BTreeMap::new();
        for outcome in self.outcomes.values() {
            let told = serde_json::to_value(as_told(outcome, is_no_wait)).unwrap_or_default();
            let word = told.get("outcome").and_then(Value::as_str).unwrap_or_default().to_owned();
            *totals.entry(word).or_default() += 1;
        }
        output::json(&json!({ "total": self.outcomes.len(), "totals": totals }))?;
        let is_done = |outcome: &Outcome| {
            outcome.is_gone()
                || is_no_wait && matches!(outcome, Outcome::Accepted | Outcome::Terminating { .. })
        };
        Ok(u8::from(!self.outcomes.values().all(is_done)))
    }
}

/// With `--no-wait` an accepted target is called terminating.
fn as_told(outcome: &Outcome, is_no_wait: bool) -> Outcome {
    match outcome {
        Outcome::Accepted if is_no_wait => {
            Outcome::Terminating { waits_for: secateur_domain::outcome::WaitsFor::default() }
        }
        other => other.clone(),
    }
}
