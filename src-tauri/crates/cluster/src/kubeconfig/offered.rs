//! What an entry offers to sign in with, in words: known without opening a file.

use super::entry::{Entry, Material};

/// What requests are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// Nothing.
    Nothing,
    /// A client certificate.
    Certificate,
    /// A token in the entry.
    Token,
    /// A token in a file.
    TokenFile,
    /// What a credential plugin gives.
    Plugin,
}

impl Entry {
    /// What the entry offers, and in a few words which one.
    pub fn offered(&self) -> (Offered, String) {
        let user = &self.user;
        if let Some(plugin) = &user.plugin {
            return (Offered::Plugin, format!("plugin {}", plugin.command()));
        }
        if let Some(path) = &user.token_file {
            return (Offered::TokenFile, format!("token in {}", path.display()));
        }
        if user.token.is_some() {
            return (Offered::Token, "token in the kubeconfig".to_owned());
        }
        match &user.certificate {
            Some(Material::File(path)) => {
                (Offered::Certificate, format!("client certificate in {}", path.display()))
            }
            Some(Material::Data(_)) => {
                (Offered::Certificate, "client certificate in the kubeconfig".to_owned())
            }
            None => (Offered::Nothing, "no credential".to_owned()),
        }
    }

    /// Whom requests act as.
    pub fn acting_as(&self) -> Option<&str> {
        self.user.impersonate.user.as_deref()
    }
}
