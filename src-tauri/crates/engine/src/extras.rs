//! What Secateur itself knows of clusters, beside their kubeconfigs: those that were added here, and extra request
//! headers. Both are in the store's safe; here is what was read of it.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use secateur_cluster::{ADDED, Context, ExtraHeaders, Problem, Taken, TakenApart, added_context};
use secateur_domain::ids::ClusterId;
use secateur_store::{
    AddedCluster, AddedClusters, ExposeSecret, HeaderValues, Safe, SecretString, StoreError,
};

use crate::backend::Stores;

/// What became of clusters that were to be added.
#[derive(Debug, Default)]
pub struct ClustersAdded {
    /// Those that are new.
    pub added: Vec<ClusterId>,
    /// The names of contexts that were there already. What was given of them now takes the place of what was kept.
    pub known: Vec<String>,
    /// What could not be taken, and why it is there for this run only.
    pub problems: Vec<Problem>,
}

/// A header as a person sets it.
#[derive(Debug)]
pub struct HeaderChange {
    /// Its name.
    pub name: String,
    /// Its value; `None` keeps the one that is known.
    pub value: Option<SecretString>,
}

/// What is known. Reading and changing it blocks; looking at it does not.
pub(crate) struct Extras {
    stores: Option<Arc<Stores>>,
    /// Where there are no stores.
    here: Safe,
    first: Once,
    is_read: AtomicBool,
    /// Guards one change at a time, while the disk and the keyring are waited for.
    changing: Mutex<()>,
    /// Guards what is known, for moments.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    added: Vec<Added>,
    headers: HashMap<ClusterId, ExtraHeaders>,
    /// What is wrong with the safe's file, or with what it holds.
    problems: Vec<String>,
    /// Why a cluster's headers cannot be read.
    unreadable_headers: BTreeMap<ClusterId, String>,
}

struct Added {
    /// The id that it is kept under.
    entry: String,
    kubeconfig: Option<SecretString>,
    context: Context,
}

impl Extras {
    pub(crate) fn new(stores: Option<Arc<Stores>>) -> Self {
        Self {
            stores,
            here: Safe::of_this_run(),
            first: Once::new(),
            is_read: AtomicBool::new(false),
            changing: Mutex::default(),
            known: Mutex::default(),
        }
    }

    fn safe(&self) -> &Safe {
        self.stores.as_ref().map_or(&self.here, |stores| stores.safe())
    }

    /// Whether there may be something that was not read yet. Waits for nothing.
    pub(crate) fn is_unread(&self) -> bool {
        !self.is_read.load(Ordering::Acquire) && self.stores.as_ref().is_some_and(|stores| stores.has_safe())
    }

    /// Reads what is kept, the first time that it is called; whoever calls meanwhile waits for that. Blocks until the
    /// keyring has answered.
    pub(crate) fn read_once(&self) {
        self.first.call_once(|| {
            let _one_at_a_time = guard(&self.changing);
            if self.is_unread() {
                self.read();
            }
        });
    }

    /// Reads what could not be read before: the keyring may have been unlocked. Blocks.
    pub(crate) fn read_again(&self) {
        self.read_once();
        let is_whole = {
            let known = guard(&self.known);
            known.added.iter().all(|added| added.kubeconfig.is_some()) && known.unreadable_headers.is_empty()
        };
        if !is_whole {
            let _one_at_a_time = guard(&self.changing);
            self.read();
        }
    }

    fn read(&self) {
        let safe = self.safe();
        let mut read = Known::default();
        read.problems.extend(safe.file_problem().map(str::to_owned));
        match AddedClusters::new(safe.clone()).all() {
            Ok(all) => read.added = all.into_iter().map(Added::of).collect(),
            Err(error) => read.problems.push(error.to_string()),
        }
        match HeaderValues::new(safe.clone()).all() {
            Ok(all) => {
                for kept in all {
                    let Ok(cluster) = ClusterId::parse(&kept.cluster) else { continue };
                    let pairs = kept.headers.map_err(|error| error.to_string());
                    match pairs.and_then(|pairs| headers(&pairs)) {
                        Ok(headers) => drop(read.headers.insert(cluster, headers)),
                        Err(problem) => drop(read.unreadable_headers.insert(cluster, problem)),
                    }
                }
            }
            Err(error) => read.problems.push(error.to_string()),
        }
        *guard(&self.known) = read;
        self.is_read.store(true, Ordering::Release);
    }

    /// The contexts that were added, in the order in which they were.
    pub(crate) fn contexts(&self) -> Vec<Context> {
        guard(&self.known).added.iter().map(|added| added.context.clone()).collect()
    }

    /// The extra headers for a cluster; none where there are none.
    pub(crate) fn headers_of(&self, cluster: &ClusterId) -> ExtraHeaders {
        guard(&self.known).headers.get(cluster).cloned().unwrap_or_default()
    }

    /// What a person should know of it; `name` names a cluster that is in the list.
    pub(crate) fn problems(&self, name: impl Fn(&ClusterId) -> Option<String>) -> Vec<Problem> {
        let known = guard(&self.known);
        let of_headers = known.unreadable_headers.iter().filter_map(|(cluster, problem)| {
            Some(format!("the extra request headers of {} are not sent: {problem}", name(cluster)?))
        });
        let messages: Vec<String> = known.problems.iter().cloned().chain(of_headers).collect();
        messages.into_iter().map(problem).collect()
    }

