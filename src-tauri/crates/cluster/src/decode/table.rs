//! Tables, and the lists of metadata or of whole objects that servers without tables answer with.

use std::{borrow::Cow, sync::Arc};

use secateur_domain::{
    age,
    ids::{ClusterId, ResourceName},
    kind::Kind,
    row::{Cells, Column, ColumnKind, Labels, Row, RowState},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Undecodable,
    cell::Cell,
    metadata::{ListMeta, ObjectMeta, PartialObject},
};
use crate::requests::{Include, TablePage};

/// What every row of an answer has in common.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) cluster: ClusterId,
    pub(crate) kind: Arc<Kind>,
    /// The namespace that was asked for, for rows that come without metadata.
    pub(crate) namespace: Option<ResourceName>,
    /// The server's clock in Unix seconds: when the cells were printed, by the server or by us.
    pub(crate) now: i64,
    /// Whether the metadata was asked for too.
    pub(crate) include: Include,
}

/// A Table, a list, or one object: whichever the server could give.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "Row: Deserialize<'de>, Item: Deserialize<'de>"))]
struct WireAnswer<'a, Row, Item> {
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(default)]
    column_definitions: Option<Vec<WireColumn>>,
    #[serde(default)]
    rows: Option<Vec<Row>>,
    #[serde(default)]
    items: Option<Vec<Item>>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

/// As it should be.
type Close<'a> = WireAnswer<'a, WireRow<'a>, PartialObject<'a>>;
/// Each row of which is read by itself.
type Loose<'a> = WireAnswer<'a, &'a RawValue, &'a RawValue>;

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
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
    #[serde(borrow, default)]
    object: Option<PartialObject<'a>>,
}

impl<'a> From<Loose<'a>> for Close<'a> {
    fn from(loose: Loose<'a>) -> Self {
        Self {
            kind: loose.kind,
            column_definitions: loose.column_definitions,
            rows: loose.rows.map(|rows| rows.into_iter().map(loose_row).collect()),
            items: loose.items.map(|items| items.into_iter().map(PartialObject::loose).collect()),
            metadata: loose.metadata,
        }
    }
}

/// Whatever can be read of a row.
fn loose_row(json: &RawValue) -> WireRow<'_> {
    #[derive(Deserialize)]
    struct LooseRow<'a> {
        #[serde(borrow, default)]
        cells: Vec<&'a RawValue>,
        #[serde(borrow)]
        object: Option<&'a RawValue>,
    }
    fn cell(json: &RawValue) -> Cell<'_> {
        serde_json::from_str(json.get()).unwrap_or_else(|_| Cell("...".into()))
    }
    if let Ok(row) = serde_json::from_str(json.get()) {
        return row;
    }
    let Ok(row) = serde_json::from_str::<LooseRow<'_>>(json.get()) else {
        return WireRow { cells: Vec::new(), object: None };
    };
    WireRow { cells: row.cells.into_iter().map(cell).collect(), object: row.object.map(PartialObject::loose) }
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
    /// What the row before had: rows that follow each other share it.
    namespace: Option<ResourceName>,
    labels: Labels,
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
        let namespace = place.namespace.clone();
        Self { place, columns: Arc::default(), name_position: None, namespace, labels: Labels::default() }
    }

    /// Decodes one answer. Where one row of many is not as it should be, the others are shown all the same.
    pub(crate) fn decode(&mut self, json: &[u8]) -> Result<Decoded, Undecodable> {
        let problem = match serde_json::from_slice(json) {
            Ok(answer) => return self.read(answer),
            Err(problem) => problem,
        };
        let text = String::from_utf8_lossy(json);
        let answer: Loose<'_> = serde_json::from_str(&text).map_err(|_| problem)?;
        self.read(answer.into())
    }

    fn read(&mut self, answer: Close<'_>) -> Result<Decoded, Undecodable> {
        let raw_meta = answer.metadata.map(RawValue::get);
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
                is_wide: column.priority != 0,
            });
        }
        self.columns = columns.into();
    }

    fn row(&mut self, wire: WireRow<'_>) -> Row {
        let metadata = wire.object.unwrap_or_default().metadata;
        let has_columns = !self.columns.is_empty();
        let count = if has_columns { self.columns.len() } else { wire.cells.len() };
        // A cell too many is dropped, as kubectl drops it; one too few is empty.
        let cells = wire.cells.iter().map(|Cell(text)| &**text).chain(std::iter::repeat("")).take(count);
        self.finish(cells.collect(), &metadata)
    }

    fn row_of_metadata(&mut self, metadata: &ObjectMeta<'_>) -> Row {
        let name = metadata.name.as_deref().unwrap_or_default();
        let age = metadata.created().map_or_else(
            || "<unknown>".to_owned(),
            |created| age::human(self.place.now.saturating_sub(created)),
        );
        self.finish([name, &age].into_iter().collect(), metadata)
    }

    fn finish(&mut self, cells: Cells, metadata: &ObjectMeta<'_>) -> Row {
        let own_name = metadata.name.as_deref();
        let printed = || self.name_position.and_then(|position| cells.get(position));
        let name = own_name.or_else(printed).unwrap_or_default().into();
        let is_same = self.namespace.as_ref().map(ResourceName::as_str) == metadata.namespace.as_deref();
        if own_name.is_some() && !is_same {
            self.namespace = metadata.namespace();
        }
        let namespace = if own_name.is_some() { &self.namespace } else { &self.place.namespace };
        self.labels = metadata.labels(&self.labels);
        let uid = metadata.uid();
        Row {
            cluster: self.place.cluster.clone(),
            kind: Arc::clone(&self.place.kind),
            namespace: namespace.clone(),
            name,
            cells,
            created: metadata.created(),
            deleted: metadata.deleted(),
            printed_at: self.place.now,
            state: match (&uid, self.place.include) {
                (None, Include::None) => RowState::Awaited,
                _ if metadata.deletion_timestamp.is_some() => RowState::Terminating,
                _ => RowState::Live,
            },
            uid,
            labels: self.labels.clone(),
            finalizers: metadata.finalizers.clone().unwrap_or_default().into(),
            changed_at: None,
            remarks: None,
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
        // Custom resources say it by the type, events in words.
        (_, "date") | ("Last Seen" | "First Seen", _) => ColumnKind::Elapsed,
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
