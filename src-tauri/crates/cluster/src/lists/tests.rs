//! Lists and looks on a scripted transport.

use secateur_domain::outcome::WaitsFor;

use super::*;
use crate::{
    client::tests::{client, key},
    testing::{Act, Script, configmaps, json, with_headers},
};

const TABLE_OF_ONE: &str = r#"{"kind":"Table","metadata":{"resourceVersion":"9"},
    "columnDefinitions":[{"name":"Name","type":"string","format":"name"}],
    "rows":[{"cells":["a"],"object":{"metadata":{"name":"a","namespace":"ns","uid":"u"}}}]}"#;
const METADATA_OF_ONE: &str = r#"{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"9"},
    "items":[{"metadata":{"name":"a","namespace":"ns","uid":"u"}}]}"#;

fn request() -> ListRequest {
    ListRequest {
        namespace: Some("ns".into()),
        field_selector: Some("metadata.name!=b".into()),
        limit: Some(250),
        continue_token: Some("t/=".into()),
        ..ListRequest::new(configmaps())
    }
}

async fn list(acts: impl IntoIterator<Item = Act>) -> (Result<TablePage, ClusterError>, Script) {
    let script = Script::new(acts);
    let page = client(&script).await.list_table(&request()).await;
    (page, script)
}

#[tokio::test]
async fn a_page_is_asked_for_as_kubectl_asks() {
    let (page, script) = list([json(200, TABLE_OF_ONE)]).await;
    let page = page.expect("a page");
    assert!(page.rows[0].key().is_some() && page.warnings.is_empty());
    let asked = script.asked();
    assert_eq!(
        asked[0].uri().to_string(),
        "https://host:6443/api/v1/namespaces/ns/configmaps\
         ?fieldSelector=metadata.name%21%3Db&includeObject=Metadata&limit=250&continue=t%2F%3D"
    );
    let accept = asked[0].headers()["accept"].to_str().expect("text");
    assert!(accept.starts_with("application/json;as=Table;g=meta.k8s.io;v=v1,"), "{accept}");
}

#[tokio::test]
async fn a_server_without_tables_is_asked_for_metadata() {
    let (page, script) =
        list([with_headers(406, &[], "only application/json"), json(200, METADATA_OF_ONE)]).await;
    let page = page.expect("a page");
    assert_eq!((page.columns.len(), page.rows.len()), (2, 1));
    assert!(!script.asked()[1].headers()["accept"].to_str().expect("text").contains("Table"));
}

#[tokio::test]
async fn a_body_that_is_no_table_is_read_as_metadata() {
    let (page, script) = list([json(200, METADATA_OF_ONE)]).await;
    assert!(page.expect("a page").rows[0].key().is_some());
    assert_eq!(script.asked().len(), 1);
}

#[tokio::test]
async fn a_page_that_expired_is_gone() {
    let expired = r#"{"kind":"Status","reason":"Expired","code":410}"#;
    assert_eq!(list([json(410, expired)]).await.0, Err(ClusterError::Gone));
    let next = r#"{"kind":"Status","metadata":{"continue":"t"},"reason":"Expired","code":410}"#;
    assert_eq!(list([json(410, next)]).await.0, Err(ClusterError::Expired { token: "t".into() }));
}

#[tokio::test]
async fn a_page_large_enough_to_leave_the_async_threads_is_the_same() {
    let row = r#"{"cells":["a"],"object":{"metadata":{"name":"a","namespace":"ns","uid":"u"}}}"#;
    let rows = vec![row; 2000].join(",");
    let (page, _) = list([json(200, &TABLE_OF_ONE.replace(row, &rows))]).await;
    assert_eq!(page.expect("a page").rows.len(), 2000);
}

