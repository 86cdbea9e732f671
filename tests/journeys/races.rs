//! A person who is faster than the clusters: switches between two of them that look the same, presses twice, and
//! confirms when a kubeconfig has changed. Both audit logs, or on practice what came by, say what was sent where.
//!
//! Objects that are recreated between plan and confirmation on a real control plane are in `deletes`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
};

use http::Method;
use secateur_domain::{
    ids::{ClusterId, Identity},
    outcome::Outcome,
    plan::{DeleteOptions, Given, HOLD, PlanDigest, Proof},
    risk::ProofAsked,
};
use secateur_engine::{Code, EngineError, MarkedPart, PlanOf, PlanSummary, SelectionChange};

use crate::{
    audit::deletes,
    support::{
        chance::Chance,
        course::Course,
        engine::{Engine, List},
        jobs::counted,
        parts::{Part, in_parts, several},
        plane::{first, second},
        practised::{GARDENS, Practised},
        scripted::{Does, Rule},
    },
};

/// Objects of each cluster in a namespace, and switches before the next one.
const OBJECTS: usize = 100;
const SWITCHES_A_NAMESPACE: usize = 20;
/// An engine holds its jobs, and looks through them.
const RACES_AN_ENGINE: usize = 50;
/// Parts on practice that are done beside each other: each waits more than it works.
const BESIDE: usize = 4;
/// Marked at once in a cluster.
const MOST: usize = 3;

/// One of the two clusters.
struct Side {
    course: Course,
    cluster: ClusterId,
    /// The UID that each name had at first.
    uids: BTreeMap<String, String>,
    /// Names that no plan has had.
    free: Vec<String>,
    /// UIDs that a confirmed plan named: nothing else may be sent a DELETE.
    named: BTreeSet<String>,
    /// Those of them that are gone by it.
    gone: BTreeSet<String>,
}

/// What a person means to delete: names on each side.
type Meant = [Vec<String>; 2];

#[test]
fn whatever_is_on_screen_only_what_the_plan_names_is_sent_a_delete() {
    in_parts(several("SECATEUR_SWITCHES", 30), SWITCHES_A_NAMESPACE, 1, |part| {
        let planes = [first(), second()];
        switch_about((Engine::on(&planes), planes.map(Course::Real)), part);
    });
}

#[test]
fn whatever_is_on_screen_of_practice_only_what_the_plan_names_is_sent_a_delete() {
    in_parts(several("SECATEUR_PRACTICE_SWITCHES", 200), SWITCHES_A_NAMESPACE, BESIDE, |part| {
        let practised = Arc::new(Practised::new(1));
        let (engine, script) = practised.engine([]);
        let course = |context| Course::Practice(Arc::clone(&practised), context, Arc::clone(&script));
        switch_about((engine, GARDENS.map(course)), part);
    });
}

/// Switches between two clusters.
fn switch_about((engine, courses): (Engine, [Course; 2]), part: Part) {
    let Part { number, count, mut chance, told } = part;
    let namespace = &format!("alike-{number}");
    for course in &courses {
        course.seed(namespace, OBJECTS);
    }
    let mut sides = Vec::new();
    engine.run(async |engine| {
        for course in courses {
            let uids = course.uids(namespace);
            let cluster = engine.open(course.context()).await;
            // One that plays production is read-only.
            if engine.summary(course.context()).is_locked {
                engine.backend.unlock(&cluster, None).expect("it is unlocked");
            }
            let free = uids.keys().cloned().collect();
            sides.push(Side { course, cluster, uids, free, named: BTreeSet::new(), gone: BTreeSet::new() });
        }
        for switch in 0..count {
            let told = format!("{told}, switch {switch}");
            one_switch(engine, &mut chance, &mut sides, namespace, &told).await;
        }
    });
    for side in &sides {
        let sent = side.course.sent(namespace);
        let told = format!("{told}, {}", side.course.context());
        let unique: BTreeSet<String> = sent.iter().cloned().collect();
        assert_eq!(sent.len(), unique.len(), "one DELETE an object, {told}");
        let strange: Vec<_> = unique.difference(&side.named).collect();
        assert!(strange.is_empty(), "sent to what no plan named here: {strange:?}, {told}");
        assert!(unique.is_superset(&side.gone), "gone without a DELETE, {told}");
        let there: BTreeSet<String> = side.course.uids(namespace).into_values().collect();
        let expected = side.uids.values().filter(|uid| !side.named.contains(*uid));
        assert!(expected.clone().all(|uid| there.contains(uid)), "a bystander is gone, {told}");
    }
    assert!(sides.iter().any(|side| !side.gone.is_empty()), "nothing was deleted at all, {told}");
}

