//! Receipts in forms to take along.

use serde_json::{Value, json};

use crate::{
    failure::EngineError,
    receipts::{HistoryCluster, Receipt},
};

/// The columns of a table of receipts.
const COLUMNS: [&str; 17] = [
    "job",
    "cluster",
    "server",
    "fingerprint",
    "tier",
    "kind",
    "resource",
    "namespace",
    "name",
    "uid",
    "outcome",
    "words",
    "by",
    "options",
    "agreed",
    "auditId",
    "copy",
];

/// A list of receipts, each with its steps.
pub(crate) fn receipts_json(receipts: &[Receipt]) -> Result<String, EngineError> {
    let receipts: Vec<Value> = receipts.iter().map(receipt_json).collect();
    serde_json::to_string_pretty(&receipts).map_err(|error| EngineError::Invalid(error.to_string()))
}

/// One receipt.
pub fn receipt_json(receipt: &Receipt) -> Value {
    let steps = receipt.happened.iter().map(|step| json!({ "at": time(step.ms), "what": step.text }));
    let mut whole: serde_json::Map<String, Value> = COLUMNS
        .iter()
        .zip(fields(receipt))
        .map(|(column, field)| ((*column).to_owned(), field.map_or(Value::Null, Value::String)))
        .collect();
    whole.insert("happened".to_owned(), steps.collect());
    whole.insert("fingerprintDigest".to_owned(), json!(receipt.fingerprint_digest));
    whole.insert("rehearsal".to_owned(), json!(receipt.rehearsal));
    whole.insert("status".to_owned(), json!(receipt.status));
    whole.into()
}

/// RFC 3339, for whoever reads it elsewhere and later.
fn time(ms: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(ms).ok().map(|at| at.to_string())
}

/// A table of receipts: RFC 4180, with a heading.
pub(crate) fn receipts_csv(receipts: &[Receipt]) -> String {
    let mut lines = vec![COLUMNS.join(",")];
    lines.extend(receipts.iter().map(|receipt| {
        let cells: Vec<String> =
            fields(receipt).iter().map(|field| cell(field.as_deref().unwrap_or_default())).collect();
        cells.join(",")
    }));
    lines.join("\r\n") + "\r\n"
}

fn fields(receipt: &Receipt) -> [Option<String>; 17] {
    let object = &receipt.object;
    let resource = object.key().kind.resource();
    [
        Some(receipt.receipt.job.clone()),
        Some(receipt.cluster.name.clone()),
        Some(receipt.server.clone()),
        Some(receipt.fingerprint.clone()),
        Some(tier(&receipt.cluster)),
        Some(object.kind.clone()),
        Some(resource),
        object.namespace.as_ref().map(ToString::to_string),
        Some(object.name.to_string()),
        Some(object.uid.to_string()),
        Some(receipt.outcome.word().to_owned()),
        Some(receipt.words.clone()),
        receipt.by.clone(),
        Some(receipt.options.clone()),
        Some(receipt.agreed.clone()),
        receipt.audit_id.clone(),
        Some(receipt.copy.as_str().to_owned()),
    ]
}

fn tier(cluster: &HistoryCluster) -> String {
    let tier = cluster.tier.as_str();
    if cluster.is_practice { format!("practice, plays {tier}") } else { tier.to_owned() }
}

/// One field. What a spreadsheet would take for a formula is made text: names may begin with anything.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    fn check(text: &str, expected: &str) {
        assert_eq!(cell(text), expected);
    }

    #[test]
    fn a_plain_text_stays_as_it_is() {
        check("web-1", "web-1");
    }
    #[test]
    fn what_would_break_a_line_or_a_field_is_quoted() {
        check("a,b", "\"a,b\"");
        check("say \"x\"", "\"say \"\"x\"\"\"");
        check("two\nlines", "\"two\nlines\"");
    }
    #[test]
    fn no_name_is_a_formula() {
        check("=cmd()", "'=cmd()");
        check("-1,2", "\"'-1,2\"");
    }
}
