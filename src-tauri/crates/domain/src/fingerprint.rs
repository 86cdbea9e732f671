//! What a cluster *is*, whatever its entry is called.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{Uid, hex};

/// Server, CA and the UID of a namespace that lives as long as the cluster. Tier, receipts and trash belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The server's URL.
    pub server: String,
    /// SHA-256 of the CA certificates the kubeconfig names, in hexadecimal; empty where it names none.
    pub ca_hash: String,
    /// The namespace whose UID was read.
    pub namespace: String,
    /// Its UID; absent where none may be read, and then server and CA have to do.
    pub namespace_uid: Option<Uid>,
}

impl Fingerprint {
    /// One text for digests and for storage.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        let uid = self.namespace_uid.as_ref().map_or("", Uid::as_str);
        for part in [self.server.as_str(), &self.ca_hash, &self.namespace, uid] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hex(&hasher.finalize())
    }
}
