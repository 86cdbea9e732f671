//! What the server prints, and how much of each object comes along.

use serde_json::{Value, json};

use super::{
    ask::{METADATA, METADATA_LIST, TABLE, cell, columns, uid},
    objects::{DEFINITIONS, budget, claim, held, job, stateful_set, volume},
    subject::Subject,
};

/// Columns by name; those after `|` are kubectl's wide ones.
async fn prints(subject: &Subject, path: String, expected: &str) {
    let table = subject.get(&path).accept(TABLE).await.is(200);
    assert_eq!((&table["kind"], &table["apiVersion"]), (&json!("Table"), &json!("meta.k8s.io/v1")), "{path}");
    let (narrow, wide) = expected.split_once('|').unwrap_or((expected, ""));
    let named = |names: &str, priority: i64| {
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| (name.to_owned(), priority)).collect::<Vec<_>>()
    };
    assert_eq!(columns(&table), [named(narrow, 0), named(wide, 1)].concat(), "{path}");
}

/// The cells of the one row under these columns.
async fn row(subject: &Subject, path: &str, columns: &[&str]) -> Vec<Value> {
    let table = subject.get(path).accept(TABLE).await.is(200);
    columns.iter().map(|column| cell(&table, 0, column).clone()).collect()
}

pub(super) async fn pods_are_printed_in_their_columns(subject: &Subject) {
    let expected = "Name, Ready, Status, Restarts, Age | IP, Node, Nominated Node, Readiness Gates";
    prints(subject, subject.here("pods"), expected).await;
}

pub(super) async fn workloads_are_printed_in_their_columns(subject: &Subject) {
    let apps = |plural: &str| subject.here_in("apps/v1", plural);
    let deployments = "Name, Ready, Up-to-date, Available, Age | Containers, Images, Selector";
    prints(subject, apps("deployments"), deployments).await;
    let replica_sets = "Name, Desired, Current, Ready, Age | Containers, Images, Selector";
    prints(subject, apps("replicasets"), replica_sets).await;
    prints(subject, apps("statefulsets"), "Name, Ready, Age | Containers, Images").await;
    let jobs = "Name, Status, Completions, Duration, Age | Containers, Images, Selector";
    prints(subject, subject.here_in("batch/v1", "jobs"), jobs).await;
    let budgets = "Name, Min Available, Max Unavailable, Allowed Disruptions, Age";
    prints(subject, subject.here_in("policy/v1", "poddisruptionbudgets"), budgets).await;
}

pub(super) async fn configuration_is_printed_in_its_columns(subject: &Subject) {
    prints(subject, subject.here("configmaps"), "Name, Data, Age").await;
    prints(subject, subject.here("secrets"), "Name, Type, Data, Age").await;
    let services = "Name, Type, Cluster-IP, External-IP, Port(s), Age | Selector";
    prints(subject, subject.here("services"), services).await;
}

pub(super) async fn storage_is_printed_in_its_columns(subject: &Subject) {
    let claims =
        "Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age | VolumeMode";
    prints(subject, subject.here("persistentvolumeclaims"), claims).await;
    let volumes = "Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, VolumeAttributesClass, \
                   Reason, Age | VolumeMode";
    prints(subject, "/api/v1/persistentvolumes".into(), volumes).await;
}

pub(super) async fn what_is_in_no_namespace_is_printed_in_its_columns(subject: &Subject) {
    prints(subject, "/api/v1/namespaces".into(), "Name, Status, Age").await;
    let nodes = "Name, Status, Roles, Age, Version | Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime";
    prints(subject, "/api/v1/nodes".into(), nodes).await;
    prints(subject, DEFINITIONS.into(), "Name, Created At").await;
}

pub(super) async fn rights_are_printed_in_their_columns(subject: &Subject) {
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    prints(subject, format!("{rbac}/clusterroles"), "Name, Created At").await;
    prints(subject, format!("{rbac}/roles"), "Name, Created At").await;
    prints(subject, format!("{rbac}/rolebindings"), "Name, Role, Age | Users, Groups, ServiceAccounts").await;
    prints(
        subject,
        format!("{rbac}/clusterrolebindings"),
        "Name, Role, Age | Users, Groups, ServiceAccounts",
    )
    .await;
}

