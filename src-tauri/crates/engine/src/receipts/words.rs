//! What the journal and the trash hold of a deletion, in words.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use secateur_domain::{
    fingerprint::Fingerprint,
    outcome::Outcome,
    plan::{Agreed, DeleteOptions, Order},
    practice::is_practice,
    rehearsal::Rehearsal,
    risk::count,
};
use secateur_store::{
    CopyPlanned, CopyRole, CopyRow, JobCluster, JobRow, OutcomeCount, OutcomeRecord, TargetRow,
};

use super::{CopyState, Happened, HistoryCluster, HistoryJob, Receipt};
use crate::{restore::ReceiptRef, words};

/// A job as the history shows it. `now` is in milliseconds of the local clock.
pub(crate) fn history_job(job: &JobRow, kinds: &[(String, u32)], only: Option<&str>, now: i64) -> HistoryJob {
    let (today, at) = (civil(now), Timestamp::from_millisecond(job.created).ok());
    let time = at.map(|at| at.to_zoned(TimeZone::system()).strftime("%H:%M").to_string());
    HistoryJob {
        job: job.job.clone(),
        day: day(civil(job.created), today),
        time: time.unwrap_or_default(),
        subject: subject(job, kinds, only),
        outcome: outcome(job),
        clusters: job.clusters.iter().map(cluster).collect(),
        total: job.total(),
        matching: job.matching,
        is_interrupted: job.finished.is_none(),
        is_running: false,
        created: job.created,
        finished: job.finished,
        outcomes: job.outcomes.clone(),
    }
}

/// A target as a receipt.
pub(crate) fn receipt(
    reference: ReceiptRef,
    job: &JobRow,
    target: &TargetRow,
    events: &[OutcomeRecord],
    copies: &[CopyRow],
) -> Option<Receipt> {
    let then = job.clusters.iter().find(|cluster| cluster.cluster == target.target.object.cluster)?;
    let (copy, copy_words) = copy(target, copies);
    Some(Receipt {
        receipt: reference,
        object: target.target.object.clone(),
        outcome: target.latest.outcome.clone(),
        words: settled_words(&target.latest),
        cluster: cluster(then),
        by: then.user.clone(),
        server: words::host(&then.server).to_owned(),
        fingerprint: fingerprint(&then.fingerprint),
        fingerprint_digest: then.fingerprint.digest(),
        options: options(job.options),
        agreed: agreed(job.agreed.as_ref()),
        happened: happened(job, target, events, copies),
        rehearsal: target.target.rehearsal.clone(),
        status: events.iter().rev().find_map(|event| event.status),
        audit_id: target.latest.audit_id.clone(),
        copy,
        copy_words,
        copies: copies.iter().filter(|copy| copy.is_readable).count(),
    })
}

/// "Background, grace as the object says, only if unchanged".
pub(crate) fn options(options: DeleteOptions) -> String {
    let mut parts = vec![options.propagation.as_str().to_owned()];
    parts.push(match options.grace_period_seconds {
        None => "grace as the object says".to_owned(),
        Some(0) => "no grace period".to_owned(),
        Some(seconds) => format!("{seconds} s grace period"),
    });
    if options.only_if_unchanged {
        parts.push("only if unchanged".to_owned());
    }
    match options.order {
        Order::Together => {}
        Order::Staged => parts.push("one cluster after the other".to_owned()),
        Order::StagedUntilFailure => {
            parts.push("one cluster after the other, until the first failure".to_owned());
        }
    }
    parts.join(", ")
}

fn cluster(then: &JobCluster) -> HistoryCluster {
    HistoryCluster {
        cluster: then.cluster.clone(),
        name: then.name.clone(),
        tier: then.tier,
        is_practice: is_practice(&then.server),
    }
}

fn civil(ms: i64) -> Option<Date> {
    Some(Timestamp::from_millisecond(ms).ok()?.to_zoned(TimeZone::system()).date())
}

