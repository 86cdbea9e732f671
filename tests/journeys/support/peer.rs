//! A server on a raw socket that knows as much of Kubernetes as it takes to list ConfigMaps, and does to whoever asks
//! for them what a test wants.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What was asked.
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
}

/// What is done to a request for ConfigMaps: it writes the whole answer. An error ends the connection.
type Does = dyn Fn(&Asked, &mut TcpStream) -> io::Result<()> + Send + Sync;

/// A running one. Its threads end with the process, or when whoever asks has gone.
pub(crate) struct Peer {
    port: u16,
    folder: tempfile::TempDir,
}

impl Peer {
    pub(crate) fn start(
        does: impl Fn(&Asked, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let does: Arc<Does> = Arc::new(does);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let does = Arc::clone(&does);
                std::thread::spawn(move || serve(stream, does.as_ref()));
            }
        });
        let peer = Self { port, folder: tempfile::tempdir().expect("a folder") };
        std::fs::write(peer.kubeconfig(), peer.config()).expect("a kubeconfig");
        peer
    }

    /// A kubeconfig whose context `peer` points here. There is no TLS, and so no credential.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        Path::new(self.folder.path()).join("config")
    }

    fn config(&self) -> String {
        format!(
            "kind: Config\ncontexts:\n- {{name: peer, context: {{cluster: c, user: u}}}}\n\
             clusters:\n- {{name: c, cluster: {{server: 'http://127.0.0.1:{}'}}}}\nusers:\n- {{name: u, user: {{}}}}\n",
            self.port
        )
    }
}

/// Answers with JSON.
pub(crate) fn answer(stream: &mut TcpStream, status: u16, body: &str) -> io::Result<()> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(format!("{head}{body}").as_bytes())
}

/// A page of the list of ConfigMaps, as a table.
pub(crate) fn page(names: &[&str], next: Option<&str>) -> String {
    let rows = names.iter().map(|name| serde_json::json!({ "cells": [name], "object": object(name) }));
    serde_json::json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": { "resourceVersion": "7", "continue": next },
        "columnDefinitions": [{ "name": "Name", "type": "string", "format": "name", "description": "", "priority": 0 }],
        "rows": rows.collect::<Vec<_>>(),
    })
    .to_string()
}

/// A ConfigMap's metadata.
pub(crate) fn object(name: &str) -> serde_json::Value {
    serde_json::json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {
            "name": name, "namespace": "default", "uid": format!("uid-of-{name}"), "resourceVersion": "7",
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
    })
}

fn serve(mut stream: TcpStream, does: &Does) {
    while let Some(asked) = read(&stream) {
        let path = asked.path.split('?').next().unwrap_or_default();
        let done = match known(path) {
            Some(body) => answer(&mut stream, 200, &body),
            None if path.contains("/configmaps") => does(&asked, &mut stream),
            None => answer(&mut stream, 404, &missing(path)),
        };
        if done.is_err() {
            return;
        }
    }
}

/// The answer to what every client asks first.
fn known(path: &str) -> Option<String> {
    let kind = |plural: &str, name: &str, is_namespaced: bool| {
        serde_json::json!({
            "name": plural, "singularName": "", "namespaced": is_namespaced, "kind": name,
            "verbs": ["create", "delete", "get", "list", "watch"],
        })
    };
    let body = match path {
        "/apis" => serde_json::json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": [] }),
        "/api/v1" => serde_json::json!({
            "kind": "APIResourceList", "groupVersion": "v1",
            "resources": [kind("configmaps", "ConfigMap", true), kind("namespaces", "Namespace", false)],
        }),
        "/api/v1/namespaces/kube-system" => object("kube-system"),
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" => serde_json::json!({
            "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1",
            "status": { "userInfo": { "username": "gardener" } },
        }),
        _ => return None,
    };
    Some(body.to_string())
}

/// As a server says that something is not there.
pub(crate) fn missing(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
        "message": format!("\"{name}\" not found"), "details": { "name": name },
    })
    .to_string()
}

/// The next request, without its body; `None` when there is none.
fn read(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream);
    let mut first = String::new();
    lines.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    // No client sends its next request before it has the answer to this one, so nothing more is in the buffer.
    io::copy(&mut lines.take(length), &mut io::sink()).ok()?;
    Some(Asked { method, path })
}
