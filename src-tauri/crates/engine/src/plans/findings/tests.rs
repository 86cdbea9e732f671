use secateur_domain::{ids::Uid, outcome::Seen, plan::DeleteOptions};

use super::{
    super::{
        copies::Keeping,
        taken::Surveyed,
        testing::{known, work_out},
    },
    *,
};
use crate::testing::{cluster, config_map, plan, pod, seen};

fn standing(name: &str) -> (ClusterId, Standing) {
    (cluster(name), Standing { name: name.into(), user: Some("ann".into()), ..Standing::default() })
}

fn titles(known: &Known) -> Vec<String> {
    said(known).into_iter().map(|finding| finding.title).collect()
}

fn said(known: &Known) -> Vec<Finding> {
    let standings = known.plan.clusters().values().map(|cluster| standing(&cluster.name)).collect();
    findings(&Facts { known, standings })
}

/// Without a keyring.
fn for_this_run(problem: String) -> Keeping {
    Keeping::For { days: 30, is_lasting: false, problem: Some(problem) }
}

#[test]
fn one_that_is_accepted_takes_nothing_and_is_copied_says_so() {
    let mut known = known(&["a"]);
    work_out(&mut known);
    let expected =
        ["The server would accept it", "Nothing goes with it", "A copy goes to the trash for 30 days"];
    assert_eq!(titles(&known), expected);
    assert!(said(&known)[0].detail.ends_with("as ann."));
}

#[test]
fn while_it_is_asked_each_line_has_its_place() {
    let asking = titles(&known(&["a"]));
    let expected = [
        "Asking whether the server would accept it",
        "Looking for what goes with it",
        "Asking whether a copy can be kept",
    ];
    assert_eq!(asking, expected);
}

#[test]
fn refusals_of_many_are_one_finding_with_the_servers_words_for_the_first_few() {
    let names: Vec<String> = (0..9).map(|number| format!("c{number}")).collect();
    let mut known = known(&names.iter().map(String::as_str).collect::<Vec<_>>());
    work_out(&mut known);
    for target in 0..8 {
        known.targets[target].rehearsal =
            Rehearsal::Refused { status: 403, reason: "Forbidden".into(), message: "not today".into() };
    }
    let findings = said(&known);
    assert_eq!(findings[0].title, "8 objects would be refused and stay");
    let detail = "ConfigMap c0 in ns: \u{201c}not today\u{201d}. ConfigMap c1 in ns: \u{201c}not today\u{201d}. \
                  ConfigMap c2 in ns: \u{201c}not today\u{201d}. And 5 more.";
    assert_eq!(findings[0].detail, detail);
    assert!(findings.iter().any(|finding| finding.title == "The server would accept 1 of 9"));
}

#[test]
fn what_was_lost_is_said_one_by_one_or_together() {
    let mut known = known(&["a", "b", "c"]);
    work_out(&mut known);
    known.see(0, &Seen::Absent);
    assert!(titles(&known)[0].contains("ConfigMap a in ns is gone. It is no longer part of this plan."));
    known.see(1, &Seen::Absent);
    assert_eq!(titles(&known)[0], "2 objects are no longer part of this plan");
}

#[test]
fn a_locked_cluster_says_that_it_is() {
    let known = known(&["a"]);
    let mut standings: BTreeMap<_, _> = [standing("garden")].into();
    for standing in standings.values_mut() {
        standing.is_locked = true;
    }
    let findings = findings(&Facts { known: &known, standings });
    assert_eq!(findings[0].title, "garden is read-only");
    assert_eq!(findings[0].tone, FindingTone::Warn);
}

#[test]
fn what_goes_along_is_counted_broken_down_and_copied_up_to_the_bound() {
    let mut known = known(&["a"]);
    work_out(&mut known);
    let taken = (0..2_100).map(|number| (0, pod(&format!("p{number}")))).collect();
    let survey = Surveyed { taken, kinds: 61, namespaces: 1, is_bounded: true, ..Surveyed::default() };
    known.surveyed(&cluster("garden"), survey);
    let findings = said(&known);
    let of = |kind| findings.iter().find(|finding| finding.kind == kind).expect("a finding");
    let dependants = of(FindingKind::Dependants);
    assert_eq!(dependants.title, "At least 2,100 objects go with it");
    assert_eq!(dependants.detail, "2,100 Pods. Searched 61 kinds in 1 namespace.");
    let copy = of(FindingKind::Copy);
    assert_eq!(copy.title, "Copies: 2,001 of 2,101 go to the trash for 30 days");
    assert!(copy.detail.starts_with("Not 100 of what goes along"), "{}", copy.detail);
}

