//! Plugins that do not end by themselves, and what they leave.

use std::task::Poll;

use futures::poll;

use super::*;

/// Starts a child, says both process ids and does not end.
const HANGING: &str = "sleep 1000 &\necho $! $$ >&2\nwait";

/// Waits until the plugin has written a line, then stops the clock: from here on time is what the test says.
async fn written(run: &Run) -> String {
    let mut output = run.output.subscribe();
    let output = output.wait_for(|output| output.text.ends_with('\n')).await.expect("it is shown");
    tokio::time::pause();
    output.text.clone()
}

#[tokio::test]
async fn fault_26_a_hanging_plugin_is_killed_as_a_tree_after_60_s_in_the_background() {
    let bench = Bench::new();
    let (plugin, run) = (bench.script(HANGING), background());
    let info = ClusterInfo::default();
    let mut waiting = std::pin::pin!(bench.plugins.credential(&plugin, &info, &run));
    let pids = tokio::select! {
        pids = written(&run) => pids,
        outcome = &mut waiting => panic!("{outcome:?}"),
    };
    tokio::time::advance(Duration::from_secs(58)).await;
    assert!(poll!(&mut waiting).is_pending());
    assert!(pids.split_whitespace().all(is_running), "{pids}");
    tokio::time::advance(Duration::from_secs(3)).await;
    // Not awaited: the stopped clock would go on to any later deadline by itself.
    let Poll::Ready(Err(error)) = poll!(&mut waiting) else { panic!("it is still waited for") };
    assert_eq!(error, PluginError::TimedOut { command: "/bin/sh".to_owned(), after: Duration::from_mins(1) });
    assert_eq!(error.to_string(), "the credential plugin \"/bin/sh\" did not end within 60 s");
    are_gone(&pids).await;
}

#[tokio::test]
async fn fault_26_a_plugin_that_a_person_has_started_runs_until_it_is_stopped() {
    let bench = Bench::new();
    let (plugin, run) = (bench.script(HANGING), by_person());
    let info = ClusterInfo::default();
    let mut waiting = std::pin::pin!(bench.plugins.credential(&plugin, &info, &run));
    let pids = tokio::select! {
        pids = written(&run) => pids,
        outcome = &mut waiting => panic!("{outcome:?}"),
    };
    tokio::time::advance(Duration::from_hours(1)).await;
    assert!(poll!(&mut waiting).is_pending());
    assert!(pids.split_whitespace().all(is_running), "{pids}");
    run.stop.cancel();
    assert_eq!(waiting.await.expect_err("stopped"), PluginError::Stopped { command: "/bin/sh".to_owned() });
    are_gone(&pids).await;
}

#[tokio::test]
async fn fault_26_a_run_goes_on_for_the_person_when_the_background_has_given_up() {
    let bench = Bench::new();
    let plugin = bench.script(HANGING);
    let (hurried, patient) = (background(), by_person());
    let info = ClusterInfo::default();
    let mut first = std::pin::pin!(bench.plugins.credential(&plugin, &info, &hurried));
    let mut second = std::pin::pin!(bench.plugins.credential(&plugin, &info, &patient));
    let pids = tokio::select! {
        pids = written(&patient) => pids,
        outcome = &mut first => panic!("{outcome:?}"),
        outcome = &mut second => panic!("{outcome:?}"),
    };
    tokio::time::advance(Duration::from_secs(121)).await;
    assert!(matches!(poll!(&mut first), Poll::Ready(Err(PluginError::TimedOut { .. }))));
    assert!(poll!(&mut second).is_pending());
    assert!(pids.split_whitespace().all(is_running), "{pids}");
    assert_eq!(bench.runs(), 1);
    patient.stop.cancel();
    second.await.expect_err("stopped");
    are_gone(&pids).await;
}

#[tokio::test]
async fn fault_26_who_leaves_takes_nothing_from_the_others_and_the_last_ends_the_run() {
    let bench = Bench::new();
    let plugin = bench.script(HANGING);
    let (one, other) = (background(), background());
    let info = ClusterInfo::default();
    let mut first = Box::pin(bench.plugins.credential(&plugin, &info, &one));
    let mut second = Box::pin(bench.plugins.credential(&plugin, &info, &other));
    let pids = tokio::select! {
        pids = written(&other) => pids,
        outcome = &mut first => panic!("{outcome:?}"),
        outcome = &mut second => panic!("{outcome:?}"),
    };
    drop(first);
    assert!(poll!(&mut second).is_pending());
    assert!(pids.split_whitespace().all(is_running), "{pids}");
    drop(second);
    are_gone(&pids).await;
    assert_eq!(bench.runs(), 1);
}

#[tokio::test]
async fn fault_27_a_child_that_holds_the_output_is_not_waited_for_and_killed() {
    let bench = Bench::new();
    bench.write("answer", token());
    let plugin = bench.script("sleep 1000 &\necho $! > child\ncat answer");
    let credential = bench.run(&plugin).await.expect("a credential");
    assert!(credential.token.is_some());
    are_gone(&bench.read("child")).await;
}

#[tokio::test]
async fn fault_27_what_a_child_still_writes_in_time_is_read() {
    let bench = Bench::new();
    bench.write("answer", token());
    let plugin = bench.script("(while kill -0 $$ 2>/dev/null; do :; done; cat answer) &");
    assert!(bench.run(&plugin).await.expect("a credential").token.is_some());
}

#[tokio::test]
async fn fault_31_a_device_code_is_shown_as_text_while_the_plugin_waits() {
    let bench = Bench::new();
    bench.write("answer", token());
    let words =
        "\\033]8;;https://evil\\007\\033[1mTo sign in, open https://login.example/device\\033[0m\\r\\n";
    let plugin = bench.script(&format!("printf '{words}' >&2\nwhile [ ! -e done ]; do :; done\ncat answer"));
    let run = by_person();
    let info = ClusterInfo::default();
    let mut waiting = std::pin::pin!(bench.plugins.credential(&plugin, &info, &run));
    let mut output = run.output.subscribe();
    let shown = tokio::select! {
        shown = output.wait_for(|output| output.text.ends_with('\n')) => shown.expect("shown").text.clone(),
        outcome = &mut waiting => panic!("{outcome:?}"),
    };
    assert_eq!(shown, "To sign in, open https://login.example/device\n");
    bench.write("done", "");
    assert!(waiting.await.expect("a credential").token.is_some());
}

#[tokio::test]
async fn fault_31_a_plugin_that_wants_to_be_typed_to_is_refused() {
    let bench = Bench::new();
    let plugin = Plugin { interactive: Interactive::Always, ..bench.printing(token()) };
    let error = bench.run(&plugin).await.expect_err("there is no terminal");
    assert_eq!(error, PluginError::Interactive { command: "/bin/sh".to_owned() });
    assert_eq!(bench.plugins.resolve(&plugin).await.expect_err("the same"), error);
    assert_eq!(bench.runs(), 0);
    let plugin = Plugin { interactive: Interactive::IfAvailable, ..plugin };
    bench.run(&plugin).await.expect("without a terminal, then");
}

#[tokio::test]
async fn there_is_nothing_to_read() {
    let bench = Bench::new();
    bench.write("answer", token());
    let plugin = bench.script("cat > read\ncat answer");
    bench.run(&plugin).await.expect("it does not wait for anyone");
    assert_eq!(bench.read("read"), "");
}
