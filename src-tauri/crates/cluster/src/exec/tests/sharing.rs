//! One run for all who wait, and how long what it gave is given again.

use futures::future::{join_all, try_join_all};
use jiff::{SignedDuration, Timestamp};

use super::*;

#[tokio::test]
async fn fault_19_fifty_callers_after_a_refusal_share_one_run() {
    let bench = Bench::new();
    let plugin = bench.printing(token());
    let info = ClusterInfo::default();
    let first = bench.run(&plugin).await.expect("a credential");
    let refused: Vec<_> = (0..50).map(|_| refusing(first.serial)).collect();
    let callers = refused.iter().map(|run| bench.plugins.credential(&plugin, &info, run));
    let given = try_join_all(callers).await.expect("credentials");
    assert_eq!(bench.runs(), 2);
    assert!(given.iter().all(|credential| credential.serial == given[0].serial));
    assert!(given[0].serial > first.serial);
}

#[tokio::test]
async fn fault_19_fifty_callers_share_one_failure() {
    let bench = Bench::new();
    let plugin = bench.script("echo begun >&2\nwhile [ ! -e done ]; do :; done\necho no >&2\nexit 1");
    let (info, runs) = (ClusterInfo::default(), (0..50).map(|_| background()).collect::<Vec<_>>());
    let mut all = Box::pin(join_all(runs.iter().map(|run| bench.plugins.credential(&plugin, &info, run))));
    // It ends when all of them wait for it, which is when they are shown what it writes.
    let begun =
        try_join_all(runs.iter().map(async |run| {
            run.output.subscribe().wait_for(|output| !output.text.is_empty()).await.map(drop)
        }));
    tokio::select! { _ = &mut all => panic!("it cannot have ended"), _ = begun => bench.write("done", "") }
    let outcomes = all.await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(PluginError::Failed { .. }))));
    assert_eq!(bench.runs(), 1);
    assert!(runs.iter().all(|run| run.output.borrow().text == "begun\nno\n"), "all are shown the same");
}

#[tokio::test]
async fn clusters_share_what_is_the_same_and_nothing_else() {
    let bench = Bench::new();
    let plugin = bench.printing(token());
    let first = bench.run(&plugin).await.expect("a credential");
    let elsewhere = Plugin { file: bench.path("other/config"), line: None, ..plugin.clone() };
    assert_eq!(bench.run(&elsewhere).await.expect("the same").serial, first.serial);
    assert_eq!(bench.runs(), 1);
    let mut others = Vec::from([
        Plugin { variables: vec![("A".to_owned(), secret("b"))], ..plugin.clone() },
        Plugin { provides_cluster_info: true, ..plugin.clone() },
    ]);
    others.push(Plugin { variables: vec![("A".to_owned(), secret("c"))], ..plugin.clone() });
    others.push(Plugin { arguments: [&plugin.arguments[..], &["x".to_owned()]].concat(), ..plugin });
    for (count, other) in others.iter().enumerate() {
        assert!(bench.run(other).await.expect("its own").serial > first.serial);
        assert_eq!(bench.runs(), count + 2);
    }
    // Told of another cluster, it may give another credential.
    let info = ClusterInfo { server: "https://other".to_owned(), ..ClusterInfo::default() };
    bench.plugins.credential(&others[1], &info, &background()).await.expect("its own");
    assert_eq!(bench.runs(), others.len() + 2);
}

#[tokio::test]
async fn a_credential_is_given_again_until_it_is_refused_or_forgotten() {
    let bench = Bench::new();
    let plugin = bench.printing(token());
    let info = ClusterInfo::default();
    let given = async |run: Run| bench.plugins.credential(&plugin, &info, &run).await.expect("given").serial;
    let first = given(background()).await;
    assert_eq!(given(background()).await, first);
    let second = given(refusing(first)).await;
    assert!(second > first);
    assert_eq!(given(refusing(first)).await, second, "a late refusal of the first runs nothing");
    assert_eq!(bench.runs(), 2);
    bench.plugins.forget(first);
    assert_eq!(given(background()).await, second);
    bench.plugins.forget(second);
    assert!(given(background()).await > second);
}

#[tokio::test]
async fn a_credential_that_is_about_to_expire_is_not_given_again() {
    for (seconds, runs) in [(5, 2), (3600, 1)] {
        let bench = Bench::new();
        let expires = Timestamp::now() + SignedDuration::from_secs(seconds);
        let status = format!("\"token\":\"{TOKEN}\",\"expirationTimestamp\":\"{expires}\"");
        let plugin = bench.printing(answer(&status));
        bench.run(&plugin).await.expect("fresh it is given");
        bench.run(&plugin).await.expect("and again");
        assert_eq!(bench.runs(), runs, "{seconds} s");
    }
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let bench = Bench::new();
    let plugin = bench.script("cat answer");
    bench.run(&plugin).await.expect_err("there is nothing to print");
    bench.write("answer", token());
    bench.run(&plugin).await.expect("now there is");
    assert_eq!(bench.runs(), 2);
}

#[tokio::test]
async fn who_has_stopped_already_starts_nothing() {
    let bench = Bench::new();
    let (plugin, run) = (bench.printing(token()), by_person());
    run.stop.cancel();
    let outcome = bench.plugins.credential(&plugin, &ClusterInfo::default(), &run).await;
    assert_eq!(outcome.expect_err("stopped"), PluginError::Stopped { command: "/bin/sh".to_owned() });
    assert_eq!(bench.runs(), 0);
}
