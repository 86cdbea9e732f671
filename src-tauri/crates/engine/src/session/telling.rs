//! What a credential plugin does for a session, told while it does it: one that signs in, and one that renews the
//! credential of a session that is signed in.

use std::{sync::Weak, time::Duration};

use secateur_cluster::{Access, Patience, PluginOutput, Renewal};
use tokio::sync::watch;

use super::{PluginRun, PluginSeen, Session, State, Status};
use crate::clock::millis;

/// What a plugin does and writes is told at most so often.
const PAUSE: Duration = Duration::from_millis(100);

impl Session {
    /// The plugin at work: one that signs in goes before one that renews, for a person may wait for it.
    pub(super) fn plugin_run(&self, status: &Status) -> Option<PluginRun> {
        let seen = status.plugin.as_ref().map(|seen| PluginRun {
            command: seen.command.clone(),
            since: seen.since,
            is_running: seen.is_running,
            is_asked: seen.patience == Patience::ByPerson,
            output: self.output.borrow().text.clone(),
        });
        if seen.as_ref().is_some_and(|seen| seen.is_running) {
            return seen;
        }
        // What is stopped with a session may take a moment to end.
        let is_signed_in = matches!(status.state, State::SignedIn(_));
        let renewal = self.renewal.borrow().clone().filter(|_| is_signed_in);
        renewal.map(|renewal| self.renewing(&renewal)).or(seen)
    }

    fn renewing(&self, renewal: &Renewal) -> PluginRun {
        PluginRun {
            command: renewal.command.clone(),
            since: self.clock.now_ms().saturating_sub(millis(renewal.since.elapsed())),
            is_running: true,
            is_asked: false,
            output: renewal.output.borrow().text.clone(),
        }
    }

    /// A plugin is at work from now on, if it is one that signs in.
    pub(super) fn plugin_begins(&self, access: &Access) {
        let context = self.context();
        let plugin = context.entry.as_ref().ok().and_then(|entry| entry.plugin());
        let command = plugin.filter(|_| access.token.is_none()).map(str::to_owned);
        self.output.send_replace(PluginOutput::default());
        let (since, patience) = (self.clock.now_ms(), access.patience);
        self.lock().plugin = command.map(|command| PluginSeen { command, since, is_running: true, patience });
    }

    /// Nothing is at work any more; what it wrote stays where it gave no credential.
    pub(super) fn plugin_ended(&self, stays: bool) {
        let mut status = self.lock();
        status.plugin =
            status.plugin.take().filter(|_| stays).map(|seen| PluginSeen { is_running: false, ..seen });
    }

    /// Tells what a plugin writes while the work goes on.
    pub(super) async fn telling_output<T>(&self, work: impl Future<Output = T>) -> T {
        let mut output = self.output.subscribe();
        let telling = async {
            while output.changed().await.is_ok() {
                self.told();
                tokio::time::sleep(PAUSE).await;
            }
            std::future::pending().await
        };
        tokio::select! {
            done = work => done,
            never = telling => never,
        }
    }
}

/// Tells the renewals of a session's credential, for as long as there is this session.
pub(super) async fn renewals(session: Weak<Session>, mut renewals: watch::Receiver<Option<Renewal>>) {
    let mut written = None;
    loop {
        tokio::select! {
            changed = renewals.changed() => {
                if changed.is_err() {
                    return;
                }
                let renewal = renewals.borrow_and_update();
                written = renewal.as_ref().map(|renewal| renewal.output.clone());
            }
            () = more(written.as_mut()) => {}
        }
        let Some(session) = session.upgrade() else { return };
        session.told();
        drop(session);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Waits until more is written, where something is at work.
async fn more(written: Option<&mut watch::Receiver<PluginOutput>>) {
    if let Some(written) = written
        && written.changed().await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}