/// The person marks in one cluster, or in both, looks at the other, and confirms.
async fn one_switch(engine: &Engine, chance: &mut Chance, sides: &mut [Side], namespace: &str, told: &str) {
    let here = chance.below(2);
    let mut meant = Meant::default();
    meant[here] = chance.take(&mut sides[here].free, MOST);
    let is_in_both = chance.once_in(4);
    if is_in_both {
        meant[1 - here] = chance.take(&mut sides[1 - here].free, MOST);
    }
    let mut screen = show(engine, &sides[here], namespace);
    let plan = if !is_in_both && meant[here].len() == 1 && chance.once_in(2) {
        let row = screen.row(&meant[here][0]).await;
        let plan = engine.worked_out(PlanOf::Row { view: screen.id.clone(), row }, options()).await;
        screen = switch(engine, &screen, &sides[1 - here], namespace);
        plan
    } else {
        mark(engine, &screen, &meant[here]).await;
        screen = switch(engine, &screen, &sides[1 - here], namespace);
        mark(engine, &screen, &meant[1 - here]).await;
        if chance.once_in(2) {
            screen = switch(engine, &screen, &sides[here], namespace);
        }
        let plan = engine.worked_out(PlanOf::Marked(MarkedPart::All), options()).await;
        engine.backend.select(None, SelectionChange::Clear).await.expect("the marks are taken off");
        plan
    };
    // A namesake's plan in the other cluster, which nobody confirms; its digest is no proof of this one.
    let decoy = namesake(engine, chance, sides, 1 - here, namespace).await;
    if let Some(decoy) = &decoy {
        let wrong = proof(&plan, decoy.digest.clone());
        let refused = engine.backend.confirm_plan(&plan.plan, &wrong).await.expect_err("another's digest");
        assert_eq!(refused.describe().code, Code::PlanChanged, "{told}: {refused}");
    }
    let replaced = chance.once_in(8).then(|| meant[here][0].clone());
    if let Some(name) = &replaced {
        sides[here].course.recreate(namespace, name);
    }
    if chance.once_in(2) {
        let shown = chance.below(2);
        screen = switch(engine, &screen, &sides[shown], namespace);
        if chance.once_in(2) {
            screen.until("rows", |window| (!window.rows.is_empty()).then_some(())).await;
        }
    }
    for (side, names) in sides.iter_mut().zip(&meant) {
        side.named.extend(names.iter().map(|name| side.uids[name].clone()));
    }
    let confirmed = engine.backend.confirm_plan(&plan.plan, &proof(&plan, plan.digest.clone())).await;
    let shown = chance.below(2);
    screen = switch(engine, &screen, &sides[shown], namespace);
    match confirmed {
        Ok(job) => {
            let over = engine.over(&job.job).await;
            let asked: usize = meant.iter().map(Vec::len).sum();
            if replaced.is_none() {
                assert_eq!(counted(&over, "gone"), asked, "{told}: {over:?}");
                for (side, names) in sides.iter_mut().zip(&meant) {
                    side.gone.extend(names.iter().map(|name| side.uids[name].clone()));
                }
            }
        }
        Err(error) => {
            let code = error.describe().code;
            assert!(replaced.is_some() && code == Code::PlanChanged, "{told}: {error}");
        }
    }
    engine.backend.close_view(&screen.id);
    if let Some(decoy) = decoy {
        engine.backend.discard_plan(&decoy.plan);
    }
}

fn options() -> DeleteOptions {
    DeleteOptions::default()
}

/// Opens this cluster's list.
fn show<'a>(engine: &'a Engine, side: &Side, namespace: &str) -> List<'a> {
    engine.list(&side.cluster, "configmaps", Some(namespace))
}

