use std::sync::Arc;

use secateur_domain::kind::Scope;

use super::*;
use crate::{
    client::tests::{client, key},
    testing::{Script, json, kind},
    transport::TransportError,
};

fn text(body: &ObjectBody) -> &str {
    std::str::from_utf8(&body.json).expect("text")
}

#[tokio::test]
async fn a_copy_is_what_came_to_the_letter() {
    let whole = r#" {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"ns","uid":"mine",
        "resourceVersion":"7","managedFields":[{"fieldsV1":{"f:a":{}}}]},"data":{"a": "b","n":1e400}}"#;
    let script = Script::new([json(200, whole)]);
    let client = client(&script).await;
    let Ok(Copied::Body(body)) = client.get_body(&key(&client)).await else { panic!("a body") };
    assert_eq!(text(&body), whole.trim_start());
    assert_eq!((body.uid.as_str(), body.name.as_str(), body.version.as_str()), ("mine", "a", "7"));
    assert_eq!(body.namespace.as_ref().map(ResourceName::as_str), Some("ns"));
    let asked = script.asked();
    assert_eq!(asked[0].headers()["accept"], "application/json", "the whole object is asked for");
    assert_eq!(asked[0].uri().to_string(), "https://host:6443/api/v1/namespaces/ns/configmaps/a");
}

#[tokio::test]
async fn only_the_object_itself_is_copied() {
    let absent = r#"{"kind":"Status","reason":"NotFound","details":{"name":"a"},"code":404}"#;
    let script = Script::new([
        json(404, absent),
        json(404, r#"{"kind":"Status","reason":"NotFound","message":"no such kind","code":404}"#),
        json(200, r#"{"metadata":{"name":"a","uid":"other"},"data":{}}"#),
        json(200, r#"{"metadata":{"name":"a"}}"#),
        json(403, "{}"),
    ]);
    let client = client(&script).await;
    let key = key(&client);
    assert_eq!(client.get_body(&key).await, Ok(Copied::Absent));
    assert!(matches!(client.get_body(&key).await, Err(ClusterError::NotFound(_))));
    assert_eq!(client.get_body(&key).await, Ok(Copied::OtherUid));
    assert!(matches!(client.get_body(&key).await, Err(ClusterError::Undecodable { .. })));
    assert!(matches!(client.get_body(&key).await, Err(ClusterError::Refused(_))));
}

#[tokio::test]
async fn items_of_lists_say_what_they_are() {
    let list = r#"{"kind":"DeploymentList","apiVersion":"apps/v1",
        "metadata":{"resourceVersion":"9","continue":"next","remainingItemCount":3},
        "items":[{"metadata":{"name":"a","namespace":"ns","uid":"1"},"spec":{"replicas":2}},
                 {"kind":"Own","metadata":{"name":"b","uid":"2"}},
                 {"metadata":{"name":"nobody"}}]}"#;
    let script = Script::new([json(200, list), json(200, r#"{"metadata":{"continue":""},"items":null}"#)]);
    let client = client(&script).await;
    let deployments = kind("apps", "v1", "deployments", Scope::Namespaced);
    let page = client.list_bodies(&deployments, Some("ns"), 500, None).await.expect("a page");
    let bodies: Vec<_> = page.bodies.iter().map(text).collect();
    assert_eq!(
        bodies,
        [
            r#"{"apiVersion":"apps/v1","kind":"deployment","metadata":{"name":"a","namespace":"ns","uid":"1"},"spec":{"replicas":2}}"#,
            r#"{"apiVersion":"apps/v1","kind":"Own","metadata":{"name":"b","uid":"2"}}"#,
        ]
    );
    assert_eq!((page.resource_version.as_str(), page.remaining), ("9", Some(3)));
    let page = client.list_bodies(&deployments, None, 500, page.continue_token.as_deref()).await;
    assert_eq!(page.map(|page| (page.bodies.len(), page.continue_token)), Ok((0, None)));
    let asked = script.asked();
    assert_eq!(
        asked[0].uri().to_string(),
        "https://host:6443/apis/apps/v1/namespaces/ns/deployments?limit=500"
    );
    assert_eq!(asked[1].uri().query(), Some("limit=500&continue=next"));
    assert_eq!(asked[0].headers()["accept"], "application/json");
}

#[tokio::test]
async fn nothing_of_a_body_is_in_a_message() {
    let secret = r#"{"metadata":{"name":"a","uid":"planted-1"},"data":{"k":"planted-2"}"#;
    let broken = TransportError::Broken { host: "host:6443".into(), problem: "reset".into() };
    let script = Script::new([
        json(200, secret),
        json(200, &format!("{{\"metadata\":{{}},\"items\":[\"planted\",{secret}}}]}}")),
        crate::testing::Act::Answer(crate::testing::response(
            403,
            &[("content-type", "application/json")],
            vec![Ok(Bytes::from_static(b"{}")), Err(broken)],
        )),
    ]);
    let client = client(&script).await;
    let key = key(&client);
    for error in [
        client.get_body(&key).await.expect_err("cut off").to_string(),
        client.list_bodies(&key.kind, None, 1, None).await.expect_err("a text is no object").to_string(),
        client.get_body(&key).await.expect_err("refused").to_string(),
    ] {
        assert!(!error.contains("planted"), "{error}");
    }
    let body = ObjectBody {
        namespace: None,
        name: key.name.clone(),
        uid: key.uid.clone(),
        version: String::new(),
        json: Zeroizing::new(b"planted".to_vec()),
    };
    assert!(!format!("{:?}", Copied::Body(body)).contains("112"), "bytes of the body are printed");
}

#[tokio::test]
async fn a_large_page_is_read_off_the_async_threads_and_deep_objects_are_copied() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let item = format!(r#"{{"metadata":{{"name":"a","uid":"1"}},"spec":{deep}}}"#);
    let items = vec![item.as_str(); 20].join(",");
    let list = format!(r#"{{"metadata":{{}},"items":[{items}]}}"#);
    let client = client(&Script::new([json(200, &list)])).await;
    let kind = Arc::clone(&key(&client).kind);
    let page = client.list_bodies(&kind, None, 500, None).await.expect("a page");
    assert_eq!(page.bodies.len(), 20);
    assert!(text(&page.bodies[19]).ends_with(&item[1..]));
}
