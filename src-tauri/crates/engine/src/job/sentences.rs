//! What is said of a job and of each cluster's part of it. Counts come by outcome, the rest is `ui.md`'s words.

use secateur_domain::{outcome::Outcome, risk::count};

use super::words::{LaneState, LaneWait};

/// How many targets are where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) gone: usize,
    pub(super) already_gone: usize,
    pub(super) recreated: usize,
    pub(super) replaced: usize,
    pub(super) terminating: usize,
    pub(super) refused: usize,
    pub(super) unknown: usize,
    /// Requested, or accepted and not yet seen to be gone.
    pub(super) in_flight: usize,
    /// Not sent, and not going to be.
    pub(super) not_sent: usize,
    /// Not sent yet.
    pub(super) waiting: usize,
}

impl Counts {
    pub(super) fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Self {
        outcomes.into_iter().fold(Self::default(), |mut counts, outcome| {
            counts.add(outcome.word(), 1);
            counts
        })
    }

    /// So many more targets with an outcome of this word.
    pub(super) fn add(&mut self, word: &str, more: usize) {
        let place = match word {
            "gone" => &mut self.gone,
            "alreadyGone" => &mut self.already_gone,
            "recreated" => &mut self.recreated,
            "replaced" => &mut self.replaced,
            "terminating" => &mut self.terminating,
            "refused" => &mut self.refused,
            "unknown" => &mut self.unknown,
            "requested" | "accepted" => &mut self.in_flight,
            "notSent" => &mut self.not_sent,
            _ => &mut self.waiting,
        };
        *place += more;
    }

    pub(super) fn total(&self) -> usize {
        let Self { gone, already_gone, recreated, replaced, terminating, refused, unknown, .. } = self;
        gone + already_gone
            + recreated
            + replaced
            + terminating
            + refused
            + unknown
            + self.in_flight
            + self.not_sent
            + self.waiting
    }

    /// "203 gone, 3 refused, 24 in flight, 102 waiting"; what waits is "not sent" where nothing is being sent.
    fn words(&self, is_sending: bool) -> String {
        let (waiting, not_sent) =
            if is_sending { (self.waiting, self.not_sent) } else { (0, self.not_sent + self.waiting) };
        let parts = [
            (self.gone, "gone"),
            (self.already_gone, "already gone"),
            (self.recreated, "recreated"),
            (self.replaced, "replaced"),
            (self.terminating, "terminating"),
            (self.refused, "refused"),
            (self.unknown, "unknown"),
            (self.in_flight, "in flight"),
            (not_sent, "not sent"),
            (waiting, "waiting"),
        ];
        join(parts)
    }
}

