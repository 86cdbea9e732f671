//! A gate before a plane: closed, nothing gets to the server. It makes a job wait for as long as a test likes.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::Notify,
    task::JoinSet,
};

use crate::plane::Plane;

/// Passes bytes on between the application and a plane. It knows nothing of what they say.
pub(crate) struct Gate {
    shared: Arc<Shared>,
    folder: tempfile::TempDir,
    /// Listens, and ends with the gate.
    _listening: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    is_closed: AtomicBool,
    /// Bytes that may still pass to the server before the gate closes by itself.
    left: AtomicU64,
    opened: Notify,
}

impl Shared {
    /// Waits while the gate is closed, then lets so many bytes pass.
    async fn pass(&self, bytes: u64) {
        loop {
            let opened = self.opened.notified();
            if !self.is_closed.load(Ordering::SeqCst) {
                break;
            }
            opened.await;
        }
        let left = self.left.load(Ordering::SeqCst);
        if left == u64::MAX {
            return;
        }
        self.left.store(left.saturating_sub(bytes), Ordering::SeqCst);
        if left <= bytes {
            self.is_closed.store(true, Ordering::SeqCst);
        }
    }
}

impl Gate {
    /// A gate that is open.
    pub(crate) async fn before(plane: &Plane) -> Self {
        let shared = Arc::new(Shared { left: AtomicU64::new(u64::MAX), ..Shared::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (own, planes) = (listener.local_addr().expect("its address").port(), plane.port());
        let folder = tempfile::tempdir().expect("a folder");
        // The windows of these tests take only a kubeconfig of theirs or of a plane.
        std::fs::create_dir(folder.path().join("plane")).expect("a folder");
        let text = std::fs::read_to_string(plane.kubeconfig()).expect("the kubeconfig");
        let text = text.replace(&format!(":{planes}"), &format!(":{own}"));
        std::fs::write(folder.path().join("plane/kubeconfig"), text).expect("a kubeconfig");
        let mut listening = JoinSet::new();
        listening.spawn(listen(listener, planes, Arc::clone(&shared)));
        Self { shared, folder, _listening: listening }
    }

    /// The plane's kubeconfig, whose server is behind the gate.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        Path::new(self.folder.path()).join("plane/kubeconfig")
    }

    /// Nothing passes to the server from now on.
    pub(crate) fn close(&self) {
        self.shared.is_closed.store(true, Ordering::SeqCst);
    }

    /// So many bytes pass to the server yet.
    pub(crate) fn close_after(&self, bytes: u64) {
        self.shared.left.store(bytes, Ordering::SeqCst);
    }

    /// Whether it is closed by now.
    pub(crate) fn is_closed(&self) -> bool {
        self.shared.is_closed.load(Ordering::SeqCst)
    }

    /// Everything passes, what waited first.
    pub(crate) fn open(&self) {
        self.shared.left.store(u64::MAX, Ordering::SeqCst);
        self.shared.is_closed.store(false, Ordering::SeqCst);
        self.shared.opened.notify_waiters();
    }
}

/// Takes connections; all of them end with this.
async fn listen(listener: TcpListener, server: usize, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let server = TcpStream::connect(format!("127.0.0.1:{server}")).await.expect("the plane listens");
        let (from_client, mut to_client) = client.into_split();
        let (mut from_server, to_server) = server.into_split();
        connections.spawn(pass_on(from_client, to_server, Arc::clone(&shared)));
        connections.spawn(async move {
            // A connection that breaks is the application's to notice.
            let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
        });
    }
}

async fn pass_on(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, shared: Arc<Shared>) {
    // Small pieces, so that a gate that closes by itself does so in the middle of a job.
    let mut piece = vec![0; 1024];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        shared.pass(read as u64).await;
        if to.write_all(piece.get(..read).unwrap_or_default()).await.is_err() {
            return;
        }
    }
}
