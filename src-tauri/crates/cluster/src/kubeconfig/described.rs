//! What was understood of a context, for comparing: with what was understood before, and with kubectl's
//! understanding. Secrets are digests here too.

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Context, Entry,
    entry::{ClusterEntry, Impersonate, Material, UserEntry},
};
use crate::exec::Plugin;

impl Context {
    /// Whether both mean the same to whoever connects by them, wherever they stand.
    pub fn means_the_same(&self, other: &Self) -> bool {
        let of = |context: &Self| (context.server.clone(), context.namespace.clone(), context.user.clone());
        of(self) == of(other) && self.described() == other.described()
    }

    /// Whether both take the same server for their cluster: the same CA, by the same name, verified or not. One that
    /// cannot be used says nothing else.
    pub fn trusts_the_same(&self, other: &Self) -> bool {
        match (&self.entry, &other.entry) {
            (Ok(one), Ok(other)) => trust(&one.cluster) == trust(&other.cluster),
            _ => true,
        }
    }

    /// Everything that was understood of its cluster and its user; `None` where it cannot be used. Every secret is
    /// its SHA-256.
    #[doc(hidden)]
    pub fn described(&self) -> Option<Value> {
        let Entry { cluster, user } = self.entry.as_ref().ok()?;
        Some(json!({ "cluster": of_cluster(cluster), "user": of_user(user) }))
    }
}

fn trust(cluster: &ClusterEntry) -> (Value, bool, &Option<String>) {
    (material(cluster.ca.as_ref(), Vec::as_slice), cluster.is_insecure, &cluster.tls_server_name)
}

fn of_cluster(cluster: &ClusterEntry) -> Value {
    json!({
        "ca": material(cluster.ca.as_ref(), Vec::as_slice),
        "insecure": cluster.is_insecure,
        "tlsServerName": cluster.tls_server_name,
        "proxy": secret(cluster.proxy.as_ref()),
        "disableCompression": cluster.disables_compression,
        "forPlugin": secret(cluster.for_plugin.as_ref()),
    })
}

fn of_user(user: &UserEntry) -> Value {
    let Impersonate { user: actor, uid, groups, extra } = &user.impersonate;
    json!({
        "token": secret(user.token.as_ref()),
        "tokenFile": user.token_file,
        "certificate": material(user.certificate.as_ref(), Vec::as_slice),
        "key": material(user.key.as_ref(), SecretSlice::expose_secret),
        "plugin": user.plugin.as_ref().map(of_plugin),
        "provider": user.provider,
        "as": actor,
        "asUid": uid,
        "asGroups": groups,
        "asExtra": extra.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
    })
}

fn of_plugin(plugin: &Plugin) -> Value {
    let variables = plugin.variables.iter();
    json!({
        "apiVersion": plugin.api_version.as_str(),
        "command": plugin.command(),
        "args": plugin.arguments,
        "env": variables.map(|(name, value)| json!([name, secret(Some(value))])).collect::<Vec<_>>(),
        "installHint": plugin.install_hint,
        "provideClusterInfo": plugin.provides_cluster_info,
        "interactiveMode": format!("{:?}", plugin.interactive),
    })
}

fn material<T>(material: Option<&Material<T>>, bytes: impl Fn(&T) -> &[u8]) -> Value {
    match material {
        None => Value::Null,
        Some(Material::Data(data)) => json!({ "data": digest(bytes(data)) }),
        Some(Material::File(path)) => json!({ "file": path }),
    }
}

fn secret(secret: Option<&SecretString>) -> Option<String> {
    secret.map(|secret| digest(secret.expose_secret().as_bytes()))
}

fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::fields;

    /// Whether these cluster fields mean and trust the same as those, with the same user.
    fn check(one: &str, other: &str, means: bool, trusts: bool) {
        let contexts = [one, other].map(|cluster| {
            let files = fields(&format!("server: 'https://host', {cluster}"), "token: t");
            files.catalogue.contexts.into_iter().next().expect("a context")
        });
        let [one, other] = &contexts;
        assert_eq!(
            (one.means_the_same(other), one.trusts_the_same(other)),
            (means, trusts),
            "{one:?} {other:?}"
        );
    }

    #[test]
    fn the_same_is_the_same() {
        check("certificate-authority-data: aGVsbG8=", "certificate-authority-data: aGVsbG8=", true, true);
    }
    #[test]
    fn another_authority_is_another_cluster() {
        check("certificate-authority-data: aGVsbG8=", "certificate-authority-data: Zm9vYmFy", false, false);
        check("certificate-authority: /a", "certificate-authority: /b", false, false);
        check("certificate-authority: /a", "insecure-skip-tls-verify: true", false, false);
        check("tls-server-name: a", "tls-server-name: b", false, false);
    }
    #[test]
    fn another_way_there_is_the_same_cluster() {
        check("proxy-url: 'http://a'", "proxy-url: 'http://b'", false, true);
    }
    #[test]
    fn what_cannot_be_used_says_nothing_of_the_cluster() {
        check("certificate-authority: /a", "certificate-authority-data: '?'", false, true);
    }
    #[test]
    fn another_token_is_another_meaning_and_the_same_cluster() {
        let context = |token: &str| {
            let files = fields("server: 'https://host'", &format!("token: {token}"));
            files.catalogue.contexts.into_iter().next().expect("a context")
        };
        let (one, other) = (context("a"), context("b"));
        assert!(!one.means_the_same(&other) && one.trusts_the_same(&other));
    }
}