#[test]
fn kinds_that_may_not_be_searched_are_named() {
    let mut known = known(&["a"]);
    work_out(&mut known);
    let unsearched = vec![("secrets".to_owned(), "ann may not list secrets".to_owned())];
    known.surveyed(&cluster("garden"), Surveyed { unsearched, ..Surveyed::default() });
    let findings = said(&known);
    assert_eq!(findings[0].title, "1 kind could not be searched for what goes with it");
    assert_eq!(findings[0].detail, "secrets. Ann may not list secrets.");
}

#[test]
fn a_copy_that_cannot_be_kept_or_not_for_long_says_so() {
    let mut known = known(&["a"]);
    work_out(&mut known);
    known.targets[0].uncopied = Some("you may not read it".into());
    known.keep_in(for_this_run("no keyring answers".into()));
    let findings = said(&known);
    let copies: Vec<_> = findings.iter().filter(|finding| finding.kind == FindingKind::Copy).collect();
    assert_eq!(copies[0].title, "No copy is kept");
    assert_eq!(copies[0].detail, "You may not read it. It cannot be restored by Secateur.");
    assert_eq!(copies[1].title, "Without a keyring copies can only be restored until Secateur quits");
}

#[test]
fn all_findings_of_the_worst_plan_fit_into_a_message() {
    let long = "x".repeat(250);
    let targets = (0..40).map(|number| {
        let cluster_name = if number % 2 == 0 { "garden" } else { "shed" };
        let mut key = config_map(cluster_name, &format!("{}{number}", "n".repeat(240)));
        key.uid = Uid::parse(&format!("u{number}")).expect("a UID");
        key
    });
    let mut known = Known::new(plan(targets.collect(), DeleteOptions::default()));
    work_out(&mut known);
    for (number, target) in known.targets.iter_mut().enumerate() {
        let words = format!("{number} {}", long.repeat(20));
        target.rehearsal = match number % 5 {
            0 => Rehearsal::Refused { status: 403, reason: "Forbidden".into(), message: words },
            1 => Rehearsal::CannotBe { why: words },
            2 => Rehearsal::NoAnswer { cause: words },
            _ => Rehearsal::Accepted,
        };
        if number % 7 == 6 {
            let finalizers = vec![words_of(number)];
            target.presence = Presence::Terminating(WaitsFor { finalizers, ..WaitsFor::default() });
        }
        target.uncopied = (number % 3 == 0).then(|| long.repeat(20));
    }
    known.see(4, &seen("another", "1"));
    known.see(8, &seen("another", "1"));
    let unsearched = (0..90).map(|number| (format!("{long}{number}"), long.repeat(20))).collect();
    known.surveyed(&cluster("garden"), Surveyed { unsearched, ..Surveyed::default() });
    known.keep_in(for_this_run(long.repeat(20)));
    let findings = said(&known);
    assert!(findings.len() <= 12, "{} findings", findings.len());
    let bytes: usize = findings.iter().map(|finding| finding.title.len() + finding.detail.len() + 80).sum();
    assert!(bytes < 5_500, "{bytes} bytes of findings");
}

fn words_of(number: usize) -> String {
    format!("garden.example.com/{}{number}", "f".repeat(200))
}

#[test]
fn what_a_server_warns_of_is_said_once_and_of_how_many() {
    let mut known = known(&["a", "b", "c"]);
    work_out(&mut known);
    assert!(!titles(&known).contains(&"The server warns".to_owned()));
    let warned = |known: &Known| {
        let finding = said(known).into_iter().find(|finding| finding.title == "The server warns");
        finding.expect("a finding").detail
    };
    known.targets[1].warnings = vec!["v1 is old".into()];
    assert_eq!(warned(&known), format!("{}: \u{201c}v1 is old\u{201d}.", config_map("garden", "b")));
    known.targets[2].warnings = vec!["v1 is old".into(), "odd".into()];
    let of_one = format!("{}: \u{201c}odd\u{201d}.", config_map("garden", "c"));
    assert_eq!(warned(&known), format!("2 objects: \u{201c}v1 is old\u{201d}. {of_one}"));
    known.targets[0].warnings = vec!["v1 is old".into()];
    assert_eq!(warned(&known), format!("\u{201c}v1 is old\u{201d}. {of_one}"));
    // One that is not part of the plan any more does not matter.
    known.see(2, &Seen::Absent);
    assert_eq!(warned(&known), "2 objects: \u{201c}v1 is old\u{201d}.");
}

#[test]
fn fault_53_warnings_without_end_are_the_first_few_and_how_many_more() {
    let mut known = known(&["a"]);
    work_out(&mut known);
    known.targets[0].warnings = (0..20).map(|number| format!("{number}{}", "x".repeat(1_000))).collect();
    let finding = said(&known).into_iter().find(|finding| finding.title == "The server warns").expect("one");
    assert!(finding.detail.chars().count() <= 600);
    assert!(finding.detail.starts_with("\u{201c}0xxx"), "{}", finding.detail);
}
