//! What a person chose, for the window and for each cluster: a small JSON file that is replaced as a whole.
//!
//! Nothing here is worth stopping for: a file that cannot be understood is set aside and the defaults apply.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use secateur_domain::{
    ids::ClusterId,
    tier::{COLORS, ClusterCare, LETTERS},
};
use serde::{Deserialize, Serialize};

use crate::{ListLook, StoreError};

const FILE: &str = "settings.json";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the desktop.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The settings as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StoredSettings {
    /// Light or dark.
    pub theme: Theme,
    /// Page zoom in percent.
    pub text_size: u32,
    /// The cluster that was open last.
    pub last_cluster: Option<ClusterId>,
    /// How careful to be with each cluster, by its fingerprint's digest.
    pub clusters: BTreeMap<String, ClusterCare>,
    /// The digest of the fingerprint that each cluster had when it was last opened.
    pub fingerprints: BTreeMap<ClusterId, String>,
    /// How many days copies are kept.
    pub trash_days: u32,
    /// How many MiB copies may take in all.
    pub trash_mib: u32,
    /// How many days receipts are kept.
    pub receipt_days: u32,
    /// How long a read-only cluster stays unlocked, in minutes.
    pub unlock_minutes: u32,
    /// The credential plugins that may be run, by the digest of what would be.
    pub plugin_consents: BTreeSet<String>,
    /// The contexts of kubeconfigs that were taken from the list.
    pub hidden_clusters: BTreeSet<ClusterId>,
    /// The login shell's `KUBECONFIG` whose files are read, as it was when the person agreed.
    pub used_kubeconfig: Option<String>,
    /// Those that the person does not want to be asked about again.
    pub declined_kubeconfigs: BTreeSet<String>,
    /// The kinds that stand first in every kind list, as `deployments.apps`.
    pub favourite_kinds: Vec<String>,
    /// The kinds that were looked at last, the newest first.
    pub recent_kinds: Vec<String>,
    /// The clusters that stand first in the rail.
    pub kept_clusters: Vec<ClusterId>,
    /// The order in which clusters stand.
    pub cluster_order: Vec<ClusterId>,
    /// When each cluster was on screen last, in Unix seconds.
    pub clusters_used: BTreeMap<ClusterId, u32>,
    /// Whether the practice clusters are in the list.
    pub practice: bool,
    /// How many steps of the tour are done.
    pub tour_steps: u32,
    /// How lists are arranged, by resource (`deployments.apps`); the last is the one that was arranged last.
    pub looks: Vec<(String, ListLook)>,
}

impl Default for StoredSettings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            text_size: 100,
            last_cluster: None,
            clusters: BTreeMap::new(),
            fingerprints: BTreeMap::new(),
            trash_days: 30,
            trash_mib: 2_048,
            receipt_days: 90,
            unlock_minutes: 15,
            plugin_consents: BTreeSet::new(),
            hidden_clusters: BTreeSet::new(),
            used_kubeconfig: None,
            declined_kubeconfigs: BTreeSet::new(),
            favourite_kinds: ["pods", "configmaps", "namespaces"].map(str::to_owned).into(),
            recent_kinds: Vec::new(),
            kept_clusters: Vec::new(),
            cluster_order: Vec::new(),
            clusters_used: BTreeMap::new(),
            practice: false,
            tour_steps: 0,
            looks: Vec::new(),
        }
    }
}

impl StoredSettings {
    /// Refuses what may not be kept.
    fn check(&self) -> Result<(), StoreError> {
        for (setting, value) in [
            ("the number of days that copies are kept", self.trash_days),
            ("the size of the trash in MiB", self.trash_mib),
            ("the number of days that receipts are kept", self.receipt_days),
            ("the number of minutes of an unlock", self.unlock_minutes),
        ] {
            if value == 0 {
                return Err(StoreError::InvalidSetting { setting, value: value.to_string() });
            }
        }
        self.clusters.values().try_for_each(check_care)
    }
}

