//! Extra request headers for clusters behind an authenticating proxy: names and values, by the clusters' ids.

use secateur_domain::ids::ClusterId;
use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use super::{Body, Safe, Sort};
use crate::StoreError;

/// The headers of one cluster.
#[derive(Debug)]
pub struct KeptHeaders {
    /// The cluster's id, as it was put.
    pub cluster: String,
    /// Names and values in order, or why they cannot be read.
    pub headers: Result<Vec<(String, SecretString)>, StoreError>,
}

/// The extra headers, in the [`Safe`].
#[derive(Debug, Clone)]
pub struct HeaderValues {
    safe: Safe,
}

impl HeaderValues {
    /// Those in this safe.
    pub fn new(safe: Safe) -> Self {
        Self { safe }
    }

    /// Every cluster's. Those that cannot be read cost no others.
    pub fn all(&self) -> Result<Vec<KeptHeaders>, StoreError> {
        let rows = self.safe.all(Sort::Headers)?.into_iter();
        let of = |(cluster, body): (String, Result<Body, _>)| KeptHeaders {
            cluster,
            headers: body.and_then(|body| unpack(&body)),
        };
        Ok(rows.map(of).collect())
    }

    /// The headers for a cluster; none where none were put.
    pub fn get(&self, cluster: &ClusterId) -> Result<Vec<(String, SecretString)>, StoreError> {
        let body = self.safe.get(Sort::Headers, cluster.as_str())?;
        body.map_or_else(|| Ok(Vec::new()), |body| unpack(&body))
    }

    /// Puts these headers in the place of what is there. On an error they are held for this run all the same.
    pub fn set(&self, cluster: &ClusterId, headers: &[(String, SecretString)]) -> Result<(), StoreError> {
        if headers.is_empty() {
            return self.remove(cluster);
        }
        let pairs: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        let body = serde_json::to_vec(&pairs).map(Zeroizing::new);
        let body = body.map_err(|_| StoreError::NotSealed { kept: Sort::Headers.kept() })?;
        self.safe.put(Sort::Headers, cluster.as_str(), &body)
    }

    /// Forgets the headers for a cluster.
    pub fn remove(&self, cluster: &ClusterId) -> Result<(), StoreError> {
        self.safe.remove(Sort::Headers, cluster.as_str())
    }

    /// Whether headers that are put now are there after quitting.
    pub fn is_lasting(&self) -> bool {
        self.safe.is_lasting()
    }

    /// Why not, in sentences for people.
    pub fn problem(&self) -> Option<String> {
        self.safe.problem("Request headers are")
    }
}

fn unpack(body: &Body) -> Result<Vec<(String, SecretString)>, StoreError> {
    let pairs: Vec<(String, String)> =
        serde_json::from_slice(body).map_err(|_| StoreError::SealBroken { kept: Sort::Headers.kept() })?;
    let secret = |(name, mut value): (String, String)| {
        let kept = SecretString::from(value.as_str());
        value.zeroize();
        (name, kept)
    };
    Ok(pairs.into_iter().map(secret).collect())
}
