//! How many DELETEs are under way, and what their answers say about the pace.

use std::time::Duration;

use secateur_domain::pace::Slowed;
use tokio::sync::SemaphorePermit;

use super::Gate;
use crate::clock::millis;

/// One DELETE's place among those under way; given back when it is dropped.
pub(in crate::job) struct Slot<'a> {
    gate: &'a Gate,
}

impl Gate {
    /// Waits until the next target may be written down.
    pub(in crate::job) async fn ahead(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.ahead.acquire().await.ok()
    }

    /// Waits for a free slot.
    pub(in crate::job) async fn slot(&self) -> Slot<'_> {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // Registered before looking, so that a slot freed in between is not missed.
            freed.as_mut().enable();
            {
                let mut figures = self.figures();
                if figures.under_way < figures.pace.limit() {
                    figures.under_way += 1;
                    return Slot { gate: self };
                }
            }
            freed.await;
        }
    }
}

impl Slot<'_> {
    /// The DELETE is sent now; gives the time.
    pub(in crate::job) fn send(&self) -> u64 {
        let mut figures = self.gate.figures();
        let under_way = figures.under_way;
        figures.pace.sent(under_way);
        drop(figures);
        self.gate.clock.now_ms()
    }

    /// The server answered, whatever it said.
    pub(in crate::job) async fn answered(self, sent: u64) {
        let now = self.gate.clock.now_ms();
        self.gate.figures().pace.answered(sent, now);
        self.gate.tell_pace().await;
    }

    /// The server asked to wait.
    pub(in crate::job) async fn busy(self, retry_after: Option<Duration>, sent: u64) {
        let retry_after = retry_after.map(millis);
        self.slowed(Slowed::Busy { retry_after }, sent).await;
    }

    /// No answer came.
    pub(in crate::job) async fn lost(self, sent: u64) {
        self.slowed(Slowed::NoAnswer, sent).await;
    }

    async fn slowed(self, why: Slowed, sent: u64) {
        let now = self.gate.clock.now_ms();
        self.gate.figures().pace.slowed(why, sent, now);
        self.gate.tell_pace().await;
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut figures = self.gate.figures();
        figures.under_way = figures.under_way.saturating_sub(1);
        drop(figures);
        // A grown limit may have room for several.
        self.gate.freed.notify_waiters();
    }
}