fn check_care(care: &ClusterCare) -> Result<(), StoreError> {
    if let Some(color) = care.color.filter(|color| *color >= COLORS) {
        return Err(StoreError::InvalidSetting { setting: "a cluster's colour", value: color.to_string() });
    }
    if let Some(letters) = care.letters.as_ref().filter(|letters| letters.chars().count() > LETTERS) {
        return Err(StoreError::InvalidSetting {
            setting: "a cluster's letters",
            value: format!("{letters:?}"),
        });
    }
    Ok(())
}

/// The settings file, read once and written whole.
#[derive(Debug)]
pub struct SettingsStore {
    file: PathBuf,
    problem: Option<String>,
    /// Whether the file may be written.
    is_ours: bool,
    /// Guards the settings as they stand on the disk, and with them the writing of the file.
    current: Mutex<StoredSettings>,
}

impl SettingsStore {
    /// Reads `settings.json` in `dir`. A file that is no settings is renamed to `settings.json.damaged`, see
    /// [`Self::problem`].
    pub fn open(dir: &Path) -> Self {
        let file = dir.join(FILE);
        let (current, problem) = match load(&file) {
            Ok(settings) => (settings, None),
            Err(error) => (StoredSettings::default(), Some(set_aside(&file, &error))),
        };
        Self { file, problem, is_ours: true, current: Mutex::new(current) }
    }

    /// Reads the settings of a folder that is another process's, or may be: nothing on the disk is changed, and what
    /// is changed here is forgotten at the end.
    pub fn look(dir: &Path) -> Self {
        let file = dir.join(FILE);
        let (current, problem) = match load(&file) {
            Ok(settings) => (settings, None),
            Err(error) => {
                let problem =
                    format!("{} holds no settings ({error}), so the defaults apply", file.display());
                (StoredSettings::default(), Some(problem))
            }
        };
        Self { file, problem, is_ours: false, current: Mutex::new(current) }
    }

    /// Why the stored settings do not apply, one sentence that names the file.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The settings now.
    pub fn read(&self) -> StoredSettings {
        self.with(StoredSettings::clone)
    }

