//! Another person at the same server: reads one object again and again, over a connection and with a token of their
//! own, and notes how long each read takes.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::Duration,
};

use secateur_cluster::{Access, Client, Network, Origin, Sources, Transport, connect, read_catalogue};
use secateur_domain::{ids::ObjectKey, kind, outcome::Seen};
use tokio::{task::JoinSet, time::MissedTickBehavior};

use crate::percentile::percentile;

/// A read begins so often, whether the one before has ended or not.
const EVERY: Duration = Duration::from_millis(20);
/// Not counted: they open the connection.
const WARMING: usize = 10;

/// Someone who is reading.
pub(crate) struct Reading {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Latencies>,
}

/// How long each read took, from the moment it was due.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Reading {
    /// Begins to read a ConfigMap as the user of this context; returns when the connection is warm.
    pub(crate) fn begin(kubeconfig: &Path, context: &str, namespace: &str, name: &str) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (ready, begun) = mpsc::channel();
        let (kubeconfig, context) = (kubeconfig.to_owned(), context.to_owned());
        let (namespace, name, over) = (namespace.to_owned(), name.to_owned(), Arc::clone(&is_over));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let client = connected(&kubeconfig, &context).await;
                let key = key(&client, &namespace, &name).await;
                for _ in 0..WARMING {
                    read(&client, &key).await;
                }
                ready.send(()).expect("someone waits");
                read_until(&over, &client, &key).await
            })
        });
        begun.recv().expect("the other client is connected");
        Self { is_over, thread }
    }

    /// Ends it.
    pub(crate) fn end(self) -> Latencies {
        self.is_over.store(true, Ordering::SeqCst);
        self.thread.join().expect("every read was answered")
    }
}

impl Latencies {
    /// Together with those of another time.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.0.extend(&other.0);
        self
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The least that so many of a hundred do not exceed, in milliseconds.
    pub(crate) fn percentile(&self, hundredths: usize) -> f64 {
        percentile(&self.0, hundredths)
    }
}

async fn read_until(is_over: &AtomicBool, client: &Client, key: &ObjectKey) -> Latencies {
    let mut due = tokio::time::interval(EVERY);
    // A read that is late is counted from when it was due: who waits does not ask less.
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut reads = JoinSet::new();
    while !is_over.load(Ordering::SeqCst) {
        let since = due.tick().await;
        let (client, key) = (client.clone(), key.clone());
        reads.spawn(async move {
            read(&client, &key).await;
            since.elapsed()
        });
    }
    Latencies(reads.join_all().await)
}

async fn read(client: &Client, key: &ObjectKey) {
    let seen = client.look(key).await;
    assert!(matches!(seen, Ok(Seen::Present { .. })), "the other client's read: {seen:?}");
}

async fn connected(kubeconfig: &Path, context: &str) -> Client {
    let catalogue = read_catalogue(&Sources::from_list(kubeconfig.as_os_str(), Origin::Flag));
    let context = catalogue.contexts.into_iter().find(|found| found.name == context).expect("the context");
    let network: Arc<dyn Transport> = Arc::new(Network::default());
    connect(&context, Access::by_entry(network)).await.expect("the other client connects")
}

async fn key(client: &Client, namespace: &str, name: &str) -> ObjectKey {
    let discovered = client.discover().await.expect("discovery");
    let kind = kind::resolve(&discovered.kinds, "configmaps").expect("ConfigMaps");
    let page = client.get_table(&kind, Some(namespace), name).await.expect("the ConfigMap");
    page.rows.first().and_then(secateur_domain::row::Row::key).expect("its key")
}
