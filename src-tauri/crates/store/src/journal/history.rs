//! Searching the journal for its history.

use rusqlite::{params_from_iter, types::Value};
use secateur_domain::ids::ResourceName;

use super::{
    Journal,
    read::{JOB, NEWEST_FIRST, TARGET, job, target},
    record::{HistoryCount, HistoryQuery, JobRow, JobSubject, TargetRow},
};
use crate::{
    StoreError,
    database::{json, parse, unsigned},
};

impl Journal {
    /// The jobs with a target that matches, newest first; limit and offset count jobs.
    pub fn search(&self, query: &HistoryQuery) -> Result<Vec<JobRow>, StoreError> {
        self.database.read(|connection| {
            let filter = Filter::of(query)?;
            let sql = format!(
                "{JOB}, matching FROM job JOIN (SELECT job, count(*) AS matching FROM target {} GROUP BY job)
                 USING (job) {NEWEST_FIRST} {}",
                filter.sql,
                page(query)
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(filter.values), |row| {
                Ok(JobRow { matching: row.get(6)?, ..job(connection, row)? })
            })?;
            rows.collect()
        })
    }

    /// The targets of a job that match, in their order; limit and offset count targets.
    pub fn matching(&self, job: &str, query: &HistoryQuery) -> Result<Vec<TargetRow>, StoreError> {
        self.database.read(|connection| {
            let filter = Filter::of(&HistoryQuery { job: Some(job.to_owned()), ..query.clone() })?;
            let sql = format!("{TARGET} {} ORDER BY ordinal {}", filter.sql, page(query));
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(filter.values), target)?.collect()
        })
    }

    /// How much a search finds in all; its limit and offset do not matter.
    pub fn count(&self, query: &HistoryQuery) -> Result<HistoryCount, StoreError> {
        self.database.read(|connection| {
            let filter = Filter::of(query)?;
            let sql = format!("SELECT count(DISTINCT job), count(*) FROM target {}", filter.sql);
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_row(params_from_iter(filter.values), |row| {
                Ok(HistoryCount { jobs: row.get(0)?, receipts: unsigned(row, 1)? })
            })
        })
    }

    /// What a job was about.
    pub fn subject(&self, job: &str) -> Result<JobSubject, StoreError> {
        self.database.read(|connection| {
            let mut kinds = connection.prepare_cached(
                "SELECT kind, count(*) FROM target WHERE job = ?1 GROUP BY kind ORDER BY count(*) DESC, kind",
            )?;
            let kinds: Vec<(String, u32)> =
                kinds.query_map([job], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
            let only = match kinds.as_slice() {
                [(_, 1)] => {
                    let mut name = connection.prepare_cached("SELECT name FROM target WHERE job = ?1")?;
                    Some(name.query_row([job], |row| parse(row, 0, ResourceName::parse))?)
                }
                _ => None,
            };
            Ok(JobSubject { kinds, only })
        })
    }

    /// The names of all clusters that occur, sorted.
    pub fn cluster_names(&self) -> Result<Vec<String>, StoreError> {
        self.database.read(|connection| {
            let mut names =
                connection.prepare_cached("SELECT DISTINCT name FROM job_cluster ORDER BY name")?;
            names.query_map([], |row| row.get(0))?.collect()
        })
    }
}

/// A `WHERE` over `target`, and what is bound to its marks in order.
pub(super) struct Filter {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Filter {
    pub(super) fn of(query: &HistoryQuery) -> rusqlite::Result<Self> {
        let mut filter = Self { sql: String::new(), values: Vec::new() };
        if let Some(job) = &query.job {
            filter.and("job = ?", [job.clone().into()]);
        }
        if !query.outcomes.is_empty() {
            filter.and("word IN (SELECT value FROM json_each(?))", [json(&query.outcomes)?.into()]);
        }
        if let Some(name) = &query.cluster {
            filter.and(
                "(job, cluster) IN (SELECT job, cluster FROM job_cluster WHERE name = ?)",
                [name.clone().into()],
            );
        }
        for word in query.text.split_whitespace().map(str::to_lowercase) {
            let values = [word.clone().into(), word.into()];
            filter.and("(instr(text, ?) > 0 OR instr(lower(audit_id), ?) > 0)", values);
        }
        Ok(filter)
    }

    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(if self.sql.is_empty() { "WHERE " } else { " AND " });
        self.sql.push_str(condition);
        self.values.extend(values);
    }
}

fn page(query: &HistoryQuery) -> String {
    // A negative limit is none, to SQLite.
    let limit = query.limit.map_or(-1, i64::from);
    format!("LIMIT {limit} OFFSET {}", query.offset)
}