/// Leaves a list for another cluster's.
fn switch<'a>(engine: &'a Engine, from: &List<'_>, to: &Side, namespace: &str) -> List<'a> {
    engine.backend.close_view(&from.id);
    show(engine, to, namespace)
}

async fn mark(engine: &Engine, list: &List<'_>, names: &[String]) {
    let mut rows: Vec<Identity> = Vec::new();
    for name in names {
        rows.push(list.row(name).await);
    }
    engine.backend.select(Some(&list.id), SelectionChange::Mark(rows)).await.expect("they are marked");
}

/// Now and then, a plan for one object of a cluster that stays as it is.
async fn namesake(
    engine: &Engine,
    chance: &mut Chance,
    sides: &[Side],
    there: usize,
    namespace: &str,
) -> Option<PlanSummary> {
    let name = sides[there].free.first().filter(|_| chance.once_in(2))?;
    Some(engine.plan(&sides[there].cluster, "configmaps", namespace, &[name]).await)
}

/// What the plan asks for, given on this digest.
fn proof(plan: &PlanSummary, digest: PlanDigest) -> Proof {
    let given = match &plan.risk.proof {
        ProofAsked::Click => Given::Click,
        ProofAsked::Hold { .. } => Given::Held(HOLD),
        ProofAsked::Typed(word) => Given::Typed(word.clone()),
    };
    Proof::Shown { digest, given }
}

#[test]
fn a_namesake_of_a_practice_object_lives_whenever_it_took_its_name() {
    in_parts(several("SECATEUR_PRACTICE_RACES", 200), RACES_AN_ENGINE, BESIDE, race_about);
}

/// Recreates an object between its plan and the end of its job, again and again.
fn race_about(part: Part) {
    let Part { count, mut chance, told, .. } = part;
    let practised = Arc::new(Practised::new(1));
    let context = GARDENS[1];
    practised.namespace(context, "replaced");
    practised.config_map(context, "replaced", "target");
    // When the object is copied, or at the last moment there is: when the DELETE has come.
    let moment: Arc<Mutex<Option<Method>>> = Arc::default();
    let rules = [Method::GET, Method::DELETE].map(|method| {
        let (practised, moment, now) = (Arc::clone(&practised), Arc::clone(&moment), method.clone());
        let recreates = move || {
            if moment.lock().expect("the moment").take_if(|moment| *moment == now).is_some() {
                practised.recreate(context, "replaced", "target");
            }
        };
        let path = "/api/v1/namespaces/replaced/configmaps/target";
        Rule::new(Does::First(Arc::new(recreates))).of(method, path)
    });
    let (engine, _) = practised.engine(rules);
    engine.run(async |engine| {
        let cluster = engine.open(context).await;
        for race in 0..count {
            let told = format!("{told}, race {race}");
            let old = practised.uids(context, "replaced")["target"].clone();
            let plan = engine.plan(&cluster, "configmaps", "replaced", &["target"]).await;
            match chance.below(3) {
                0 => practised.recreate(context, "replaced", "target"),
                1 => *moment.lock().expect("the moment") = Some(Method::GET),
                _ => *moment.lock().expect("the moment") = Some(Method::DELETE),
            }
            match engine.backend.confirm_plan(&plan.plan, &proof(&plan, plan.digest.clone())).await {
                Ok(job) => {
                    let outcome = engine.settled(&job.job).await;
                    // Whoever looks between the two finds it gone, and no namesake yet: already, or with our DELETE
                    // on its way.
                    let is_known = matches!(
                        outcome,
                        Outcome::Replaced { .. } | Outcome::AlreadyGone | Outcome::Gone { .. }
                    );
                    assert!(is_known, "{told}: {outcome:?}");
                }
                Err(error) => assert_eq!(error.describe().code, Code::PlanChanged, "{told}: {error}"),
            }
            assert_eq!(*moment.lock().expect("the moment"), None, "nothing was recreated, {told}");
            // What is gone may be settled before its namesake has come.
            let there = || practised.uids(context, "replaced").remove("target");
            let uid = engine.until(&format!("the namesake, {told}"), there).await;
            assert_ne!(uid, old, "{told}");
        }
    });
}

