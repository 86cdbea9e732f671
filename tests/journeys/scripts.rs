//! Scripts of faults: by route, count, time and chance, in front of practice and of a real control plane alike.

use std::{sync::Arc, time::Duration};

use http::Method;
use secateur_cluster::TransportError;
use serde_json::json;

use crate::{
    conformance::{Subject, on_practice_by, on_real_by},
    support::scripted::{Does, Rule, Scripted},
};

const SECRETS: &str = "/api/v1/namespaces/*/secrets";
const SECRET: &str = "/api/v1/namespaces/*/secrets/*";
const HOUR: Duration = Duration::from_hours(1);

/// Runs it by the same script on either.
fn on_both(rules: &[Rule], act: &impl AsyncFn(&Subject)) {
    on_real_by(|way| Arc::new(Scripted::new(way, rules.to_vec())), act);
    on_practice_by(|way| Arc::new(Scripted::new(way, rules.to_vec())), act);
}

fn busy() -> Rule {
    let headers = vec![("retry-after", "1".to_owned())];
    Rule::new(Does::Answer(503, headers, "busy".to_owned()))
}

/// The statuses of so many readings of the Secrets.
async fn statuses(subject: &Subject, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(subject.get(subject.here("secrets")).await.status);
    }
    statuses
}

#[test]
fn a_script_goes_by_route() {
    let rules = [busy().of(Method::GET, SECRETS).watches(false)];
    on_both(&rules, &async |subject| {
        subject.secret("one").await;
        let answer = subject.get(subject.here("secrets")).await;
        assert_eq!(
            (answer.status, answer.text(), answer.header("retry-after")),
            (503, "busy".into(), Some("1"))
        );
        subject.get(subject.here("secrets/one")).await.is(200);
        subject.get(subject.here("configmaps")).await.is(200);
        subject.get(subject.here("secrets")).watch().await.next_is("ADDED", "one").await;
    });
    let rules = [busy().of(Method::GET, "/**/secrets/**")];
    on_both(&rules, &async |subject| {
        for path in ["/api/v1/secrets".to_owned(), subject.here("secrets"), subject.here("secrets/one")] {
            assert_eq!(subject.get(path).await.status, 503);
        }
        subject.get("/api/v1/namespaces").await.is(200);
    });
}

#[test]
fn a_script_goes_by_count() {
    on_both(&[busy().of(Method::GET, SECRETS).first(2)], &async |subject| {
        assert_eq!(statuses(subject, 4).await, [503, 503, 200, 200]);
    });
    on_both(&[busy().of(Method::GET, SECRETS).every(3)], &async |subject| {
        assert_eq!(statuses(subject, 7).await, [200, 200, 503, 200, 200, 503, 200]);
    });
}

#[test]
fn a_script_goes_by_time() {
    let in_an_hour = busy().of(Method::GET, SECRETS).within(HOUR..2 * HOUR);
    let within_the_hour = busy().of(Method::GET, SECRETS).within(Duration::ZERO..HOUR);
    on_both(std::slice::from_ref(&in_an_hour), &async |subject| {
        assert_eq!(statuses(subject, 1).await, [200]);
    });
    on_both(&[within_the_hour], &async |subject| assert_eq!(statuses(subject, 1).await, [503]));
    on_practice_by(
        |way| Arc::new(Scripted::new(way, [in_an_hour])),
        async |subject| {
            tokio::time::sleep(HOUR).await;
            assert_eq!(statuses(subject, 1).await, [503]);
            tokio::time::sleep(HOUR).await;
            assert_eq!(statuses(subject, 1).await, [200]);
        },
    );
}

#[test]
fn a_script_goes_by_chance_that_can_be_had_again() {
    let seen = std::sync::Mutex::new(Vec::new());
    on_both(&[busy().of(Method::GET, SECRETS).once_in(3, 7)], &async |subject| {
        let statuses = statuses(subject, 60).await;
        seen.lock().expect("what was seen").push(statuses);
    });
    let seen = seen.into_inner().expect("what was seen");
    let spoilt = seen[0].iter().filter(|status| **status == 503).count();
    assert!((8..=32).contains(&spoilt), "{seen:?}");
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn what_breaks_before_is_not_done_and_what_breaks_after_is() {
    for (does, is_done) in [(Does::BreakBefore, false), (Does::BreakAfter, true)] {
        on_both(&[Rule::new(does).of(Method::DELETE, SECRET).first(1)], &async |subject| {
            subject.secret("one").await;
            let broken = subject.delete(subject.here("secrets/one")).attempt().await;
            assert!(matches!(broken, Err(TransportError::Broken { .. })), "{broken:?}");
            let is_there = subject.find(&subject.here("secrets/one")).await.is_some();
            assert_eq!(is_there, !is_done);
        });
    }
}

#[test]
fn an_answer_can_be_cut_changed_and_late() {
    on_both(&[Rule::new(Does::Cut(9)).of(Method::GET, SECRETS)], &async |subject| {
        let cut = subject.get(subject.here("secrets")).attempt().await;
        assert!(matches!(cut, Err(TransportError::Broken { .. })), "{cut:?}");
    });
    let change = Does::ChangeAnswer(|secret| secret["metadata"]["uid"] = json!("another"));
    on_both(&[Rule::new(change).of(Method::GET, SECRET)], &async |subject| {
        subject.secret("one").await;
        let changed = subject.get(subject.here("secrets/one")).await.is(200);
        assert_eq!(
            (&changed["metadata"]["uid"], &changed["metadata"]["name"]),
            (&json!("another"), &json!("one"))
        );
    });
    let late = Duration::from_millis(200);
    on_both(&[Rule::new(Does::Delay(late)).of(Method::GET, SECRETS)], &async |subject| {
        let began = tokio::time::Instant::now();
        assert_eq!(statuses(subject, 1).await, [200]);
        assert!(began.elapsed() >= late);
    });
}
