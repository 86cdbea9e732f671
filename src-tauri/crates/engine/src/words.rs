//! Sentences about targets and jobs. What did not happen comes first; a server's words are quoted, never rewritten.

use jiff::{Timestamp, tz::TimeZone};
use secateur_domain::{
    ids::{ObjectKey, ResourceName},
    outcome::{Outcome, Seen, WaitsFor},
    risk::count,
};

/// Characters of what a server warned of, where it is kept for one object.
const WARNED: usize = 600;

/// A time of day by the local clock, as `14:03:12`.
pub(crate) fn time_of_day(ms: u64) -> String {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .map(|time| time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string())
        .unwrap_or_default()
}

/// A time of day with milliseconds.
pub(crate) fn moment(ms: i64) -> String {
    let at = Timestamp::from_millisecond(ms).ok();
    at.map(|at| at.to_zoned(TimeZone::system()).strftime("%H:%M:%S%.3f").to_string()).unwrap_or_default()
}

/// Host and port of a server's URL.
pub(crate) fn host(server: &str) -> &str {
    server.split_once("://").map_or(server, |(_, host)| host)
}

/// "`ConfigMap` a in ns, garden".
pub(crate) fn full_name(key: &ObjectKey, cluster_name: &str) -> String {
    format!("{key}{}{cluster_name}", if key.namespace.is_some() { ", " } else { " in " })
}

/// What a target set out for: "`ConfigMap` a", "14 Jobs", "9 objects".
pub(crate) fn subject(targets: &[ObjectKey]) -> String {
    match targets {
        [only] => format!("{} {}", only.kind.name, only.name),
        many => {
            let first = many.first().map(|key| key.kind.name.as_str()).unwrap_or_default();
            amount(many.len(), many.iter().all(|key| key.kind.name == first).then_some(first))
        }
    }
}

/// "14 Jobs", or "9 objects" where they are of several kinds.
pub(crate) fn amount(number: usize, kind: Option<&str>) -> String {
    format!("{} {}", count(number), kind.map_or_else(|| "objects".to_owned(), plural))
}

/// A server's sentence in quotation marks, with a full stop.
pub(crate) fn quoted(message: &str) -> String {
    format!("\u{201c}{}\u{201d}.", message.trim().trim_end_matches('.'))
}

/// At most so many characters, and a sign where some are missing.
pub(crate) fn shortened(text: &str, at_most: usize) -> String {
    if text.chars().count() <= at_most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(at_most.saturating_sub(1)).collect();
    format!("{kept}\u{2026}")
}

/// What a server warned of, in its words; nothing where it did not.
pub(crate) fn warned(warnings: &[String]) -> Option<String> {
    let words: Vec<String> = warnings.iter().map(|warning| quoted(warning)).collect();
    let all = shortened(&words.join(" "), WARNED);
    (!warnings.is_empty()).then(|| format!("The server warns: {all}"))
}

/// The plural of a kind's name, as people write it.
pub(crate) fn plural(kind: &str) -> String {
    match kind {
        "Endpoints" => kind.to_owned(),
        _ if kind.ends_with(['s', 'x']) || kind.ends_with("ch") => format!("{kind}es"),
        _ if kind.ends_with('y') && !kind.ends_with("ay") && !kind.ends_with("ey") => {
            format!("{}ies", &kind.get(..kind.len() - 1).unwrap_or_default())
        }
        _ => format!("{kind}s"),
    }
}