pub(super) async fn a_row_counts_what_is_in_a_config_map_and_a_secret(subject: &Subject) {
    let map = json!({ "metadata": { "name": "map" }, "data": { "a": "1", "b": "2" }, "binaryData": { "c": "AA==" } });
    subject.create(subject.here("configmaps"), map).await;
    let secret = json!({ "metadata": { "name": "secret" }, "stringData": { "a": "1" } });
    subject.create(subject.here("secrets"), secret).await;
    assert_eq!(
        row(subject, &subject.here("configmaps/map"), &["Name", "Data"]).await,
        [json!("map"), json!(3)]
    );
    let printed = row(subject, &subject.here("secrets/secret"), &["Type", "Data"]).await;
    assert_eq!(printed, [json!("Opaque"), json!(1)]);
}

pub(super) async fn a_row_tells_how_a_pod_is(subject: &Subject) {
    subject.running("one").await;
    let printed = row(subject, &subject.here("pods/one"), &["Ready", "Status", "Restarts"]).await;
    assert_eq!(printed, [json!("1/1"), json!("Running"), json!("0")]);
}

pub(super) async fn a_row_says_that_a_pod_is_terminating(subject: &Subject) {
    subject.pod(&super::objects::stranded("one")).await;
    let path = subject.here("pods/one");
    assert_eq!(row(subject, &path, &["Ready", "Status"]).await, [json!("0/1"), json!("Pending")]);
    subject.delete(&path).await.is(200);
    assert_eq!(row(subject, &path, &["Status"]).await, [json!("Terminating")]);
}

pub(super) async fn a_row_counts_the_pods_of_a_deployment(subject: &Subject) {
    subject.deployed("web", 2).await;
    let path = subject.here_in("apps/v1", "deployments/web");
    let printed = row(subject, &path, &["Ready", "Up-to-date", "Available", "Containers", "Selector"]).await;
    assert_eq!(printed, [json!("2/2"), json!(2), json!(2), json!("main"), json!("app=web")]);
}

pub(super) async fn a_row_counts_the_pods_of_a_stateful_set(subject: &Subject) {
    let path = subject.here_in("apps/v1", "statefulsets");
    subject.create(&path, stateful_set("store", 1)).await;
    let path = format!("{path}/store");
    subject.once(&path, "it runs", |set| set["status"]["readyReplicas"] == 1).await;
    assert_eq!(row(subject, &path, &["Name", "Ready"]).await, [json!("store"), json!("1/1")]);
}

pub(super) async fn a_row_says_that_a_job_is_complete(subject: &Subject) {
    let path = subject.here_in("batch/v1", "jobs");
    subject.create(&path, job("once")).await;
    let path = format!("{path}/once");
    subject.once(&path, "it is complete", |job| job["status"]["succeeded"] == 1).await;
    subject.once(&path, "it says so", |job| job["status"]["completionTime"].is_string()).await;
    assert_eq!(row(subject, &path, &["Status", "Completions"]).await, [json!("Complete"), json!("1/1")]);
}

pub(super) async fn a_row_tells_what_a_budget_allows(subject: &Subject) {
    subject.running("one").await;
    let path = subject.here_in("policy/v1", "poddisruptionbudgets");
    subject.create(&path, budget("one", 1)).await;
    let path = format!("{path}/one");
    subject.once(&path, "it is counted", |budget| budget["status"]["currentHealthy"] == 1).await;
    let printed = row(subject, &path, &["Min Available", "Max Unavailable", "Allowed Disruptions"]).await;
    assert_eq!(printed, [json!("1"), json!("N/A"), json!(0)]);
}

pub(super) async fn a_row_tells_the_volume_of_a_claim(subject: &Subject) {
    let name = subject.named("volume");
    subject.create("/api/v1/persistentvolumes", volume(&name, "Retain")).await;
    subject.create(subject.here("persistentvolumeclaims"), claim("data", &name)).await;
    let path = subject.here("persistentvolumeclaims/data");
    subject.once(&path, "it is bound", |claim| claim["status"]["phase"] == "Bound").await;
    let printed =
        row(subject, &path, &["Status", "Volume", "Capacity", "Access Modes", "StorageClass"]).await;
    assert_eq!(printed, [json!("Bound"), json!(name), json!("1Gi"), json!("RWO"), json!("")]);
    let path = format!("/api/v1/persistentvolumes/{name}");
    subject.once(&path, "it is bound", |volume| volume["status"]["phase"] == "Bound").await;
    let printed = row(subject, &path, &["Reclaim Policy", "Status", "Claim"]).await;
    let claim = format!("{}/data", subject.namespace);
    assert_eq!(printed, [json!("Retain"), json!("Bound"), json!(claim)]);
}

