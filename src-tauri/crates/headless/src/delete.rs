//! `delete`: the plan made again, its proof compared, the job followed line by line.

use std::sync::mpsc;

use secateur_domain::{
    outcome::Outcome,
    plan::{PlanDigest, Proof},
};
use secateur_engine::{Backend, Event};

use crate::{
    args::{Follow, Objects},
    commands::{Lock, open, writable},
    follow::Followed,
    output::{self, Stopped},
    plan,
};

/// What `delete` was given.
pub(crate) struct Request {
    pub(crate) objects: Objects,
    pub(crate) follow: Follow,
    pub(crate) lock: Lock,
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
    let cluster = backend.cluster_named(&request.objects.cluster.context)?;
    let opened = open(backend, &cluster, request.lock).await?;
    writable(&opened.name, opened.is_locked)?;
    let made =
        plan::make(backend, &request.objects, request.follow, request.lock).await.map_err(|stopped| {
            match stopped {
                // What was planned is not there: the plan is no longer what it was.
                Stopped::NotAll(message) => not_proven(message),
                other => other,
            }
        })?;
    let digest = PlanDigest::from_text(proof);
    let job = backend.confirm_plan(&made.plan.plan, &Proof::Digest(digest)).await?;
    let outcomes = made.keys.iter().map(|key| (key.identity(), Outcome::Waiting)).collect();
    let status = Followed::new(job.job, outcomes, request.follow).until_its_end(backend, events).await;
    // Whoever only uses the command line has no window that throws away what is too old.
    if let Err(error) = backend.retain().await {
        output::remark(&error.to_string());
    }
    status
}