    /// Adds clusters. One with the name, server and user of one that was added before takes its place. Blocks.
    pub(crate) fn add(&self, taken: TakenApart) -> ClustersAdded {
        self.read_once();
        let _one_at_a_time = guard(&self.changing);
        let store = AddedClusters::new(self.safe().clone());
        let mut outcome = ClustersAdded { problems: taken.problems, ..ClustersAdded::default() };
        for taken in taken.contexts {
            let same = self.same_as(&taken);
            if let Some((_, true)) = same {
                outcome.known.push(taken.name);
                continue;
            }
            let entry = same.map(|(entry, _)| entry);
            let is_new = entry.is_none();
            let entry = entry.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
            let kept = store.put(&entry, &taken.kubeconfig);
            let added = Added::of(AddedCluster { id: entry, kubeconfig: Ok(taken.kubeconfig) });
            if let Err(error) = kept {
                outcome.problems.push(problem(format!("{} is there for this run only: {error}", taken.name)));
            }
            if is_new {
                outcome.added.push(added.context.id.clone());
            } else {
                outcome.known.push(taken.name);
            }
            let mut known = guard(&self.known);
            match known.added.iter_mut().find(|own| own.entry == added.entry) {
                Some(own) => *own = added,
                None => known.added.push(added),
            }
        }
        if !outcome.added.is_empty()
            && let Some(sentences) = store.problem()
        {
            outcome.problems.push(problem(sentences));
        }
        self.is_read.store(true, Ordering::Release);
        outcome
    }

    /// The entry of the same cluster that was added before, and whether it is the same to the last letter.
    fn same_as(&self, taken: &Taken) -> Option<(String, bool)> {
        let known = guard(&self.known);
        let same = known.added.iter().find(|added| {
            let context = &added.context;
            let names = (context.name.as_str(), context.server.as_str(), context.user.as_deref());
            added.kubeconfig.is_some() && names == (&taken.name, &taken.server, taken.user.as_deref())
        })?;
        let text = same.kubeconfig.as_ref().map(ExposeSecret::expose_secret);
        Some((same.entry.clone(), text == Some(taken.kubeconfig.expose_secret())))
    }

    /// Forgets a cluster that was added, with its headers. Says whether it was one. Blocks.
    pub(crate) fn remove(&self, cluster: &ClusterId) -> Result<bool, StoreError> {
        self.read_once();
        let _one_at_a_time = guard(&self.changing);
        let is_it = |added: &Added| added.context.id == *cluster;
        let entry =
            guard(&self.known).added.iter().find(|added| is_it(added)).map(|added| added.entry.clone());
        let Some(entry) = entry else { return Ok(false) };
        let safe = self.safe();
        HeaderValues::new(safe.clone()).remove(cluster)?;
        AddedClusters::new(safe.clone()).remove(&entry)?;
        let mut known = guard(&self.known);
        known.added.retain(|added| !is_it(added));
        known.headers.remove(cluster);
        known.unreadable_headers.remove(cluster);
        Ok(true)
    }

    /// Sets a cluster's headers; these and no others are sent by who connects from now on. The outer error says what is
    /// wrong with them, the inner one why they are there for this run only. Blocks.
    pub(crate) fn set_headers(
        &self,
        cluster: &ClusterId,
        changes: Vec<HeaderChange>,
    ) -> Result<Result<(), StoreError>, String> {
        self.read_once();
        let _one_at_a_time = guard(&self.changing);
        let store = HeaderValues::new(self.safe().clone());
        // What cannot be read is as good as not there.
        let before = store.get(cluster).unwrap_or_default();
        let mut pairs = Vec::with_capacity(changes.len());
        for HeaderChange { name, value } in changes {
            let name = name.trim().to_owned();
            let own = || before.iter().find(|(own, _)| own.eq_ignore_ascii_case(&name));
            let value = value.or_else(|| own().map(|(_, value)| value.clone()));
            let value = value.ok_or_else(|| format!("the header {name} has no value"))?;
            pairs.push((name, value));
        }
        let headers = headers(&pairs)?;
        let kept = store.set(cluster, &pairs);
        let mut known = guard(&self.known);
        known.unreadable_headers.remove(cluster);
        if headers.is_empty() {
            known.headers.remove(cluster);
        } else {
            known.headers.insert(cluster.clone(), headers);
        }
        self.is_read.store(true, Ordering::Release);
        Ok(kept)
    }
}

impl Added {
    fn of(kept: AddedCluster) -> Self {
        let why = |error: &StoreError| error.to_string();
        let context = added_context(&kept.id, kept.kubeconfig.as_ref().map_err(why));
        Self { entry: kept.id, kubeconfig: kept.kubeconfig.ok(), context }
    }
}

fn headers(pairs: &[(String, SecretString)]) -> Result<ExtraHeaders, String> {
    ExtraHeaders::new(pairs.iter().map(|(name, value)| (name.as_str(), value)))
}

fn problem(message: String) -> Problem {
    Problem { file: PathBuf::from(ADDED), line: None, message }
}

/// A panic elsewhere cannot leave any of these half-changed: each is changed by one call.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