/// The one sentence about a target.
pub(crate) fn sentence(
    key: &ObjectKey,
    cluster_name: &str,
    outcome: &Outcome,
    since_ms: u64,
    user: &str,
) -> String {
    let whole = full_name(key, cluster_name);
    match outcome {
        Outcome::Waiting => "Waiting for its turn.".to_owned(),
        Outcome::Requested => "The DELETE is on its way.".to_owned(),
        Outcome::Accepted => "Accepted, not gone yet.".to_owned(),
        Outcome::Gone { successor: None } => format!("{whole} is gone. Confirmed {}.", time_of_day(since_ms)),
        Outcome::Gone { successor: Some(uid) } => {
            format!("Gone, and recreated as {} with another UID, {uid}.", key.name)
        }
        Outcome::AlreadyGone => "Was already gone when the DELETE arrived.".to_owned(),
        Outcome::Replaced { .. } => {
            format!("Not touched. {whole} was deleted by someone else; a namesake with another UID lives.")
        }
        Outcome::Terminating { waits_for } => waiting(waits_for, since_ms),
        Outcome::Refused { status, message, .. } => refusal(key, cluster_name, *status, message, user),
        // An answer came, and was about something else.
        Outcome::Unknown { cause } if cause.starts_with("unexpected answer") => format!("Unknown: {cause}."),
        Outcome::Unknown { cause } => {
            format!("Unknown: no answer to the DELETE ({cause}). Being checked by its UID.")
        }
        Outcome::NotSent { cause } => format!("Nothing was sent. {cause}"),
    }
}

fn waiting(waits_for: &WaitsFor, since_ms: u64) -> String {
    match (waits_for.finalizers.as_slice(), waits_for.grace_period_seconds) {
        ([], Some(seconds)) if seconds > 0 => format!("Accepted, not gone yet: {seconds} s grace period."),
        ([], _) => format!("Terminating since {}.", time_of_day(since_ms)),
        ([one], _) => format!("Terminating since {}, waits for finalizer {one}.", time_of_day(since_ms)),
        (many, _) => {
            format!("Terminating since {}, waits for finalizers {}.", time_of_day(since_ms), many.join(", "))
        }
    }
}

fn refusal(key: &ObjectKey, cluster_name: &str, status: u16, message: &str, user: &str) -> String {
    let what = format!("{} was not deleted.", full_name(key, cluster_name));
    // RBAC's own sentence begins so; policies and webhooks word theirs themselves.
    let is_rbac = status == 403 && message.contains("User \"") && message.contains("cannot delete resource");
    if is_rbac && !user.is_empty() {
        let place = key.namespace.as_ref().map_or("", ResourceName::as_str);
        let there = if place.is_empty() { String::new() } else { " there".to_owned() };
        return format!(
            "{what} {user} may not delete {}{there}. The server says: {message}",
            key.kind.plural
        );
    }
    format!("{what} The server says ({status}): {message}")
}

/// An outcome's word as people read it, by [`Outcome::word`].
pub(crate) fn of_outcome(word: &str) -> &str {
    match word {
        "alreadyGone" => "already gone",
        "notSent" => "not sent",
        other => other,
    }
}

/// How long something took: "0.4 s", "12 s", "1 min 34 s".
pub(crate) fn took(ms: i64) -> String {
    match ms.max(0) {
        ..100 => "less than 0.1 s".to_owned(),
        ms @ ..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms @ ..60_000 => format!("{} s", ms / 1_000),
        ms @ ..3_600_000 => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
        ms => format!("{} h {} min", ms / 3_600_000, ms % 3_600_000 / 60_000),
    }
}

/// What a look at a name found.
pub(crate) fn seen(key: &ObjectKey, seen: &Seen) -> String {
    match seen {
        Seen::Absent => format!("{key} is gone"),
        Seen::Present { uid, .. } if *uid != key.uid => {
            format!("{key} is gone; another with UID {uid} has its name")
        }
        Seen::Present { terminating: Some(waits_for), .. } if !waits_for.finalizers.is_empty() => {
            format!("{key} is terminating, waits for {}", waits_for.finalizers.join(", "))
        }
        Seen::Present { terminating: Some(_), .. } => format!("{key} is terminating"),
        Seen::Present { .. } => format!("{key} is there"),
    }
}

#[cfg(test)]
mod tests {
    use super::took;

    fn check(ms: i64, expected: &str) {
        assert_eq!(took(ms), expected);
    }

    #[test]
    fn how_long_it_took_is_said_as_exactly_as_it_matters() {
        check(-1, "less than 0.1 s");
        check(99, "less than 0.1 s");
        check(4_123, "4.1 s");
        check(12_900, "12 s");
        check(94_000, "1 min 34 s");
        check(3_720_000, "1 h 2 min");
    }
}