pub(super) async fn a_row_has_the_metadata_of_its_object(subject: &Subject) {
    let made = subject.config_map("one").await;
    for ask in [
        subject.get(subject.here("configmaps/one")),
        subject.get(subject.here("configmaps/one")).with("includeObject", "Metadata"),
    ] {
        let table = ask.accept(TABLE).await.is(200);
        let object = &table["rows"][0]["object"];
        let expected = (&json!("PartialObjectMetadata"), &json!("meta.k8s.io/v1"));
        assert_eq!((&object["kind"], &object["apiVersion"]), expected, "{table}");
        assert_eq!(object["metadata"]["uid"], uid(&made));
        assert!(object.get("data").is_none(), "{object}");
    }
}

pub(super) async fn a_row_has_nothing_of_its_object_where_nothing_is_asked_for(subject: &Subject) {
    subject.secret("one").await;
    let table =
        subject.get(subject.here("secrets")).with("includeObject", "None").accept(TABLE).await.is(200);
    assert!(table["rows"][0].get("object").is_none_or(Value::is_null), "{table}");
    assert_eq!(table["rows"][0]["cells"][0], "one", "{table}");
}

pub(super) async fn a_row_has_its_whole_object_where_that_is_asked_for(subject: &Subject) {
    subject.config_map("one").await;
    let path = subject.here("configmaps/one");
    let table = subject.get(&path).with("includeObject", "Object").accept(TABLE).await.is(200);
    assert_eq!(table["rows"][0]["object"]["data"], json!({ "key": "value" }));
    assert_eq!(table["rows"][0]["object"]["kind"], "ConfigMap");
    let refused = subject.get(&path).with("includeObject", "Half").accept(TABLE).await;
    assert!(refused.is_refused(400, "BadRequest").contains("Half"), "{}", refused.text());
}

pub(super) async fn a_list_of_nothing_is_a_table_without_rows(subject: &Subject) {
    let table = subject.get(subject.here("secrets")).accept(TABLE).await.is(200);
    assert_eq!(table["rows"], json!([]));
    assert_eq!(columns(&table)[0].0, "Name");
    assert!(table["metadata"]["resourceVersion"].is_string());
}

pub(super) async fn a_list_as_metadata_has_nothing_else_of_its_objects(subject: &Subject) {
    let made = subject.create(subject.here("configmaps"), held("one")).await;
    let path = subject.here("configmaps");
    let list =
        subject.get(&path).with("fieldSelector", "metadata.name=one").accept(METADATA_LIST).await.is(200);
    let expected = (&json!("PartialObjectMetadataList"), &json!("meta.k8s.io/v1"));
    assert_eq!((&list["kind"], &list["apiVersion"]), expected);
    let item = &list["items"][0];
    assert_eq!(item["metadata"]["uid"], uid(&made));
    assert_eq!(item["metadata"]["finalizers"], made["metadata"]["finalizers"]);
    assert!(item.get("data").is_none(), "{item}");
}

pub(super) async fn an_object_as_metadata_has_nothing_else_of_itself(subject: &Subject) {
    let made = subject.config_map("one").await;
    let object = subject.get(subject.here("configmaps/one")).accept(METADATA).await.is(200);
    let expected = (&json!("PartialObjectMetadata"), &json!("meta.k8s.io/v1"));
    assert_eq!((&object["kind"], &object["apiVersion"]), expected);
    assert_eq!(object["metadata"]["uid"], uid(&made));
    assert!(object.get("data").is_none(), "{object}");
}

pub(super) async fn a_form_that_no_server_has_is_not_acceptable(subject: &Subject) {
    let answer = subject.get(subject.here("configmaps")).accept("text/html").await;
    let message = answer.is_refused(406, "NotAcceptable");
    assert!(
        message.starts_with("406: Not Acceptable\n\nAvailable representations: application/json"),
        "{message}"
    );
}
