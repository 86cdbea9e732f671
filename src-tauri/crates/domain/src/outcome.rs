//! What became of a target: the rules that turn a server's answer and what a watch saw into an outcome.
//!
//! Success is never read off a status code. See kubernetes' own behaviour in `docs/architecture.md`, "A delete".

use serde::{Deserialize, Serialize};

use crate::ids::Uid;

/// A target's way from the click to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum Outcome {
    /// Not its turn yet.
    Waiting,
    /// The DELETE is on its way.
    Requested,
    /// The server took it; whether the object is gone is not known.
    Accepted,
    /// Confirmed gone by a watch or a GET that compared UIDs.
    Gone {
        /// The UID of a namesake that came after it.
        successor: Option<Uid>,
    },
    /// Was gone when the DELETE arrived.
    AlreadyGone,
    /// A namesake with another UID lives and was not touched.
    Replaced {
        /// Its UID, where it could be read.
        successor: Option<Uid>,
    },
    /// Accepted and still there.
    Terminating {
        /// What it waits for.
        waits_for: WaitsFor,
    },
    /// The server refused, in its own words.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Status' `reason`.
        reason: String,
        /// The server's sentence.
        message: String,
    },
    /// No answer, and not settled yet.
    Unknown {
        /// Why.
        cause: String,
    },
    /// Nothing was sent for it.
    NotSent {
        /// Why.
        cause: String,
    },
}

/// What a terminating object waits for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitsFor {
    /// Its finalizers.
    pub finalizers: Vec<String>,
    /// Its grace period in seconds, where it has one.
    pub grace_period_seconds: Option<u32>,
    /// When its grace period ends, its `deletionTimestamp`, in Unix seconds.
    #[serde(default)]
    pub until: Option<i64>,
}

impl Outcome {
    /// Its word in contracts and in output: the tag under which it is serialised, or `recreated`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::Gone { successor: None } => "gone",
            Self::Gone { successor: Some(_) } => "recreated",
            Self::AlreadyGone => "alreadyGone",
            Self::Replaced { .. } => "replaced",
            Self::Terminating { .. } => "terminating",
            Self::Refused { .. } => "refused",
            Self::Unknown { .. } => "unknown",
            Self::NotSent { .. } => "notSent",
        }
    }

    /// Whether nothing more will be learned by following it. A terminating object is not at its end.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Gone { .. }
                | Self::AlreadyGone
                | Self::Replaced { .. }
                | Self::Refused { .. }
                | Self::NotSent { .. }
        )
    }

    /// Whether the object that was pointed at is known to be gone, by us or by someone else.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone { .. } | Self::AlreadyGone)
    }
}

/// What a DELETE was answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteAnswer {
    /// 200 or 202.
    Taken {
        /// The UID the server says it deleted, in a Status' details or in the object it returned.
        uid: Option<Uid>,
        /// The object's remaining state, where it came back with a `deletionTimestamp`.
        terminating: Option<WaitsFor>,
    },
    /// 404.
    NotFound,
    /// 409 that names a UID precondition.
    OtherUid,
    /// Any other answer of the server that means it will not.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Status' `reason`.
        reason: String,
        /// The server's sentence.
        message: String,
    },
    /// No answer, or one that may hide that it was done: 503, 504, a reset, a deadline.
    None {
        /// Why.
        cause: String,
    },
}

/// What a look at the name found: a GET, or the state that a watch gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// No object has this name.
    Absent,
    /// One has.
    Present {
        /// Its UID.
        uid: Uid,
        /// Its `resourceVersion`.
        version: String,
        /// Set when it has a `deletionTimestamp`.
        terminating: Option<WaitsFor>,
    },
}

