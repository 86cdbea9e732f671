//! Settings.

use secateur_contract::{ApiError, Settings, Theme};
use secateur_domain::ids::ClusterId;
use secateur_engine::EngineError;
use secateur_store::{StoredSettings, Theme as StoredTheme};

use super::{FromPage, IntoPage};

/// What a page can be zoomed to, in percent: `ui.md` §5.
const TEXT_SIZES: std::ops::RangeInclusive<u32> = 80..=200;

impl FromPage<StoredSettings> for Settings {
    fn from_page(self) -> Result<StoredSettings, ApiError> {
        if !TEXT_SIZES.contains(&self.text_size) {
            let message = format!("the text size may not be {} %", self.text_size);
            return Err(EngineError::Invalid(message).into_page());
        }
        Ok(StoredSettings {
            theme: self.theme.from_page()?,
            text_size: self.text_size,
            last_cluster: self.last_cluster.map(FromPage::<ClusterId>::from_page).transpose()?,
        })
    }
}

impl FromPage<StoredTheme> for Theme {
    fn from_page(self) -> Result<StoredTheme, ApiError> {
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
        }
    }
}

#[cfg(test)]
mod tests {
    use secateur_contract::ErrorCode;

    use super::*;

    fn check(text_size: u32, expected: bool) {
        let parsed = Settings { text_size, ..Settings::default() }.from_page();
        assert_eq!(parsed.is_ok(), expected, "{text_size}");
        if let Err(error) = parsed {
            assert_eq!(error.code, ErrorCode::InvalidRequest);
        }
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
