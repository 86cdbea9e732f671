//! The audit log as the oracle: what the servers were really asked by Secateur.

use serde_json::Value;

use crate::support::plane::Plane;

/// One DELETE that Secateur sent.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) uri: String,
    pub(crate) name: String,
    pub(crate) namespace: String,
    /// `preconditions.uid` of the body.
    pub(crate) uid_in_body: Option<String>,
    pub(crate) propagation: Option<String>,
    pub(crate) status: u64,
}

/// Every write of Secateur in a namespace, or of cluster-scoped objects where it is empty, checked: each is a DELETE
/// of one object that names the UID in the body and in the query.
pub(crate) fn deletes(plane: &Plane, namespace: &str) -> Vec<Delete> {
    let deletes: Vec<Delete> =
        events(plane).iter().map(delete).filter(|delete| delete.namespace == namespace).collect();
    for delete in &deletes {
        let query = delete.uri.split_once('?').map_or("", |(_, query)| query);
        let uid = query.split('&').find_map(|pair| pair.strip_prefix("uid="));
        assert!(uid.is_some_and(|uid| !uid.is_empty()), "a DELETE without a UID in its query: {delete:?}");
        assert!(query.contains("propagationPolicy="), "a DELETE without a propagation policy: {delete:?}");
        // What RBAC refuses is refused before its body is read, and of who was killed while sending the body may not
        // have come: the log has none then.
        let is_cut = delete.status >= 500 && delete.uid_in_body.is_none();
        if delete.status != 403 && !is_cut {
            assert_eq!(delete.uid_in_body.as_deref(), uid, "body and query name different UIDs: {delete:?}");
        }
    }
    deletes
}

/// Whatever Secateur asked of a server that was no read and no review, in the whole log.
fn events(plane: &Plane) -> Vec<Value> {
    let log = std::fs::read_to_string(plane.audit_log()).expect("the audit log");
    let ours = |event: &Value| event["userAgent"].as_str().unwrap_or_default().starts_with("secateur");
    // The last line may be half written while other journeys go on.
    let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter(ours);
    let writes: Vec<Value> =
        events.filter(|event| event["objectRef"]["resource"] != "selfsubjectreviews").collect();
    for event in &writes {
        assert_eq!(event["verb"], "delete", "Secateur wrote something other than a DELETE: {event}");
    }
    writes
}

fn delete(event: &Value) -> Delete {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let options = &event["requestObject"];
    Delete {
        id: text(&event["auditID"]),
        user: text(&event["user"]["username"]),
        uri: text(&event["requestURI"]),
        name: text(&event["objectRef"]["name"]),
        namespace: text(&event["objectRef"]["namespace"]),
        uid_in_body: options["preconditions"]["uid"].as_str().map(str::to_owned),
        propagation: options["propagationPolicy"].as_str().map(str::to_owned),
        status: event["responseStatus"]["code"].as_u64().unwrap_or_default(),
    }
}

impl Delete {
    /// The UID that it named in its query, which is there whatever became of its body.
    pub(crate) fn uid(&self) -> String {
        let query = self.uri.split_once('?').map_or("", |(_, query)| query);
        let uid = query.split('&').find_map(|pair| pair.strip_prefix("uid="));
        uid.expect("a UID in its query").to_owned()
    }
}
