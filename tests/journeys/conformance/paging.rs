//! Lists in pages.

use serde_json::{Value, json};

use super::{
    ask::{METADATA_LIST, TABLE, names, version},
    subject::Subject,
};

const FIVE: [&str; 5] = ["a", "b", "c", "d", "e"];

fn token(list: &Value) -> Option<String> {
    list["metadata"]["continue"].as_str().filter(|token| !token.is_empty()).map(str::to_owned)
}

pub(super) async fn pages_together_are_the_list(subject: &Subject) {
    subject.secrets(&FIVE).await;
    let path = subject.here("secrets");
    let mut page = subject.get(&path).with("limit", 2).await.is(200);
    let mut pages = vec![names(&page)];
    while let Some(next) = token(&page) {
        page = subject.get(&path).with("limit", 2).with("continue", next).await.is(200);
        pages.push(names(&page));
    }
    assert_eq!(pages, [&FIVE[..2], &FIVE[2..4], &FIVE[4..]]);
}

pub(super) async fn a_page_says_how_many_remain(subject: &Subject) {
    subject.secrets(&FIVE).await;
    let path = subject.here("secrets");
    let first = subject.get(&path).with("limit", 2).accept(METADATA_LIST).await.is(200);
    assert_eq!(first["metadata"]["remainingItemCount"], 3);
    let next = token(&first).expect("a token");
    let last = subject.get(&path).with("limit", 3).with("continue", next).accept(METADATA_LIST).await.is(200);
    assert_eq!(token(&last), None);
    assert!(last["metadata"].get("remainingItemCount").is_none(), "{last}");
}

pub(super) async fn a_page_of_a_selection_does_not_say_how_many_remain(subject: &Subject) {
    for name in FIVE {
        let secret = json!({ "metadata": { "name": name, "labels": { "of": "five" } } });
        subject.create(subject.here("secrets"), secret).await;
    }
    subject.secret("bb").await;
    let path = subject.here("secrets");
    let first = subject.get(&path).with("limit", 3).with("labelSelector", "of=five").await.is(200);
    assert_eq!(names(&first), FIVE[..3]);
    assert!(first["metadata"].get("remainingItemCount").is_none(), "{first}");
    let next = token(&first).expect("a token");
    let ask = subject.get(&path).with("limit", 3).with("labelSelector", "of=five").with("continue", next);
    assert_eq!(names(&ask.await.is(200)), FIVE[3..]);
}

pub(super) async fn later_pages_are_as_the_list_was_at_the_first(subject: &Subject) {
    subject.secrets(&FIVE).await;
    let path = subject.here("secrets");
    let first = subject.get(&path).with("limit", 2).await.is(200);
    subject.delete(subject.here("secrets/d")).await.is(200);
    subject.secret("cc").await;
    let next = token(&first).expect("a token");
    let rest = subject.get(&path).with("continue", next).await.is(200);
    assert_eq!(names(&rest), FIVE[2..]);
    assert_eq!(version(&rest), version(&first));
}

pub(super) async fn a_table_is_paged_as_a_list_is(subject: &Subject) {
    subject.secrets(&FIVE).await;
    let path = subject.here("secrets");
    let first = subject.get(&path).with("limit", 4).accept(TABLE).await.is(200);
    assert_eq!(first["rows"].as_array().expect("rows").len(), 4);
    assert_eq!(first["metadata"]["remainingItemCount"], 1);
    let next = token(&first).expect("a token");
    let rest = subject.get(&path).with("limit", 4).with("continue", next).accept(TABLE).await.is(200);
    assert_eq!(
        (rest["rows"].as_array().expect("rows").len(), &rest["rows"][0]["cells"][0]),
        (1, &json!("e"))
    );
    assert_eq!(token(&rest), None);
}

pub(super) async fn a_list_as_it_was_can_be_had_in_pages(subject: &Subject) {
    subject.secrets(&FIVE).await;
    let path = subject.here("secrets");
    let then = version(&subject.get(&path).await.is(200));
    subject.delete(subject.here("secrets/a")).await.is(200);
    let ask = subject.get(&path).with("limit", 2).with("resourceVersion", &then);
    let first = ask.with("resourceVersionMatch", "Exact").await.is(200);
    assert_eq!(names(&first), FIVE[..2]);
    subject.delete(subject.here("secrets/c")).await.is(200);
    let next = token(&first).expect("a token");
    assert_eq!(names(&subject.get(&path).with("continue", next).await.is(200)), FIVE[2..]);
}

pub(super) async fn a_page_goes_on_from_its_token_alone(subject: &Subject) {
    subject.secrets(&FIVE).await;
    let path = subject.here("secrets");
    let first = subject.get(&path).with("limit", 2).await.is(200);
    let next = token(&first).expect("a token");
    let both = subject.get(&path).with("continue", next).with("resourceVersion", version(&first)).await;
    let message = both.is_refused(400, "BadRequest");
    assert!(message.contains("specifying resource version is not allowed when using continue"), "{message}");
    let nonsense = subject.get(&path).with("continue", "nonsense").await;
    let message = nonsense.is_refused(400, "BadRequest");
    assert!(message.contains("continue key is not valid"), "{message}");
}
