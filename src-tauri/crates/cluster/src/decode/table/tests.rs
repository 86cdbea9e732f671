use secateur_domain::ids::Uid;

use super::*;
use crate::testing::configmaps;

fn place() -> Place {
    Place {
        cluster: ClusterId::parse("c").expect("an id"),
        kind: configmaps(),
        namespace: ResourceName::parse("asked").ok(),
        now: 1_767_225_600 + 300,
        include: Include::Metadata,
    }
}

fn decode(json: &str) -> TablePage {
    page(place(), json.as_bytes()).expect("a page")
}

/// A table with these columns, as `name/type/format/priority`, and rows.
fn table(columns: &[&str], rows: &str) -> TablePage {
    let columns: Vec<_> = columns
        .iter()
        .map(|column| {
            let parts: Vec<_> = column.split('/').collect();
            let [name, kind, format, priority] = parts.as_slice() else { panic!("four parts") };
            format!(r#"{{"name":"{name}","type":"{kind}","format":"{format}","description":"d","priority":{priority}}}"#)
        })
        .collect();
    let columns = columns.join(",");
    decode(&format!(
        r#"{{"kind":"Table","metadata":{{"resourceVersion":"9","continue":"t","remainingItemCount":3}},
        "columnDefinitions":[{columns}],"rows":[{rows}]}}"#
    ))
}

fn cells(row: &Row) -> Vec<&str> {
    row.cells.iter().collect()
}

fn kinds(columns: &[&str], expected: &[(&str, ColumnKind)]) {
    let page = table(columns, "");
    let found: Vec<_> = page.columns.iter().map(|column| (column.id.as_str(), column.kind)).collect();
    assert_eq!(found, expected);
}

#[test]
fn columns_have_the_kinds_that_their_headings_and_types_say() {
    kinds(
        &[
            "Kind/string//0",
            "Name/string/name/0",
            "Status/string//0",
            "Phase/string//0",
            "Restarts/string//0",
            "Data/integer//0",
            "Ratio/number//0",
            "Age/string//0",
            "Since/date//0",
            "Last Seen/string//0",
        ],
        &[
            ("Kind", ColumnKind::Text),
            ("Name", ColumnKind::Name),
            ("Status", ColumnKind::Status),
            ("Phase", ColumnKind::Status),
            ("Restarts", ColumnKind::Number),
            ("Data", ColumnKind::Number),
            ("Ratio", ColumnKind::Number),
            ("Age", ColumnKind::Age),
            ("Since", ColumnKind::Elapsed),
            ("Last Seen", ColumnKind::Elapsed),
        ],
    );
}

#[test]
fn equal_headings_get_ids_of_their_own() {
    kinds(
        &["Name/string/name/0", "Ready/string//0", "Ready/string//1", "Ready/string//0"],
        &[
            ("Name", ColumnKind::Name),
            ("Ready", ColumnKind::Text),
            ("Ready#2", ColumnKind::Text),
            ("Ready#3", ColumnKind::Text),
        ],
    );
}

#[test]
fn a_heading_stands_for_a_format_that_was_forgotten() {
    kinds(&["Kind/string//0", "Name/string//0"], &[("Kind", ColumnKind::Text), ("Name", ColumnKind::Name)]);
}

#[test]
fn a_page_knows_its_version_and_what_is_left() {
    let page = table(&["Name/string/name/0", "Node/string//1"], "");
    assert_eq!((page.resource_version.as_str(), page.continue_token.as_deref()), ("9", Some("t")));
    assert_eq!(page.remaining, Some(3));
    assert!(page.columns[1].is_wide && !page.columns[0].is_wide);
}

#[test]
fn the_last_page_has_no_next() {
    let page = decode(r#"{"kind":"Table","metadata":{"resourceVersion":"9","continue":""},"rows":null}"#);
    assert_eq!((page.continue_token, page.remaining, page.rows.len()), (None, None, 0));
}

#[test]
fn a_row_with_metadata_has_a_key_and_dates() {
    let row = r#"{"cells":["web",1],"object":{"kind":"PartialObjectMetadata","metadata":{"name":"web",
        "namespace":"ns","uid":"u","creationTimestamp":"2026-01-01T00:00:00Z",
        "deletionTimestamp":"2026-01-01T00:01:00Z","finalizers":["a/b"],"labels":{"a":"\u0041"},
        "managedFields":[{"fieldsV1":{"f:a":{"f:b":{}}}}]}}}"#;
    let page = table(&["Name/string/name/0", "Data/integer//0"], row);
    let row = &page.rows[0];
    let key = row.key().expect("a key");
    assert_eq!((key.name.as_str(), key.uid.as_str()), ("web", "u"));
    assert_eq!(key.namespace.as_ref().map(ResourceName::as_str), Some("ns"));
    assert_eq!(row.created, Some(1_767_225_600));
    assert_eq!(row.state, RowState::Terminating);
    assert_eq!(&*row.finalizers, ["a/b".into()]);
    assert_eq!(row.deleted, Some(1_767_225_660));
    assert_eq!(row.labels.get("a"), Some("A"));
    assert_eq!(cells(row), ["web", "1"]);
}

