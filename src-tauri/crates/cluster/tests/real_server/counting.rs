//! A TCP proxy on loopback that counts the connections made through it, and can go dead.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

pub struct Proxy {
    address: SocketAddr,
    count: Arc<AtomicUsize>,
    is_dead: watch::Sender<bool>,
    /// Ends with the proxy.
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// Forwards to a server given as `https://host:port`.
    pub async fn start(server: &str) -> Self {
        let target = server.trim_start_matches("https://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let (is_dead, dies) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (target, mut dies) = (target.clone(), dies.clone());
                connections.spawn(async move {
                    let mut far = TcpStream::connect(target).await.expect("the server");
                    let dead = async move { drop(dies.wait_for(|is_dead| *is_dead).await) };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        // The sockets stay open, as behind a cable that was pulled.
                        () = dead => std::future::pending().await,
                    }
                });
            }
        });
        Self { address, count, is_dead, _tasks: tasks }
    }

    pub fn server(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Passes nothing on any more, and closes nothing.
    pub fn die(&self) {
        self.is_dead.send_replace(true);
    }

    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}
