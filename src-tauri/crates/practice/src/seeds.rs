//! What the clusters are at first. A seed is a history: what is so many days old is created so long ago, and the
//! controllers do since then what they do, so that everything else is as old as it should be.

use std::{collections::BTreeSet, sync::LazyLock, time::Duration};

use serde_json::Value;

use crate::{
    controllers, defaults,
    deletion::{Deletion, Propagation},
    object,
    rights::{Login, Token, User, Users},
    state::{Key, State, timestamp},
};

/// The YAML documents of a file. They were read when they were written, and a test reads them: none where they cannot
/// be.
type Documents = LazyLock<Vec<Value>>;

static FRESH: Documents = LazyLock::new(|| documents(include_str!("seeds/fresh.yaml")));
static BARE: Documents = LazyLock::new(|| documents(include_str!("seeds/bare.yaml")));
static GARDEN: Documents = LazyLock::new(|| documents(include_str!("seeds/garden.yaml")));
/// How old a cluster is at least.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// What has just been made is seen to before anybody looks.
const SETTLING_MS: u64 = 60_000;
/// How long a visitor's pass lasts.
const PASS: Duration = Duration::from_mins(2);

/// One cluster, before it is.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    pub(crate) name: String,
    /// The first is the one who may do everything.
    pub(crate) contexts: Vec<Context>,
    /// Where there is something to look at first.
    pub(crate) namespace: &'static str,
    /// Of `kube-system`, which is what clusters are told apart by.
    uid: &'static str,
    age_days: u64,
    objects: Vec<&'static Documents>,
    users: Vec<(&'static str, &'static [&'static str])>,
}

/// A context of the kubeconfig.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) token: String,
}

const GARDENERS: [(&str, &[&str]); 3] =
    [("gardener", &["system:masters"]), ("viewer", &["viewers"]), ("visitor", &["visitors"])];
const USERS: [(&str, &[&str]); 5] = [
    ("admin", &["system:masters"]),
    ("viewer", &["viewers"]),
    ("keeper", &["keepers"]),
    ("nobody", &[]),
    ("tenant", &["tenants"]),
];

/// The two gardens, alike but for their ages and who may sign in.
pub(crate) fn gardens() -> [Seed; 2] {
    let production = Seed {
        name: "garden-production".to_owned(),
        contexts: Vec::new(),
        namespace: "shop",
        uid: "6b0f3c1e-7d0a-4c55-9a51-3e2f8f6a0d01",
        age_days: 371,
        objects: vec![&FRESH, &GARDEN],
        users: GARDENERS.to_vec(),
    };
    let development = Seed {
        name: "garden-development".to_owned(),
        uid: "c1a94f02-2f5b-4b0e-8d3c-90d7b2e45a02",
        users: GARDENERS[..1].to_vec(),
        ..production.clone()
    };
    [production.with_contexts(), development.with_contexts()]
}

/// Nothing but what every cluster has, and users with different rights.
pub(crate) fn bare() -> Seed {
    let seed = Seed {
        name: "practice".to_owned(),
        contexts: Vec::new(),
        namespace: "default",
        uid: "e5d1a7c4-88b3-4f6e-a1c2-5b7d9e0f3a03",
        age_days: 1,
        objects: vec![&FRESH, &BARE],
        users: USERS.to_vec(),
    };
    seed.with_contexts()
}

impl Seed {
    /// The first user has the cluster's own name, the others' follows it.
    fn with_contexts(mut self) -> Self {
        let context = |(at, (user, _)): (usize, &(&str, &[&str]))| Context {
            name: if at == 0 { self.name.clone() } else { format!("{}-{user}", self.name) },
            user: (*user).to_owned(),
            token: if *user == "visitor" { format!("{user}-1") } else { format!("{}-{user}", self.name) },
        };
        self.contexts = self.users.iter().enumerate().map(context).collect();
        self
    }

