//! Files that are dragged from another application, as X tells it (XDND 5): this end is that other application. Nothing
//! of the window is called; it is told by messages what a desktop would tell it.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use x11rb::{
    COPY_DEPTH_FROM_PARENT, CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, PropMode,
            SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use crate::{
    frame::{atom, window_of},
    window::{GLANCE, PATIENCE},
};

/// The version of the protocol, in the first byte of the word that says it.
const VERSION: u32 = 5 << 24;

/// A pointer that holds files, over nothing yet.
pub(crate) struct Drag {
    display: RustConnection,
    /// Ours, which owns what is dragged.
    source: Window,
    /// The application's.
    target: Window,
    /// The middle of that, on the screen.
    at: u32,
    uris: String,
}

impl Drag {
    /// Takes these files up, to carry them to the window of a process.
    pub(crate) fn of(files: &[&Path], process: u32) -> Self {
        let (display, screen) = x11rb::connect(None).expect("the display");
        let root = display.setup().roots[screen].root;
        let target = window_of(&display, root, process);
        let place = display.get_geometry(target).expect("a request").reply().expect("its size");
        let (x, y) = (place.width / 2, place.height / 2);
        let (x, y) = (i16::try_from(x).expect("a place"), i16::try_from(y).expect("a place"));
        let middle = display.translate_coordinates(target, root, x, y).expect("a request");
        let middle = middle.reply().expect("its place");
        let at = u32::from(middle.dst_x.unsigned_abs()) << 16 | u32::from(middle.dst_y.unsigned_abs());
        let source = display.generate_id().expect("an id");
        let nothing = CreateWindowAux::new();
        let made = display.create_window(
            COPY_DEPTH_FROM_PARENT,
            source,
            root,
            -10,
            -10,
            1,
            1,
            0,
            WindowClass::INPUT_OUTPUT,
            0,
            &nothing,
        );
        made.expect("a request").check().expect("a window");
        let owned = display.set_selection_owner(source, atom(&display, "XdndSelection"), CURRENT_TIME);
        owned.expect("a request").check().expect("ours");
        let uris =
            files.iter().map(|file| format!("file://{}", file.display())).collect::<Vec<_>>().join("\r\n");
        Self { display, source, target, at, uris }
    }

    /// Moves over the window, and waits until it would take a drop.
    pub(crate) fn over(&self) {
        let list = atom(&self.display, "text/uri-list");
        self.say("XdndEnter", [self.source, VERSION, list, 0, 0]);
        let copy = atom(&self.display, "XdndActionCopy");
        // It asks for what is dragged first, and says no until it has it: a hand moves on meanwhile.
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.say("XdndPosition", [self.source, 0, self.at, CURRENT_TIME, copy]);
            let status = self.answer("XdndStatus");
            if status[1] & 1 == 1 {
                return;
            }
            assert!(Instant::now() < deadline, "the window takes no files");
            std::thread::sleep(GLANCE);
        }
    }

    /// Moves away again.
    pub(crate) fn leave(&self) {
        self.say("XdndLeave", [self.source, 0, 0, 0, 0]);
    }

    /// Lets go over the window, and waits until it has taken what was held.
    pub(crate) fn drop(self) {
        self.say("XdndDrop", [self.source, 0, CURRENT_TIME, 0, 0]);
        self.answer("XdndFinished");
    }

    fn say(&self, what: &str, words: [u32; 5]) {
        let message = ClientMessageEvent::new(32, self.target, atom(&self.display, what), words);
        let sent = self.display.send_event(false, self.target, EventMask::NO_EVENT, message);
        sent.expect("a request").check().expect("sent");
    }

    /// Gives what is dragged to whoever asks, until the window has said this.
    fn answer(&self, what: &str) -> [u32; 5] {
        let wanted = atom(&self.display, what);
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.display.poll_for_event().expect("the display") {
                Some(Event::ClientMessage(said)) if said.type_ == wanted => return said.data.as_data32(),
                Some(Event::SelectionRequest(asked)) => self.give(&asked),
                Some(_) => {}
                None => {
                    assert!(Instant::now() < deadline, "the window never said {what}");
                    std::thread::sleep(GLANCE);
                }
            }
        }
    }

    fn give(&self, asked: &SelectionRequestEvent) {
        let is_list = asked.target == atom(&self.display, "text/uri-list");
        if is_list {
            let given = self.display.change_property8(
                PropMode::REPLACE,
                asked.requestor,
                asked.property,
                asked.target,
                self.uris.as_bytes(),
            );
            given.expect("a request").check().expect("given");
        }
        let told = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: asked.requestor,
            selection: asked.selection,
            target: asked.target,
            property: if is_list { asked.property } else { AtomEnum::NONE.into() },
        };
        let sent = self.display.send_event(false, asked.requestor, EventMask::NO_EVENT, told);
        sent.expect("a request").check().expect("sent");
    }
}

/// A folder with these files in it.
pub(crate) fn files(all: &[(&str, &str)]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = all.iter().map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    });
    let paths = paths.collect();
    (folder, paths)
}
