//! `receipts` and `trash`: what was deleted, and what of it can be created again.

use secateur_engine::{Backend, CopyRole, CopyRow, HistoryQuery, Receipt, TrashSummary, receipt_json};
use serde_json::{Value, json};

use crate::{
    commands::texts,
    output::{self, Stopped},
    table::aligned,
};

/// A receipt's id on the command line: its job and its object's UID.
pub(crate) fn id(receipt: &Receipt) -> String {
    format!("{}/{}", receipt.receipt.job, receipt.object.uid)
}

/// The receipts of one job.
pub(crate) async fn of_job(backend: &Backend, job: &str) -> Result<Vec<Receipt>, Stopped> {
    let own = HistoryQuery { job: Some(job.to_owned()), ..HistoryQuery::default() };
    Ok(backend.receipts(own).await?)
}

/// Prints the receipts that match, newest first.
pub(crate) async fn print(
    backend: &Backend,
    text: Option<String>,
    job: Option<&str>,
    is_json: bool,
) -> Result<u8, Stopped> {
    let query = HistoryQuery {
        text: text.unwrap_or_default(),
        job: job.map(str::to_owned),
        ..HistoryQuery::default()
    };
    let receipts = backend.receipts(query).await?;
    if is_json {
        receipts.iter().try_for_each(|receipt| output::json(&whole(receipt)))?;
        return Ok(0);
    }
    let mut rows = vec![texts(&["ID", "CLUSTER", "KIND", "NAMESPACE", "NAME", "OUTCOME", "COPY"])];
    rows.extend(receipts.iter().map(|receipt| {
        let object = &receipt.object;
        texts(&[
            &id(receipt),
            &receipt.cluster.name,
            &object.kind,
            object.namespace.as_ref().map_or("", |namespace| namespace.as_str()),
            object.name.as_str(),
            receipt.outcome.word(),
            receipt.copy.as_str(),
        ])
    }));
    output::text(&aligned(&rows))?;
    Ok(0)
}

fn whole(receipt: &Receipt) -> Value {
    let mut whole = receipt_json(receipt);
    if let Value::Object(fields) = &mut whole {
        fields.insert("id".into(), json!(id(receipt)));
    }
    whole
}

/// Prints the copies, newest first, and the trash in numbers.
pub(crate) async fn trash(backend: &Backend, is_json: bool) -> Result<u8, Stopped> {
    let (copies, trash) = (backend.copies().await?, backend.trash().await?);
    if is_json {
        copies.iter().try_for_each(|copy| output::json(&copy_json(copy)))?;
        output::json(&trash_json(&trash))?;
        return Ok(0);
    }
    let mut rows = vec![texts(&["RECEIPT", "ROLE", "KIND", "NAMESPACE", "NAME", "BYTES", "READABLE"])];
    rows.extend(copies.iter().map(|copy| {
        let object = &copy.object;
        texts(&[
            &copy.job,
            role(copy),
            &object.kind,
            object.namespace.as_ref().map_or("", |namespace| namespace.as_str()),
            object.name.as_str(),
            &copy.bytes.to_string(),
            if copy.is_readable { "yes" } else { "no" },
        ])
    }));
    output::text(&aligned(&rows))?;
    output::line(&words(&trash))?;
    Ok(0)
}

/// Throws every copy away.
pub(crate) async fn empty(backend: &Backend, is_json: bool) -> Result<u8, Stopped> {
    let trash = backend.empty_trash().await?;
    if is_json {
        output::json(&trash_json(&trash))?;
    } else {
        output::line(&words(&trash))?;
    }
    Ok(0)
}

fn role(copy: &CopyRow) -> &'static str {
    match copy.role {
        CopyRole::Target => "target",
        CopyRole::Dependant => "dependant",
    }
}

fn copy_json(copy: &CopyRow) -> Value {
    let object = &copy.object;
    json!({
        "job": copy.job, "role": role(copy), "cluster": copy.cluster, "fingerprint": copy.fingerprint,
        "kind": object.kind, "resource": object.key().kind.resource(), "namespace": object.namespace,
        "name": object.name, "uid": object.uid, "bytes": copy.bytes, "at": copy.at, "readable": copy.is_readable,
    })
}

fn trash_json(trash: &TrashSummary) -> Value {
    json!({
        "copies": trash.copies, "bytes": trash.bytes, "unreadable": trash.unreadable,
        "lasting": trash.is_lasting, "problem": trash.problem, "days": trash.days,
    })
}

fn words(trash: &TrashSummary) -> String {
    let unreadable = match trash.unreadable {
        0 => String::new(),
        many => format!(", {many} of them under a key that is not here"),
    };
    let lasting = if trash.is_lasting {
        format!("kept for {} days", trash.days)
    } else {
        let why = trash.problem.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        format!("copies taken now cannot be read after quitting{why}")
    };
    format!("copies: {} ({} bytes){unreadable}; {lasting}", trash.copies, trash.bytes)
}
