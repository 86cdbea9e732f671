//! What an entry offers to sign in with, in words: known without opening a file.

use super::entry::{Entry, Material, UserEntry};
use crate::exec::Plugin;

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

impl UserEntry {
    /// The plugin, if it is what signs in: client-go runs none for a user that has a credential of another kind.
    pub(crate) fn plugin_in_use(&self) -> Option<&Plugin> {
        let has_another = self.token.is_some() || self.token_file.is_some() || self.certificate.is_some();
        self.plugin.as_ref().filter(|_| !has_another)
    }
}

impl Entry {
    /// What the entry offers, and in a few words which one.
    pub fn offered(&self) -> (Offered, String) {
        let user = &self.user;
        if let Some(plugin) = user.plugin_in_use() {
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

    /// The command of its credential plugin.
    pub fn plugin(&self) -> Option<&str> {
        self.user.plugin_in_use().map(Plugin::command)
    }

    /// Whom requests act as.
    pub fn acting_as(&self) -> Option<&str> {
        self.user.impersonate.user.as_deref()
    }
}
