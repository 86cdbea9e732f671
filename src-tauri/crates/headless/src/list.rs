//! `list`: what `kubectl get` prints for the same arguments, byte by byte.

use std::{io::Write, sync::Arc};

use secateur_domain::{
    ids::ClusterId,
    kind::{self, Kind, Scope},
    row::{Column, ColumnKind, Row},
};
use secateur_engine::{Backend, EngineError, Include, ListRequest, TablePage};
use serde_json::{Value, json};

use crate::{
    args::ListFormat,
    output::{self, Stopped},
    table::Table,
};

/// Which objects, and how they are printed.
pub(crate) struct Request {
    /// One namespace; all when absent.
    pub(crate) namespace: Option<String>,
    pub(crate) labels: Option<String>,
    pub(crate) fields: Option<String>,
    pub(crate) format: Option<ListFormat>,
}

/// Objects of one kind that stand together on the command line.
struct Asked {
    kind: Arc<Kind>,
    /// All objects when empty.
    names: Vec<String>,
}

/// Prints the objects, then says what could not be read. Gives the exit status.
pub(crate) async fn run(
    backend: &Backend,
    cluster: &ClusterId,
    objects: &[String],
    request: &Request,
) -> Result<u8, Stopped> {
    let asked = asked(backend, cluster, objects).await?;
    refuse_nonsense(&asked, request)?;
    let reader = Reader { backend, cluster, request };
    let mut problems = Vec::new();
    let mut answered = Vec::new();
    let sheets = if let ([only], None | Some(ListFormat::Wide)) = (asked.as_slice(), request.format) {
        // There may be very many: each page is laid out and let go.
        let mut sheet = Sheet::new(request, &only.kind);
        reader.read(only, &mut problems, |page| sheet.add(&page)).await;
        vec![sheet]
    } else {
        for one in &asked {
            let mut pages = Vec::new();
            reader.read(one, &mut problems, |page| pages.push(page)).await;
            if !pages.is_empty() {
                answered.push((Arc::clone(&one.kind), pages));
            }
        }
        if request.format == Some(ListFormat::Json) {
            answered.iter().try_for_each(|(kind, pages)| print_json(kind, pages))?;
            return Ok(status(problems, !answered.is_empty()));
        }
        laid_out(request, &answered)
    };
    let filled: Vec<Sheet> = sheets.into_iter().filter(|sheet| !sheet.table.is_empty()).collect();
    if filled.is_empty() && problems.is_empty() {
        let are_namespaced = asked.iter().all(|one| one.kind.scope == Scope::Namespaced);
        match request.namespace.as_ref().filter(|_| are_namespaced) {
            Some(namespace) => output::remark(&format!("No resources found in {namespace} namespace.")),
            None => output::remark("No resources found"),
        }
    }
    for (position, sheet) in filled.iter().enumerate() {
        let between = if position == 0 { "" } else { "\n" };
        output::write(|out| out.write_all(between.as_bytes()).and_then(|()| sheet.table.write(out)))?;
    }
    Ok(status(problems, !filled.is_empty() || !answered.is_empty()))
}

/// Says what could not be read.
fn status(problems: Vec<EngineError>, is_some_read: bool) -> u8 {
    let worst = problems.into_iter().map(|problem| Stopped::naming_objects(problem).tell()).max();
    match worst {
        Some(_) if is_some_read => 1,
        worst => worst.unwrap_or(0),
    }
}

async fn asked(backend: &Backend, cluster: &ClusterId, objects: &[String]) -> Result<Vec<Asked>, Stopped> {
    let mut asked: Vec<Asked> = Vec::new();
    let served = backend.discovered_kinds(cluster).await?.kinds;
    for (words, name) in named(objects)? {
        let kinds = backend.kinds_named(cluster, words).await?;
        for word in words.split(',') {
            let others = kind::also_short_for(&served, word).into_iter();
            let warned = others
                .map(|other| format!("short name {word:?} could also match lower priority resource {other}"));
            output::warn(&warned.collect::<Vec<_>>());
        }
        if name.is_some() && kinds.len() > 1 {
            return Err(Stopped::Unusable(format!("{words} is several kinds, and a name is of one")));
        }
        for kind in kinds {
            match (asked.last_mut(), name) {
                (Some(last), Some(name)) if last.kind == kind => last.names.push(name.to_owned()),
                _ => asked.push(Asked { kind, names: name.map(str::to_owned).into_iter().collect() }),
            }
        }
    }
    Ok(asked)
}

