//! What we may do, as the server says beforehand. A hint: it is wrong where rights name single objects.

use bytes::Bytes;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use secateur_domain::kind::Kind;

use crate::{
    client::{Client, ask},
    error::ClusterError,
    pipeline::{Ask, Verb},
    url::{self, Query},
};

impl Client {
    /// Whether we may `verb` the kind's objects in a namespace, or in all of them.
    pub async fn may(&self, verb: &str, kind: &Kind, namespace: Option<&str>) -> Result<bool, ClusterError> {
        let what = format!("asking whether we may {verb} {}", kind.resource());
        let namespace = kind.in_namespace(namespace);
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    group: Some(kind.group.clone()),
                    version: Some(kind.version.clone()),
                    resource: Some(kind.plural.clone()),
                    namespace: namespace.map(str::to_owned),
                    verb: Some(verb.to_owned()),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let body = serde_json::to_vec(&review)
            .map_err(|error| ClusterError::Unusable(format!("{what}: {error}")))?;
        let segments = ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"];
        let uri = url::build(self.server(), &segments, &Query::default())?;
        let ask = Ask { body: Bytes::from(body), ..ask(Verb::Review, uri, "application/json", what) };
        let answer = self.pipeline().send(&ask).await?;
        let review: SelfSubjectAccessReview =
            self.decode(&ask, answer.body, |body| Ok(serde_json::from_slice(body)?)).await?;
        Ok(review.status.is_some_and(|status| status.allowed))
    }
}

#[cfg(test)]
mod tests;
