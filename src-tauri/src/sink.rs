//! The page's ends of the engine's event port.

use std::sync::{Mutex, PoisonError};

use secateur_contract::BackendEvent;
use secateur_engine::{Event, EventSink};
use tauri::ipc::{Channel, IpcResponse};

use crate::{convert::IntoPage, desktop::Desktop};

/// Sends what the engine says to one channel of the page, in the page's types. A page that was closed or loaded again
/// takes no more; nothing follows from that.
pub(crate) struct ChannelSink<Page>(pub(crate) Channel<Page>);

impl<Message, Page> EventSink<Message> for ChannelSink<Page>
where
    Message: IntoPage<Page>,
    Page: IpcResponse + Send + Sync,
{
    fn send(&self, message: Message) {
        send(&self.0, message.into_page());
    }
}

/// Where the engine's own events go: to the page that subscribed last, to nobody before the first has. The desktop
/// hears of jobs whether there is a page or not.
pub(crate) struct PageEvents {
    desktop: Desktop,
    /// Guards which channel is the page's; copied out before anything is sent.
    page: Mutex<Option<Channel<BackendEvent>>>,
}

impl PageEvents {
    /// Without a page.
    pub(crate) fn new(desktop: Desktop) -> Self {
        Self { desktop, page: Mutex::default() }
    }

    /// Takes the channel of a page that was loaded.
    pub(crate) fn subscribe(&self, page: Channel<BackendEvent>) {
        *self.page.lock().unwrap_or_else(PoisonError::into_inner) = Some(page);
    }

    /// Tells the page something of the window's own.
    pub(crate) fn tell(&self, event: BackendEvent) {
        let page = self.page.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(page) = page {
            send(&page, event);
        }
    }
}

impl EventSink<Event> for PageEvents {
    fn send(&self, event: Event) {
        if let Event::JobChanged(job) = &event {
            self.desktop.tell(job);
        }
        if let Some(event) = event.into_page() {
            self.tell(event);
        }
    }
}

fn send<Page: IpcResponse>(channel: &Channel<Page>, message: Page) {
    if let Err(error) = channel.send(message) {
        tracing::debug!(%error, "the page took no message");
    }
}
