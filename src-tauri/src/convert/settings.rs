//! Settings.

use std::ops::RangeInclusive;

use secateur_contract::{ColumnChoice, Direction, ListLook, Settings, SortBy, Theme};
use secateur_domain::ids::ClusterId;
use secateur_engine::EngineError;
use secateur_store::{ListLook as StoredLook, StoredSettings, Theme as StoredTheme};

use super::{IntoEngine, IntoPage};

/// What a page can be zoomed to, in percent: `ui.md` §5.
const TEXT_SIZES: RangeInclusive<u32> = 80..=200;
/// How long copies and receipts may be kept.
const DAYS: RangeInclusive<u32> = 1..=3_650;
/// How large the trash may be: from one large object to a terabyte.
const TRASH_MIB: RangeInclusive<u32> = 16..=1_048_576;
/// How long an unlock may last: a working day at most.
const UNLOCK_MINUTES: RangeInclusive<u32> = 1..=480;

/// The tour has five steps.
const TOUR_STEPS: RangeInclusive<u32> = 0..=5;

/// How many kinds, and how many clusters, may be in one of the lists.
const MOST_KINDS: usize = 200;
const MOST_CLUSTERS: usize = 2_000;
/// Of a kind's name with its group.
const LONGEST_KIND: usize = 512;

/// The kinds, where they are not too many and have names of a sane length.
fn kinds(what: &str, kinds: Vec<String>) -> Result<Vec<String>, EngineError> {
    if kinds.len() > MOST_KINDS || kinds.iter().any(|kind| kind.is_empty() || kind.len() > LONGEST_KIND) {
        return Err(EngineError::Invalid(format!(
            "{what} may be up to {MOST_KINDS} kinds with names of up to {LONGEST_KIND} bytes"
        )));
    }
    Ok(kinds)
}

/// The clusters, where they are not too many.
fn clusters(what: &str, ids: Vec<String>) -> Result<Vec<ClusterId>, EngineError> {
    if ids.len() > MOST_CLUSTERS {
        return Err(EngineError::Invalid(format!("{what} may be of up to {MOST_CLUSTERS} clusters")));
    }
    ids.into_iter().map(IntoEngine::into_engine).collect()
}
/// What may be remembered of one list's columns: their number, and the bytes of a name, which may be a label's key.
const MOST_COLUMNS: usize = 400;
const LONGEST_NAME: usize = 400;

/// The number, where it is one of those.
fn within(what: &str, number: u32, range: &RangeInclusive<u32>, unit: &str) -> Result<u32, EngineError> {
    if range.contains(&number) {
        return Ok(number);
    }
    let (first, last) = (range.start(), range.end());
    Err(EngineError::Invalid(format!("{what} may be {first} to {last} {unit}, not {number}")))
}

/// The number nearest to it that is one of those: a settings file may hold anything.
fn nearest(number: u32, range: &RangeInclusive<u32>) -> u32 {
    number.clamp(*range.start(), *range.end())
}

impl IntoEngine<StoredSettings> for Settings {
    fn into_engine(self) -> Result<StoredSettings, EngineError> {
        let (used, times): (Vec<_>, Vec<_>) = self.clusters_used.into_iter().unzip();
        Ok(StoredSettings {
            theme: self.theme.into_engine()?,
            text_size: within("the text size", self.text_size, &TEXT_SIZES, "percent")?,
            last_cluster: self.last_cluster.map(IntoEngine::<ClusterId>::into_engine).transpose()?,
            trash_days: within("the time that copies are kept", self.trash_days, &DAYS, "days")?,
            trash_mib: within("the size of the trash", self.trash_mib, &TRASH_MIB, "MiB")?,
            receipt_days: within("the time that receipts are kept", self.receipt_days, &DAYS, "days")?,
            unlock_minutes: within("an unlock", self.unlock_minutes, &UNLOCK_MINUTES, "minutes")?,
            favourite_kinds: kinds("the favourites", self.favourite_kinds)?,
            recent_kinds: kinds("what was looked at last", self.recent_kinds)?,
            kept_clusters: clusters("the top of the rail", self.kept_clusters)?,
            cluster_order: clusters("the order of the rail", self.cluster_order)?,
            clusters_used: clusters("what was on screen last", used)?.into_iter().zip(times).collect(),
            tour_steps: within("the tour", self.tour_steps, &TOUR_STEPS, "steps")?,
            // What was chosen for clusters is not the window's to write, and how lists are arranged is written one by
            // one; the engine keeps it.
            ..StoredSettings::default()
        })
    }
}

