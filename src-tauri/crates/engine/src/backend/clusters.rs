//! The catalogue, sessions, kinds and namespaces.

use std::{collections::HashMap, sync::Arc};

use futures::{StreamExt, TryStreamExt, stream};
use secateur_cluster::{Catalogue, Context, Looked, Problem, Unavailable};
use secateur_domain::{ids::ClusterId, kind::Kind};
use secateur_store::StoredSettings;

use super::{Backend, HiddenCluster, ShellKubeconfig, blocking, lock};
use crate::{
    catalogue::{self, CatalogueChange, Missing},
    event::Event,
    failure::EngineError,
    session::{ClusterSummary, Common, Session, SignIn, SignedIn},
};

/// Where a kind may be listed is asked about so many namespaces at most.
const MOST_NAMESPACES_ASKED: usize = 500;
const REVIEWS_AT_ONCE: usize = 8;

/// Everything known without opening a connection.
#[derive(Debug, Clone)]
pub struct KubeconfigState {
    /// In the order of files and contexts.
    pub clusters: Vec<ClusterSummary>,
    /// The cluster of `current-context`, unless it is hidden.
    pub current: Option<ClusterId>,
    /// What a person took off the list.
    pub hidden: Vec<HiddenCluster>,
    /// The login shell's own `KUBECONFIG`.
    pub shell: ShellKubeconfig,
    /// Whether the practice clusters are in the list.
    pub is_practising: bool,
    /// What could not be used.
    pub problems: Vec<Problem>,
    /// Where was looked.
    pub looked: Vec<Looked>,
    /// When, in milliseconds of the local clock.
    pub looked_at: u64,
}

/// What a cluster serves.
#[derive(Debug, Clone)]
pub struct ServedKinds {
    /// Every version of every kind, in the server's order, the core group first.
    pub kinds: Arc<[Arc<Kind>]>,
    /// Group versions whose own server does not answer.
    pub unavailable: Arc<[Unavailable]>,
    /// Whether these are the kinds that it served when it was open last: it has not said yet what it serves now.
    pub is_remembered: bool,
}

impl Backend {
    /// The catalogue as it was read last, with each session's state.
    pub fn catalogue(&self) -> KubeconfigState {
        let (hidden, shell) = (self.hidden(), self.shell_kubeconfig());
        let known = lock(&self.inner.catalogue);
        KubeconfigState {
            clusters: known
                .catalogue
                .contexts
                .iter()
                .filter_map(|context| known.sessions.get(&context.id))
                .map(|session| session.summary())
                .collect(),
            current: known.catalogue.current.clone(),
            hidden,
            shell,
            is_practising: self.inner.practice.is_open(),
            problems: known.catalogue.problems.clone(),
            looked: known.catalogue.looked.clone(),
            looked_at: known.read_at,
        }
    }

    /// Reads the kubeconfigs again, because a person asks. Sessions stay; those of contexts that are no longer there
    /// end.
    pub async fn reload(&self) -> Result<KubeconfigState, EngineError> {
        let extras = Arc::clone(&self.inner.extras);
        blocking(move || extras.read_again()).await?;
        self.read_again(Missing::Believed).await?;
        // Who asked sees what there is now; only what changes by itself is told in words.
        self.inner.events.send(Event::CatalogueChanged(CatalogueChange::default()));
        Ok(self.catalogue())
    }

    /// The cluster of the context with this name; of several, the first, as kubectl takes it.
    pub fn cluster_named(&self, name: &str) -> Result<ClusterId, EngineError> {
        let known = lock(&self.inner.catalogue);
        let context = known
            .catalogue
            .contexts
            .iter()
            .find(|context| context.name == name || context.id.as_str() == name);
        context
            .map(|context| context.id.clone())
            .ok_or_else(|| EngineError::Invalid(format!("no kubeconfig has a context named {name:?}")))
    }

