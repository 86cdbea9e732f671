//! Practice clusters as an engine reaches them, and as somebody else does behind its back.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures::TryStreamExt;
use http::{Method, Request, header::AUTHORIZATION};
use secateur_cluster::{Lane, Network, Transport};
use secateur_engine::SystemClock;
use secateur_practice::Practice;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    engine::Engine,
    kubeconfig::Kubeconfig,
    scripted::{Rule, Scripted},
};

/// Their contexts as their admins.
pub(crate) const GARDENS: [&str; 2] = ["garden-production", "garden-development"];

/// The two gardens by the clock of the machine.
pub(crate) struct Practised {
    way: Arc<dyn Transport>,
    config: Kubeconfig,
    folder: tempfile::TempDir,
}

impl Practised {
    pub(crate) fn new(seed: u64) -> Self {
        let practice = Practice::new(Arc::new(SystemClock), seed);
        let kubeconfig = practice.kubeconfig();
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("config"), &kubeconfig).expect("the kubeconfig");
        let config = Kubeconfig::parse(&kubeconfig);
        Self { way: practice.transport(Arc::new(Network::default())), config, folder }
    }

    /// An engine that reaches them by a script.
    pub(crate) fn engine(&self, rules: impl IntoIterator<Item = Rule>) -> (Engine, Arc<Scripted>) {
        let script = Arc::new(Scripted::new(Arc::clone(&self.way), rules));
        let way: Arc<dyn Transport> = Arc::<Scripted>::clone(&script);
        (Engine::by(way, self.kubeconfig().as_os_str()), script)
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// Asks a cluster as its admin, past every script; the answer is there at once.
    pub(crate) fn ask(&self, cluster: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let endpoint = self.config.endpoint(cluster);
        let token = self.config.token(cluster).expect("a token");
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let server = endpoint.server.to_string();
        let request =
            Request::builder().method(method).uri(format!("{}{path}", server.trim_end_matches('/')));
        let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        let request = request.header("content-type", "application/json").body(body).expect("a request");
        let lane = self.way.connect(&endpoint, Lane::Requests).expect("practice");
        futures::executor::block_on(async {
            let answer = lane.oneshot(request).await.expect("an answer");
            let status = answer.status().as_u16();
            let chunks: Vec<Bytes> = answer.into_body().try_collect().await.expect("a body");
            (status, serde_json::from_slice(&chunks.concat()).expect("JSON"))
        })
    }

    /// A namespace of the test's own.
    pub(crate) fn namespace(&self, cluster: &str, name: &str) {
        let (status, said) =
            self.ask(cluster, Method::POST, "/api/v1/namespaces", &json!({ "metadata": { "name": name } }));
        assert_eq!(status, 201, "{said}");
    }

    /// A ConfigMap.
    pub(crate) fn config_map(&self, cluster: &str, namespace: &str, name: &str) {
        let body = json!({ "metadata": { "name": name }, "data": { "key": "value" } });
        let path = format!("/api/v1/namespaces/{namespace}/configmaps");
        let (status, said) = self.ask(cluster, Method::POST, &path, &body);
        assert_eq!(status, 201, "{said}");
    }

    /// Deletes a ConfigMap and makes another of its name.
    pub(crate) fn recreate(&self, cluster: &str, namespace: &str, name: &str) {
        let path = format!("/api/v1/namespaces/{namespace}/configmaps/{name}");
        let (status, said) = self.ask(cluster, Method::DELETE, &path, &Value::Null);
        assert_eq!(status, 200, "{said}");
        self.config_map(cluster, namespace, name);
    }

    /// The UIDs of the ConfigMaps of a namespace by their names, but of those that every namespace has.
    pub(crate) fn uids(&self, cluster: &str, namespace: &str) -> BTreeMap<String, String> {
        let path = format!("/api/v1/namespaces/{namespace}/configmaps");
        let (_, list) = self.ask(cluster, Method::GET, &path, &Value::Null);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let maps = list["items"].as_array().expect("items").iter().map(|item| &item["metadata"]);
        let maps = maps.map(|map| (text(&map["name"]), text(&map["uid"])));
        maps.filter(|(name, _)| name != "kube-root-ca.crt").collect()
    }
}
