//! The six levels of consent (`spec/marketing.md` 1.1).
//!
//! *Not* their labels, which are data that a customer edits. Invariant: the order is fixed, a higher
//! level includes every lower one, and no value at all is level 0.

use std::fmt;

use kernel::{Error, Result, Value};

/// What a person agreed to, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// No consent at all.
    #[default]
    None,
    /// May be asked to confirm or to raise consent.
    Consent,
    /// Messages about existing business.
    Transactional,
    /// Offers to join mailing lists.
    Subscriptions,
    /// Marketing messages.
    Marketing,
    /// Automated decisions from demographic and behaviour data.
    Profiling,
}

const BASE: i64 = 587_030_000;

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Level; 6] =
        [Level::None, Level::Consent, Level::Transactional, Level::Subscriptions, Level::Marketing, Level::Profiling];

    /// The level as a number, 0 to 5.
    pub fn number(self) -> i64 {
        self as i64
    }
    /// The level of a number, 0 to 5.
    ///
    /// # Errors
    /// `Invalid` outside of that.
    pub fn of_number(number: i64) -> Result<Self> {
        usize::try_from(number).ok().and_then(|it| Self::ALL.get(it).copied()).ok_or_else(|| {
            Error::invalid(
                "msgdpr_gdprconsent",
                "a consent level is a number from 0 to 5, or an option value 587030001 to 587030005",
            )
        })
    }
    /// The option value on the wire; none for level 0.
    pub fn option(self) -> Option<i64> {
        (self != Level::None).then_some(BASE + self.number())
    }
    /// The level of an option value, a plain number, or none.
    ///
    /// # Errors
    /// `Invalid` for a number that is neither.
    pub fn of_option(option: Option<i64>) -> Result<Self> {
        match option {
            None => Ok(Level::None),
            Some(it) if it > BASE => Self::of_number(it - BASE),
            Some(it) => Self::of_number(it),
        }
    }
    /// The level in a column.
    ///
    /// # Errors
    /// `Invalid` when the column holds something else.
    pub fn of_value(value: &Value) -> Result<Self> {
        Self::of_option(value.as_int())
    }
    /// The level of a word as people write it: `marketing`, `4`, `587030004`, `none`.
    ///
    /// # Errors
    /// `Invalid` for another word.
    pub fn of_word(word: &str) -> Result<Self> {
        let word = word.trim().to_lowercase();
        match Self::ALL.iter().find(|it| it.to_string() == word) {
            Some(level) => Ok(*level),
            None => Self::of_option(Some(word.parse().map_err(|_| {
                Error::invalid(
                    "msgdpr_gdprconsent",
                    "a consent level is none, consent, transactional, subscriptions, marketing, profiling, or 0 to 5",
                )
            })?)),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::None => "none",
            Level::Consent => "consent",
            Level::Transactional => "transactional",
            Level::Subscriptions => "subscriptions",
            Level::Marketing => "marketing",
            Level::Profiling => "profiling",
        })
    }
}