    /// Signs in, reading the kubeconfig again first; one that is signed in stays as it is.
    pub async fn open_cluster(&self, cluster: &ClusterId) -> Result<ClusterSummary, EngineError> {
        if self.session(cluster).and_then(|session| session.signed_in()).is_err() {
            self.look_again().await;
        }
        let session = self.attended(cluster)?;
        let signed_in = session.open().await;
        self.opened(&session, signed_in)
    }

    /// Signs in as the person says. A token is remembered once the server took it.
    pub async fn sign_in(&self, cluster: &ClusterId, way: SignIn) -> Result<ClusterSummary, EngineError> {
        self.look_again().await;
        let session = self.attended(cluster)?;
        let signed_in = session.sign_in_as(way).await;
        self.opened(&session, signed_in)
    }

    /// Lets a credential plugin run from now on, as it was asked about, and signs in with it.
    pub async fn consent(&self, cluster: &ClusterId, digest: &str) -> Result<ClusterSummary, EngineError> {
        let session = self.attended(cluster)?;
        session.agree(digest)?;
        let digest = digest.to_owned();
        let remember = move |settings: &mut StoredSettings| {
            settings.plugin_consents.insert(digest);
        };
        if let Err(error) = self.change_settings(remember).await {
            // The person is asked again in the next run.
            tracing::warn!(%error, "a consent could not be kept");
        }
        let signed_in = session.sign_in_as(SignIn::Kubeconfig).await;
        self.opened(&session, signed_in)
    }

    /// Stops what is under way for a cluster: connecting, a credential plugin, and trying again by itself until it is
    /// opened again. A session whose credential a plugin was renewing needs somebody to sign in then.
    pub fn stop_connecting(&self, cluster: &ClusterId) -> Result<ClusterSummary, EngineError> {
        let session = self.session(cluster)?;
        session.stop();
        Ok(session.summary())
    }

    /// Ends a session and forgets the token that the person gave.
    pub async fn sign_out(&self, cluster: &ClusterId) -> Result<ClusterSummary, EngineError> {
        let session = self.session(cluster)?;
        session.sign_out().await?;
        Ok(session.summary())
    }

    /// The session of a cluster, with what follows one from when it is first opened.
    fn attended(&self, cluster: &ClusterId) -> Result<Arc<Session>, EngineError> {
        let session = self.session(cluster)?;
        self.watch_for_waking();
        if let Some(attending) = session.attending() {
            self.inner.tasks.spawn(self.child().run_until_cancelled_owned(attending));
        }
        Ok(session)
    }

    /// What came of signing in.
    fn opened(
        &self,
        session: &Arc<Session>,
        outcome: Result<SignedIn, EngineError>,
    ) -> Result<ClusterSummary, EngineError> {
        self.keep_trying(session);
        outcome.map(|_| session.summary())
    }

    /// Where nothing answered it is tried again, until something does or the person stops it.
    pub(super) fn keep_trying(&self, session: &Arc<Session>) {
        if session.is_out_of_reach() {
            let session = Arc::clone(session);
            let trying = async move { session.keep_trying().await };
            self.inner.tasks.spawn(self.child().run_until_cancelled_owned(trying));
        }
    }

    /// The served kinds, and the groups that do not answer; remembered ones until the cluster has said what it serves.
    pub async fn kinds(&self, cluster: &ClusterId) -> Result<ServedKinds, EngineError> {
        self.session(cluster)?.kinds().await
    }

    /// The same, by the cluster's own word.
    pub async fn discovered_kinds(&self, cluster: &ClusterId) -> Result<ServedKinds, EngineError> {
        let session = self.session(cluster)?;
        session.discovered().await?;
        session.kinds().await
    }

    /// How many objects of a kind a cluster has, as nearly as it says for the price of one of them. `None` where it does
    /// not say. A few are counted at a time, however many are asked for.
    pub async fn count(&self, cluster: &ClusterId, kind: &str) -> Result<Option<u64>, EngineError> {
        self.session(cluster)?.count(kind).await
    }