impl IntoEngine<StoredTheme> for Theme {
    fn into_engine(self) -> Result<StoredTheme, EngineError> {
        Ok(match self {
            Self::System => StoredTheme::System,
            Self::Light => StoredTheme::Light,
            Self::Dark => StoredTheme::Dark,
        })
    }
}

impl IntoPage<Settings> for StoredSettings {
    fn into_page(self) -> Settings {
        Settings {
            theme: match self.theme {
                StoredTheme::System => Theme::System,
                StoredTheme::Light => Theme::Light,
                StoredTheme::Dark => Theme::Dark,
            },
            // The page is not made unreadable by a file that holds anything else.
            text_size: nearest(self.text_size, &TEXT_SIZES),
            last_cluster: self.last_cluster.map(|cluster| cluster.to_string()),
            trash_days: nearest(self.trash_days, &DAYS),
            trash_mib: nearest(self.trash_mib, &TRASH_MIB),
            receipt_days: nearest(self.receipt_days, &DAYS),
            unlock_minutes: nearest(self.unlock_minutes, &UNLOCK_MINUTES),
            favourite_kinds: self.favourite_kinds,
            recent_kinds: self.recent_kinds,
            kept_clusters: self.kept_clusters.iter().map(ToString::to_string).collect(),
            cluster_order: self.cluster_order.iter().map(ToString::to_string).collect(),
            clusters_used: self.clusters_used.iter().map(|(id, time)| (id.to_string(), *time)).collect(),
            tour_steps: nearest(self.tour_steps, &TOUR_STEPS),
            looks: self.looks.into_iter().map(|(resource, look)| (resource, look.into_page())).collect(),
        }
    }
}

impl IntoEngine<StoredLook> for ListLook {
    fn into_engine(self) -> Result<StoredLook, EngineError> {
        let ColumnChoice { shown, hidden, labels } = self.columns;
        let count = shown.len() + hidden.len() + labels.len() + self.widths.len();
        let names = [&shown, &hidden, &labels].into_iter().flatten().chain(self.widths.keys());
        if count > MOST_COLUMNS || names.map(String::len).any(|length| length > LONGEST_NAME) {
            return Err(EngineError::Invalid("a list has fewer columns, with shorter names".into()));
        }
        let is_last_first = |sort: &SortBy| sort.direction == Direction::Descending;
        Ok(StoredLook {
            is_wide: self.is_wide,
            shown,
            hidden,
            labels,
            widths: self.widths,
            sort: self.sort.map(|sort| (sort.column.clone(), is_last_first(&sort))),
        })
    }
}