#[test]
fn a_row_without_metadata_is_named_by_its_name_column_and_has_no_key() {
    let page = table(&["Kind/string//0", "Name/string/name/0"], r#"{"cells":["Pod","web"],"object":null}"#);
    let row = &page.rows[0];
    assert_eq!((&*row.name, row.uid.as_ref(), row.created), ("web", None, None));
    assert_eq!(row.namespace.as_ref().map(ResourceName::as_str), Some("asked"));
    assert!(row.key().is_none());
}

#[test]
fn a_row_of_the_cluster_has_no_namespace() {
    let row = r#"{"cells":["n"],"object":{"metadata":{"name":"n","uid":"u"}}}"#;
    assert_eq!(table(&["Name/string/name/0"], row).rows[0].namespace, None);
}

#[test]
fn cells_are_as_many_as_columns() {
    let rows = r#"{"cells":["a","b","c"]},{"cells":[]}"#;
    let page = table(&["Name/string/name/0", "X/string//0"], rows);
    assert_eq!((cells(&page.rows[0]), cells(&page.rows[1])), (vec!["a", "b"], vec!["", ""]));
}

#[test]
fn a_server_without_tables_gets_a_name_and_an_age() {
    let page = decode(
        r#"{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"9"},"items":[
        {"metadata":{"name":"a","namespace":"ns","uid":"u","creationTimestamp":"2026-01-01T00:00:00Z"},
         "data":{"planted":"secret"}}]}"#,
    );
    let names: Vec<_> = page.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["Name", "Age"]);
    assert_eq!(cells(&page.rows[0]), ["a", "5m"]);
    assert!(page.rows[0].key().is_some());
    assert_eq!(page.resource_version, "9");
}

#[test]
fn json_nested_deeper_than_a_parser_may_go_is_skipped() {
    let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
    let row = format!(
        r#"{{"cells":["a"],"object":{{"metadata":{{"name":"a","uid":"u","managedFields":{deep}}}}}}}"#
    );
    assert!(table(&["Name/string/name/0"], &row).rows[0].uid.is_some());
}

#[test]
fn what_is_no_list_is_undecodable_and_not_quoted() {
    let cut = r#"{"kind":"Table","rows":[{"cells":["planted"]}"#;
    let wrong = r#"{"kind":"Table","rows":"planted"}"#;
    for json in ["{", "[]", "{}", cut, wrong, "planted", r#"{"kind":"Status"}"#] {
        let Undecodable(problem) = page(place(), json.as_bytes()).expect_err("no page");
        assert!(!problem.contains("planted"), "{problem}");
    }
}

#[test]
fn later_events_of_a_watch_have_the_columns_of_the_first() {
    let mut decoder = TableDecoder::new(place());
    let first = r#"{"kind":"Table","columnDefinitions":[{"name":"A","type":"string"},
        {"name":"Name","type":"string","format":"name"}],"rows":[{"cells":["x","a"]}]}"#;
    let second = r#"{"kind":"Table","columnDefinitions":null,"rows":[{"cells":["y","b"]}]}"#;
    let names: Vec<_> = [first, second]
        .iter()
        .map(|json| decoder.decode(json.as_bytes()).ok().and_then(|decoded| decoded.rows.into_iter().next()))
        .map(|row| row.map(|row| row.name.to_string()))
        .collect();
    assert_eq!(names, [Some("a".to_owned()), Some("b".to_owned())]);
}

#[test]
fn what_was_asked_for_without_metadata_is_awaited() {
    let json = r#"{"kind":"Table","metadata":{},"columnDefinitions":[{"name":"Name","format":"name"}],
        "rows":[{"cells":["a"],"object":null}]}"#;
    let state = |include| page(Place { include, ..place() }, json.as_bytes()).expect("a page").rows[0].state;
    assert_eq!(state(Include::None), RowState::Awaited);
    assert_eq!(
        state(Include::Metadata),
        RowState::Live,
        "and is incomplete, where it should have come along"
    );
}

