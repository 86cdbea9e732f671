//! Settings.

use secateur_contract::{Settings, Theme};
use secateur_domain::ids::ClusterId;
use secateur_engine::EngineError;
use secateur_store::{StoredSettings, Theme as StoredTheme};

use super::{IntoEngine, IntoPage};

/// What a page can be zoomed to, in percent: `ui.md` §5.
const TEXT_SIZES: std::ops::RangeInclusive<u32> = 80..=200;

impl IntoEngine<StoredSettings> for Settings {
    fn into_engine(self) -> Result<StoredSettings, EngineError> {
        if !TEXT_SIZES.contains(&self.text_size) {
            let message = format!("the text size may not be {} %", self.text_size);
            return Err(EngineError::Invalid(message));
        }
        Ok(StoredSettings {
            theme: self.theme.into_engine()?,
            text_size: self.text_size,
            last_cluster: self.last_cluster.map(IntoEngine::<ClusterId>::into_engine).transpose()?,
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
            // The file may hold anything; the page is not made unreadable by it.
            text_size: self.text_size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end()),
            last_cluster: self.last_cluster.map(|cluster| cluster.to_string()),
            ..Settings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text_size: u32, expected: bool) {
        let settings = Settings { text_size, ..Settings::default() };
        assert_eq!(settings.into_engine().is_ok(), expected, "{text_size}");
    }

    #[test]
    fn the_page_stays_readable() {
        for (size, expected) in [(79, false), (80, true), (200, true), (201, false), (0, false)] {
            check(size, expected);
        }
        let stored = StoredSettings { text_size: 0, ..StoredSettings::default() };
        assert_eq!(stored.into_page().text_size, 80);
    }
}
