//! Tables, and the lists of metadata or of whole objects that servers without tables answer with.

use std::{borrow::Cow, sync::Arc};

use secateur_domain::{
    age,
    ids::{ClusterId, ResourceName},
    kind::Kind,
    row::{Column, ColumnKind, Row, RowState},
};
use serde::Deserialize;

use super::{
    Undecodable,
    cell::Cell,
    metadata::{ListMeta, ObjectMeta, PartialObject},
};
use crate::requests::TablePage;

/// What every row of an answer has in common.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) cluster: ClusterId,
    pub(crate) kind: Arc<Kind>,
    /// The namespace that was asked for, for rows that come without metadata.
    pub(crate) namespace: Option<ResourceName>,
    /// The server's clock in Unix seconds, for ages that we print ourselves.
    pub(crate) now: i64,
}

/// A Table, a list, or one object: whichever the server could give.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAnswer<'a> {
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(default)]
    column_definitions: Option<Vec<WireColumn>>,
    #[serde(borrow, default)]
    rows: Option<Vec<WireRow<'a>>>,
    #[serde(borrow, default)]
    items: Option<Vec<PartialObject<'a>>>,
    #[serde(borrow)]
    metadata: Option<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct WireColumn {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    priority: i32,
}

#[derive(Deserialize)]
struct WireRow<'a> {
    #[serde(default)]
    cells: Vec<Cell>,
    #[serde(borrow, default)]
    object: Option<PartialObject<'a>>,
}

/// Decodes the page of a list. What its answer's headers warn of is its reader's to add.
pub(crate) fn page(place: Place, body: &[u8]) -> Result<TablePage, Undecodable> {
    let mut decoder = TableDecoder::new(place);
    let Decoded { rows, mut meta, .. } = decoder.decode(body)?;
    Ok(TablePage {
        columns: decoder.columns,
        rows,
        continue_token: meta.next(),
        remaining: meta.remaining(),
        resource_version: meta.resource_version.unwrap_or_default(),
        warnings: Vec::new(),
    })
}

/// Decodes answers that share their columns: a page, or a watch, whose columns come with its first event only.
pub(crate) struct TableDecoder {
    place: Place,
    columns: Arc<[Column]>,
    /// Which cell is the name.
    name_position: Option<usize>,
}

/// One decoded answer.
pub(crate) struct Decoded {
    pub(crate) rows: Vec<Row>,
    pub(crate) meta: ListMeta,
    /// The version of the only object in it, for events.
    pub(crate) object_version: Option<String>,
}

impl TableDecoder {
    pub(crate) fn new(place: Place) -> Self {
        Self { place, columns: Arc::default(), name_position: None }
    }

    /// Decodes one answer.
    pub(crate) fn decode(&mut self, json: &[u8]) -> Result<Decoded, Undecodable> {
        let answer: WireAnswer<'_> = serde_json::from_slice(json)?;
        let raw_meta = answer.metadata.map(serde_json::value::RawValue::get);
        let meta: ListMeta = raw_meta.map(serde_json::from_str).transpose()?.unwrap_or_default();
        if answer.kind.as_deref() == Some("Table") {
            if let Some(columns) = answer.column_definitions.filter(|columns| !columns.is_empty()) {
                self.take_columns(&columns);
            }
            let wire = answer.rows.unwrap_or_default();
            let object_version = match wire.as_slice() {
                [WireRow { object: Some(object), .. }] => Some(object.metadata.version()),
                _ => None,
            };
            let rows = wire.into_iter().map(|row| self.row(row)).collect();
            return Ok(Decoded { rows, meta, object_version });
        }
        self.columns = Arc::from(own_columns());
        self.name_position = Some(0);
        if let Some(items) = answer.items {
            let rows = items.into_iter().map(|item| self.row_of_metadata(&item.metadata)).collect();
            return Ok(Decoded { rows, meta, object_version: None });
        }
        // A single object, as a watch gives it.
        let metadata: ObjectMeta<'_> = raw_meta.map(serde_json::from_str).transpose()?.unwrap_or_default();
        if metadata.resource_version.is_none() && metadata.name.is_none() {
            return Err(Undecodable("it is neither a table, a list nor an object".to_owned()));
        }
        let object_version = Some(metadata.version());
        Ok(Decoded { rows: vec![self.row_of_metadata(&metadata)], meta, object_version })
    }

