//! Who we are to a cluster, and which cluster it is.

use bytes::Bytes;
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use secateur_domain::{fingerprint::Fingerprint, ids::Uid};

use crate::{
    client::{Client, ask},
    credential::Method,
    decode::PartialObject,
    error::{ApiStatus, AuthFailure, ClusterError},
    lists::METADATA,
    pipeline::{Ask, Verb},
    url::{self, Query},
};

/// The namespace that is made with a cluster and lives as long.
const KUBE_SYSTEM: &str = "kube-system";
const REVIEW: &str = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;

/// Who the server takes us for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whoami {
    /// The user; absent where the server does not say.
    pub user: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
}

impl Whoami {
    /// Whether the server may know no more than that somebody asked.
    pub fn is_nobody(&self) -> bool {
        self.user.as_deref().is_none_or(|user| user == "system:anonymous")
    }
}

impl Client {
    /// Who the server takes us for. Servers before 1.28, and those that forbid asking, leave the user out. One that
    /// does not let us act as somebody else says so: then nothing else is answered either.
    pub async fn whoami(&self) -> Result<Whoami, ClusterError> {
        let segments = ["apis", "authentication.k8s.io", "v1", "selfsubjectreviews"];
        let uri = url::build(self.server(), &segments, &Query::default())?;
        let ask = Ask {
            body: Bytes::from_static(REVIEW.as_bytes()),
            ..ask(Verb::Review, uri, "application/json", "asking who we are".to_owned())
        };
        let answer = match self.pipeline().send(&ask).await {
            Err(error @ ClusterError::Refused(_)) if self.pipeline().credential.acts_for_another() => {
                return Err(error);
            }
            Err(ClusterError::Refused(_) | ClusterError::NotFound(_) | ClusterError::NotSupported(_)) => {
                return Ok(Whoami::default());
            }
            Err(ClusterError::SignIn(AuthFailure { message, .. })) if self.method() == Method::None => {
                let status = ApiStatus { http_status: 401, message, ..ApiStatus::default() };
                return Err(ClusterError::NoCredential(status));
            }
            outcome => outcome?,
        };
        let review: SelfSubjectReview =
            self.decode(&ask, answer.body, |body| Ok(serde_json::from_slice(body)?)).await?;
        let user = review.status.and_then(|status| status.user_info).unwrap_or_default();
        Ok(Whoami { user: user.username, groups: user.groups.unwrap_or_default() })
    }

    /// What the cluster is: its URL, its CA, and the UID of `kube-system`, or of `namespace` where that may not be
    /// read.
    pub async fn fingerprint(&self, namespace: &str) -> Result<Fingerprint, ClusterError> {
        let (namespace, namespace_uid) = match self.namespace_uid(KUBE_SYSTEM).await? {
            Some(uid) => (KUBE_SYSTEM, Some(uid)),
            None => (namespace, self.namespace_uid(namespace).await?),
        };
        Ok(Fingerprint {
            server: self.shared.server_text.clone(),
            ca_hash: self.pipeline().credential.current().ca_hash.clone(),
            namespace: namespace.to_owned(),
            namespace_uid,
        })
    }

    /// The UID of a namespace; `None` where it may not be read or is not there.
    async fn namespace_uid(&self, namespace: &str) -> Result<Option<Uid>, ClusterError> {
        let uri = url::build(self.server(), &["api", "v1", "namespaces", namespace], &Query::default())?;
        let ask = ask(Verb::Get, uri, METADATA, format!("reading namespace {namespace}"));
        let answer = match self.pipeline().send(&ask).await {
            Err(ClusterError::Refused(_) | ClusterError::NotFound(_)) => return Ok(None),
            outcome => outcome?,
        };
        self.decode(&ask, answer.body, |body| {
            let PartialObject { metadata } = serde_json::from_slice(body)?;
            Ok(metadata.uid())
        })
        .await
    }
}

#[cfg(test)]
mod tests;