fn day(day: Option<Date>, today: Option<Date>) -> String {
    let (Some(day), Some(today)) = (day, today) else { return String::new() };
    if day == today {
        return "Today".to_owned();
    }
    if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        return "Yesterday".to_owned();
    }
    day.strftime("%A, %-d %B %Y").to_string()
}

fn subject(job: &JobRow, kinds: &[(String, u32)], only: Option<&str>) -> String {
    let what = match (kinds, only) {
        ([(kind, 1)], Some(name)) => format!("{kind} {name}"),
        ([(kind, many)], _) => words::amount(*many as usize, Some(kind)),
        _ => words::amount(job.total() as usize, None),
    };
    match job.clusters.as_slice() {
        [only] => format!("{what} in {}", only.name),
        many => format!("{what} in {} clusters", many.len()),
    }
}

/// "5 gone, 3 recreated. Took 1 min 34 s."
fn outcome(job: &JobRow) -> String {
    let part = |counted: &OutcomeCount| {
        let word = words::of_outcome(&counted.outcome);
        format!("{} {word}", count(counted.count as usize))
    };
    let parts: Vec<String> = job.outcomes.iter().map(part).collect();
    let parts = parts.join(", ");
    match job.finished {
        Some(finished) => format!("{parts}. Took {}.", words::took(finished.saturating_sub(job.created))),
        None => format!("{parts}."),
    }
}

fn settled_words(latest: &OutcomeRecord) -> String {
    let at = words::time_of_day(u64::try_from(latest.at).unwrap_or_default());
    match &latest.outcome {
        Outcome::Gone { successor: None } => format!("confirmed at {at}"),
        Outcome::Gone { successor: Some(uid) } => {
            format!("and another with UID {uid} has its name, seen at {at}")
        }
        Outcome::AlreadyGone => format!("when the DELETE arrived at {at}"),
        Outcome::Replaced { .. } => "a namesake with another UID lives and was not touched".to_owned(),
        Outcome::Terminating { waits_for } if !waits_for.finalizers.is_empty() => {
            format!("since {at}, waits for {}", waits_for.finalizers.join(", "))
        }
        Outcome::Refused { message, .. } => message.clone(),
        Outcome::Unknown { cause } | Outcome::NotSent { cause } => cause.clone(),
        _ => format!("since {at}"),
    }
}

/// "CA 4f9a17…e0c1, kube-system 0d7c8a1e-33f2-…".
fn fingerprint(fingerprint: &Fingerprint) -> String {
    let short = |text: &str| match (text.get(..8), text.len().checked_sub(4).and_then(|end| text.get(end..)))
    {
        (Some(start), Some(end)) if text.len() > 16 => format!("{start}…{end}"),
        _ => text.to_owned(),
    };
    let ca = match fingerprint.ca_hash.as_str() {
        "" => "no CA of its own".to_owned(),
        hash => format!("CA {}", short(hash)),
    };
    match &fingerprint.namespace_uid {
        Some(uid) => format!("{ca}, {} {uid}", fingerprint.namespace),
        None => ca,
    }
}

fn agreed(agreed: Option<&Agreed>) -> String {
    match agreed {
        Some(Agreed::Click) => "a click".to_owned(),
        Some(Agreed::Hold) => "holding Delete".to_owned(),
        Some(Agreed::Typed(word)) => format!("typing {word}"),
        Some(Agreed::Digest) => "the plan's proof on a command line".to_owned(),
        None => "not known: an earlier Secateur wrote this".to_owned(),
    }
}

