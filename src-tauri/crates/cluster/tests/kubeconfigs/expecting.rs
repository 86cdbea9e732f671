//! What a context must mean to us, from what kubectl says of it and from what we refuse on purpose.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// A context of kubectl's view.
pub struct Context<'a> {
    pub cluster: &'a str,
    pub user: &'a str,
    pub namespace: &'a str,
}

/// The context of this name.
pub fn context<'a>(view: &'a Value, name: &str) -> Context<'a> {
    let context = named(view, "contexts", "context", name).expect("the context");
    let text = |key| context.get(key).and_then(Value::as_str).unwrap_or_default();
    Context { cluster: text("cluster"), user: text("user"), namespace: text("namespace") }
}

/// The server of the context's cluster, as it may be shown.
pub fn server<'a>(view: &'a Value, context: &Context<'_>) -> &'a str {
    let cluster = named(view, "clusters", "cluster", context.cluster);
    let server = cluster.and_then(|cluster| cluster.get("server")?.as_str()).unwrap_or_default();
    if server.contains('@') { "" } else { server }
}

/// Everything else of it, as `Context::described` gives it; else the words for why we do not connect by it, of which
/// we say one.
pub fn described(view: &Value, context: &Context<'_>) -> Result<Value, Vec<&'static str>> {
    let empty = Value::Object(Map::new());
    let cluster = named(view, "clusters", "cluster", context.cluster);
    let user = named(view, "users", "user", context.user);
    let reasons = [
        (context.namespace.contains(|letter: char| " .:".contains(letter)), "namespace"),
        (cluster.is_none(), "cluster"),
        (user.is_none() && !context.user.is_empty(), "user"),
    ];
    let (cluster, user) = (cluster.unwrap_or(&empty), user.unwrap_or(&empty));
    let reasons = reasons.into_iter().chain(refused(cluster, user));
    let reasons: Vec<_> = reasons.filter(|(is_one, _)| *is_one).map(|(_, word)| word).collect();
    if !reasons.is_empty() {
        return Err(reasons);
    }
    Ok(json!({
        "cluster": {
            "ca": material(cluster, "certificate-authority"),
            "insecure": cluster.get("insecure-skip-tls-verify").is_some_and(|truth| truth == true),
            "tlsServerName": cluster.get("tls-server-name"),
            "proxy": secret(cluster, "proxy-url"),
            "disableCompression": cluster.get("disable-compression").is_some_and(|truth| truth == true),
            "forPlugin": for_plugin(cluster),
        },
        "user": {
            "token": secret(user, "token"),
            "tokenFile": user.get("tokenFile"),
            "certificate": material(user, "client-certificate"),
            "key": material(user, "client-key"),
            "plugin": user.get("exec").map(plugin),
            "provider": null,
            "as": user.get("as"),
            "asUid": user.get("as-uid"),
            "asGroups": list(user.get("as-groups")),
            "asExtra": extra(user.get("as-user-extra")),
        },
    }))
}

/// What we refuse on purpose, by a word of what we say.
fn refused(cluster: &Value, user: &Value) -> [(bool, &'static str); 8] {
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let has = |of: &Value, key: &str| of.get(key).is_some_and(|value| !value.is_null() && value != "");
    let (server, proxy) = (text(cluster, "server"), text(cluster, "proxy-url"));
    let begins = |url: &str, schemes: &[&str]| schemes.iter().any(|scheme| url.starts_with(scheme));
    let has_ca = has(cluster, "certificate-authority") || has(cluster, "certificate-authority-data");
    let is_insecure = cluster.get("insecure-skip-tls-verify").is_some_and(|truth| truth == true);
    let has_token = has(user, "token") || has(user, "tokenFile") || has(user, "exec");
    let acts_as_more = !list(user.get("as-groups")).is_empty()
        || user.get("as-user-extra").and_then(Value::as_object).is_some_and(|extra| !extra.is_empty())
        || has(user, "as-uid");
    let has_certificate = has(user, "client-certificate") || has(user, "client-certificate-data");
    let has_key = has(user, "client-key") || has(user, "client-key-data");
    [
        (!begins(&server, &["https://", "http://"]) || server.contains('@'), "server"),
        (!proxy.is_empty() && !begins(&proxy, &["http://", "https://", "socks5://"]), "proxy"),
        (has_ca && is_insecure, "asks not to verify"),
        (server.starts_with("http://") && has_token, "plain http"),
        (has(user, "username") || has(user, "password"), "username and password"),
        (acts_as_more && !has(user, "as"), "impersonates"),
        (has_certificate != has_key, "client certificate"),
        (user.get("exec").is_some_and(|exec| !is_whole(exec)), "exec has"),
    ]
}

/// Whether a plugin says all that it has to: client-go looks only when it is run.
fn is_whole(exec: &Value) -> bool {
    let is_of =
        |key: &str, of: &[&str]| exec.get(key).and_then(Value::as_str).is_some_and(|text| of.contains(&text));
    is_of("apiVersion", &[V1, V1BETA1])
        && is_of("interactiveMode", &["Never", "IfAvailable", "Always"])
        && exec.get("command").is_some_and(|command| command != "")
}

const V1: &str = "client.authentication.k8s.io/v1";
const V1BETA1: &str = "client.authentication.k8s.io/v1beta1";

fn plugin(exec: &Value) -> Value {
    let variables = list(exec.get("env")).into_iter();
    let variables = variables.map(|variable| {
        let value = variable["value"].as_str().unwrap_or_default();
        json!([variable["name"], digest(value.as_bytes())])
    });
    json!({
        "apiVersion": exec["apiVersion"],
        "command": exec["command"],
        "args": list(exec.get("args")),
        "env": variables.collect::<Vec<_>>(),
        "installHint": exec.get("installHint"),
        "provideClusterInfo": exec["provideClusterInfo"],
        "interactiveMode": exec["interactiveMode"],
    })
}

/// What the cluster has for plugins.
fn for_plugin(cluster: &Value) -> Option<String> {
    let extension = named(cluster, "extensions", "extension", "client.authentication.k8s.io/exec")?;
    Some(digest(extension.to_string().as_bytes())).filter(|_| !extension.is_null())
}

/// What is under a name of one of kubectl's lists; absent counts as empty.
fn named<'a>(view: &'a Value, list: &str, key: &str, name: &str) -> Option<&'a Value> {
    let entries = view.get(list)?.as_array()?;
    entries.iter().find(|entry| entry["name"] == name).map(|entry| &entry[key])
}

fn material(of: &Value, key: &str) -> Value {
    match (of.get(format!("{key}-data")).and_then(Value::as_str), of.get(key).and_then(Value::as_str)) {
        (Some(data), _) if !data.is_empty() => {
            json!({ "data": digest(&BASE64_STANDARD.decode(data).expect("base64")) })
        }
        (_, Some(path)) if !path.is_empty() => json!({ "file": path }),
        _ => Value::Null,
    }
}

fn secret(of: &Value, key: &str) -> Option<String> {
    of.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(|text| digest(text.as_bytes()))
}

fn list(list: Option<&Value>) -> Vec<Value> {
    list.and_then(Value::as_array).cloned().unwrap_or_default()
}

fn extra(extra: Option<&Value>) -> Map<String, Value> {
    let pairs = extra.and_then(Value::as_object).cloned().unwrap_or_default();
    pairs.into_iter().map(|(key, values)| (key, Value::Array(list(Some(&values))))).collect()
}

fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
