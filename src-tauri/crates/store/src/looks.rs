//! How a person arranged lists, by kind: a part of the settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::StoredSettings;

/// How many kinds' lists are remembered; the one that was arranged longest ago is forgotten.
const MOST_LOOKS: usize = 200;

/// How a person arranged the lists of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListLook {
    /// Whether the columns of `kubectl -o wide` are printed.
    pub is_wide: bool,
    /// Wide columns that are printed all the same, by their ids.
    pub shown: Vec<String>,
    /// Columns that are not printed.
    pub hidden: Vec<String>,
    /// Labels that are printed as columns.
    pub labels: Vec<String>,
    /// Widths in sixteenths of a rem, which are pixels at a text size of 100 %, by the columns' ids.
    pub widths: BTreeMap<String, u32>,
    /// The column that it is sorted by, and whether the largest comes first.
    pub sort: Option<(String, bool)>,
}

impl StoredSettings {
    /// Remembers how the lists of a resource are arranged; forgets it where there is nothing to remember.
    pub fn set_look(&mut self, resource: &str, look: Option<ListLook>) {
        self.looks.retain(|(known, _)| known != resource);
        if let Some(look) = look {
            self.looks.push((resource.to_owned(), look));
            self.looks.drain(..self.looks.len().saturating_sub(MOST_LOOKS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SettingsStore;

    #[test]
    fn how_lists_are_arranged_comes_back_after_a_restart_and_takes_no_more_than_its_room() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = SettingsStore::open(dir.path());
        let look = ListLook {
            is_wide: true,
            labels: vec!["app".into()],
            widths: BTreeMap::from([("Name".into(), 320)]),
            sort: Some(("Age".into(), true)),
            ..ListLook::default()
        };
        store.change(|settings| settings.set_look("pods", Some(look.clone()))).expect("written");
        assert_eq!(SettingsStore::open(dir.path()).read().looks, [("pods".to_owned(), look.clone())]);
        let fill = |settings: &mut StoredSettings| {
            for number in 1..MOST_LOOKS {
                settings.set_look(&format!("kind{number}.example.com"), Some(ListLook::default()));
            }
            // The oldest one is arranged again, and one more kind comes.
            settings.set_look("pods", Some(look.clone()));
            settings.set_look("jobs.batch", Some(ListLook::default()));
        };
        let settings = store.change(fill).expect("written");
        assert_eq!(settings.looks.len(), MOST_LOOKS);
        let known = |resource: &str| settings.looks.iter().any(|(known, _)| known == resource);
        assert!(known("pods") && known("jobs.batch") && !known("kind1.example.com"));
        let settings = store.change(|settings| settings.set_look("pods", None)).expect("written");
        assert!(!settings.looks.iter().any(|(resource, _)| resource == "pods"));
    }
}
