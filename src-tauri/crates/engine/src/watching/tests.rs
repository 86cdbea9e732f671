//! Real files that are changed in every way that files are changed in; and time that is not real.

use tokio::{sync::mpsc, time::timeout};

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

/// A folder, and a watch on `kube/config` in it.
struct Watched {
    folder: tempfile::TempDir,
    told: mpsc::UnboundedReceiver<()>,
    _watch: tokio::task::JoinSet<()>,
}

impl Watched {
    /// Watches once `prepare` has prepared the folder.
    async fn new(prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        prepare(folder.path());
        let (tell, told) = mpsc::unbounded_channel();
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(watch(vec![folder.path().join("kube/config")], move || {
            // Whoever listens may be gone when the test is.
            let _ = tell.send(());
            std::future::ready(())
        }));
        let mut watched = Self { folder, told, _watch: tasks };
        watched.is_told("that it watches").await;
        watched
    }

    async fn is_told(&mut self, what: &str) {
        let told = timeout(PATIENCE, self.told.recv()).await;
        assert!(matches!(told, Ok(Some(()))), "nothing is told: {what}");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn a_file(folder: &Path) {
    fs::create_dir(folder.join("kube")).expect("a folder");
    fs::write(folder.join("kube/config"), "a").expect("a file");
}

#[tokio::test]
async fn fault_74_written_renamed_over_cut_short_and_deleted_are_each_noticed() {
    let mut watched = Watched::new(a_file).await;
    let (file, other) = (watched.path("kube/config"), watched.path("kube/.config.new"));
    fs::write(&file, "b").expect("a file");
    watched.is_told("written").await;
    fs::write(&other, "c").expect("a file");
    fs::rename(&other, &file).expect("it is renamed");
    watched.is_told("renamed over").await;
    fs::OpenOptions::new().write(true).truncate(true).open(&file).expect("a file");
    watched.is_told("cut short").await;
    fs::remove_file(&file).expect("it is deleted");
    watched.is_told("deleted").await;
    fs::write(&file, "d").expect("a file");
    watched.is_told("made again").await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_yet_is_waited_for() {
    let mut watched = Watched::new(|_| {}).await;
    a_file(watched.folder.path());
    watched.is_told("made").await;
    fs::write(watched.path("kube/config"), "b").expect("a file");
    watched.is_told("written").await;
}

#[tokio::test]
async fn a_folder_that_is_replaced_is_watched_again() {
    let mut watched = Watched::new(a_file).await;
    fs::rename(watched.path("kube"), watched.path("away")).expect("it is renamed");
    watched.is_told("gone").await;
    a_file(watched.folder.path());
    watched.is_told("made again").await;
    fs::write(watched.path("kube/config"), "b").expect("a file");
    watched.is_told("written").await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_link_leads_to_is_watched_and_so_is_the_link() {
    use std::os::unix::fs::symlink;
    let mut watched = Watched::new(|folder| {
        fs::create_dir_all(folder.join("real/one")).expect("a folder");
        fs::create_dir(folder.join("kube")).expect("a folder");
        fs::write(folder.join("real/one/file"), "a").expect("a file");
        symlink("../real/one/file", folder.join("kube/config")).expect("a link");
    })
    .await;
    fs::write(watched.path("real/one/file"), "b").expect("a file");
    watched.is_told("written behind the link").await;
    fs::write(watched.path("real/two"), "c").expect("a file");
    symlink("../real/two", watched.path("kube/new")).expect("a link");
    fs::rename(watched.path("kube/new"), watched.path("kube/config")).expect("it is renamed");
    watched.is_told("the link leads elsewhere").await;
    fs::write(watched.path("real/two"), "d").expect("a file");
    watched.is_told("written behind the new link").await;
}

#[tokio::test]
async fn reading_it_and_what_is_beside_it_are_no_change() {
    let mut watched = Watched::new(a_file).await;
    assert_eq!(fs::read(watched.path("kube/config")).expect("a file"), b"a");
    fs::write(watched.path("kube/beside"), "b").expect("a file");
    fs::write(watched.path("beside"), "b").expect("a file");
    // What comes next is told once, and would come second if one of these were told.
    fs::write(watched.path("kube/config"), "b").expect("a file");
    watched.is_told("written").await;
    fs::write(watched.path("kube/config"), "c").expect("a file");
    watched.is_told("written again").await;
    assert!(watched.told.is_empty());
}

/// Runs `settle` while something happens every `apart`, `times` over; gives how long it took.
async fn settling(apart: Duration, times: u32) -> Duration {
    let (happened, mut happens) = watch::channel(0_u64);
    let begun = Instant::now();
    let happening = async {
        for _ in 0..times {
            tokio::time::sleep(apart).await;
            happened.send_modify(|count| *count += 1);
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = settle(&mut happens) => {}
        () = happening => {}
    }
    assert!(!happens.has_changed().expect("it is open"), "what happened until then is over");
    begun.elapsed()
}

#[tokio::test(start_paused = true)]
async fn fault_74_a_hundred_edits_a_second_are_one_change() {
    let took = settling(Duration::from_millis(10), 100).await;
    assert!(took >= Duration::from_millis(1_200) && took < Duration::from_millis(1_210), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn edits_without_an_end_are_looked_at_all_the_same() {
    let took = settling(Duration::from_millis(10), 10_000).await;
    assert!(took >= LONGEST && took <= LONGEST + QUIET, "{took:?}");
}
