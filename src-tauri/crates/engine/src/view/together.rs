//! How it stands with several lists as one.

use std::sync::Arc;

use secateur_domain::row::Liveness;

use crate::{failure::Failure, list::ListSnapshot};

/// The liveness of all. Where they are of one cluster (`is_one`), what is wrong with one of them is wrong with the
/// whole.
pub(super) fn together<'a>(
    lists: impl Iterator<Item = &'a ListSnapshot>,
    is_one: bool,
) -> Liveness<Arc<Failure>> {
    let lists: Vec<&ListSnapshot> = lists.collect();
    let livenesses = || lists.iter().map(|list| &list.liveness);
    if let Some(trouble) = livenesses().find(|liveness| is_troubled(liveness))
        && (is_one || livenesses().all(is_troubled))
    {
        return match trouble {
            // What was read in some places is shown, with what is wrong in another.
            Liveness::Failed { at, problem } if livenesses().any(is_read) => {
                Liveness::Stale { as_of: *at, problem: Arc::clone(problem), is_partial: true }
            }
            trouble => trouble.clone(),
        };
    }
    if livenesses().any(|liveness| matches!(liveness, Liveness::Reading { .. })) {
        let about = lists.iter().map(|list| match list.liveness {
            Liveness::Reading { about } => about,
            _ => Some(list.table.rows.len() as u64),
        });
        return Liveness::Reading { about: about.sum() };
    }
    if livenesses().any(|liveness| matches!(liveness, Liveness::Opening)) {
        return if livenesses().any(is_read) { Liveness::Reading { about: None } } else { Liveness::Opening };
    }
    let is_settled = livenesses().all(|liveness| matches!(liveness, Liveness::Settled));
    if is_settled { Liveness::Settled } else { Liveness::Live }
}

fn is_read<Problem>(liveness: &Liveness<Problem>) -> bool {
    !matches!(liveness, Liveness::Failed { .. } | Liveness::Opening)
}

fn is_troubled<Problem>(liveness: &Liveness<Problem>) -> bool {
    matches!(liveness, Liveness::Failed { .. } | Liveness::Stale { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{failure::Code, list::chosen};

    type One = Liveness<Arc<Failure>>;

    fn problem() -> Arc<Failure> {
        Arc::new(Failure::new(Code::Refused, "not here".into()))
    }

    fn failed() -> One {
        Liveness::Failed { at: 7, problem: problem() }
    }

    fn stale(as_of: i64, is_partial: bool) -> One {
        Liveness::Stale { as_of, problem: problem(), is_partial }
    }

    fn check(lists: &[One], in_one_cluster: &One, in_several: &One) {
        let lists: Vec<_> = lists.iter().map(|one| chosen([].into(), [], one.clone())).collect();
        for (is_one, expected) in [(true, in_one_cluster), (false, in_several)] {
            assert_eq!(together(lists.iter(), is_one), *expected, "{lists:?} {is_one}");
        }
    }

    #[test]
    fn one_namespace_that_fails_does_not_hide_the_rows_of_another() {
        check(&[Liveness::Live, failed()], &stale(7, true), &Liveness::Live);
        check(&[stale(9, false), failed()], &stale(9, false), &stale(9, false));
    }

    #[test]
    fn what_could_be_read_nowhere_has_failed() {
        check(&[failed(), failed()], &failed(), &failed());
        check(&[failed(), Liveness::Opening], &failed(), &Liveness::Opening);
    }

    #[test]
    fn it_is_read_as_long_as_one_is() {
        let reading = |about| Liveness::Reading { about };
        check(&[reading(Some(40)), Liveness::Live], &reading(Some(40)), &reading(Some(40)));
        check(&[reading(Some(40)), reading(None)], &reading(None), &reading(None));
        check(&[Liveness::Opening, Liveness::Live], &reading(None), &reading(None));
    }

    #[test]
    fn it_is_live_when_all_are() {
        check(&[Liveness::Live, Liveness::Live], &Liveness::Live, &Liveness::Live);
        check(&[Liveness::Settled], &Liveness::Settled, &Liveness::Settled);
        check(&[Liveness::Opening], &Liveness::Opening, &Liveness::Opening);
    }
}