    fn take_columns(&mut self, wire: &[WireColumn]) {
        // An aggregated server may forget the format, and still call the column so.
        self.name_position = wire
            .iter()
            .position(|column| column.format == "name")
            .or_else(|| wire.iter().position(|column| column.name.eq_ignore_ascii_case("name")));
        let mut columns: Vec<Column> = Vec::with_capacity(wire.len());
        for (position, column) in wire.iter().enumerate() {
            columns.push(Column {
                id: unique(&column.name, &columns),
                name: column.name.clone(),
                description: column.description.clone(),
                kind: if self.name_position == Some(position) { ColumnKind::Name } else { kind_of(column) },
                is_wide: column.priority > 0,
            });
        }
        self.columns = columns.into();
    }

    fn row(&self, wire: WireRow<'_>) -> Row {
        let metadata = wire.object.unwrap_or_default().metadata;
        let mut cells: Vec<Box<str>> = wire.cells.into_iter().map(|Cell(text)| text).collect();
        if !self.columns.is_empty() {
            // A cell too many is dropped, as kubectl drops it; one too few is empty.
            cells.resize(self.columns.len(), Box::default());
        }
        self.finish(cells, &metadata)
    }

    fn row_of_metadata(&self, metadata: &ObjectMeta<'_>) -> Row {
        let name = metadata.name.as_deref().unwrap_or_default().into();
        let age = metadata.created().map_or_else(
            || "<unknown>".to_owned(),
            |created| age::human(self.place.now.saturating_sub(created)),
        );
        self.finish(vec![name, age.into()], metadata)
    }

    fn finish(&self, cells: Vec<Box<str>>, metadata: &ObjectMeta<'_>) -> Row {
        let own_name = metadata.name.as_deref();
        let printed = || self.name_position.and_then(|position| cells.get(position)).map(|cell| &**cell);
        let name = own_name.or_else(printed).unwrap_or_default().into();
        let namespace = match own_name {
            Some(_) => metadata.namespace(),
            None => self.place.namespace.clone(),
        };
        let is_terminating = metadata.deletion_timestamp.is_some();
        Row {
            cluster: self.place.cluster.clone(),
            kind: Arc::clone(&self.place.kind),
            namespace,
            name,
            uid: metadata.uid(),
            cells: cells.into(),
            created: metadata.created(),
            state: if is_terminating { RowState::Terminating } else { RowState::Live },
            finalizers: metadata.finalizers.clone().unwrap_or_default().into(),
            note: None,
            changed_at: None,
            outcome: None,
            rehearsal: None,
        }
    }
}

/// The columns for a server that prints none.
fn own_columns() -> Vec<Column> {
    let column = |name: &str, kind| Column {
        id: name.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        kind,
        is_wide: false,
    };
    vec![column("Name", ColumnKind::Name), column("Age", ColumnKind::Age)]
}

fn kind_of(column: &WireColumn) -> ColumnKind {
    match (column.name.as_str(), column.kind.as_str()) {
        ("Age", _) => ColumnKind::Age,
        ("Status" | "Phase", _) => ColumnKind::Status,
        ("Restarts", _) | (_, "integer" | "number") => ColumnKind::Number,
        _ => ColumnKind::Text,
    }
}

/// The heading, with a number from the second of the same on.
fn unique(name: &str, columns: &[Column]) -> String {
    let is_taken = |id: &str| columns.iter().any(|column| column.id == id);
    if !is_taken(name) {
        return name.to_owned();
    }
    let mut number = 2_u32;
    loop {
        let id = format!("{name}#{number}");
        if !is_taken(&id) {
            return id;
        }
        number = number.saturating_add(1);
    }
}

#[cfg(test)]
mod tests;