#[test]
fn a_plan_for_two_clusters_is_one_job_however_often_it_is_confirmed() {
    let planes = [first(), second()];
    for plane in planes {
        plane.seed_config_maps("pressed", 10);
    }
    Engine::on(&planes).run(async |engine| {
        let mut keys = Vec::new();
        for plane in planes {
            let cluster = engine.open(plane.name).await;
            keys.extend(engine.seeded(&cluster, "pressed").await);
        }
        let plan = engine.worked_out(PlanOf::Keys(keys), options()).await;
        let proof = proof(&plan, plan.digest.clone());
        let press = || engine.backend.confirm_plan(&plan.plan, &proof);
        let answers = tokio::join!(press(), press(), press(), press());
        let answers = [answers.0, answers.1, answers.2, answers.3];
        let jobs: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
        assert_eq!(jobs.len(), 1, "{answers:?}");
        let code = |answer: &Result<_, EngineError>| answer.as_ref().err().map(|error| error.describe().code);
        assert!(answers.iter().filter_map(code).all(|code| code == Code::NotOpen), "{answers:?}");
        let over = engine.over(&jobs[0].job).await;
        assert_eq!(counted(&over, "gone"), 20, "{over:?}");
        // And when it is over.
        let refused = press().await.expect_err("it was confirmed");
        assert_eq!(refused.describe().code, Code::NotOpen);
        assert_eq!(engine.backend.jobs().len(), 1);
    });
    for plane in planes {
        assert_eq!(deletes(plane, "pressed").len(), 10, "{}", plane.name);
    }
}

#[test]
fn a_kubeconfig_that_was_read_again_and_says_the_same_changes_nothing() {
    let plane = first();
    plane.namespace("reread");
    plane.config_map("reread", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "reread", &["target"]).await;
        engine.backend.reload().await.expect("it is read");
        let proof = proof(&plan, plan.digest.clone());
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job");
        assert_eq!(counted(&engine.over(&job.job).await, "gone"), 1);
    });
    assert_eq!(deletes(plane, "reread").len(), 1);
}

#[test]
fn a_context_that_was_taken_away_after_the_plan_is_sent_nothing() {
    changed_after_the_plan("taken-away", |file| {
        std::fs::write(file, "apiVersion: v1\nkind: Config\n").expect("the kubeconfig");
    });
}

#[test]
fn a_context_that_means_another_cluster_after_the_plan_sends_nothing_to_either() {
    changed_after_the_plan("moved-on", |file| {
        let theirs = std::fs::read_to_string(second().kubeconfig()).expect("the other's kubeconfig");
        // Everything there is called after its plane; here it is called as the first one's was.
        std::fs::write(file, theirs.replace(second().name, first().name)).expect("the kubeconfig");
    });
}

/// Plans in the first cluster, changes the kubeconfig, and confirms: nothing is sent to either cluster.
fn changed_after_the_plan(namespace: &str, change: impl Fn(&Path)) {
    let planes = [first(), second()];
    for plane in planes {
        plane.namespace(namespace);
        plane.config_map(namespace, "target");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    std::fs::copy(first().kubeconfig(), &file).expect("the kubeconfig");
    Engine::at(&[&file]).run(async |engine| {
        let cluster = engine.open(first().name).await;
        let plan = engine.plan(&cluster, "configmaps", namespace, &["target"]).await;
        change(&file);
        engine.backend.reload().await.expect("it is read");
        // Whatever has that name now is open, too.
        if let Ok(now) = engine.backend.cluster_named(first().name) {
            assert_ne!(now, cluster);
            engine.open(first().name).await;
        }
        let proof = proof(&plan, plan.digest.clone());
        let refused = engine.backend.confirm_plan(&plan.plan, &proof).await.expect_err("it is not there");
        assert_eq!(refused.describe().code, Code::PlanChanged, "{refused}");
        assert!(engine.backend.jobs().is_empty());
    });
    for plane in planes {
        assert_eq!(deletes(plane, namespace).len(), 0, "{}", plane.name);
        assert!(plane.uid(namespace, "cm", "target").is_some(), "{}", plane.name);
    }
}