    /// Looks at the settings now, without a copy of them: hundreds of clusters may be in it.
    pub fn with<T>(&self, look: impl FnOnce(&StoredSettings) -> T) -> T {
        look(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the settings. After a crash the file holds either these or the ones before, never a part.
    pub fn write(&self, settings: &StoredSettings) -> Result<(), StoreError> {
        self.change(|current| settings.clone_into(current)).map(drop)
    }

    /// Changes the settings as they stand, so that two changes at once are both kept; gives back what they are now.
    /// What may not be kept, or cannot be, changes nothing.
    pub fn change(&self, change: impl FnOnce(&mut StoredSettings)) -> Result<StoredSettings, StoreError> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = current.clone();
        change(&mut next);
        if next != *current || !self.file.exists() {
            next.check()?;
            if self.is_ours {
                replace(&self.file, &next).map_err(|error| StoreError::of_file(&self.file, error))?;
            }
            current.clone_from(&next);
        }
        Ok(next)
    }
}

fn load(file: &Path) -> io::Result<StoredSettings> {
    match fs::read(file) {
        Ok(bytes) => {
            let settings: StoredSettings = serde_json::from_slice(&bytes)?;
            settings.check().map_err(io::Error::other)?;
            Ok(settings)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(StoredSettings::default()),
        Err(error) => Err(error),
    }
}

fn set_aside(file: &Path, why: &io::Error) -> String {
    let aside = file.with_extension("json.damaged");
    let kept = match fs::rename(file, &aside) {
        Ok(()) => format!("it is kept as {}", aside.display()),
        Err(error) => format!("it could not be set aside: {error}"),
    };
    format!("{} holds no settings ({why}), so the defaults apply; {kept}", file.display())
}

fn replace(file: &Path, settings: &StoredSettings) -> io::Result<()> {
    let next = file.with_extension("json.next");
    let mut written = File::create(&next)?;
    written.write_all(&serde_json::to_vec_pretty(settings)?)?;
    written.sync_all()?;
    fs::rename(&next, file)?;
    sync_folder(file)
}

/// Makes the rename itself survive a crash, where the system lets a folder be opened.
fn sync_folder(file: &Path) -> io::Result<()> {
    if cfg!(unix)
        && let Some(folder) = file.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use secateur_domain::tier::Tier;

    use super::*;

    fn dark() -> StoredSettings {
        let cluster = ClusterId::derive("file", "context", "server");
        let care = ClusterCare {
            tier: Tier::Production,
            is_tier_asked: true,
            read_only: Some(false),
            color: Some(7),
            letters: Some("Gä".into()),
            group: Some("Europe".into()),
        };
        StoredSettings {
            theme: Theme::Dark,
            text_size: 125,
            last_cluster: Some(cluster.clone()),
            clusters: BTreeMap::from([("digest".into(), care)]),
            fingerprints: BTreeMap::from([(cluster, "digest".into())]),
            trash_days: 1,
            ..StoredSettings::default()
        }
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name_and_changes_at_once_are_all_kept() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = SettingsStore::open(dir.path());
        store.write(&dark()).expect("written");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let store = &store;
                scope.spawn(move || {
                    let add = |settings: &mut StoredSettings| {
                        settings.clusters.insert(format!("{number}"), ClusterCare::default());
                    };
                    store.change(add).expect("written");
                });
            }
        });
        let settings = SettingsStore::open(dir.path()).read();
        assert_eq!(settings, store.read());
        assert_eq!(settings.clusters.len(), 9);
        assert_eq!(settings.clusters.get("digest"), dark().clusters.get("digest"));
    }

    #[test]
    fn what_may_not_be_kept_is_refused_and_changes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = SettingsStore::open(dir.path());
        store.write(&dark()).expect("written");
        let check = |change: fn(&mut StoredSettings), expected: &str| {
            let refused = store.change(change).expect_err("refused");
            assert!(matches!(refused, StoreError::InvalidSetting { .. }));
            assert_eq!(refused.to_string(), expected);
            assert_eq!((store.read(), SettingsStore::open(dir.path()).read()), (dark(), dark()));
        };
        check(|settings| settings.trash_days = 0, "the number of days that copies are kept may not be 0");
        check(|settings| settings.trash_mib = 0, "the size of the trash in MiB may not be 0");
        check(|settings| settings.receipt_days = 0, "the number of days that receipts are kept may not be 0");
        check(|settings| settings.unlock_minutes = 0, "the number of minutes of an unlock may not be 0");
        let care = |care| StoredSettings { clusters: BTreeMap::from([("a".into(), care)]), ..dark() };
        for bad in [
            ClusterCare { color: Some(8), ..ClusterCare::default() },
            ClusterCare { letters: Some("abc".into()), ..ClusterCare::default() },
        ] {
            assert!(matches!(store.write(&care(bad)), Err(StoreError::InvalidSetting { .. })));
        }
        store.write(&care(ClusterCare::default())).expect("what was not chosen may be kept");
    }

    #[test]
    fn settings_come_back_after_a_restart() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = SettingsStore::open(dir.path());
        assert_eq!(store.read(), StoredSettings::default());
        store.write(&dark()).expect("written");
        assert_eq!(store.read(), dark());
        assert_eq!(SettingsStore::open(dir.path()).read(), dark());
        let names: Vec<_> =
            fs::read_dir(dir.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(names, [FILE], "nothing else is left behind");
    }

    #[test]
    fn a_malformed_file_is_set_aside_and_named() {
        for text in [
            "{",
            "",
            "{\"theme\": \"pink\"}",
            "{\"trashDays\": 0}",
            "{\"clusters\": {\"a\": {\"color\": 9}}}",
            "{\"lastCluster\": \"\"}",
            "[]x",
        ] {
            let dir = tempfile::tempdir().expect("a folder");
            fs::write(dir.path().join(FILE), text).expect("a file");
            let store = SettingsStore::open(dir.path());
            assert_eq!(store.read(), StoredSettings::default(), "{text}");
            assert!(store.problem().expect("a problem").contains(FILE));
            let aside = fs::read_to_string(dir.path().join("settings.json.damaged")).expect("kept");
            assert_eq!(aside, text);
            store.write(&dark()).expect("written");
            assert_eq!(SettingsStore::open(dir.path()).problem(), None);
        }
    }

    #[test]
    fn a_setting_that_is_not_there_has_its_default() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join(FILE), "{\"theme\": \"light\", \"ofTheNextVersion\": 1}").expect("a file");
        let store = SettingsStore::open(dir.path());
        assert_eq!(store.read(), StoredSettings { theme: Theme::Light, ..StoredSettings::default() });
        assert_eq!(store.problem(), None);
    }

    #[test]
    fn what_cannot_be_written_changes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = SettingsStore::open(dir.path());
        fs::create_dir(dir.path().join("settings.json.next")).expect("a folder in the file's place");
        assert!(matches!(store.write(&dark()), Err(StoreError::Io { .. })));
        assert_eq!(store.read(), StoredSettings::default());
    }

    #[test]
    fn fault_80_settings_of_a_folder_that_cannot_be_are_the_defaults() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("state"), "").expect("a file in its place");
        for store in
            [SettingsStore::open(&dir.path().join("state")), SettingsStore::look(&dir.path().join("state"))]
        {
            assert_eq!(store.read(), StoredSettings::default());
            assert!(store.problem().expect("a problem").contains(FILE));
        }
    }

    #[test]
    fn answers_that_a_person_gave_come_back_after_a_restart() {
        let dir = tempfile::tempdir().expect("a folder");
        let hidden = ClusterId::derive("file", "context", "server");
        let change = |settings: &mut StoredSettings| {
            settings.plugin_consents.insert("digest".into());
            settings.hidden_clusters.insert(hidden.clone());
            settings.used_kubeconfig = Some("/a:/b".into());
            settings.declined_kubeconfigs.insert("/c".into());
            settings.favourite_kinds = vec!["deployments.apps".into()];
            settings.recent_kinds = vec!["jobs.batch".into()];
            settings.kept_clusters = vec![hidden.clone()];
            settings.cluster_order = vec![hidden.clone()];
            settings.clusters_used.insert(hidden.clone(), 1_700_000_000);
        };
        SettingsStore::open(dir.path()).change(change).expect("written");
        let read = SettingsStore::open(dir.path()).read();
        assert_eq!(read.plugin_consents, BTreeSet::from(["digest".to_owned()]));
        assert_eq!(read.hidden_clusters, BTreeSet::from([hidden]));
        assert_eq!(read.used_kubeconfig.as_deref(), Some("/a:/b"));
        assert_eq!(read.declined_kubeconfigs, BTreeSet::from(["/c".to_owned()]));
    }

    #[test]
    fn who_only_looks_writes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        SettingsStore::open(dir.path()).write(&dark()).expect("written");
        let looking = SettingsStore::look(dir.path());
        assert_eq!(looking.read(), dark());
        looking.change(|settings| settings.theme = Theme::Light).expect("changed for now");
        assert_eq!(looking.read().theme, Theme::Light);
        assert_eq!(SettingsStore::look(dir.path()).read(), dark());

        fs::write(dir.path().join(FILE), "{").expect("a file");
        let looking = SettingsStore::look(dir.path());
        assert!(looking.problem().expect("a problem").contains(FILE));
        assert_eq!(fs::read_to_string(dir.path().join(FILE)).expect("left alone"), "{");
        SettingsStore::look(&dir.path().join("not there"));
        assert!(!dir.path().join("not there").exists());
    }
}
