//! A cluster that races are run on, as whoever changes it behind the engine's back knows it.

use std::{collections::BTreeMap, sync::Arc};

use super::{plane::Plane, practised::Practised, scripted::Scripted};
use crate::audit;

/// A real control plane, judged by its audit log, or a practice cluster, judged by what came by.
#[derive(Clone)]
pub(crate) enum Course {
    Real(&'static Plane),
    Practice(Arc<Practised>, &'static str, Arc<Scripted>),
}

impl Course {
    /// Its admin's context.
    pub(crate) fn context(&self) -> &'static str {
        match self {
            Self::Real(plane) => plane.name,
            Self::Practice(_, context, _) => context,
        }
    }

    /// So many ConfigMaps in a namespace of their own, named alike wherever it is done.
    pub(crate) fn seed(&self, namespace: &str, count: usize) {
        match self {
            Self::Real(plane) => plane.seed_config_maps(namespace, count),
            Self::Practice(practised, context, _) => {
                practised.namespace(context, namespace);
                for number in 0..count {
                    practised.config_map(context, namespace, &format!("configmap-{number:05}"));
                }
            }
        }
    }

    /// The UIDs of the seeded ConfigMaps by their names.
    pub(crate) fn uids(&self, namespace: &str) -> BTreeMap<String, String> {
        match self {
            Self::Real(plane) => {
                let columns = "custom-columns=N:.metadata.name,U:.metadata.uid";
                let arguments =
                    ["-n", namespace, "get", "cm", "-l", "app=configmap", "--no-headers", "-o", columns];
                let pair = |line: &str| {
                    let mut words = line.split_whitespace().map(str::to_owned);
                    Some((words.next()?, words.next()?))
                };
                plane.kubectl(&arguments).lines().filter_map(pair).collect()
            }
            Self::Practice(practised, context, _) => practised.uids(context, namespace),
        }
    }

    /// Deletes a ConfigMap and makes another of its name.
    pub(crate) fn recreate(&self, namespace: &str, name: &str) {
        match self {
            Self::Real(plane) => {
                plane.kubectl(&["-n", namespace, "delete", "cm", name]);
                plane.config_map(namespace, name);
            }
            Self::Practice(practised, context, _) => practised.recreate(context, namespace, name),
        }
    }

    /// The UIDs that DELETEs for real named, in order.
    pub(crate) fn sent(&self, namespace: &str) -> Vec<String> {
        match self {
            Self::Real(plane) => {
                let sent = audit::deletes(plane, namespace).into_iter();
                sent.map(|delete| delete.uid_in_body.expect("a body")).collect()
            }
            Self::Practice(_, context, script) => script.deleted(context, namespace),
        }
    }
}
