//! A selection over clusters, and one whose rehearsal is refused in part.

use std::path::Path;

use crate::{
    audit, plane,
    steps::JOB,
    window::{SHEET, Window, row, sheet_button},
};

#[tokio::test(flavor = "multi_thread")]
async fn marks_in_two_clusters_are_deleted_by_one_plan() {
    let (here, there) = (plane::first(), plane::second());
    let both = std::env::join_paths([here.kubeconfig(), there.kubeconfig()]).expect("a list");
    let window = Window::at(Path::new(&both)).await;
    let mut uids = Vec::new();
    for plane in [here, there] {
        plane.namespace("in-two");
        uids.push(plane.config_map("in-two", "in-two-goes"));
        plane.config_map("in-two", "in-two-stays");
        window.open_rows(plane.name, "ConfigMaps", "in-two").await;
        window.mark(&row("in-two-goes")).await;
    }
    window.pictures("two-marked").await;
    window.plan_marked().await;
    window
        .until("both to be rehearsed", async || {
            let accepted = format!("{SHEET}//*[@role='row'][contains(., 'accepted')]");
            (window.count(&accepted).await == 2).then_some(())
        })
        .await;
    for plane in [here, there] {
        let band = format!("{SHEET}//*[contains(@class, 'band')][contains(., '{}')]", plane.name);
        assert!(window.count(&band).await > 0, "a band for {}", plane.name);
    }
    let word = window.words(&format!("{SHEET}//label//*[contains(@class, 'word')]")).await;
    assert!(word == here.name || word == there.name, "one of the clusters is to be typed: {word}");
    window.pictures("two-clusters").await;
    window.type_proof(&word).await;
    window.picture("two-clusters-typed").await;
    window.press_delete().await;
    for plane in [here, there] {
        window
            .find(&format!("{JOB}//section[@aria-label='{}'][contains(., '1 of 1 settled')]", plane.name))
            .await;
    }
    window.find(&format!("{JOB}//*[contains(., 'All 2 ConfigMaps are gone')]")).await;
    window.pictures("two-gone").await;
    for (plane, uid) in [here, there].into_iter().zip(uids) {
        assert!(plane.uid("in-two", "configmap", "in-two-goes").is_none());
        assert!(plane.uid("in-two", "configmap", "in-two-stays").is_some());
        let sent: Vec<String> = audit::deletes(plane, "in-two").iter().map(audit::Delete::uid).collect();
        assert_eq!(sent, [uid], "what {} was asked to delete", plane.name);
    }
}

/// What a webhook refuses is told by the rehearsal, in the webhook's words, and the rest is deleted without it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_webhook_refuses_stays_out_of_the_plan() {
    let plane = plane::second();
    plane.seed(&["webhooks"]);
    plane.namespace("hooked");
    let uid = plane.config_map("hooked", "hooked-goes");
    plane.config_map("hooked", "hooked-stays");
    plane.kubectl(&["-n", "hooked", "label", "configmap", "hooked-stays", "secateur.test/refuse=true"]);
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "hooked-").await;
    for name in ["hooked-goes", "hooked-stays"] {
        window.mark(&row(name)).await;
    }
    window.plan_marked().await;
    let refused = format!("{SHEET}//*[@role='row'][contains(., 'hooked-stays')][contains(., 'refused')]");
    let words = window.words(&refused).await;
    assert!(words.contains("not part of this plan"), "{words}");
    window.click(&format!("{refused}//button[@aria-expanded='false']")).await;
    let words = window.words(&format!("{refused}[.//button[@aria-expanded='true']]")).await;
    assert!(words.contains("hooked-stays is to be kept"), "the webhook's own words: {words}");
    let title = window.words(&format!("{SHEET}//h2")).await;
    assert!(title.contains("Delete 1 of 2 ConfigMaps in second?"), "{title}");
    assert_eq!(window.words(&sheet_button("Delete")).await.matches("Delete 1 ConfigMap").count(), 1);
    window.pictures("refused").await;
    window.agree("hooked-goes").await;
    window
        .until("the other to be gone", async || {
            plane.uid("hooked", "configmap", "hooked-goes").is_none().then_some(())
        })
        .await;
    assert!(plane.uid("hooked", "configmap", "hooked-stays").is_some());
    let sent: Vec<String> = audit::deletes(plane, "hooked").iter().map(audit::Delete::uid).collect();
    assert_eq!(sent, [uid], "only what was accepted was sent");
}
