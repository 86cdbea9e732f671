//! `jobs` and `resume`: what earlier runs did, and what they left.

use std::{collections::BTreeMap, sync::mpsc};

use secateur_engine::{Backend, Event, HistoryJob, HistoryQuery};
use serde_json::{Value, json};

use crate::{
    args::Follow,
    commands::{Lock, open, texts, writable},
    follow::Followed,
    output::{self, Stopped},
    receipts,
    table::aligned,
};

/// Prints every job in the journal, newest first.
pub(crate) async fn print(backend: &Backend, is_json: bool) -> Result<u8, Stopped> {
    let all = HistoryQuery { limit: Some(u32::MAX), ..HistoryQuery::default() };
    let history = backend.history(all).await?;
    if let Some(problem) = &history.problem {
        output::remark(problem);
    }
    if is_json {
        history.jobs.iter().try_for_each(|job| output::json(&job_json(job)))?;
        return Ok(0);
    }
    let mut rows = vec![texts(&["ID", "DAY", "TIME", "STATE", "SUBJECT", "OUTCOME"])];
    rows.extend(
        history
            .jobs
            .iter()
            .map(|job| texts(&[&job.job, &job.day, &job.time, state(job), &job.subject, &job.outcome])),
    );
    output::text(&aligned(&rows))?;
    Ok(0)
}

fn state(job: &HistoryJob) -> &'static str {
    if job.is_interrupted { "interrupted" } else { "finished" }
}

fn job_json(job: &HistoryJob) -> Value {
    let outcomes: BTreeMap<&str, u32> =
        job.outcomes.iter().map(|counted| (counted.outcome.as_str(), counted.count)).collect();
    let clusters = job
        .clusters
        .iter()
        .map(|cluster| json!({ "cluster": cluster.cluster, "context": cluster.name, "tier": cluster.tier }));
    json!({
        "id": job.job, "created": job.created, "finished": job.finished, "state": state(job),
        "subject": job.subject, "total": job.total, "outcomes": outcomes,
        "clusters": clusters.collect::<Vec<_>>(),
    })
}

/// Goes on with a job that was interrupted, and follows it.
pub(crate) async fn resume(
    backend: &Backend,
    events: &mpsc::Receiver<Event>,
    job: &str,
    follow: Follow,
    lock: Lock,
) -> Result<u8, Stopped> {
    let known = backend.jobs().into_iter().find(|known| known.job == job).ok_or_else(|| {
        Stopped::Unusable(format!("no interrupted job has the id {job}; jobs prints what there is"))
    })?;
    for lane in &known.lanes {
        let opened = open(backend, &lane.cluster, lock).await?;
        writable(&opened.name, opened.is_locked)?;
    }
    let targets = receipts::of_job(backend, job).await?;
    let outcomes = targets.iter().map(|target| (target.object.key().identity(), target.outcome.clone()));
    let followed = Followed::new(job.to_owned(), outcomes.collect(), follow);
    backend.resume_job(job).await?;
    followed.until_its_end(backend, events).await
}
