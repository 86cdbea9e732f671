//! Kubeconfigs that somebody else writes while clusters are open and jobs run.

use std::path::{Path, PathBuf};

use secateur_engine::{Event, LaneState, LaneWait, SelectionChange, SessionState};

use crate::{
    audit::deletes,
    support::{
        engine::Engine,
        faults::Fault,
        jobs::counted,
        plane::{Plane, first, second},
    },
};

/// A kubeconfig of a test's own, which it may write over.
struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
    whole: String,
}

impl File {
    fn of(plane: &Plane) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config");
        let whole = std::fs::read_to_string(plane.kubeconfig()).expect("the kubeconfig");
        std::fs::write(&path, &whole).expect("a kubeconfig");
        Self { _folder: folder, path, whole }
    }

    /// Replaces it as kubectl does: by a new file that takes its name.
    fn replace(&self, text: &str) {
        let new = self.path.with_extension("lock");
        std::fs::write(&new, text).expect("a file");
        std::fs::rename(&new, &self.path).expect("it is renamed");
    }

    /// The same with another certificate authority, which is the other plane's.
    fn with_another_authority(&self) -> String {
        let theirs = std::fs::read_to_string(second().kubeconfig()).expect("the other's kubeconfig");
        let authority = |text: &str| {
            let line =
                text.lines().find(|line| line.contains("certificate-authority")).expect("an authority");
            line.trim().to_owned()
        };
        let (ours, theirs) = (authority(&self.whole), authority(&theirs));
        assert_ne!(ours, theirs);
        self.whole.replace(&ours, &theirs)
    }
}

impl Engine {
    /// Every change of the kubeconfigs that was told, in words.
    fn kubeconfig_changes(&self) -> Vec<Option<String>> {
        let told = |event: &Event| match event {
            Event::CatalogueChanged(change) => Some(change.words()),
            _ => None,
        };
        self.events().iter().filter_map(told).collect()
    }

    /// Waits until a change that holds these words was told.
    async fn is_told(&self, words: &str) {
        self.until(words, || {
            let told = self.kubeconfig_changes();
            told.iter().flatten().any(|told| told.contains(words)).then_some(())
        })
        .await;
    }

    fn state(&self, name: &str) -> (SessionState, u32) {
        let clusters = self.backend.catalogue().clusters;
        let cluster = clusters.into_iter().find(|cluster| cluster.name == name).expect("the cluster");
        (cluster.state, cluster.generation)
    }
}

#[test]
fn what_changed_in_a_kubeconfig_is_told_once_and_sessions_of_the_others_stay() {
    let (plane, file) = (first(), File::of(first()));
    Engine::at(&[&file.path]).run(async |engine| {
        engine.backend.watch_kubeconfigs();
        engine.open(plane.name).await;
        let more = format!("{}\n---\n", file.whole.replace("first-keeper", "first-newcomer"));
        file.replace(&more);
        engine.is_told("New: first-newcomer; gone: first-keeper.").await;
        assert_eq!(engine.state(plane.name), (SessionState::SignedIn, 1));
        file.replace(&file.whole);
        engine.is_told("New: first-keeper; gone: first-newcomer.").await;
        assert_eq!(engine.kubeconfig_changes().len(), 2, "{:?}", engine.kubeconfig_changes());
        assert_eq!(engine.logouts(), []);
    });
}

#[test]
fn a_token_that_changed_is_taken_at_the_next_signing_in() {
    let file = File::of(first());
    let spoilt = file.whole.replace("token: ", "token: not-");
    std::fs::write(&file.path, &spoilt).expect("a kubeconfig");
    Engine::at(&[&file.path]).run(async |engine| {
        engine.backend.watch_kubeconfigs();
        let cluster = engine.backend.cluster_named("first-viewer").expect("the context");
        engine.backend.open_cluster(&cluster).await.expect_err("a token that is none");
        assert_eq!(engine.state("first-viewer").0, SessionState::NeedsSignIn);
        file.replace(&file.whole);
        engine.is_told("Changed: ").await;
        engine.open("first-viewer").await;
        assert_eq!(engine.state("first-viewer"), (SessionState::SignedIn, 2));
    });
}

