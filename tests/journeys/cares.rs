//! Tiers and locks: what a person chose for a cluster, wherever its entry stands.

use secateur_domain::tier::{ClusterCare, Tier};

use crate::support::{engine::Engine, plane::first};

fn production() -> ClusterCare {
    ClusterCare { tier: Tier::Production, ..ClusterCare::default() }
}

#[test]
fn what_was_chosen_belongs_to_the_cluster_and_not_to_its_entry() {
    let plane = first();
    let moved = tempfile::tempdir().expect("a folder");
    let file = moved.path().join("renamed");
    let text = std::fs::read_to_string(plane.kubeconfig()).expect("a kubeconfig");
    std::fs::write(&file, text.replace("name: first-token", "name: another-name")).expect("a copy");
    Engine::at(&[&plane.kubeconfig(), &file]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let summary = engine.backend.set_care(&cluster, production()).await.expect("chosen");
        assert_eq!(
            (summary.care.tier, summary.care.is_tier_asked, summary.is_locked),
            (Tier::Production, true, true)
        );
        let other = engine.open("another-name").await;
        let other = engine.backend.open_cluster(&other).await.expect("open");
        assert_eq!((other.care.tier, other.is_locked), (Tier::Production, true));
        engine.backend.unlock(&cluster, Some(5)).expect("unlocked");
        let other = engine.backend.open_cluster(&other.id).await.expect("open");
        assert!(!other.is_locked && other.unlocked_until.is_some());
        engine.backend.lock(&other.id).expect("locked");
        let summary = engine.backend.open_cluster(&cluster).await.expect("open");
        assert!(summary.is_locked && summary.unlocked_until.is_none());
    });
}

#[test]
fn nothing_is_chosen_for_what_was_never_opened() {
    let plane = first();
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.backend.cluster_named(plane.name).expect("the context");
        let refused = engine.backend.set_care(&cluster, production()).await.expect_err("never opened");
        assert!(refused.to_string().contains("open it once first"), "{refused}");
        assert!(engine.backend.unlock(&cluster, Some(0)).is_err());
    });
}
