//! Eviction: the deletion of a pod that disruption budgets have a say in. After `eviction.go` of the real one.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    admission::{self, Attempt, Operation},
    controllers,
    deleting::{self, Options},
    object,
    state::State,
    status::Refusal,
};

const BUDGETS: &str = "poddisruptionbudgets.policy";

/// Evicts a pod, or says whether it would be; `eviction` is the body. Whether somebody may was judged before.
pub(crate) fn evict(
    state: &mut State,
    namespace: &str,
    name: &str,
    eviction: &Value,
    is_dry_run: bool,
) -> Result<Value, Refusal> {
    if object::name(eviction) != name {
        return Err(Refusal::bad_request("name in URL does not match name in Eviction object"));
    }
    let mut options = Options::of(eviction.pointer("/deleteOptions").unwrap_or(&json!({})))?;
    options.is_dry_run |= is_dry_run;
    let Some(kind) = state.kinds.get("pods").map(Arc::clone) else {
        return Err(Refusal::method_not_allowed());
    };
    admission::review(
        state,
        &Attempt {
            operation: Operation::Create,
            kind: &kind,
            subresource: "eviction",
            namespace,
            name,
            old: None,
            new: Some(eviction),
            is_dry_run: options.is_dry_run,
        },
    )?;
    let pod = state.get("pods", namespace, name).map(Arc::clone);
    let pod = pod.ok_or_else(|| Refusal::not_found(&kind, name))?;
    if is_guarded(&pod) {
        let budgets = state.list(BUDGETS, Some(namespace));
        let budgets: Vec<_> = budgets.filter(|budget| controllers::is_about(budget, &pod)).cloned().collect();
        match budgets.as_slice() {
            [] => {}
            [budget] => spend(state, budget, &pod, options.is_dry_run)?,
            _ => return Ok(failure()),
        }
    }
    deleting::insist(&kind, &pod, &options)?;
    if !options.is_dry_run {
        let condition = json!({
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "EvictionByEvictionAPI",
            "message": "Eviction API: evicting",
            "lastTransitionTime": state.now(),
        });
        state.change("pods", namespace, name, |pod| {
            let mut conditions = object::items(pod, "/status/conditions").to_vec();
            conditions.retain(|own| object::text(own, "/type") != "DisruptionTarget");
            conditions.push(condition);
            object::set(pod, "/status/conditions", conditions);
        });
        state.begin_delete("pods", namespace, name, &options.deletion);
    }
    Ok(json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}))
}

/// What is over, not begun or on its way out disrupts nobody.
fn is_guarded(pod: &Value) -> bool {
    object::text(pod, "/status/phase") == "Running" && !object::is_terminating(pod)
}

/// Takes one disruption of the budget, if it has any left.
fn spend(state: &mut State, budget: &Value, pod: &Value, is_dry_run: bool) -> Result<(), Refusal> {
    let status = |member: &str| object::number(budget, &format!("/status/{member}"));
    let (healthy, desired) = (status("currentHealthy"), status("desiredHealthy"));
    if !controllers::is_ready(pod) {
        let always = object::text(budget, "/spec/unhealthyPodEvictionPolicy") == "AlwaysAllow";
        if always || (healthy >= desired && desired > 0) {
            return Ok(());
        }
    }
    let name = object::name(budget);
    if status("observedGeneration") < object::number(budget, "/metadata/generation") {
        let cause = format!("The disruption budget {name} is still being processed by the server.");
        return Err(violated(&cause, 10));
    }
    if status("disruptionsAllowed") <= 0 {
        let cause = if healthy <= desired {
            format!("The disruption budget {name} needs {desired} healthy pods and has {healthy} currently")
        } else {
            format!("The disruption budget {name} does not allow evicting pods currently")
        };
        return Err(violated(&cause, 0));
    }
    if !is_dry_run {
        let now = state.now();
        state.change(BUDGETS, object::namespace(budget), name, |budget| {
            let left = object::number(budget, "/status/disruptionsAllowed").saturating_sub(1);
            object::set(budget, "/status/disruptionsAllowed", left);
            object::set(budget, &format!("/status/disruptedPods/{}", object::name(pod)), now);
        });
    }
    Ok(())
}

fn violated(cause: &str, retry_after_seconds: i64) -> Refusal {
    let message = "Cannot evict pod as it would violate the pod's disruption budget.";
    let mut refusal = Refusal::new(429, "TooManyRequests", message).because("DisruptionBudget", cause);
    if retry_after_seconds > 0 {
        object::set(&mut refusal.details, "/retryAfterSeconds", retry_after_seconds);
    }
    refusal
}

/// The real one answers 201 with this.
fn failure() -> Value {
    let message =
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "code": 500})
}