    /// The cluster as it is at that time. `version` is where its versions begin.
    pub(crate) fn state(&self, now_ms: u64, seed: u64, version: Option<u64>) -> State {
        let born_ms = now_ms.saturating_sub(SETTLING_MS + self.age_days * DAY_MS);
        // The same objects in two clusters have different UIDs.
        let salt =
            self.uid.bytes().fold(seed, |salt, byte| salt.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let mut state = State::new(born_ms, salt, version);
        for (group, version) in served(&state) {
            controllers::register(&mut state, &group, &version);
        }
        let mut history = self.history(&state, now_ms);
        history.sort_by_key(|event| event.at_ms);
        for event in history {
            state.run_until(event.at_ms);
            event.happen(&mut state);
        }
        state.run_until(now_ms);
        state.users = Users::new(self.contexts.iter().zip(&self.users).map(login).collect());
        state
    }

    /// What happens to its objects, in the order of the files.
    fn history(&self, state: &State, now_ms: u64) -> Vec<Event> {
        let born_ms = state.now_ms();
        let mut history = Vec::new();
        for mut object in self.objects.iter().flat_map(|documents| documents.iter()).cloned() {
            let mut time = |pointer: &str| {
                let age = object::take(&mut object, pointer)?;
                ago(age.as_str()?).map(|ago| now_ms.saturating_sub(ago).max(born_ms))
            };
            let deleted = time("/metadata/deletionTimestamp");
            let created = time("/metadata/creationTimestamp").unwrap_or(born_ms);
            if let Some(age_ms) = ago(object::text(&object, "/status/lastWatered")) {
                object::set(&mut object, "/status/lastWatered", timestamp(now_ms.saturating_sub(age_ms)));
            }
            if object::text(&object, "/kind") == "Namespace" && object::name(&object) == "kube-system" {
                object::set(&mut object, "/metadata/uid", self.uid);
            }
            if let Some(at_ms) = deleted {
                history.push(Event { at_ms, object: object.clone(), is_deletion: true });
            }
            history.push(Event { at_ms: created, object, is_deletion: false });
        }
        history
    }
}

/// The groups' versions that every cluster serves; reviews are no kinds.
fn served(state: &State) -> BTreeSet<(String, String)> {
    let kinds = state.kinds.all().iter().map(|kind| (kind.group.clone(), kind.version.clone()));
    let reviews = ["authentication.k8s.io", "authorization.k8s.io"];
    kinds.chain(reviews.map(|group| (group.to_owned(), "v1".to_owned()))).collect()
}

fn login((context, (user, groups)): (&Context, &(&str, &[&str]))) -> Login {
    let token = match *user {
        "visitor" => Token::Passes { name: (*user).to_owned(), last: PASS },
        _ => Token::Lasting(context.token.clone()),
    };
    Login { user: User::new(user, groups), token }
}

fn documents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap_or_default()
}

/// `-5h` and the like, in milliseconds.
fn ago(age: &str) -> Option<u64> {
    let age = age.strip_prefix('-')?;
    let (count, unit) = age.split_at_checked(age.len().checked_sub(1)?)?;
    let unit_ms = match unit {
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY_MS,
        _ => return None,
    };
    count.parse::<u64>().ok()?.checked_mul(unit_ms)
}

/// Something that happened to an object of a seed.
struct Event {
    at_ms: u64,
    object: Value,
    is_deletion: bool,
}

impl Event {
    fn happen(self, state: &mut State) {
        let mut object = self.object;
        let name = object::text(&object, "/kind");
        let Some(kind) = state.kinds.all().iter().find(|kind| kind.name == name).cloned() else { return };
        let resource = kind.resource();
        if self.is_deletion {
            let key = Key::of(&resource, &object);
            let deletion = Deletion { propagation: Some(Propagation::Background), grace_seconds: None };
            // A seed forbids nothing to itself.
            let _ = controllers::delete(state, &key, &deletion);
            return;
        }
        object::set(&mut object, "/apiVersion", kind.api_version());
        defaults::fill(state, &kind, &mut object);
        // Names in a seed are unique, which a test sees to.
        let _ = state.create(&resource, object);
    }
}

#[cfg(test)]
mod tests;