#[test]
fn rows_of_one_controller_share_their_labels() {
    let object = |name: &str, app: &str| {
        format!(
            r#"{{"cells":["a"],"object":{{"metadata":{{"name":"{name}","uid":"{name}","labels":{{"b":"1","app":"{app}"}}}}}}}}"#
        )
    };
    let rows = [object("1", "web"), object("2", "web"), object("3", "db")].join(",");
    let page = table(&["Name/string/name/0"], &rows);
    let apps: Vec<_> = page.rows.iter().map(|row| row.labels.get("app")).collect();
    assert_eq!(apps, [Some("web"), Some("web"), Some("db")]);
    assert!(page.rows.iter().all(|row| row.labels.get("b") == Some("1") && row.labels.get("c").is_none()));
}

/// The rows of a table of which one is as given, between two that are whole, as `name uid` and the cell.
fn check_odd(row: &str, expected: (&str, &str)) {
    let whole = |name: &str| {
        format!(r#"{{"cells":["{name}"],"object":{{"metadata":{{"name":"{name}","uid":"{name}"}}}}}}"#)
    };
    let page = table(&["Name/string/name/0"], &[whole("first"), row.to_owned(), whole("last")].join(","));
    let described: Vec<_> = page
        .rows
        .iter()
        .map(|row| (format!("{} {}", row.name, row.uid.as_ref().map_or("-", Uid::as_str)), cells(row)[0]))
        .collect();
    let described: Vec<_> = described.iter().map(|(name, cell)| (name.as_str(), *cell)).collect();
    assert_eq!(described, [("first first", "first"), expected, ("last last", "last")], "{row}");
}

#[test]
fn fault_63_a_row_that_is_not_whole_is_shown_and_has_no_key() {
    check_odd(r#"{"cells":["odd"],"object":{}}"#, ("odd -", "odd"));
    check_odd(r#"{"cells":["odd"],"object":{"metadata":null}}"#, ("odd -", "odd"));
    check_odd(r#"{"cells":["odd"],"object":{"metadata":{"name":"odd"}}}"#, ("odd -", "odd"));
    check_odd(r#"{"cells":["odd"],"object":{"metadata":{"uid":"u"}}}"#, ("odd u", "odd"));
    check_odd(r#"{"cells":["odd"],"object":{"metadata":{"name":7,"uid":["u"]}}}"#, ("odd -", "odd"));
    check_odd(
        r#"{"cells":["odd"],"object":{"metadata":{"name":"odd","uid":"u","labels":"x"}}}"#,
        ("odd u", "odd"),
    );
    check_odd(
        r#"{"cells":["odd"],"object":{"metadata":{"name":"odd","uid":"u","creationTimestamp":"99999-01-01"}}}"#,
        ("odd u", "odd"),
    );
    check_odd(r#"{"cells":["odd"],"object":"planted"}"#, ("odd -", "odd"));
    check_odd(r#"{"cells":"odd"}"#, (" -", ""));
    check_odd(r#""planted""#, (" -", ""));
}

#[test]
fn fault_62_what_a_parser_refuses_in_one_row_costs_no_other() {
    check_odd(
        r#"{"cells":["odd"],"cells":["odd"],"object":{"metadata":{"name":"odd","uid":"u"}}}"#,
        (" -", ""),
    );
    check_odd(
        r#"{"cells":["odd"],"object":{"metadata":{"name":"odd","name":"odd","uid":"u"}}}"#,
        ("odd u", "odd"),
    );
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    check_odd(
        &format!(r#"{{"cells":[{deep}],"object":{{"metadata":{{"name":"odd","uid":"u"}}}}}}"#),
        ("odd u", "..."),
    );
}

#[test]
fn fault_62_bytes_that_are_no_text_are_shown_as_such() {
    let json = r#"{"kind":"Table","metadata":{},"columnDefinitions":[{"name":"Name","format":"name"}],
        "rows":[{"cells":["a?"],"object":{"metadata":{"name":"a","uid":"u"}}}]}"#;
    let mut bytes = json.as_bytes().to_vec();
    let place_of_mark = json.find('?').expect("a mark");
    bytes[place_of_mark] = 0xff;
    let page = page(place(), &bytes).expect("a page");
    assert_eq!(cells(&page.rows[0]), ["a\u{fffd}"]);
    assert!(page.rows[0].key().is_some());
}