/// The words for kinds, each with a name where there is one: `TYPE`, `TYPE NAME…` or `TYPE/NAME…`.
fn named(objects: &[String]) -> Result<Vec<(&str, Option<&str>)>, Stopped> {
    let refused = |text: &str| Stopped::Unusable(text.to_owned());
    let Some((kinds, names)) = objects.split_first() else { return Ok(Vec::new()) };
    let with_slash = objects.iter().filter(|object| object.contains('/')).count();
    if with_slash == objects.len() {
        return objects
            .iter()
            .map(|object| match object.split('/').collect::<Vec<_>>().as_slice() {
                [kind, name] if !kind.is_empty() && !name.is_empty() && !kind.contains(',') => {
                    Ok((*kind, Some(*name)))
                }
                _ => Err(refused("TYPE/NAME has one type, one slash and one name")),
            })
            .collect();
    }
    if with_slash > 0 {
        return Err(refused("where one object is named as TYPE/NAME, each has to be"));
    }
    if names.is_empty() {
        return Ok(vec![(kinds, None)]);
    }
    Ok(kinds.split(',').flat_map(|kind| names.iter().map(move |name| (kind, Some(name.as_str())))).collect())
}

/// What kubectl refuses too.
fn refuse_nonsense(asked: &[Asked], request: &Request) -> Result<(), Stopped> {
    let mut by_name = asked.iter().filter(|one| !one.names.is_empty()).peekable();
    if by_name.peek().is_some() && (request.labels.is_some() || request.fields.is_some()) {
        return Err(Stopped::Unusable("name objects or choose them with a selector, not both".into()));
    }
    if request.namespace.is_none() && by_name.any(|one| one.kind.scope == Scope::Namespaced) {
        return Err(Stopped::Unusable("an object cannot be named in all namespaces".into()));
    }
    Ok(())
}

struct Reader<'a> {
    backend: &'a Backend,
    cluster: &'a ClusterId,
    request: &'a Request,
}

impl Reader<'_> {
    /// Reads one after the other, and goes on where something cannot be read.
    async fn read(&self, asked: &Asked, problems: &mut Vec<EngineError>, mut take: impl FnMut(TablePage)) {
        let namespace = self.request.namespace.as_deref();
        let mut take = |page: TablePage| {
            output::warn(&page.warnings);
            take(page);
        };
        for name in &asked.names {
            match self.backend.read_object(self.cluster, &asked.kind, namespace, name).await {
                Ok(page) => take(page),
                Err(problem) => problems.push(problem),
            }
        }
        if asked.names.is_empty() {
            let request = ListRequest {
                namespace: namespace.map(str::to_owned),
                label_selector: self.request.labels.clone(),
                field_selector: self.request.fields.clone(),
                include: self.request.include(&asked.kind),
                ..ListRequest::new(Arc::clone(&asked.kind))
            };
            problems.extend(self.backend.read_list(self.cluster, request, take).await.err());
        }
    }
}

impl Request {
    /// Namespaces and UIDs are in the metadata alone.
    fn include(&self, kind: &Kind) -> Include {
        let needs_metadata = self.format == Some(ListFormat::Json) || self.has_namespaces(kind);
        if needs_metadata { Include::Metadata } else { Include::None }
    }

    fn has_namespaces(&self, kind: &Kind) -> bool {
        self.namespace.is_none() && kind.scope == Scope::Namespaced
    }
}

/// A table for each that answered; names stand with their kinds where there are several.
fn laid_out(request: &Request, answered: &[(Arc<Kind>, Vec<TablePage>)]) -> Vec<Sheet> {
    let first = answered.first().map(|(kind, _)| kind);
    let are_many = answered.iter().any(|(kind, _)| Some(kind) != first);
    // Once kubectl has printed namespaces it goes on, also for what is in none.
    let mut had_namespaces = false;
    let mut sheets = Vec::new();
    for (kind, pages) in answered {
        let mut sheet = Sheet::new(request, kind);
        sheet.has_namespaces |= had_namespaces;
        had_namespaces = sheet.has_namespaces;
        sheet.prefix = are_many.then(|| format!("{}/", qualified(kind)));
        for page in pages {
            sheet.add(page);
        }
        sheets.push(sheet);
    }
    sheets
}

