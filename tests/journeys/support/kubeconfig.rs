//! A kubeconfig as whoever speaks to a server past the engine reads it: where a context leads, and with which token.

use base64::{Engine, prelude::BASE64_STANDARD};
use secateur_cluster::{Endpoint, Opened};
use serde_json::Value;

/// One whose authorities and tokens stand in it.
pub(crate) struct Kubeconfig(Value);

impl Kubeconfig {
    pub(crate) fn parse(text: &str) -> Self {
        Self(serde_saphyr::from_str(text).expect("a kubeconfig"))
    }

    /// The name of its first cluster.
    pub(crate) fn first_cluster(&self) -> &str {
        self.0["clusters"][0]["name"].as_str().expect("its name")
    }

    /// Where a context leads.
    pub(crate) fn endpoint(&self, context: &str) -> Endpoint {
        let cluster = self.behind(context, "clusters", "cluster").expect("the context's cluster");
        let ca = cluster["certificate-authority-data"].as_str().map(|data| {
            let pem = String::from_utf8(BASE64_STANDARD.decode(data).expect("base64")).expect("PEM");
            let lines: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
            BASE64_STANDARD.decode(lines).expect("one certificate").into()
        });
        Endpoint {
            server: cluster["server"].as_str().expect("a server").parse().expect("its URL"),
            ca: ca.into_iter().collect(),
            is_insecure: false,
            tls_server_name: None,
            identity: None,
            proxy: None,
            surroundings: None,
            opened: Opened::default(),
        }
    }

    /// The token of a context's user, if there is such a context and its user has one.
    pub(crate) fn token(&self, context: &str) -> Option<String> {
        self.behind(context, "users", "user")?["token"].as_str().map(str::to_owned)
    }

    /// The cluster or the user that a context names.
    fn behind(&self, context: &str, list: &str, kind: &str) -> Option<&Value> {
        let context = &self.named("contexts", context)?["context"];
        Some(&self.named(list, context[kind].as_str()?)?[kind])
    }

    fn named(&self, list: &str, name: &str) -> Option<&Value> {
        self.0[list].as_array().expect("a list").iter().find(|entry| entry["name"] == name)
    }
}
