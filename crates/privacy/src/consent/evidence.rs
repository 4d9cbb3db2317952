//! What proves a consent: where it came from, what was shown, when the person acted (Art. 7(1)
//! GDPR).
//!
//! *Not* stored as such; it becomes a consent change record. Invariant: evidence never holds more of
//! the person than the change record may keep.

use jiff::Timestamp;
use kernel::{Result, Rx, setting, uuid::Uuid};

/// The setting, `on` or `off`, by which the network address and the browser of whoever acted are kept
/// as evidence. Off at first: they are more about the person, and a double opt-in proves without them
/// (Art. 5(1)(c) GDPR).
pub const KEEP_ORIGIN: &str = "consent.keep_origin";

/// The network address and the browser of whoever acts, as far as the setting lets them be kept.
pub(crate) fn origin(rx: &Rx<'_>) -> Result<(Option<String>, Option<String>)> {
    let Some(origin) = &rx.cx().origin else { return Ok((None, None)) };
    if setting::get(rx, KEEP_ORIGIN)?.as_deref() != Some("on") {
        return Ok((None, None));
    }
    let short = |it: &Option<String>, most: usize| it.as_ref().map(|it| it.chars().take(most).collect());
    Ok((short(&origin.address, 45), short(&origin.agent, 400)))
}

/// Where a change of consent came from (`spec/marketing.md` 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// A user edited the record.
    User,
    /// The person, in the subscription center.
    SubscriptionCenter,
    /// The person, on a landing page.
    LandingPage,
    /// The person, by confirming a mail.
    DoubleOptIn,
    /// The person, by the one-click link of a mail.
    OneClick,
    /// A file that brought evidence.
    Import,
    /// A program.
    #[default]
    Api,
    /// A rule or a journey.
    Workflow,
    /// The person's objection to direct marketing, however it arrived.
    Objection,
    /// The custodian of a child, by confirming a mail.
    Custodian,
    /// Two records of one person became one.
    Merge,
    /// What was lowered by mistake was put back.
    Undo,
}

impl Source {
    const ALL: [Source; 12] = [
        Source::User,
        Source::SubscriptionCenter,
        Source::LandingPage,
        Source::DoubleOptIn,
        Source::OneClick,
        Source::Import,
        Source::Api,
        Source::Workflow,
        Source::Objection,
        Source::Custodian,
        Source::Merge,
        Source::Undo,
    ];
    /// The word in `msgdpr_consentchangesource`.
    pub fn word(self) -> &'static str {
        match self {
            Source::User => "User",
            Source::SubscriptionCenter => "SubscriptionCenter",
            Source::LandingPage => "LandingPage",
            Source::DoubleOptIn => "DoubleOptIn",
            Source::OneClick => "OneClick",
            Source::Import => "Import",
            Source::Api => "API",
            Source::Workflow => "Workflow",
            Source::Objection => "Objection",
            Source::Custodian => "Custodian",
            Source::Merge => "Merge",
            Source::Undo => "Undo",
        }
    }
    /// The source of a change record's text, whose details follow a colon.
    pub fn of_word(text: &str) -> Option<Self> {
        let word = text.split(':').next().unwrap_or_default();
        Self::ALL.iter().find(|it| it.word() == word).copied()
    }
    /// Whether the person acted, rather than somebody for them.
    pub fn is_person(self) -> bool {
        matches!(
            self,
            Source::SubscriptionCenter
                | Source::LandingPage
                | Source::DoubleOptIn
                | Source::OneClick
                | Source::Objection
                | Source::Custodian
        )
    }
}

/// What proves a change of consent.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Where it came from.
    pub source: Source,
    /// More about the source, for instance the name in the imported row.
    pub detail: Option<String>,
    /// The form that was submitted.
    pub form: Option<Uuid>,
    /// The submission.
    pub submission: Option<Uuid>,
    /// The text that was shown.
    pub wording: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// When the person acted; now when it is not given.
    pub occurred_on: Option<Timestamp>,
    /// The double opt-in that confirmed it.
    pub optin: Option<Uuid>,
}