/// `pod`, `deployment.apps`.
fn qualified(kind: &Kind) -> String {
    let dot = if kind.group.is_empty() { "" } else { "." };
    format!("{}{dot}{}", kind.name, kind.group).to_lowercase()
}

/// The printed table of one kind.
struct Sheet {
    is_wide: bool,
    has_namespaces: bool,
    /// What stands before each name.
    prefix: Option<String>,
    columns: Arc<[Column]>,
    table: Table,
}

impl Sheet {
    fn new(request: &Request, kind: &Kind) -> Self {
        Self {
            is_wide: request.format.is_some(),
            has_namespaces: request.has_namespaces(kind),
            prefix: None,
            columns: Arc::default(),
            table: Table::default(),
        }
    }

    /// Adds the rows of a page, with headings before the first, and again where a page has others.
    fn add(&mut self, page: &TablePage) {
        if page.rows.is_empty() {
            return;
        }
        if self.columns != page.columns {
            self.columns = Arc::clone(&page.columns);
            self.add_headings();
        }
        for row in &page.rows {
            self.add_row(row);
        }
    }

    fn add_headings(&mut self) {
        if self.has_namespaces {
            self.table.cell("NAMESPACE");
        }
        for (_, column) in shown(&self.columns, self.is_wide) {
            self.table.cell(&capitals(&column.name));
        }
        self.table.end_line();
    }

    fn add_row(&mut self, row: &Row) {
        if self.has_namespaces {
            self.table.cell(row.namespace.as_ref().map_or("", |namespace| namespace.as_str()));
        }
        for (position, column) in shown(&self.columns, self.is_wide) {
            let cell = cell(row, position);
            match &self.prefix {
                Some(prefix) if column.kind == ColumnKind::Name => {
                    self.table.cell(&format!("{prefix}{cell}"));
                }
                _ => self.table.cell(cell),
            }
        }
        self.table.end_line();
    }
}

fn print_json(kind: &Kind, pages: &[TablePage]) -> Result<(), Stopped> {
    let columns = pages.first().map(|page| Arc::clone(&page.columns)).unwrap_or_default();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let rows: Vec<Value> = pages
        .iter()
        .flat_map(|page| &page.rows)
        .map(|row| {
            let cells: Vec<&str> = (0..columns.len()).map(|position| cell(row, position)).collect();
            json!({ "namespace": row.namespace, "name": row.name, "uid": row.uid, "cells": cells })
        })
        .collect();
    output::json(&json!({ "kind": kind.resource(), "columns": names, "rows": rows }))
}

fn shown(columns: &[Column], is_wide: bool) -> impl Iterator<Item = (usize, &Column)> {
    columns.iter().enumerate().filter(move |(_, column)| is_wide || !column.is_wide)
}

/// As Go has it: a letter whose capital would be two stays.
fn capitals(name: &str) -> String {
    let capital = |letter: char| {
        let mut capitals = letter.to_uppercase();
        capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(letter)
    };
    name.chars().map(capital).collect()
}

fn cell(row: &Row, position: usize) -> &str {
    row.cells.get(position).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(objects: &[&str], expected: Option<&[(&str, Option<&str>)]>) {
        let objects: Vec<String> = objects.iter().map(ToString::to_string).collect();
        assert_eq!(named(&objects).ok().as_deref(), expected, "{objects:?}");
    }

    #[test]
    fn kinds_without_names() {
        check(&["po,svc"], Some(&[("po,svc", None)]));
    }
    #[test]
    fn names_after_a_kind_or_several() {
        check(&["po", "a", "b"], Some(&[("po", Some("a")), ("po", Some("b"))]));
        check(&["po,svc", "a"], Some(&[("po", Some("a")), ("svc", Some("a"))]));
    }
    #[test]
    fn kinds_and_names_in_one() {
        check(&["po/a", "svc/b"], Some(&[("po", Some("a")), ("svc", Some("b"))]));
    }
    #[test]
    fn what_is_neither() {
        for objects in [&["po/a", "b"][..], &["po", "a/b"], &["po/"], &["/a"], &["po/a/b"], &["po,svc/a"]] {
            check(objects, None);
        }
    }
}
