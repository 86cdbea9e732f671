//! Kubeconfigs as people and tools write them, and as nobody should.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    chance::Chance,
    entries::{self, Entry, Fate, SECTIONS, Section},
    writing::{Yaml, block_map, flow, list_item},
};

/// One value of `KUBECONFIG`, with what is known of its files.
pub struct Case {
    pub seed: u64,
    /// As they stand in the list.
    pub files: Vec<File>,
}

/// One file of a list. One that is not there has no entries.
pub struct File {
    /// As it stands in the list.
    pub path: PathBuf,
    /// The same without what is broken, where a copy was needed; `None` where nothing is left of it.
    pub sane: Option<PathBuf>,
    /// Whether the file as a whole cannot be read.
    pub is_broken: bool,
    pub entries: Vec<Entry>,
}

impl Case {
    /// Makes one in a folder of its own.
    pub fn make(seed: u64, folder: &Path) -> Self {
        let mut chance = Chance::new(seed);
        let mut files: Vec<File> = Vec::new();
        for number in 0..=chance.below(4) {
            // A file may be named twice, and counts once.
            if number > 0 && chance.once_in(15) {
                let (path, sane) = (files[0].path.clone(), files[0].sane.clone());
                files.push(File { path, sane, is_broken: false, entries: Vec::new() });
            } else {
                files.push(file(&folder.join(format!("{number}")), &mut chance));
            }
        }
        Self { seed, files }
    }

    /// The value of `KUBECONFIG`.
    pub fn list(&self) -> String {
        joined(self.files.iter().map(|file| file.path.clone()))
    }

    /// The same without what is broken.
    pub fn sane_list(&self) -> String {
        joined(self.files.iter().map(File::sane))
    }

    /// Without what is broken, and with this file first.
    pub fn sane_list_from(&self, first: &File) -> String {
        joined(std::iter::once(first).chain(&self.files).map(File::sane))
    }

    /// What kubectl is asked about it.
    pub fn questions(&self) -> impl Iterator<Item = String> {
        let from_each = (0..self.files.len()).filter(|place| self.hides(*place));
        let from_each = from_each.map(|place| self.sane_list_from(&self.files[place]));
        [self.list(), self.sane_list()].into_iter().chain(from_each)
    }

    /// Whether a context of this file has the name of one in a file before it.
    fn hides(&self, place: usize) -> bool {
        let names = |file: &File| {
            let contexts = file.entries.iter().filter(|entry| entry.section == Section::Contexts);
            contexts.filter_map(|entry| entry.name.clone()).collect::<HashSet<_>>()
        };
        let own = names(&self.files[place]);
        self.files[..place].iter().any(|before| !names(before).is_disjoint(&own))
    }

    pub fn is_broken(&self) -> bool {
        self.files.iter().any(|file| file.is_broken || file.entries.iter().any(Entry::is_broken))
    }
}

impl File {
    /// Where it is without what is broken; a place where nothing is when nothing is left of it, for a list without a
    /// file would be a list of the home folder's.
    fn sane(&self) -> PathBuf {
        self.sane.clone().unwrap_or_else(|| self.path.with_file_name("gone"))
    }
}

fn joined(paths: impl Iterator<Item = PathBuf>) -> String {
    let paths: Vec<_> = paths.map(|path| path.into_os_string().into_string().expect("UTF-8")).collect();
    paths.join(":")
}

fn file(folder: &Path, chance: &mut Chance) -> File {
    fs::create_dir_all(folder.join("sub")).expect("a folder");
    let mut file = File { path: folder.join("config"), sane: None, is_broken: false, entries: Vec::new() };
    match chance.below(24) {
        // Missing, which is no problem.
        0 => return File { path: folder.join("missing"), ..file },
        1 => {
            fs::write(&file.path, chance.one(&["", "\n", "# nothing\n", "---\n", "null\n"])).expect("a file");
            return File { sane: Some(file.path.clone()), ..file };
        }
        2 => {
            file.is_broken = true;
            broken_file(&file.path, chance);
            return file;
        }
        _ => {}
    }
    file.entries = entries::some(chance);
    let sections = write_order(chance);
    let style = Style::any(chance);
    // The same choices for both, so that they differ only in what is broken.
    let choices = chance.below(1 << 30) as u64;
    let text = written(&mut file.entries, &sections, &style, choices, |_| true);
    fs::write(&file.path, style.bytes(&text)).expect("a file");
    file.sane = Some(file.path.clone());
    if file.entries.iter().any(Entry::is_broken) {
        let sane = folder.join("sane");
        let mut entries = file.entries.clone();
        let text = written(&mut entries, &sections, &style, choices, |entry| !entry.is_broken());
        fs::write(&sane, style.bytes(&text)).expect("a file");
        file.sane = Some(sane);
    }
    let spelled = match chance.below(8) {
        0 => folder.join("./config"),
        1 => folder.join("sub/../config"),
        2 => relative(&file.path),
        _ => file.path.clone(),
    };
    File { path: spelled, ..file }
}

/// The same place, from where the tests run.
fn relative(path: &Path) -> PathBuf {
    let here = std::env::current_dir().expect("a folder");
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    up.join(path.strip_prefix("/").expect("an absolute path"))
}

