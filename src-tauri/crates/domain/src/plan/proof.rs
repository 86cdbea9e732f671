//! What a person gives to agree to a plan.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::risk::ProofAsked;

/// How long Delete is held where a hold is asked for.
pub const HOLD: Duration = Duration::from_millis(1_200);

/// The digest of a plan: what the person saw, and what the confirmation must repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanDigest(pub(super) String);

impl PlanDigest {
    /// A digest that came back from the person.
    pub fn from_text(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlanDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What the person did in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Pressed Delete.
    Click,
    /// Held it for so long.
    Held(Duration),
    /// Typed this, and pressed Delete.
    Typed(String),
}

/// What the person gave to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// In the window, on what this digest stands for.
    Shown {
        /// The digest of what was shown.
        digest: PlanDigest,
        /// What the person did.
        given: Given,
    },
    /// The digest itself, copied from `plan` to `delete` on a command line: whoever has it has seen the plan.
    Digest(PlanDigest),
}

impl Proof {
    pub(super) fn digest(&self) -> &PlanDigest {
        let (Self::Shown { digest, .. } | Self::Digest(digest)) = self;
        digest
    }
}

/// Why a proof is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The digest is of something else.
    #[error("the proof is not of this plan")]
    OtherPlan,
    /// The word was not typed, or not exactly.
    #[error("the typed word does not match")]
    WrongWord,
    /// Delete was let go too early.
    #[error("Delete was not held long enough")]
    NotHeld,
}

/// How a plan was agreed to, for its receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "by", content = "word")]
pub enum Agreed {
    /// A click.
    Click,
    /// A hold.
    Hold,
    /// This word, typed.
    Typed(String),
    /// The digest, on a command line.
    Digest,
}

/// Whether what was given is what was asked for.
pub(super) fn check(asked: &ProofAsked, proof: &Proof) -> Result<Agreed, ProofError> {
    let Proof::Shown { given, .. } = proof else { return Ok(Agreed::Digest) };
    match (asked, given) {
        (ProofAsked::Typed(word), Given::Typed(typed)) if typed == word => Ok(Agreed::Typed(word.clone())),
        (ProofAsked::Hold { .. }, Given::Held(held)) if *held >= HOLD => Ok(Agreed::Hold),
        (ProofAsked::Hold { count }, Given::Typed(typed)) if *typed == count.to_string() => {
            Ok(Agreed::Typed(typed.clone()))
        }
        (ProofAsked::Typed(_), _) | (ProofAsked::Hold { .. }, Given::Typed(_)) => Err(ProofError::WrongWord),
        (ProofAsked::Hold { .. }, _) => Err(ProofError::NotHeld),
        (ProofAsked::Click, _) => Ok(Agreed::Click),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(asked: &ProofAsked, given: Given) -> Result<Agreed, ProofError> {
        check(asked, &Proof::Shown { digest: PlanDigest::from_text("00"), given })
    }

    #[test]
    fn a_hold_is_held_long_enough_or_its_count_is_typed() {
        let asked = ProofAsked::Hold { count: 14 };
        let held = |ms| given(&asked, Given::Held(Duration::from_millis(ms)));
        assert_eq!((held(1_199), held(1_200)), (Err(ProofError::NotHeld), Ok(Agreed::Hold)));
        assert_eq!(given(&asked, Given::Click), Err(ProofError::NotHeld));
        assert_eq!(given(&asked, Given::Typed("14".into())), Ok(Agreed::Typed("14".into())));
        assert_eq!(given(&asked, Given::Typed("15".into())), Err(ProofError::WrongWord));
    }

    #[test]
    fn a_name_is_typed_and_no_hold_stands_for_it() {
        let asked = ProofAsked::Typed("garden".into());
        assert_eq!(given(&asked, Given::Held(HOLD)), Err(ProofError::WrongWord));
        assert_eq!(given(&asked, Given::Typed("garden".into())), Ok(Agreed::Typed("garden".into())));
    }
}
