//! What the person may do with the targets, as the server says beforehand: hints, asked once for each kind and
//! namespace however many targets there are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, stream};
use secateur_domain::{
    ids::{ObjectKey, ResourceName},
    kind::Kind,
};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::{OpenPlan, known::UNREADABLE};
use crate::session::Session;

/// Reviews in flight for one cluster.
const AT_ONCE: usize = 8;

/// What is asked: verb, resource, namespace.
type Question = (&'static str, String, Option<ResourceName>);

/// The answers of one cluster, for as long as a plan is open and the session lasts that they were given to. An answer
/// that did not come is not there.
pub(super) struct Access {
    session: Arc<Session>,
    /// Guards the questions; each is asked outside of it, once.
    asked: Mutex<Asked>,
}

type Answer = Arc<OnceCell<Option<bool>>>;

#[derive(Default)]
struct Asked {
    /// The end of the session that was asked.
    ended: CancellationToken,
    answers: HashMap<Question, Answer>,
}

impl Asked {
    /// Where the answer is, or will be. Those to a session that ended are forgotten: somebody else may have signed in.
    fn answer(&mut self, question: Question, ended: &CancellationToken) -> Answer {
        if self.ended.is_cancelled() {
            self.answers.clear();
        }
        self.ended = ended.clone();
        Arc::clone(self.answers.entry(question).or_default())
    }
}

impl Access {
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self { session, asked: Mutex::default() }
    }

    /// Whether the person may; `None` where the server does not say.
    pub(super) async fn may(
        &self,
        verb: &'static str,
        kind: &Kind,
        namespace: Option<&ResourceName>,
    ) -> Option<bool> {
        let question = (verb, kind.resource(), namespace.cloned());
        let signed_in = self.session.wait_until_signed_in().await;
        let answer = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.answer(question, &signed_in.ended)
        };
        *answer
            .get_or_init(|| async {
                let namespace = namespace.map(ResourceName::as_str);
                match signed_in.client.may(verb, kind, namespace).await {
                    Ok(may) => Some(may),
                    // A hint that is not given is none; a 401 ends the session here as anywhere.
                    Err(error) => {
                        drop(self.session.error("say what you may do", error));
                        None
                    }
                }
            })
            .await
    }

    /// The hint to a target that cannot be rehearsed, as the end of a sentence.
    pub(super) async fn hint(&self, key: &ObjectKey) -> &'static str {
        match self.may("delete", &key.kind, key.namespace.as_ref()).await {
            Some(true) => "; an access review says that you may delete it",
            Some(false) => "; an access review says that you may not delete it",
            None => "",
        }
    }

    /// Finds out which targets may not be read, and so not copied.
    pub(super) async fn read(
        self: Arc<Self>,
        plan: std::sync::Weak<OpenPlan>,
        targets: Vec<(usize, ObjectKey)>,
    ) {
        let mut groups: Vec<(Arc<Kind>, Option<ResourceName>, Vec<usize>)> = Vec::new();
        let mut places: HashMap<(String, Option<ResourceName>), usize> = HashMap::new();
        for (target, key) in targets {
            let place = (key.kind.resource(), key.namespace.clone());
            let group = *places.entry(place).or_insert_with(|| {
                groups.push((Arc::clone(&key.kind), key.namespace.clone(), Vec::new()));
                groups.len() - 1
            });
            if let Some((_, _, members)) = groups.get_mut(group) {
                members.push(target);
            }
        }
        let access = &self;
        let denied: Vec<Vec<usize>> = stream::iter(groups)
            .map(|(kind, namespace, members)| async move {
                match access.may("get", &kind, namespace.as_ref()).await {
                    Some(false) => members,
                    // Trying tells; what cannot be read then is said then.
                    Some(true) | None => Vec::new(),
                }
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let denied = denied.into_iter().flatten();
        let uncopied = denied.map(|target| (target, UNREADABLE.to_owned())).collect();
        if let Some(plan) = plan.upgrade() {
            plan.know(|known| known.access(self.session.id(), uncopied));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_may_do_is_asked_once_while_a_session_lasts_and_anew_in_the_next() {
        let (mut asked, first, second) =
            (Asked::default(), CancellationToken::new(), CancellationToken::new());
        let question = || ("delete", "pods".to_owned(), None);
        let answer = asked.answer(question(), &first);
        answer.set(Some(true)).expect("it is empty");
        assert_eq!(asked.answer(question(), &first).get(), Some(&Some(true)));
        first.cancel();
        assert_eq!(asked.answer(question(), &second).get(), None);
    }
}
