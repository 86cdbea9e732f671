//! Kubeconfigs that only the person's login shell names. A desktop starts an application without what a shell exports,
//! so a `KUBECONFIG` that is set there is found by asking the shell. It is offered and never taken: its files are read
//! once the person has agreed to that very value, beside those that are read anyway.

use std::ffi::OsStr;

use secateur_cluster::{Catalogue, Origin, Sources, read_catalogue};
use secateur_store::StoredSettings;

use super::{Backend, KubeconfigState};
use crate::{catalogue::CatalogueChange, event::Event, failure::EngineError};

/// What is known of the login shell's `KUBECONFIG`, and what the person said to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShellKubeconfig {
    /// The shell sets it, and nobody has said anything yet.
    pub offered: Option<String>,
    /// The person agreed to it. It is the value of that day: the shell may set another by now.
    pub used: Option<String>,
    /// The shell sets it, and the person does not want it.
    pub declined: Option<String>,
}

impl Backend {
    /// Asks the login shell in the background, where it is to be asked, and tells what it names by `CatalogueChanged`;
    /// needs a runtime. The task ends with the shell's answer or deadline, or with the backend.
    pub fn ask_login_shell(&self) {
        if !self.inner.keys.plugins.may_offer_kubeconfig() {
            return;
        }
        let (plugins, events) = (self.inner.keys.plugins.clone(), self.inner.events.clone());
        let asking = async move {
            plugins.ask_login_shell().await;
            if plugins.offered_kubeconfig().is_some() {
                events.send(Event::CatalogueChanged(CatalogueChange::default()));
            }
        };
        self.inner.tasks.spawn(self.child().run_until_cancelled_owned(asking));
    }

    /// Reads the files that the login shell names from now on, and watches them. `value` is what the person agreed to:
    /// no other than the shell's own is taken.
    pub async fn use_shell_kubeconfig(&self, value: &str) -> Result<KubeconfigState, EngineError> {
        let shell = self.shell_kubeconfig();
        insist_on(value, &[shell.offered, shell.declined])?;
        let value = value.to_owned();
        let agree = move |settings: &mut StoredSettings| {
            settings.declined_kubeconfigs.remove(&value);
            settings.used_kubeconfig = Some(value);
        };
        self.answer_shell(agree).await
    }

    /// Does not use what the login shell names, or no longer, and does not offer that value again.
    pub async fn decline_shell_kubeconfig(&self, value: &str) -> Result<KubeconfigState, EngineError> {
        let shell = self.shell_kubeconfig();
        insist_on(value, &[shell.offered, shell.used])?;
        let value = value.to_owned();
        let decline = move |settings: &mut StoredSettings| {
            settings.used_kubeconfig.take_if(|used| *used == value);
            settings.declined_kubeconfigs.insert(value);
        };
        self.answer_shell(decline).await
    }

    async fn answer_shell(
        &self,
        answer: impl FnOnce(&mut StoredSettings) + Send + 'static,
    ) -> Result<KubeconfigState, EngineError> {
        self.change_settings(answer).await?;
        let read = self.reload().await?;
        self.watch_others();
        Ok(read)
    }

    /// What is known of it now.
    pub(super) fn shell_kubeconfig(&self) -> ShellKubeconfig {
        let used = self.used_kubeconfig();
        // Settings are text, and so is what a person is asked about.
        let set = self.inner.keys.plugins.offered_kubeconfig().and_then(|set| set.into_string().ok());
        let set = set.filter(|set| used.as_ref() != Some(set) && !self.files_of(set).is_empty());
        let is_declined =
            |set: &String| self.settings_with(|settings| settings.declined_kubeconfigs.contains(set));
        let (declined, offered) =
            if set.as_ref().is_some_and(is_declined) { (set, None) } else { (None, set) };
        ShellKubeconfig { offered, used, declined }
    }

    /// What the person agreed to, unless something that goes before it is set now.
    fn used_kubeconfig(&self) -> Option<String> {
        let used = self.settings_with(|settings| settings.used_kubeconfig.clone());
        used.filter(|_| self.inner.keys.plugins.may_offer_kubeconfig())
    }

    /// The files of such a list that are not read anyway. What is relative belongs to a folder that only the shell
    /// knows.
    fn files_of(&self, list: &str) -> Sources {
        let mut sources = Sources::from_list(OsStr::new(list), Origin::LoginShell);
        sources.files.retain(|file| file.is_absolute() && !self.inner.sources.files.contains(file));
        sources
    }

    /// Everything that is read: each by itself, so that an entry of one list never stands for one of another.
    pub(super) fn sources(&self) -> Vec<Sources> {
        let shell = self.used_kubeconfig().map(|used| self.files_of(&used));
        std::iter::once(self.inner.sources.clone()).chain(shell.filter(|shell| !shell.is_empty())).collect()
    }
}

/// Reads all of them. Blocks.
pub(super) fn read_all(sources: &[Sources]) -> Catalogue {
    let mut all = Catalogue::default();
    for read in sources.iter().map(read_catalogue) {
        all.join(read);
    }
    all
}

/// The page names nothing that the shell does not.
fn insist_on(value: &str, known: &[Option<String>]) -> Result<(), EngineError> {
    if known.iter().flatten().any(|known| known == value) {
        return Ok(());
    }
    Err(EngineError::Invalid("your login shell sets no such KUBECONFIG".to_owned()))
}
