//! What a cluster serves, as it changes: definitions that come and go, groups whose server is not there.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use secateur_domain::{ids::ClusterId, plan::DeleteOptions, row::Liveness};
use secateur_engine::{Code, Event, PlanOf, ServedKinds};

use crate::support::{
    engine::Engine,
    faults::Fault,
    plane::{Plane, second},
};

/// A plane of these journeys' own: an API group that does not answer would hold up namespaces that others delete.
static PLANE: LazyLock<Plane> = LazyLock::new(|| Plane::start_in("kinds", &std::env::temp_dir()));

/// Between two times of asking where nothing may be watched.
const POLL: Duration = Duration::from_secs(5);

impl Plane {
    fn define(&self, group: &str, plural: &str, kind: &str) {
        self.apply(&format!(
            r#"{{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
            "metadata":{{"name":"{plural}.{group}"}},
            "spec":{{"group":"{group}","scope":"Namespaced","names":{{"plural":"{plural}","kind":"{kind}"}},
            "versions":[{{"name":"v1","served":true,"storage":true,
            "schema":{{"openAPIV3Schema":{{"type":"object"}}}}}}]}}}}"#
        ));
    }

    fn undefine(&self, group: &str, plural: &str) {
        self.kubectl(&["delete", "crd", &format!("{plural}.{group}")]);
    }

    fn serves(&self, group: &str, plural: &str) -> bool {
        self.try_kubectl(&["get", "--raw", &format!("/apis/{group}/v1/{plural}")]).status.success()
    }
}

impl Engine {
    async fn served(&self, cluster: &ClusterId) -> ServedKinds {
        self.backend.kinds(cluster).await.expect("kinds")
    }

    async fn knows(&self, cluster: &ClusterId, resource: &str) -> bool {
        self.served(cluster).await.kinds.iter().any(|kind| kind.resource() == resource)
    }

    /// Waits until a kind is known, or is known no longer.
    async fn until_known(&self, cluster: &ClusterId, resource: &str, is_known: bool) {
        let begun = Instant::now();
        while self.knows(cluster, resource).await != is_known {
            assert!(begun.elapsed() < Duration::from_secs(30), "still not: {resource} known {is_known}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Why a group version is missing, if it is.
    async fn missing(&self, cluster: &ClusterId, group_version: &str) -> Option<String> {
        let served = self.served(cluster).await;
        let missing = served.unavailable.iter().find(|missing| missing.group_version == group_version);
        missing.map(|missing| missing.why.clone())
    }

    /// For how long it is not known yet, after it is served.
    async fn lag(&self, cluster: &ClusterId, plane: &Plane, group: &str, plural: &str) -> Duration {
        self.until("it is served", || plane.serves(group, plural).then_some(())).await;
        let served = Instant::now();
        let resource = format!("{plural}.{group}");
        self.until_known(cluster, &resource, true).await;
        served.elapsed()
    }

    fn told_kinds(&self) -> usize {
        self.events().iter().filter(|event| matches!(event, Event::KindsChanged(_))).count()
    }

    /// Waits until a kind's definitions are watched: a moment after the cluster is opened.
    async fn follows(&self) {
        let is_watch = || self.sent_since(0).iter().filter(|sent| sent.is_watch).count() >= 2;
        self.until("it is watched", || is_watch().then_some(())).await;
    }
}

#[test]
fn a_kind_is_there_soon_after_it_is_defined_and_its_list_says_when_it_is_gone() {
    let plane = &*PLANE;
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        engine.follows().await;
        assert!(!engine.knows(&cluster, "ferns.live.example").await);
        plane.define("live.example", "ferns", "Fern");
        let lag = engine.lag(&cluster, plane, "live.example", "ferns").await;
        println!("known {} ms after it was served", lag.as_millis());
        assert!(lag < Duration::from_secs(2), "{lag:?}");

        let view = engine.list(&cluster, "ferns.live.example", Some("default"));
        view.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
        plane.apply(
            r#"{"apiVersion":"live.example/v1","kind":"Fern","metadata":{"name":"oak","namespace":"default"}}"#,
        );
        view.row("oak").await;

        plane.undefine("live.example", "ferns");
        let gone = Instant::now();
        engine.until_known(&cluster, "ferns.live.example", false).await;
        println!("gone {} ms after it was deleted", gone.elapsed().as_millis());
        assert!(gone.elapsed() < Duration::from_secs(2), "{:?}", gone.elapsed());
        view.until("the list says so", |window| match &window.hint.liveness {
            Liveness::Failed { problem, .. } | Liveness::Stale { problem, .. } => {
                assert_eq!(problem.code, Code::NotFound, "{problem:?}");
                Some(())
            }
            _ => None,
        })
        .await;
    });
}

#[test]
fn what_changes_is_told_once_and_what_does_not_is_not_told() {
    // Nobody else defines anything there.
    let plane = second();
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        engine.follows().await;
        plane.define("told.example", "mosses", "Moss");
        engine.lag(&cluster, plane, "told.example", "mosses").await;
        // It is asked for a while after that.
        tokio::time::sleep(Duration::from_secs(9)).await;
        let (told, sent) = (engine.told_kinds(), engine.sent_since(0).len());
        plane.kubectl(&["annotate", "crd", "mosses.told.example", "looked=at"]);
        engine.until("it is asked", || (engine.sent_since(sent).len() >= 4).then_some(())).await;
        assert_eq!(engine.told_kinds(), told);
        let asked = engine.sent_since(sent);
        assert!(asked.iter().all(|sent| sent.headers.contains_key("if-none-match")), "{asked:?}");
        plane.undefine("told.example", "mosses");
    });
}