fn join(parts: impl IntoIterator<Item = (usize, &'static str)>) -> String {
    let said = parts.into_iter().filter(|(number, _)| *number > 0);
    said.map(|(number, words)| format!("{} {words}", count(number))).collect::<Vec<_>>().join(", ")
}

/// What is said of one cluster's part.
pub(super) fn lane(
    name: &str,
    state: LaneState,
    at_once: usize,
    seconds: Option<u32>,
    counts: &Counts,
) -> String {
    let said = counts.words(false);
    match state {
        LaneState::Waiting => "Its turn comes after the clusters before it.".to_owned(),
        LaneState::Checking => "Whether it is the cluster of the plan is being checked.".to_owned(),
        LaneState::Running | LaneState::Done => format!("{}.", counts.words(true)),
        LaneState::Paused(LaneWait::SignIn) => format!("Paused: sign in again. {said}."),
        LaneState::Paused(LaneWait::Unlock) => format!("Paused: {name} is read-only, unlock it. {said}."),
        LaneState::Paused(LaneWait::Connection) => format!("Paused: {name} does not answer. {said}."),
        LaneState::Paused(LaneWait::Person) => format!("Paused by you. {said}."),
        LaneState::Paused(LaneWait::Server { .. }) => {
            let seconds = seconds.unwrap_or_default();
            format!("{name} asked to slow down. Goes on in {seconds} s, {at_once} at a time.")
        }
        LaneState::Stopped => stopped("", counts).trim_start().to_owned(),
    }
}

/// Sending was ended, for this reason.
pub(super) fn stopped(cause: &str, counts: &Counts) -> String {
    let followed = counts.in_flight + counts.terminating + counts.unknown;
    let parts = [
        (counts.gone + counts.already_gone, "gone"),
        (counts.recreated, "recreated"),
        (counts.replaced, "replaced"),
        (counts.refused, "refused"),
        (
            followed,
            if followed == 1 {
                "was already sent and is being followed"
            } else {
                "were already sent and are being followed"
            },
        ),
        (counts.not_sent + counts.waiting, "not sent"),
    ];
    format!("{cause} {}.", join(parts))
}

/// Paused by the person.
pub(super) fn paused(counts: &Counts) -> String {
    format!("Paused by you. {}.", counts.words(false))
}

/// Secateur ended while it ran.
pub(super) fn interrupted(counts: &Counts) -> String {
    format!("A job was interrupted: {}. Nothing goes on by itself.", counts.as_interrupted().words(false))
}

impl Counts {
    /// What was on its way when nobody was left to hear the answer is unknown.
    pub(super) fn as_interrupted(&self) -> Self {
        Self { unknown: self.unknown + self.in_flight, in_flight: 0, ..*self }
    }
}

/// The end of a job for several; `subject` is "1,000 `ConfigMaps`".
pub(super) fn settled(subject: &str, counts: &Counts) -> String {
    let (gone, total) = (counts.gone + counts.already_gone, counts.total());
    let rest = total - gone;
    if rest == 0 {
        return format!("All {subject} are gone.");
    }
    let (is, came, was) = match rest {
        1 => ("is", "came back", "was"),
        _ => ("are", "came back", "were"),
    };
    let there = counts.recreated + counts.terminating + counts.refused;
    let parts = [
        (counts.recreated, came),
        (counts.terminating, if counts.terminating == 1 { "is terminating" } else { "are terminating" }),
        (counts.refused, if counts.refused == 1 { "was refused" } else { "were refused" }),
        (counts.replaced, if counts.replaced == 1 { "was replaced before" } else { "were replaced before" }),
        (counts.unknown, if counts.unknown == 1 { "is unknown" } else { "are unknown" }),
        (counts.in_flight, if counts.in_flight == 1 { "was accepted" } else { "were accepted" }),
        (
            counts.not_sent + counts.waiting,
            if counts.not_sent == 1 { "was not sent" } else { "were not sent" },
        ),
    ];
    let of = format!("{} of {} {} gone.", count(gone), count(total), if gone == 1 { "is" } else { "are" });
    let still = if rest == there { format!("{is} still there") } else { format!("{was} not seen to go") };
    format!("{of} {} {still}: {}.", count(rest), join(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_job_says_what_is_still_followed() {
        let counts = Counts { gone: 412, in_flight: 24, not_sent: 564, ..Counts::default() };
        assert_eq!(
            stopped("Stopped by you.", &counts),
            "Stopped by you. 412 gone, 24 were already sent and are being followed, 564 not sent."
        );
    }

    #[test]
    fn a_paused_lane_says_what_it_waits_for() {
        let counts = Counts { gone: 97, unknown: 1, waiting: 302, ..Counts::default() };
        assert_eq!(
            lane("garden", LaneState::Paused(LaneWait::SignIn), 8, None, &counts),
            "Paused: sign in again. 97 gone, 1 unknown, 302 not sent."
        );
        assert_eq!(
            lane("garden", LaneState::Paused(LaneWait::Server { until: 7_000 }), 16, Some(7), &counts),
            "garden asked to slow down. Goes on in 7 s, 16 at a time."
        );
    }

    #[test]
    fn an_interrupted_job_does_not_know_what_became_of_what_was_on_its_way() {
        let counts = Counts { gone: 412, unknown: 1, in_flight: 2, waiting: 585, ..Counts::default() };
        assert_eq!(
            interrupted(&counts),
            "A job was interrupted: 412 gone, 3 unknown, 585 not sent. Nothing goes on by itself."
        );
    }

    #[test]
    fn a_settled_job_says_what_is_left_and_why() {
        let all = Counts { gone: 998, already_gone: 2, ..Counts::default() };
        assert_eq!(settled("1,000 ConfigMaps", &all), "All 1,000 ConfigMaps are gone.");
        let some = Counts { gone: 5, recreated: 3, terminating: 1, ..Counts::default() };
        assert_eq!(
            settled("9 objects", &some),
            "5 of 9 are gone. 4 are still there: 3 came back, 1 is terminating."
        );
        let one = Counts { gone: 1, unknown: 1, ..Counts::default() };
        assert_eq!(settled("2 Jobs", &one), "1 of 2 is gone. 1 was not seen to go: 1 is unknown.");
    }
}
