//! The audit log as the oracle: what the servers were really asked by Secateur.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{BufRead, BufReader, Seek, SeekFrom},
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use crate::support::plane::Plane;

/// One DELETE that Secateur sent, for real or as a rehearsal.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) uri: String,
    pub(crate) name: String,
    /// `preconditions.uid` of the body.
    pub(crate) uid_in_body: Option<String>,
    pub(crate) propagation: Option<String>,
    /// The version that it asks for, in the body.
    pub(crate) version_in_body: Option<String>,
    /// Whether the log has a body.
    pub(crate) has_body: bool,
    is_dry_in_body: bool,
    pub(crate) status: u64,
}

/// Every DELETE of Secateur in a namespace that was for real, or of cluster-scoped objects where it is empty, checked:
/// each is one object's and names the UID in the body and in the query. No write was anything but a DELETE or a creation.
pub(crate) fn deletes(plane: &Plane, namespace: &str) -> Vec<Delete> {
    checked(plane, namespace).0
}

/// Every rehearsal of Secateur in the same sense, checked: each says so in the query and, where the log has one, in
/// the body, and names its UID in both.
pub(crate) fn rehearsals(plane: &Plane, namespace: &str) -> Vec<Delete> {
    checked(plane, namespace).1
}

/// An object that Secateur created, for real or as a rehearsal.
#[derive(Debug)]
pub(crate) struct Creation {
    pub(crate) is_dry_run: bool,
}

/// Every creation of Secateur in a namespace, checked: it says who manages its fields.
pub(crate) fn creations(plane: &Plane, namespace: &str) -> Vec<Creation> {
    let writes = writes(plane, namespace);
    let created = writes.iter().filter(|event| event["verb"] == "create");
    created
        .map(|event| {
            let uri = event["requestURI"].as_str().unwrap_or_default();
            assert!(uri.contains("fieldManager=secateur"), "a creation by nobody: {event}");
            Creation { is_dry_run: uri.contains("dryRun=All") }
        })
        .collect()
}

fn checked(plane: &Plane, namespace: &str) -> (Vec<Delete>, Vec<Delete>) {
    let writes = writes(plane, namespace);
    let all: Vec<Delete> = writes.iter().filter(|event| event["verb"] == "delete").map(delete).collect();
    for delete in &all {
        let query = delete.uri.split_once('?').map_or("", |(_, query)| query);
        let uid = query.split('&').find_map(|pair| pair.strip_prefix("uid="));
        assert!(uid.is_some_and(|uid| !uid.is_empty()), "a DELETE without a UID in its query: {delete:?}");
        assert!(query.contains("propagationPolicy="), "a DELETE without a propagation policy: {delete:?}");
        let is_dry = query.split('&').any(|pair| pair == "dryRun=All");
        // What is refused for who asks is refused before its body is read, and of who was killed, or gave a rehearsal up, while
        // sending the body may not have come: the log has none then. Nothing is done without one.
        if delete.has_body || !(matches!(delete.status, 401 | 403) || delete.status >= 500) {
            assert_eq!(delete.uid_in_body.as_deref(), uid, "body and query name different UIDs: {delete:?}");
            assert_eq!(
                delete.is_dry_in_body, is_dry,
                "only one of body and query is a rehearsal: {delete:?}"
            );
        }
    }
    all.into_iter().partition(|delete| !delete.uri.contains("dryRun="))
}

/// Whatever Secateur asked of a server in a namespace, or of cluster-scoped objects where it is empty, that was no read
/// and no review: DELETEs of one object, and what a restore creates.
fn writes(plane: &Plane, namespace: &str) -> Vec<Value> {
    // A journey that failed has changed nothing half: what was read is still what was read.
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let read = read.entry(plane.name).or_default();
    read.go_on(&plane.audit_log());
    let lines = read.by_namespace.get(namespace).into_iter().flatten();
    lines.map(|line| serde_json::from_str(line).expect("it was parsed before")).collect()
}

/// What was read of each plane's log. It is read once, however often it is asked: proofs write hundreds of megabytes.
static READ: Mutex<BTreeMap<&str, Log>> = Mutex::new(BTreeMap::new());

#[derive(Default)]
struct Log {
    /// How far it was read, to the end of a line.
    offset: u64,
    /// Secateur's writes, as the log has them.
    by_namespace: HashMap<String, Vec<String>>,
}

impl Log {
    fn go_on(&mut self, file: &Path) {
        let mut file = File::open(file).expect("the audit log");
        file.seek(SeekFrom::Start(self.offset)).expect("it only grows");
        let mut lines = BufReader::new(file);
        let mut line = String::new();
        // The last line may be half written while other journeys go on; it is read the next time.
        while lines.read_line(&mut line).expect("UTF-8") > 0 && line.ends_with('\n') {
            self.offset += line.len() as u64;
            if line.contains(r#""userAgent":"secateur"#) {
                self.take(&line);
            }
            line.clear();
        }
    }

    fn take(&mut self, line: &str) {
        let event: Value = serde_json::from_str(line).expect("a line of the log");
        let object = &event["objectRef"];
        let resource = &object["resource"];
        if resource == "selfsubjectreviews" || resource == "selfsubjectaccessreviews" {
            return;
        }
        let verb = &event["verb"];
        assert!(verb == "delete" || verb == "create", "Secateur wrote something else: {event}");
        let namespace = object["namespace"].as_str().unwrap_or_default().to_owned();
        self.by_namespace.entry(namespace).or_default().push(line.to_owned());
    }
}

fn delete(event: &Value) -> Delete {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let options = &event["requestObject"];
    Delete {
        id: text(&event["auditID"]),
        user: text(&event["user"]["username"]),
        uri: text(&event["requestURI"]),
        name: text(&event["objectRef"]["name"]),
        uid_in_body: options["preconditions"]["uid"].as_str().map(str::to_owned),
        propagation: options["propagationPolicy"].as_str().map(str::to_owned),
        version_in_body: options["preconditions"]["resourceVersion"].as_str().map(str::to_owned),
        has_body: options.is_object(),
        is_dry_in_body: options["dryRun"][0] == "All",
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