#[test]
fn who_may_not_watch_definitions_learns_of_kinds_too() {
    let plane = &*PLANE;
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open("kinds-nobody").await;
        plane.define("asked.example", "reeds", "Reed");
        let lag = engine.lag(&cluster, plane, "asked.example", "reeds").await;
        assert!(lag < POLL + Duration::from_secs(3), "{lag:?}");
        assert!(!engine.sent_since(0).iter().any(|sent| sent.is_watch));
        plane.undefine("asked.example", "reeds");
    });
}

#[test]
fn fault_51_a_group_without_a_server_is_named_with_the_reason_and_others_work() {
    let plane = &*PLANE;
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        engine.follows().await;
        plane.apply(
            r#"{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService",
            "metadata":{"name":"v1beta1.nobody.example"},
            "spec":{"group":"nobody.example","version":"v1beta1","groupPriorityMinimum":100,"versionPriority":100,
            "insecureSkipTLSVerify":true,"service":{"name":"nobody","namespace":"default"}}}"#,
        );
        let why = loop {
            match engine.missing(&cluster, "nobody.example/v1beta1").await {
                Some(why) if why.contains("nobody") => break why,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        assert!(why.contains("service/nobody in \"default\" is not present"), "{why}");
        assert!(engine.knows(&cluster, "configmaps").await);
        let view = engine.list(&cluster, "configmaps", Some("default"));
        view.row("kube-root-ca.crt").await;

        plane.kubectl(&["delete", "apiservice", "v1beta1.nobody.example"]);
        while engine.missing(&cluster, "nobody.example/v1beta1").await.is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
}

#[test]
fn fault_51_the_same_plural_in_two_groups_is_two_kinds_until_one_group_vanishes() {
    let plane = &*PLANE;
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        plane.define("here.example", "twins", "Twin");
        plane.define("there.example", "twins", "Twin");
        let both = ["twins.here.example", "twins.there.example"];
        for one in both {
            engine.until_known(&cluster, one, true).await;
        }
        for group in ["here.example", "there.example"] {
            engine.until("it is served", || plane.serves(group, "twins").then_some(())).await;
            plane.apply(&format!(
                r#"{{"apiVersion":"{group}/v1","kind":"Twin","metadata":{{"name":"of-{group}","namespace":"default"}}}}"#
            ));
        }
        let here = engine.list(&cluster, "twins.here.example", Some("default"));
        let there = engine.list(&cluster, "twins.there.example", Some("default"));
        here.row("of-here.example").await;
        there.row("of-there.example").await;
        assert_eq!((here.names().len(), there.names().len()), (1, 1));

        plane.undefine("here.example", "twins");
        engine.until_known(&cluster, both[0], false).await;
        assert!(engine.knows(&cluster, both[1]).await);
        plane.apply(r#"{"apiVersion":"there.example/v1","kind":"Twin","metadata":{"name":"later","namespace":"default"}}"#);
        there.row("later").await;
        here.until("the other says so", |window| {
            (!matches!(window.hint.liveness, Liveness::Live)).then_some(())
        })
        .await;
        plane.undefine("there.example", "twins");
    });
}