impl IntoPage<ListLook> for StoredLook {
    fn into_page(self) -> ListLook {
        let direction =
            |is_descending| if is_descending { Direction::Descending } else { Direction::Ascending };
        ListLook {
            is_wide: self.is_wide,
            columns: ColumnChoice { shown: self.shown, hidden: self.hidden, labels: self.labels },
            widths: self.widths,
            sort: self
                .sort
                .map(|(column, is_descending)| SortBy { column, direction: direction(is_descending) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the page is told when the settings are changed so.
    fn told(change: impl FnOnce(&mut Settings)) -> Option<String> {
        let mut settings = Settings::default();
        change(&mut settings);
        settings.into_engine().err().map(|error| error.describe().message)
    }

    fn check(number: u32, set: fn(&mut Settings, u32), named: Option<&str>) {
        let message = told(|settings| set(settings, number));
        match (message, named) {
            (None, None) => {}
            (Some(message), Some(named)) => assert!(message.contains(named), "{number}: {message}"),
            (message, named) => panic!("{number}: {message:?}, and not {named:?}"),
        }
    }

    #[test]
    fn the_page_stays_readable() {
        let set = |settings: &mut Settings, number| settings.text_size = number;
        for (size, named) in [
            (79, Some("text size")),
            (80, None),
            (200, None),
            (201, Some("text size")),
            (0, Some("text size")),
        ] {
            check(size, set, named);
        }
        let stored = StoredSettings { text_size: 0, ..StoredSettings::default() };
        assert_eq!(stored.into_page().text_size, 80);
    }

    #[test]
    fn what_is_kept_is_kept_for_a_while_and_not_for_ever() {
        let (copies, receipts) = (Some("copies"), Some("receipts"));
        for (days, is_good) in [(0, false), (1, true), (3_650, true), (3_651, false), (u32::MAX, false)] {
            check(days, |settings, number| settings.trash_days = number, copies.filter(|_| !is_good));
            check(days, |settings, number| settings.receipt_days = number, receipts.filter(|_| !is_good));
        }
        for (mib, is_good) in [(15, false), (16, true), (1_048_576, true), (1_048_577, false)] {
            let named = (!is_good).then_some("size of the trash");
            check(mib, |settings, number| settings.trash_mib = number, named);
        }
        for (minutes, is_good) in [(0, false), (1, true), (480, true), (481, false)] {
            let named = (!is_good).then_some("unlock");
            check(minutes, |settings, number| settings.unlock_minutes = number, named);
        }
    }

    #[test]
    fn lists_of_kinds_and_clusters_have_an_end() {
        let many = |count: usize| (0..count).map(|number| format!("c{number}")).collect::<Vec<_>>();
        assert_eq!(told(|settings| settings.favourite_kinds = many(MOST_KINDS)), None);
        let message = told(|settings| settings.favourite_kinds = many(MOST_KINDS + 1)).expect("too many");
        assert!(message.contains("favourites"), "{message}");
        for kind in [String::new(), "x".repeat(LONGEST_KIND + 1)] {
            assert!(told(|settings| settings.recent_kinds = vec![kind]).is_some());
        }
        assert_eq!(told(|settings| settings.cluster_order = many(MOST_CLUSTERS)), None);
        let message = told(|settings| settings.kept_clusters = many(MOST_CLUSTERS + 1)).expect("too many");
        assert!(message.contains("rail"), "{message}");
        assert!(told(|settings| settings.cluster_order = vec![String::new()]).is_some());
    }

    #[test]
    fn how_a_list_is_arranged_crosses_both_ways_and_has_a_bound() {
        let columns = ColumnChoice { labels: vec!["app".into()], ..ColumnChoice::default() };
        let sort = Some(SortBy { column: "Age".into(), direction: Direction::Descending });
        let widths = [("Name".to_owned(), 320)].into();
        let look = ListLook { is_wide: true, columns, widths, sort };
        let stored: StoredLook = look.clone().into_engine().expect("it makes sense");
        assert_eq!(stored.into_page(), look);
        let too_much = ColumnChoice { hidden: vec!["x".into(); MOST_COLUMNS + 1], ..ColumnChoice::default() };
        let too_long = ColumnChoice { hidden: vec!["x".repeat(LONGEST_NAME + 1)], ..ColumnChoice::default() };
        for columns in [too_much, too_long] {
            assert!(ListLook { columns, ..ListLook::default() }.into_engine().is_err());
        }
    }

    #[test]
    fn settings_cross_both_ways() {
        let settings = Settings {
            trash_days: 7,
            trash_mib: 64,
            receipt_days: 14,
            unlock_minutes: 5,
            favourite_kinds: vec!["deployments.apps".into()],
            recent_kinds: vec!["jobs.batch".into()],
            kept_clusters: vec!["a".into(), "b".into()],
            cluster_order: vec!["b".into()],
            clusters_used: [("a".into(), 7)].into(),
            tour_steps: 3,
            ..Settings::default()
        };
        let stored: StoredSettings = settings.clone().into_engine().expect("they make sense");
        assert_eq!(stored.into_page(), settings);
    }
}
