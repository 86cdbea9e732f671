//! How much a plan could lose, in words, and what a person has to do to agree.

use std::collections::BTreeSet;

use crate::{ids::ObjectKey, plan::Plan, tier::Tier};

/// How much could be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskLevel {
    /// A click.
    Low,
    /// A hold.
    Medium,
    /// The typed name.
    High,
}

/// What the person has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofAsked {
    /// Click Delete.
    Click,
    /// Hold Delete, or type how many are deleted.
    Hold {
        /// How many.
        count: usize,
    },
    /// Type this word exactly.
    Typed(String),
}

/// A level with its reasons and the proof that it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// The level.
    pub level: RiskLevel,
    /// Why, as parts of a sentence.
    pub reasons: Vec<String>,
    /// The proof.
    pub proof: ProofAsked,
}

/// What a plan found out that its targets alone do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found {
    /// Objects that go with the targets.
    pub dependants: usize,
    /// Objects that refer to them and stay.
    pub referring: usize,
}

/// More targets than this ask for a typed name, whatever they are.
const MANY: usize = 50;
/// Of a longer name only the end is typed.
const LONGEST_WORD: usize = 40;
const TYPED_END: usize = 12;

pub(crate) fn assess(plan: &Plan, found: &Found) -> Risk {
    let high = reasons_for_high(plan, found);
    if !high.is_empty() {
        return Risk { level: RiskLevel::High, reasons: high, proof: ProofAsked::Typed(word(plan)) };
    }
    let medium = reasons_for_medium(plan, found);
    let count = plan.targets().len();
    if !medium.is_empty() {
        return Risk { level: RiskLevel::Medium, reasons: medium, proof: ProofAsked::Hold { count } };
    }
    Risk { level: RiskLevel::Low, reasons: Vec::new(), proof: ProofAsked::Click }
}

/// A count with thousands separators.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn reasons_for_high(plan: &Plan, found: &Found) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    let mut add = |reason: &str| {
        if !reasons.iter().any(|known| known == reason) {
            reasons.push(reason.to_owned());
        }
    };
    for tier in plan.clusters().values().map(|cluster| cluster.tier) {
        match tier {
            Tier::Production => add("production"),
            Tier::Unknown => add("unknown tier"),
            Tier::Staging | Tier::Development => {}
        }
    }
    plan.targets().iter().filter_map(grave).for_each(&mut add);
    let everything = plan.targets().len() + found.dependants;
    if everything > MANY {
        add(&format!("{} objects", count(everything)));
    }
    if plan.is_force() {
        add("processes may go on running");
    }
    if plan.clusters().values().any(|cluster| cluster.is_insecure) {
        add("the connection is not verified");
    }
    reasons
}

fn reasons_for_medium(plan: &Plan, found: &Found) -> Vec<String> {
    let mut reasons = Vec::new();
    let it = if plan.targets().len() == 1 { "it" } else { "them" };
    match plan.targets().len() {
        0 | 1 => {}
        several => reasons.push(format!("{several} objects")),
    }
    match found.dependants {
        0 => {}
        1 => reasons.push(format!("1 object goes with {it}")),
        several => reasons.push(format!("{several} objects go with {it}")),
    }
    if found.referring > 0 {
        reasons.push(format!("something refers to {it}"));
    }
    reasons
}

/// Why a target is grave, if it is.
fn grave(key: &ObjectKey) -> Option<&'static str> {
    let of_kind = match (key.kind.group.as_str(), key.kind.plural.as_str()) {
        ("", "namespaces") => Some("a whole namespace"),
        ("", "nodes") => Some("a node"),
        ("", "persistentvolumes" | "persistentvolumeclaims") => Some("data may be destroyed"),
        ("storage.k8s.io", _) => Some("storage"),
        ("apiextensions.k8s.io", "customresourcedefinitions") => Some("every custom resource of a kind"),
        ("rbac.authorization.k8s.io", _) => Some("access rights"),
        ("admissionregistration.k8s.io", _) => Some("admission rules"),
        ("apiregistration.k8s.io", _) => Some("a part of the API"),
        _ => None,
    };
    let is_of_the_system = || {
        let namespace = key.namespace.as_ref()?.as_str();
        matches!(namespace, "kube-system" | "kube-public" | "kube-node-lease").then_some("a system namespace")
    };
    of_kind.or_else(is_of_the_system)
}

/// One target: its own name; several in one namespace: the namespace; else the cluster of the highest tier.
fn word(plan: &Plan) -> String {
    let name = match plan.targets() {
        [only] => only.name.to_string(),
        targets => {
            let places: BTreeSet<_> =
                targets.iter().map(|key| (&key.cluster, key.namespace.as_ref())).collect();
            if let (1, Some((_, Some(namespace)))) = (places.len(), places.first()) {
                namespace.to_string()
            } else {
                let last = plan.order().pop();
                let cluster = last.and_then(|cluster| plan.clusters().get(&cluster));
                cluster.map(|cluster| cluster.name.clone()).unwrap_or_default()
            }
        }
    };
    let length = name.chars().count();
    if length > LONGEST_WORD { name.chars().skip(length - TYPED_END).collect() } else { name }
}

#[cfg(test)]
mod tests;
