//! Kinds, keys and options, as the tests on real servers name them.

use std::sync::Arc;

use secateur_cluster::{Client, Wanted};
use secateur_domain::{
    ids::ObjectKey,
    kind::{self, Kind},
    plan::DeleteOptions,
};

/// The served kind that `word` means.
pub async fn kind(client: &Client, word: &str) -> Arc<Kind> {
    let discovered = client.discover().await.expect("discovery");
    kind::resolve(&discovered.kinds, word).expect("a served kind")
}

/// One object that is there.
pub async fn key(client: &Client, word: &str, namespace: &str, name: &str) -> ObjectKey {
    let kind = kind(client, word).await;
    let page = client.get_table(&kind, Some(namespace), name).await.expect("the object");
    page.rows[0].key().expect("a key")
}

/// These options, whatever the object's version is.
pub fn plain(options: &DeleteOptions) -> Wanted<'_> {
    Wanted { options, version: None }
}
