//! The window's frame, which no driver has: it is asked to close as a window manager would ask it.

use x11rb::{
    connection::Connection,
    protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window},
    rust_connection::RustConnection,
};

/// Asks the window of a process to close.
pub(crate) fn ask_to_close(process: u32) {
    let (display, screen) = x11rb::connect(None).expect("the display");
    let window = window_of(&display, display.setup().roots[screen].root, process);
    let protocols = atom(&display, "WM_PROTOCOLS");
    let message =
        ClientMessageEvent::new(32, window, protocols, [atom(&display, "WM_DELETE_WINDOW"), 0, 0, 0, 0]);
    display
        .send_event(false, window, EventMask::NO_EVENT, message)
        .expect("a request")
        .check()
        .expect("sent");
}

/// The window of a process.
pub(crate) fn window_of(display: &RustConnection, root: Window, process: u32) -> Window {
    let children = display.query_tree(root).expect("a request").reply().expect("windows").children;
    let windows: Vec<Window> =
        children.into_iter().filter(|window| is_of(display, *window, process) == Some(true)).collect();
    let [window] = windows[..] else { panic!("one window of {process}: {windows:?}") };
    window
}

/// Whether a person sees it and it is that process's. A window that goes meanwhile is nobody's.
fn is_of(display: &RustConnection, window: Window, process: u32) -> Option<bool> {
    let property = atom(display, "_NET_WM_PID");
    let id = display.get_property(false, window, property, AtomEnum::CARDINAL, 0, 1).ok()?.reply().ok()?;
    let is_seen = display.get_window_attributes(window).ok()?.reply().ok()?.map_state == MapState::VIEWABLE;
    Some(is_seen && id.value32()?.next()? == process)
}

pub(crate) fn atom(display: &RustConnection, name: &str) -> u32 {
    display.intern_atom(false, name.as_bytes()).expect("a request").reply().expect("an atom").atom
}