fn broken_file(path: &Path, chance: &mut Chance) {
    let text: &[u8] = match chance.below(12) {
        0 => {
            fs::create_dir(path).expect("a folder");
            return;
        }
        1 => b"clusters: [\n",
        2 => b"clusters:\n\t- name: c\n",
        3 => b"- a\n- b\n",
        4 => b"just text\n",
        5 => b"kind: Secret\napiVersion: v1\n",
        6 => b"kind: Config\napiVersion: v2\n",
        7 => b"clusters: [{name: 'M\xfcller'}]\n",
        8 => b"clusters: []\0\n",
        9 => b"contexts: &x [*x]\n",
        10 => b"contexts: *nowhere\n",
        _ => b"\xff\xfec\0l\0u",
    };
    fs::write(path, text).expect("a file");
}

fn write_order(chance: &mut Chance) -> Vec<Section> {
    let mut sections = SECTIONS.to_vec();
    let turned = chance.below(sections.len());
    sections.rotate_left(turned);
    sections
}

/// How a whole file is written.
struct Style {
    is_json: bool,
    is_crlf: bool,
    mark: usize,
    head: &'static str,
    tail: &'static str,
    /// What stands before the sections.
    first: Vec<(String, Yaml)>,
}

impl Style {
    fn any(chance: &mut Chance) -> Self {
        let is_json = chance.once_in(10);
        let mut first = Vec::new();
        if !chance.once_in(3) {
            first.push(("apiVersion".to_owned(), Yaml::text("v1")));
            first.push(("kind".to_owned(), Yaml::text("Config")));
            first.push(("preferences".to_owned(), Yaml::Map(vec![])));
        }
        if chance.once_in(4) {
            first.push(("x-unknown".to_owned(), Yaml::List(vec![Yaml::raw("1"), Yaml::raw("yes")])));
        }
        Self {
            is_json,
            is_crlf: chance.once_in(8),
            mark: chance.below(20),
            head: if is_json {
                ""
            } else {
                chance.one(&["", "", "---\n", "# a remark\n\n", "%YAML 1.1\n---\n"])
            },
            tail: if is_json {
                "\n"
            } else {
                chance.one(&["", "", "# the end\n", "---\nclusters: 7\n", "---\n{ [\n", "...\n"])
            },
            first,
        }
    }

    fn bytes(&self, text: &str) -> Vec<u8> {
        let text = if self.is_crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        match self.mark {
            0 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            1 => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
            2 => [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
            _ => text.into_bytes(),
        }
    }
}

/// The file's text with the wanted entries, whose lines are noted.
fn written(
    entries: &mut [Entry],
    sections: &[Section],
    style: &Style,
    choices: u64,
    is_wanted: impl Fn(&Entry) -> bool,
) -> String {
    let mut text = style.head.to_owned();
    let mut chance = Chance::new(choices);
    if style.is_json {
        return json(entries, style.first.clone(), is_wanted);
    }
    text.push_str(&block_map(&style.first, 0, &mut chance));
    text.push_str(entries::ANCHORS);
    for section in sections {
        let of_section = entries.iter_mut().filter(|entry| entry.section == *section && is_wanted(entry));
        if *section == Section::Current {
            for entry in of_section {
                entry.begin(&text);
                text.push_str(&block_map(
                    &[("current-context".to_owned(), entry.yaml.clone())],
                    0,
                    &mut chance,
                ));
                entry.end(&text);
            }
            continue;
        }
        text.push_str(&format!("{}:\n", section.key()));
        for entry in of_section {
            // Each has choices of its own: one that is left out must not change the next.
            let mut own = Chance::new(choices ^ entry.choices);
            entry.begin(&text);
            match &entry.yaml {
                Yaml::Raw(raw) => text.push_str(&format!("- {raw}\n")),
                yaml => text.push_str(&list_item(yaml, 0, &mut own)),
            }
            entry.end(&text);
        }
    }
    text.push_str(style.tail);
    text
}

/// One line of JSON, but for what only YAML can say.
fn json(entries: &mut [Entry], first: Vec<(String, Yaml)>, is_wanted: impl Fn(&Entry) -> bool) -> String {
    let mut pairs = first;
    pairs.push(("x-anchors".to_owned(), Yaml::raw(entries::FLOW_ANCHORS)));
    for section in SECTIONS {
        let of_section = entries.iter_mut().filter(|entry| entry.section == section && is_wanted(entry));
        let yamls: Vec<Yaml> = of_section
            .map(|entry| {
                entry.begin("");
                entry.end("\n");
                entry.yaml.clone()
            })
            .collect();
        if section == Section::Current {
            pairs.extend(yamls.into_iter().map(|yaml| ("current-context".to_owned(), yaml)));
        } else {
            pairs.push((section.key().to_owned(), Yaml::List(yamls)));
        }
    }
    flow(&Yaml::Map(pairs), &mut Chance::new(1))
}

impl Entry {
    pub fn is_broken(&self) -> bool {
        matches!(self.fate, Fate::Broken | Fate::Second)
    }

    fn begin(&mut self, text: &str) {
        self.lines.0 = lines_before(text);
    }

    fn end(&mut self, text: &str) {
        self.lines.1 = lines_before(text).max(self.lines.0 + 1) - 1;
    }
}

fn lines_before(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count() + 1).expect("few lines")
}