/// The outcome right after the answer to the first DELETE of a target with `uid`.
pub fn after_answer(uid: &Uid, answer: DeleteAnswer) -> Outcome {
    match answer {
        DeleteAnswer::Taken { uid: Some(other), .. } if other != *uid => {
            let cause =
                format!("unexpected answer: the server says that it deleted another object, UID {other}");
            Outcome::Unknown { cause }
        }
        DeleteAnswer::Taken { terminating: Some(waits_for), .. } => Outcome::Terminating { waits_for },
        DeleteAnswer::Taken { .. } => Outcome::Accepted,
        DeleteAnswer::NotFound => Outcome::AlreadyGone,
        DeleteAnswer::OtherUid => Outcome::Replaced { successor: None },
        DeleteAnswer::Refused { status, reason, message } => Outcome::Refused { status, reason, message },
        DeleteAnswer::None { cause } => Outcome::Unknown { cause },
    }
}

/// The outcome after a look at the name, for a target whose DELETE may have arrived. `None` when the look says
/// that the object is there and not terminating: then nothing was done yet, and the present outcome stands.
pub fn after_look(uid: &Uid, seen: &Seen) -> Option<Outcome> {
    match seen {
        Seen::Absent => Some(Outcome::Gone { successor: None }),
        Seen::Present { uid: other, .. } if other != uid => {
            Some(Outcome::Gone { successor: Some(other.clone()) })
        }
        Seen::Present { terminating: Some(waits_for), .. } => {
            Some(Outcome::Terminating { waits_for: waits_for.clone() })
        }
        Seen::Present { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(text: &str) -> Uid {
        Uid::parse(text).expect("a UID")
    }

    fn check(answer: DeleteAnswer, expected: &Outcome) {
        assert_eq!(after_answer(&uid("mine"), answer), *expected);
    }

    #[test]
    fn two_hundred_is_accepted_and_never_gone() {
        check(DeleteAnswer::Taken { uid: Some(uid("mine")), terminating: None }, &Outcome::Accepted);
        check(DeleteAnswer::Taken { uid: None, terminating: None }, &Outcome::Accepted);
    }
    #[test]
    fn finalizers_in_the_answer_mean_terminating() {
        let waits_for = WaitsFor { finalizers: vec!["a/b".into()], ..WaitsFor::default() };
        let answer = DeleteAnswer::Taken { uid: Some(uid("mine")), terminating: Some(waits_for.clone()) };
        check(answer, &Outcome::Terminating { waits_for });
    }
    #[test]
    fn an_answer_about_another_object_is_unknown() {
        let outcome =
            after_answer(&uid("mine"), DeleteAnswer::Taken { uid: Some(uid("other")), terminating: None });
        assert!(matches!(outcome, Outcome::Unknown { .. }));
    }
    #[test]
    fn not_found_at_first_is_already_gone() {
        check(DeleteAnswer::NotFound, &Outcome::AlreadyGone);
    }
    #[test]
    fn a_uid_conflict_is_replaced() {
        check(DeleteAnswer::OtherUid, &Outcome::Replaced { successor: None });
    }
    #[test]
    fn a_look_settles_what_the_answer_left_open() {
        let look = |seen| after_look(&uid("mine"), &seen);
        assert_eq!(look(Seen::Absent), Some(Outcome::Gone { successor: None }));
        let other = Seen::Present { uid: uid("other"), version: "2".into(), terminating: None };
        assert_eq!(look(other), Some(Outcome::Gone { successor: Some(uid("other")) }));
        assert_eq!(look(Seen::Present { uid: uid("mine"), version: "1".into(), terminating: None }), None);
        let terminating =
            Seen::Present { uid: uid("mine"), version: "1".into(), terminating: Some(WaitsFor::default()) };
        assert!(matches!(look(terminating), Some(Outcome::Terminating { .. })));
    }
    #[test]
    fn terminating_and_unknown_are_no_end() {
        assert!(!Outcome::Terminating { waits_for: WaitsFor::default() }.is_final());
        assert!(!Outcome::Unknown { cause: String::new() }.is_final());
        assert!(!Outcome::Accepted.is_final());
        assert!(Outcome::Gone { successor: None }.is_final());
    }
}
