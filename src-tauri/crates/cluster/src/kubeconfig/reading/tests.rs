//! YAML as kubectl's library takes it, and what is refused for its size.

use std::fmt::Write;

use super::*;

fn read(yaml: &str) -> Node {
    parse(yaml.as_bytes()).expect("YAML").expect("a document")
}

fn check(yaml: &str, expected: Option<&str>) {
    assert_eq!(read(yaml).text("a").ok().flatten(), expected, "{yaml}");
}

/// What is wrong, and on which line.
fn refused(yaml: &str) -> (Option<u32>, String) {
    let malformed = parse(yaml.as_bytes()).err().expect("it is refused");
    (malformed.line, malformed.problem)
}

#[test]
fn scalars_are_text() {
    check("a: b", Some("b"));
    check("a: '012'", Some("012"));
    check("a: \"true\"", Some("true"));
    check("a: |\n  true\n", Some("true\n"));
    check("a: !!str 5", Some("5"));
    check("a: !other 5", Some("5"));
    check("a: !!binary aGVsbG8=", Some("hello"));
}
#[test]
fn what_is_no_text_needs_quotes_to_be_one_as_for_kubectl() {
    for (yaml, problem) in [
        ("a: 12345", "a is a number without quotes, not text"),
        ("a: 0x1f", "a is a number without quotes, not text"),
        ("a: true", "a is a truth without quotes, not text"),
        ("a: yes", "a is a truth without quotes, not text"),
        ("a: [b]", "a is a list, not text"),
    ] {
        assert_eq!(read(yaml).text("a"), Err(Malformed { line: Some(1), problem: problem.into() }));
    }
}
#[test]
fn truths_are_those_of_yaml_1_1_and_without_quotes() {
    for (yaml, expected) in [("a: true", true), ("a: yes", true), ("a: Off", false), ("b: c", false)] {
        assert_eq!(read(yaml).is_set("a"), Ok(expected), "{yaml}");
    }
    let node = read("c: d\na: 'true'");
    let problem = "a is text, not true or false".to_owned();
    assert_eq!(node.is_set("a"), Err(Malformed { line: Some(2), problem }));
}
#[test]
fn nothing_is_absent() {
    for yaml in ["b: c", "a:", "a: ''", "a: null", "a: ~", "a: !!null"] {
        check(yaml, None);
    }
}
#[test]
fn json_is_yaml() {
    check(r#"{"a": "b"}"#, Some("b"));
    check("{\n\t\"a\": \"b\"\n}", Some("b"));
}
#[test]
fn the_last_of_two_equal_keys_wins() {
    check("a: b\na: c", Some("c"));
}
#[test]
fn fault_70_only_the_first_document_counts() {
    check("a: b\n---\na: c", Some("b"));
    check("---\na: b\n---\n{", Some("b"));
    check("a: b\n...\n", Some("b"));
}
#[test]
fn anchors_and_merge_keys_are_resolved() {
    check("x: &x b\na: *x", Some("b"));
    check("x: &x {a: b}\n<<: *x", Some("b"));
    check("a: c\n<<: {a: b}", Some("b"));
    check("<<: {a: b}\na: c", Some("c"));
    check("<<: [{a: b}, {a: c}]", Some("b"));
    check("'<<': {a: b}", None);
    check("&k a: b", Some("b"));
    assert_eq!(refused("b: c\n<<: [a]").1, "what << brings in is no map");
}
#[test]
fn an_empty_file_has_no_document() {
    for text in ["", "\n", "# only a remark\n", "---\n", "null"] {
        assert!(parse(text.as_bytes()).expect("no problem").is_none(), "{text:?}");
    }
}
#[test]
fn what_is_no_yaml_is_named_by_its_line_and_not_quoted() {
    let (line, problem) = refused("a: b\nc: [secret\nd: 'secret\n");
    assert!(line.is_some());
    assert!(problem.starts_with("not valid YAML: ") && !problem.contains("secret"), "{problem}");
    let (line, problem) = refused("a: b\n@secret: c");
    assert_eq!((line, problem.contains('@')), (Some(2), false), "{problem}");
}
#[test]
fn nodes_know_their_lines() {
    let node = read("a:\n- b: c\n  d: e\n- f: [g]\n");
    let lines: Vec<_> = node.list("a").expect("a list").iter().map(Node::line).collect();
    assert_eq!(lines, [Some(2), Some(4)]);
}
#[test]
fn keys_may_be_numbers_and_truths_and_nothing_else() {
    assert!(read("1: b\nyes: c\na: d").text("true").is_ok_and(|text| text == Some("c")));
    for yaml in ["? [a]\n: b", "? {a: b}\n: c", "~: b"] {
        parse(yaml.as_bytes()).err().expect(yaml);
    }
}

#[test]
fn fault_70_an_anchor_within_itself_is_refused() {
    assert_eq!(refused("a: b\nx: &x [*x]"), (Some(2), "an alias stands for what it is part of".into()));
    assert_eq!(refused("x: &x\n  y: *x").1, "an alias stands for what it is part of");
    assert!(refused("a: *nowhere").1.contains("unknown anchor"));
}
#[test]
fn fault_70_a_billion_laughs_are_refused_before_they_are_made() {
    let mut yaml = "l0: &l0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n".to_owned();
    for level in 1..=9 {
        let laughs = vec![format!("*l{}", level - 1); 9].join(",");
        let _ = writeln!(yaml, "l{level}: &l{level} [{laughs}]");
    }
    let (line, problem) = refused(&yaml);
    assert_eq!(problem, TOO_MUCH);
    assert!(line.is_some_and(|line| line < 8), "{line:?}");
}
#[test]
fn fault_70_a_large_text_many_times_over_is_refused() {
    let yaml = format!("x: &x {}\ny: [{}]", "x".repeat(1 << 20), "*x,".repeat(1_000));
    assert_eq!(refused(&yaml).1, TOO_MUCH);
}
#[test]
fn fault_70_anchors_within_anchors_are_refused_by_what_their_copies_hold() {
    let items = "a,".repeat(10_000);
    let yaml = format!("x: {}{items}{}", "&x [".repeat(60), "]".repeat(60));
    assert_eq!(refused(&yaml).1, TOO_MUCH);
}
#[test]
fn fault_70_depth_is_bounded_in_text_and_by_aliases() {
    let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refused(&deep).1, TOO_DEEP);
    let mut blocks = String::new();
    for level in 0..200 {
        let _ = writeln!(blocks, "{}a:", " ".repeat(level));
    }
    assert_eq!(refused(&blocks).1, TOO_DEEP);
    let mut chain = "x0: &x0 [a]\n".to_owned();
    for level in 1..200 {
        let _ = writeln!(chain, "x{level}: &x{level} [*x{}]", level - 1);
    }
    assert_eq!(refused(&chain).1, TOO_DEEP);
}
#[test]
fn fault_70_a_tab_for_indentation_is_named_with_its_line() {
    let (line, problem) = refused("contexts:\n\t- name: a\n");
    assert_eq!(line, Some(2), "{problem}");
    assert!(problem.contains("tab"), "{problem}");
}
#[test]
fn fault_70_a_million_contexts_are_refused() {
    let yaml = format!("contexts: [{}]", "{},".repeat(1_000_000));
    assert_eq!(refused(&yaml).1, TOO_MUCH);
}
#[test]
fn fault_70_ten_thousand_contexts_are_read() {
    let mut yaml = "contexts:\n".to_owned();
    for number in 0..10_000 {
        let _ = writeln!(yaml, "- name: c{number}\n  context: {{cluster: k{number}, user: u, namespace: n}}");
    }
    assert_eq!(read(&yaml).list("contexts").map(<[Node]>::len), Ok(10_000));
}