/// Opens a cluster once, and leaves a state folder that remembers its kinds; gives how long opening took too.
fn remembered(plane: &Plane) -> (tempfile::TempDir, Duration) {
    let mut took = Duration::ZERO;
    let state = Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.backend.cluster_named(plane.name).expect("the context");
        engine.backend.kinds(&cluster).await.expect_err("nothing is remembered of it yet");
        let begun = Instant::now();
        engine.open(plane.name).await;
        took = begun.elapsed();
        // Its kinds are kept before what defines them is followed.
        engine.follows().await;
    });
    (state, took)
}

#[test]
fn a_cluster_that_was_open_before_is_open_before_it_has_said_what_it_serves() {
    let plane = &*PLANE;
    let (state, took) = remembered(plane);
    plane.define("since.example", "sprouts", "Sprout");
    plane.namespace("remembered");
    plane.config_map("remembered", "leaf");
    let engine = Engine::at_state_with(&plane.kubeconfig(), state, Fault::HoldDiscovery);
    engine.run(async |engine| {
        engine.until("it is served", || plane.serves("since.example", "sprouts").then_some(())).await;
        let cluster = engine.backend.cluster_named(plane.name).expect("the context");
        let before = engine.served(&cluster).await;
        assert!(before.is_remembered && before.kinds.iter().any(|kind| kind.resource() == "configmaps"));

        engine.arm();
        let begun = Instant::now();
        engine.open(plane.name).await;
        println!("opened in {took:?} at first, in {:?} with its kinds remembered", begun.elapsed());
        assert!(engine.served(&cluster).await.is_remembered);
        let view = engine.list(&cluster, "configmaps", Some("remembered"));
        let row = view.row("leaf").await;
        // What is deleted is planned by the cluster's own word, which is waited for.
        let planning =
            engine.backend.create_plan(PlanOf::Row { view: view.id.clone(), row }, DeleteOptions::default());
        let mut planning = Box::pin(planning);
        let waited = tokio::time::timeout(Duration::from_millis(500), &mut planning).await;
        assert!(waited.is_err(), "it is planned on the word of what was remembered");
        assert!(engine.served(&cluster).await.is_remembered);
        assert_eq!(engine.told_kinds(), 1);

        engine.disarm();
        let plan = planning.await.expect("a plan");
        engine.backend.worked_out(&plan.plan).await.expect("it is worked out");
        engine.until_known(&cluster, "sprouts.since.example", true).await;
        assert!(!engine.served(&cluster).await.is_remembered);
        engine.until("it is told", || (engine.told_kinds() >= 2).then_some(())).await;
    });
    plane.undefine("since.example", "sprouts");
}

#[test]
fn what_is_remembered_of_another_cluster_is_not_taken_for_this_one() {
    let plane = &*PLANE;
    let (state, _) = remembered(plane);
    let engine = Engine::at_state_with(&plane.kubeconfig(), state, Fault::AnotherClusterAfterPlan);
    engine.run(async |engine| {
        engine.arm();
        let cluster = engine.open(plane.name).await;
        assert!(!engine.served(&cluster).await.is_remembered);
    });
}

#[test]
fn kinds_are_counted_by_asking_for_one_object_of_each_a_few_at_a_time() {
    let plane = &*PLANE;
    plane.seed_config_maps("counted", 1_200);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let all = plane.kubectl(&["get", "configmaps", "-A", "--no-headers", "-o", "name"]).lines().count();
        assert!(all > 1_200);
        let count = async |kind: &str| engine.backend.count(&cluster, kind).await;
        // Others come and go meanwhile.
        let counted = count("configmaps.v1").await.expect("an answer").expect("a number");
        assert!(counted.abs_diff(all as u64) < 50, "{counted} of {all}");
        assert_eq!(count("networkpolicies.networking.k8s.io").await.expect("an answer"), Some(0));
        let (one, two) = tokio::join!(count("namespaces"), count("no-such-kind"));
        assert!(one.expect("an answer") > Some(3));
        two.expect_err("there is none");

        let nobody = engine.open("kinds-nobody").await;
        let refused = engine.backend.count(&nobody, "configmaps").await.expect_err("it is not allowed");
        assert_eq!(refused.describe().code, Code::Refused);
        assert_eq!(engine.logouts(), []);
    });
}