fn copy(target: &TargetRow, copies: &[CopyRow]) -> (CopyState, String) {
    let own = copies.iter().find(|copy| copy.role == CopyRole::Target);
    let along = copies.iter().filter(|copy| copy.role == CopyRole::Dependant).count();
    let with = match along {
        0 => String::new(),
        1 => " 1 object that went with it was copied too.".to_owned(),
        many => format!(" {} objects that went with it were copied too.", count(many)),
    };
    match own {
        Some(copy) if copy.is_readable => {
            (CopyState::Kept, format!("The copy in the trash can be created again. It gets a new UID.{with}"))
        }
        Some(_) => (
            CopyState::Unreadable,
            "Its copy is in the trash, and the key that it was written with is not here.".to_owned(),
        ),
        None => match why_not(&target.target.copy) {
            Some(why) => (CopyState::None, format!("No copy was taken: {why}.")),
            None if matches!(target.latest.outcome, Outcome::Waiting | Outcome::NotSent { .. }) => {
                (CopyState::None, "No copy was taken: nothing was sent.".to_owned())
            }
            None => (CopyState::Thrown, "Its copy is no longer in the trash.".to_owned()),
        },
    }
}

fn why_not(planned: &CopyPlanned) -> Option<&str> {
    match planned {
        CopyPlanned::Kept => None,
        CopyPlanned::NotAllowed { why } | CopyPlanned::NotKept { why } => Some(why),
    }
}

fn happened(job: &JobRow, target: &TargetRow, events: &[OutcomeRecord], copies: &[CopyRow]) -> Vec<Happened> {
    let mut steps: Vec<(i64, String)> = Vec::new();
    if let Some(at) = target.target.rehearsed_at {
        let text = match &target.target.rehearsal {
            Rehearsal::Accepted => "Rehearsed, accepted".to_owned(),
            Rehearsal::Refused { message, .. } => format!("Rehearsed, refused: {message}"),
            Rehearsal::CannotBe { why } => format!("Cannot be rehearsed: {why}"),
            Rehearsal::NoAnswer { cause } => format!("Rehearsed, no answer: {cause}"),
            Rehearsal::NotAsked { why } => format!("Not rehearsed: {why}"),
            Rehearsal::Asking => "Not rehearsed".to_owned(),
        };
        steps.push((at, text));
    }
    steps.push((job.created, "Intent in the journal".to_owned()));
    if let Some(copy) = copies.iter().find(|copy| copy.role == CopyRole::Target) {
        steps.push((copy.at, "Copy in the trash".to_owned()));
    }
    for event in events {
        steps.push((event.at, event_words(event)));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps.into_iter().map(|(ms, text)| Happened { at: words::moment(ms), ms, text }).collect()
}

fn event_words(event: &OutcomeRecord) -> String {
    match &event.note {
        // What came with an answer stands beside it.
        Some(note) if event.status.is_some() => format!("{}. {note}", outcome_words(event)),
        Some(note) => note.clone(),
        None => outcome_words(event),
    }
}

fn outcome_words(event: &OutcomeRecord) -> String {
    let status = event.status.map(|status| format!("{status}, ")).unwrap_or_default();
    match &event.outcome {
        Outcome::Waiting => "Waiting again".to_owned(),
        Outcome::Requested => "DELETE sent".to_owned(),
        Outcome::Accepted => format!("{status}accepted"),
        Outcome::Gone { successor: None } => "Gone".to_owned(),
        Outcome::Gone { successor: Some(uid) } => format!("Gone, and another with UID {uid} has its name"),
        Outcome::AlreadyGone => format!("{status}already gone"),
        Outcome::Replaced { .. } => format!("{status}a namesake lives and was not touched"),
        Outcome::Terminating { waits_for } if waits_for.finalizers.is_empty() => {
            format!("{status}terminating")
        }
        Outcome::Terminating { waits_for } => {
            format!("{status}terminating, waits for {}", waits_for.finalizers.join(", "))
        }
        Outcome::Refused { status, message, .. } => format!("{status}, refused: {message}"),
        Outcome::Unknown { cause } => format!("No answer: {cause}"),
        Outcome::NotSent { cause } => format!("Nothing was sent: {cause}"),
    }
}