#[tokio::test]
async fn names_come_from_all_pages_and_paging_starts_again_when_it_expires() {
    let first = r#"{"metadata":{"continue":"t"},"items":[{"metadata":{"name":"a"}}]}"#;
    let second = r#"{"metadata":{"continue":""},"items":[{"metadata":{"name":"b"}}]}"#;
    let expired = || json(410, r#"{"kind":"Status","reason":"Expired","code":410}"#);
    let script = Script::new([json(200, first), expired(), json(200, first), json(200, second)]);
    let names = client(&script).await.list_names(&configmaps()).await;
    assert_eq!(names, Ok(vec!["a".to_owned(), "b".to_owned()]));
    let queries: Vec<_> = script.asked().iter().map(|asked| asked.uri().query().map(str::to_owned)).collect();
    assert_eq!(queries[2].as_deref(), Some("limit=500"));
    assert_eq!(queries[3].as_deref(), Some("limit=500&continue=t"));
}

async fn look(act: Act) -> Result<Seen, ClusterError> {
    let script = Script::new([act]);
    let client = client(&script).await;
    client.look(&key(&client)).await
}

#[tokio::test]
async fn a_look_tells_present_terminating_and_absent() {
    let present = |uid: &str, terminating| {
        let uid = secateur_domain::ids::Uid::parse(uid).expect("a UID");
        Ok(Seen::Present { uid, version: String::new(), terminating })
    };
    assert_eq!(look(json(200, r#"{"metadata":{"name":"a","uid":"other"}}"#)).await, present("other", None));
    let body = r#"{"metadata":{"name":"a","uid":"mine","deletionTimestamp":"2026-01-01T00:00:00Z"}}"#;
    assert_eq!(
        look(json(200, body)).await,
        present("mine", Some(WaitsFor { until: Some(1_767_225_600), ..WaitsFor::default() }))
    );
    let absent =
        r#"{"kind":"Status","reason":"NotFound","details":{"name":"a","kind":"configmaps"},"code":404}"#;
    assert_eq!(look(json(404, absent)).await, Ok(Seen::Absent));
}

#[tokio::test]
async fn a_404_that_is_not_about_the_object_is_no_absence() {
    for body in [
        "404 page not found",
        "{}",
        r#"{"kind":"Status","reason":"NotFound","message":"the server could not find the requested resource"}"#,
        r#"{"kind":"Status","reason":"NotFound","details":{"name":"b"}}"#,
        r#"{"reason":"NotFound","details":{"name":"a"}}"#,
    ] {
        let outcome = look(with_headers(404, &[], body)).await;
        assert!(matches!(outcome, Err(ClusterError::NotFound(_))), "{body}: {outcome:?}");
    }
    let page = with_headers(404, &[("content-type", "text/html")], "<html></html>");
    assert!(matches!(look(page).await, Err(ClusterError::NotKubernetes { .. })));
}

#[tokio::test]
async fn what_the_server_warns_of_comes_with_the_page() {
    let warned = [("content-type", "application/json"), ("warning", r#"299 - "v1 ConfigMap is old""#)];
    let (page, _) = list([with_headers(200, &warned, TABLE_OF_ONE)]).await;
    assert_eq!(page.expect("a page").warnings, ["v1 ConfigMap is old"]);
}

#[test]
fn what_has_a_meaning_in_a_field_selector_is_escaped() {
    assert_eq!(by_name("web-1"), "metadata.name=web-1");
    assert_eq!(by_name("a,b=c\\d"), "metadata.name=a\\,b\\=c\\\\d");
}

#[tokio::test]
async fn objects_are_counted_by_asking_for_one_of_them() {
    let page = |meta: &str| {
        format!(r#"{{"metadata":{{{meta}}},"items":[{{"metadata":{{"name":"a","uid":"u"}}}}]}}"#)
    };
    for (meta, expected) in [
        (r#""continue":"t","remainingItemCount":48311"#, Some(48_312)),
        (r#""continue":"""#, Some(1)),
        (r#""continue":"t""#, None),
    ] {
        let script = Script::new([json(200, &page(meta))]);
        let count = client(&script).await.count(&configmaps()).await.expect("an answer");
        assert_eq!(count, expected, "{meta}");
        assert_eq!(script.asked()[0].uri().to_string(), "https://host:6443/api/v1/configmaps?limit=1");
    }
    let script = Script::new([json(200, r#"{"metadata":{},"items":null}"#)]);
    assert_eq!(client(&script).await.count(&configmaps()).await.expect("an answer"), Some(0));
}