#[test]
fn fault_74_a_kubeconfig_in_pieces_costs_no_session_and_is_read_when_it_is_whole() {
    let (plane, file) = (first(), File::of(first()));
    Engine::at(&[&file.path]).run(async |engine| {
        engine.backend.watch_kubeconfigs();
        engine.open(plane.name).await;
        let problem = async |what: &str| {
            engine
                .until(what, || {
                    let problems = engine.backend.catalogue().problems;
                    problems.iter().any(|problem| problem.message.contains(what)).then_some(())
                })
                .await;
            assert_eq!(engine.state(plane.name), (SessionState::SignedIn, 1), "{what}");
            assert!(engine.backend.catalogue().clusters.len() > 3, "{what}");
        };
        std::fs::write(&file.path, "contexts: [{").expect("a kubeconfig");
        problem("not valid YAML").await;
        std::fs::write(&file.path, "").expect("a kubeconfig");
        problem("is gone or empty").await;
        file.replace("contexts: 7");
        problem("contexts is a number").await;
        std::fs::remove_file(&file.path).expect("it is deleted");
        problem("is gone or empty").await;
        file.replace(&file.whole);
        engine.until("it is whole", || engine.backend.catalogue().problems.is_empty().then_some(())).await;
        assert_eq!(engine.state(plane.name), (SessionState::SignedIn, 1));
        assert!(engine.kubeconfig_changes().iter().all(Option::is_none), "no context changed");
    });
}

#[test]
fn fault_76_another_current_context_changes_nothing_that_was_chosen() {
    let (plane, file) = (first(), File::of(first()));
    plane.namespace("chosen");
    plane.config_map("chosen", "marked");
    Engine::at(&[&file.path]).run(async |engine| {
        engine.backend.watch_kubeconfigs();
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("chosen"));
        view.row("marked").await;
        let marked =
            engine.backend.select(Some(&view.id), SelectionChange::MarkAll).await.expect("it is marked");
        let current = format!("current-context: {}", plane.name);
        assert!(file.whole.contains(&current), "{}", file.whole);
        file.replace(&file.whole.replace(&current, "current-context: first-viewer"));
        let named = engine.backend.cluster_named("first-viewer").expect("the context");
        engine
            .until("it is read", || (engine.backend.catalogue().current == Some(named.clone())).then_some(()))
            .await;
        assert_eq!(engine.state(plane.name), (SessionState::SignedIn, 1));
        assert_eq!(engine.state("first-viewer").0, SessionState::NotConnected, "nothing is opened by it");
        let still = engine.backend.select(None, SelectionChange::Unmark(Vec::new())).await.expect("marks");
        assert_eq!(still, marked);
        view.row("marked").await;
        assert_eq!(engine.kubeconfig_changes(), [None], "no context changed");
    });
}

#[test]
fn fault_75_a_job_whose_context_is_repointed_sends_nothing_more_to_either() {
    let theirs = std::fs::read_to_string(second().kubeconfig()).expect("the other's kubeconfig");
    while_a_job_runs("repointed", |_| theirs.replace(second().name, first().name));
}

#[test]
fn fault_75_a_job_whose_context_trusts_another_authority_sends_nothing_before_it_is_opened_again() {
    while_a_job_runs("distrusted", |file| {
        let other = file.with_another_authority();
        assert_ne!(other, file.whole);
        other
    });
}

#[test]
fn fault_75_a_job_whose_context_is_removed_waits_for_it() {
    while_a_job_runs("removed", |_| "apiVersion: v1\nkind: Config\n".to_owned());
}

/// Changes the kubeconfig while a job's answers are held, and changes it back: until then nothing is sent, and then
/// the job goes on to its end, on what it was planned for.
fn while_a_job_runs(namespace: &str, change: impl Fn(&File) -> String) {
    let (plane, file) = (first(), File::of(first()));
    plane.seed_config_maps(namespace, 120);
    let theirs = deletes(second(), namespace).len();
    Engine::at_with(Path::new(&file.path), Fault::HoldAnswers).run(async |engine| {
        engine.backend.watch_kubeconfigs();
        let cluster = engine.open(plane.name).await;
        let job = engine.delete_seeded(&cluster, namespace).await;
        engine.armed().await;
        file.replace(&change(&file));
        engine.until("it is read", || (!engine.kubeconfig_changes().is_empty()).then_some(())).await;
        engine.disarm();
        let waits = LaneState::Paused(LaneWait::SignIn);
        let is_waiting = |lanes: &[secateur_engine::JobLane]| lanes.iter().all(|lane| lane.state == waits);
        engine.until_job(&job, "the lane waits", |job| is_waiting(&job.lanes)).await;
        let sent = deletes(plane, namespace).len();
        assert!(sent < 120, "{sent}");
        // What has that name now is opened, if it can be: it is not what the job was planned for.
        if let Ok(now) = engine.backend.cluster_named(plane.name) {
            let opened = engine.backend.open_cluster(&now).await;
            assert!(now != cluster || opened.is_err(), "another authority does not answer for this server");
        }
        assert_eq!(deletes(plane, namespace).len(), sent, "nothing is sent");
        file.replace(&file.whole);
        let is_back =
            || engine.backend.cluster_named(plane.name).is_ok_and(|now| now == cluster).then_some(());
        engine.until("it is back", is_back).await;
        engine.open(plane.name).await;
        assert_eq!(counted(&engine.over(&job).await, "gone"), 120);
    });
    assert_eq!(deletes(second(), namespace).len(), theirs, "nothing goes to the other");
}
