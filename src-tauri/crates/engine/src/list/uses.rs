//! Looks at everything in a namespace that could name a ConfigMap, a Secret or a claim, as long as somebody asks.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use secateur_domain::{
    ids::ResourceName,
    kind::{Kind, Scope},
    uses::Uses,
};
use tokio::sync::watch;

use crate::{clock::Clock, session::Session, words::time_of_day};

/// How long what was found counts.
const BETWEEN_LOOKS: Duration = Duration::from_mins(1);
/// Lists under way.
const AT_ONCE: usize = 3;
/// What names nothing, or only what it is about, and changes all the time.
const NEVER_NAMES: [&str; 9] = [
    "configmaps",
    "secrets",
    "events",
    "events.events.k8s.io",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "leases.coordination.k8s.io",
    "controllerrevisions.apps",
    "pods.metrics.k8s.io",
];
/// Kinds whose objects may be unused.
const MAY_BE_UNUSED: [&str; 3] = ["configmaps", "secrets", "persistentvolumeclaims"];

/// What was found so far.
#[derive(Clone, Default)]
pub(crate) struct Looked {
    /// Known when all was looked at.
    pub(crate) uses: Option<Arc<Uses>>,
    /// What a person should know of it.
    pub(crate) remark: String,
}

/// Whether objects of a kind are looked for in what could use them.
pub(crate) fn may_be_unused(kind: &Kind) -> bool {
    MAY_BE_UNUSED.contains(&kind.resource().as_str())
}

/// Looks, and looks again, until nobody is left to be told.
pub(crate) async fn look(
    session: Arc<Session>,
    namespace: Option<ResourceName>,
    clock: Arc<dyn Clock>,
    found: watch::Sender<Looked>,
) {
    loop {
        let signed_in = session.wait_until_discovered().await;
        let kinds: Vec<_> = signed_in.kinds.iter().filter(|kind| could_name(kind)).cloned().collect();
        let (mut uses, mut unread, mut read) = (Uses::default(), Vec::new(), 0_usize);
        let place = namespace.as_ref().map(ResourceName::as_str);
        let mut lists = stream::iter(kinds.clone())
            .map(async |kind| (signed_in.client.mentions(&kind, place).await, kind))
            .buffer_unordered(AT_ONCE);
        while let Some((mentions, kind)) = lists.next().await {
            match mentions {
                Ok(mentions) => uses.extend(mentions),
                Err(_) => unread.push(kind.resource()),
            }
            read += 1;
            let remark = format!("Looking at what could use them: {read} of {} kinds.", kinds.len());
            found.send_if_modified(|looked| {
                let is_first = looked.uses.is_none();
                if is_first {
                    looked.remark = remark;
                }
                is_first
            });
        }
        drop(lists);
        unread.sort();
        let is_known = !unread.iter().any(|resource| resource == "pods");
        let looked = Looked {
            remark: remark(&kinds, &unread, &time_of_day(clock.now_ms())),
            uses: is_known.then(|| Arc::new(uses)),
        };
        if found.is_closed() {
            return;
        }
        found.send_replace(looked);
        tokio::select! {
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
            () = found.closed() => return,
        }
    }
}

fn could_name(kind: &Kind) -> bool {
    let is_read = kind.is_preferred && kind.scope == Scope::Namespaced && kind.can("list");
    is_read && !NEVER_NAMES.contains(&kind.resource().as_str())
}

fn remark(kinds: &[Arc<Kind>], unread: &[String], at: &str) -> String {
    if unread.iter().any(|resource| resource == "pods") {
        return "Pods could not be read, so it is not known what uses them.".to_owned();
    }
    let read = kinds.len() - unread.len();
    let mut remark = format!(
        "Nothing in their namespace named them at {at}: Pods and {} other kinds were looked at. What asks the server \
         for them by name, or from elsewhere, is not known.",
        read.saturating_sub(1)
    );
    if !unread.is_empty() {
        remark.extend([" Could not be read: ", &unread.join(", "), "."]);
    }
    remark
}