    /// The names of the namespaces, sorted.
    pub async fn namespaces(&self, cluster: &ClusterId) -> Result<Vec<String>, EngineError> {
        let session = self.session(cluster)?;
        let kind = session.kind("namespaces.v1.")?;
        let mut names = session
            .signed_in()?
            .client
            .list_names(&kind)
            .await
            .map_err(|error| session.error("list namespaces", error))?;
        names.sort();
        Ok(names)
    }

    /// The namespaces in which a kind's objects may be listed, by the server's word: a hint, as such answers are. So many
    /// are asked about and no more, in the order of their names.
    pub async fn listable_namespaces(
        &self,
        cluster: &ClusterId,
        kind: &str,
    ) -> Result<Vec<String>, EngineError> {
        let session = self.session(cluster)?;
        let (client, kind) = (session.signed_in()?.client, session.kind(kind)?);
        let names = self.namespaces(cluster).await?;
        let asked = stream::iter(names.into_iter().take(MOST_NAMESPACES_ASKED)).map(async |name| {
            let may = client.may("list", &kind, Some(&name)).await?;
            Ok(may.then_some(name))
        });
        let listable: Vec<Option<String>> = asked
            .buffered(REVIEWS_AT_ONCE)
            .try_collect()
            .await
            .map_err(|error| session.error(&format!("ask where {} may be listed", kind.plural), error))?;
        Ok(listable.into_iter().flatten().collect())
    }

    fn common(&self) -> Common {
        Common {
            keys: Arc::clone(&self.inner.keys),
            clock: Arc::clone(&self.inner.clock),
            events: Arc::clone(&self.inner.events),
            cares: Arc::clone(&self.inner.cares),
            remembered: self.inner.stores.as_ref().map(|stores| Arc::clone(&stores.kinds)),
        }
    }

    /// Takes the catalogue as it was read now, and tells what is another than before. A file that could not be read
    /// this time keeps what it had.
    pub(super) fn take(&self, mut catalogue: Catalogue, missing: Missing) -> CatalogueChange {
        let extras = &self.inner.extras;
        let hidden_ids = self.settings_with(|settings| settings.hidden_clusters.clone());
        let mut known = lock(&self.inner.catalogue);
        let before =
            known.catalogue.contexts.iter().chain(&known.hidden).filter(|context| context.is_in_a_file());
        catalogue::keep(before, known.catalogue.current.as_ref(), &mut catalogue, missing);
        catalogue.contexts.extend(extras.contexts());
        catalogue.contexts.extend(self.inner.practice.contexts());
        let name = |id: &ClusterId| {
            let named = catalogue.contexts.iter().find(|context| context.id == *id);
            named.map(|context| context.name.clone())
        };
        let problems = extras.problems(name);
        catalogue.problems.extend(problems);
        let is_hidden = |context: &Context| context.is_in_a_file() && hidden_ids.contains(&context.id);
        known.hidden = catalogue.contexts.extract_if(.., |context| is_hidden(context)).collect();
        catalogue.current = catalogue.current.filter(|current| !hidden_ids.contains(current));
        for context in &mut catalogue.contexts {
            context.headers = extras.headers_of(&context.id);
        }
        let change = CatalogueChange::between(&known.catalogue, &catalogue);
        let mut sessions = HashMap::new();
        for context in &catalogue.contexts {
            let retired = known.retired.remove(&context.id).and_then(|retired| retired.upgrade());
            let session = match (known.sessions.remove(&context.id), retired) {
                (Some(session), _) => {
                    session.renew(context.clone());
                    session
                }
                (None, Some(session)) => {
                    session.come_back(context.clone());
                    session
                }
                (None, None) => Arc::new(Session::new(context.clone(), self.common())),
            };
            sessions.insert(context.id.clone(), session);
        }
        let closed = std::mem::replace(&mut known.sessions, sessions);
        known.retired.extend(closed.iter().map(|(id, session)| (id.clone(), Arc::downgrade(session))));
        known.retired.retain(|_, session| session.strong_count() > 0);
        known.catalogue = catalogue;
        known.read_at = self.inner.clock.now_ms();
        drop(known);
        for session in closed.values() {
            session.close(hidden_ids.contains(session.id()));
        }
        change
    }
}
