//! Which ConfigMaps, Secrets and claims objects name. Custom resources are read as well: whatever stands under a key
//! that speaks of one of these is taken for a name.

use std::fmt;

use secateur_domain::{kind::Kind, uses::Uses};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    client::{Client, ask},
    decode::{ListMeta, PartialObject, Undecodable},
    error::ClusterError,
    pipeline::Verb,
    url::{self, Query},
};

/// Whole objects a page.
const PAGE: &str = "200";
/// No name is longer.
const LONGEST: usize = 253;

impl Client {
    /// What the objects of a kind name. Nothing else is kept of them.
    pub async fn mentions(&self, kind: &Kind, namespace: Option<&str>) -> Result<Uses, ClusterError> {
        let mut uses = Uses::default();
        let mut token: Option<String> = None;
        loop {
            let query = Query::default().with("limit", PAGE).with_some("continue", token.as_deref());
            let uri = url::collection(self.server(), kind, namespace, &query)?;
            let ask = ask(Verb::List, uri, "application/json", format!("reading {}", kind.resource()));
            let answer = self.pipeline().send(&ask).await?;
            let is_pod = kind.group.is_empty() && kind.plural == "pods";
            let (found, next) = self.decode(&ask, answer.body, move |body| read(body, is_pod)).await?;
            uses.extend(found);
            token = next;
            if token.is_none() {
                return Ok(uses);
            }
        }
    }
}

fn read(body: &[u8], is_pod: bool) -> Result<(Uses, Option<String>), Undecodable> {
    let mut list: WireList<'_> = serde_json::from_slice(body)?;
    let mut uses = Uses::default();
    for item in list.items.unwrap_or_default() {
        let PartialObject { metadata } = serde_json::from_str(item.get())?;
        let (Some(namespace), Some(name)) = (metadata.namespace.as_deref(), metadata.name.as_deref()) else {
            continue;
        };
        let walk = Walk { uses: &mut uses, namespace, is_reference: false };
        walk.deserialize(&mut serde_json::Deserializer::from_str(item.get()))?;
        let spec = serde_json::from_str::<WithSpec>(item.get()).unwrap_or_default().spec;
        for template in spec.volume_claim_templates {
            uses.add_numbered(namespace, &format!("{}-{name}-", template.metadata.name));
        }
        for volume in spec.volumes.into_iter().filter(|volume| is_pod && volume.ephemeral.is_some()) {
            uses.add(namespace, &format!("{name}-{}", volume.name));
        }
    }
    Ok((uses, list.metadata.next()))
}

#[derive(Deserialize)]
struct WireList<'a> {
    metadata: ListMeta,
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

/// What claims are made from, whose names are put together.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WithSpec {
    spec: Spec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    volume_claim_templates: Vec<Template>,
    volumes: Vec<Volume>,
}

#[derive(Deserialize)]
struct Template {
    metadata: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Volume {
    name: String,
    ephemeral: Option<IgnoredAny>,
}

/// Goes through a value and takes the texts under keys that speak of references.
struct Walk<'a> {
    uses: &'a mut Uses,
    namespace: &'a str,
    is_reference: bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        // An annotation may name the namespace too.
        let name = text.rsplit_once('/').map_or(text, |(_, name)| name);
        if self.is_reference && !name.is_empty() && name.len() <= LONGEST {
            self.uses.add(self.namespace, name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { uses, namespace, is_reference } = self;
        while items.next_element_seed(Walk { uses: &mut *uses, namespace, is_reference })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { uses, namespace, is_reference } = self;
        while let Some(key) = map.next_key::<String>()? {
            let is_reference = is_reference || speaks_of_one(&key);
            map.next_value_seed(Walk { uses: &mut *uses, namespace, is_reference })?;
        }
        Ok(())
    }
}

/// `configMapRef`, `imagePullSecrets`, `claimName`, `example.com/auth-secret`.
fn speaks_of_one(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["configmap", "config-map", "secret", "claim"].iter().any(|word| key.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(object: &str, used: &[&str], unused: &[&str]) {
        let list = format!(r#"{{"metadata":{{"continue":""}},"items":[{object}]}}"#);
        let (found, next) = read(list.as_bytes(), object.contains("ephemeral")).expect("a list");
        assert_eq!(next, None);
        for (names, expected) in [(used, true), (unused, false)] {
            for name in names {
                assert_eq!(found.has("ns", name), expected, "{name} in {object}");
            }
        }
    }

    #[test]
    fn a_pod_names_what_it_mounts_and_reads() {
        check(
            r#"{"metadata":{"name":"p","namespace":"ns","labels":{"app":"label"}},"spec":{
            "imagePullSecrets":[{"name":"pull"}],
            "volumes":[{"name":"v","configMap":{"name":"mounted"}},{"name":"w","secret":{"secretName":"keys"}},
              {"name":"x","persistentVolumeClaim":{"claimName":"disk"}},{"name":"scratch","ephemeral":{}},
              {"name":"y","projected":{"sources":[{"configMap":{"name":"projected"}}]}}],
            "containers":[{"name":"c","image":"i","envFrom":[{"secretRef":{"name":"env"}}],
              "env":[{"name":"E","valueFrom":{"configMapKeyRef":{"name":"one","key":"k"}}},{"name":"F","value":"plain"}]}]}}"#,
            &["pull", "mounted", "keys", "disk", "projected", "env", "one", "p-scratch"],
            &["v", "c", "i", "E", "plain", "label", "other"],
        );
    }

    #[test]
    fn a_stateful_set_names_the_claims_of_all_its_numbers() {
        check(
            r#"{"metadata":{"name":"db","namespace":"ns"},"spec":{"volumeClaimTemplates":[{"metadata":{"name":"data"}}]}}"#,
            &["data-db-0", "data-db-11"],
            &["data-db-x", "data-other-0"],
        );
    }

    #[test]
    fn a_custom_resource_and_an_annotation_name_what_their_keys_say() {
        check(
            r#"{"metadata":{"name":"c","namespace":"ns","annotations":{"example.com/auth-secret":"ns/basic"}},
            "spec":{"secretName":"tls","deep":[{"credentialsSecret":{"name":"deep"}}],"count":3,"on":true,"none":null,"x":1.5}}"#,
            &["basic", "tls", "deep"],
            &["c", "3"],
        );
    }

    #[test]
    fn what_lives_in_no_namespace_names_nothing_in_one() {
        check(r#"{"metadata":{"name":"c"},"spec":{"secretName":"tls"}}"#, &[], &["tls"]);
    }
}
