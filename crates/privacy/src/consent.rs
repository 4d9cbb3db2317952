//! Consent: its levels, its evidence, how it changes, and the gate that asks for it.
//!
//! *Not* forms or mails. Invariant: a level changes only together with its change record (while
//! logging is on), and nothing is sent or profiled without a [`Permit`], which only [`gate`] makes.

pub mod change;
pub mod child;
pub mod configuration;
mod evidence;
pub mod export;
pub mod facts;
pub mod gate;
pub mod import;
mod level;
pub mod meaning;
pub mod proof;
mod purpose;
pub(crate) mod raise;
pub mod receipt;
pub mod trend;
mod why;

pub use change::{Requested, lower, request, set};
pub(crate) use evidence::origin;
pub use evidence::{Evidence, KEEP_ORIGIN, Source};
pub use facts::{Facts, Refusal, restrict};
pub use gate::{Decision, Permit};
pub use import::{Imported, import};
pub use level::Level;
pub use purpose::{
    Account, Commercial, Confirmation, Forwarded, Internal, Marketing, PURPOSES, Profiling, Purpose,
    RelationshipAnalytics, Subscriptions, Terms, Tracking, Transactional,
};
pub use raise::JUSTIFICATION_REQUIRED;
pub use receipt::{kantara_receipt, receipt};
pub use why::{Fact, Target, Why, why};

use jiff::Timestamp;
use kernel::uuid::Uuid;

kernel::typed! {
    /// One change of one person's consent (`spec/marketing.md` 3, Art. 7(1) GDPR).
    pub struct ConsentChangeRecord as "msgdpr_gdprconsentchangerecord" {
        /// Whose consent.
        pub contact: Option<Uuid> = "msgdpr_contactid",
        /// The new level as an option value; none is level 0.
        pub value: Option<i64> = "msgdpr_value",
        /// The level before.
        pub previous: Option<i64> = "assent_previousvalue",
        /// The user who changed it, if one did.
        pub changed_by: Option<Uuid> = "msgdpr_changedby",
        /// Where it came from.
        pub source: String = "msgdpr_consentchangesource",
        /// The form that made it.
        pub form: Option<Uuid> = "msgdpr_consentchangesourceform",
        /// Why a user did it.
        pub justification: Option<String> = "assent_justification",
        /// The text that was shown.
        pub wording: Option<Uuid> = "assent_wordingid",
        /// The words of the new level at that time.
        pub meaning: Option<Uuid> = "assent_levelwordingid",
        /// The double opt-in that confirmed it.
        pub optin: Option<Uuid> = "assent_optinrequestid",
        /// The language of the text.
        pub language: Option<String> = "assent_language",
        /// When the person acted.
        pub occurred_on: Option<Timestamp> = "assent_occurredon",
        /// When the person asked for it, where a double opt-in confirmed it.
        pub requested_on: Option<Timestamp> = "assent_requestedon",
        /// The network address from which it was asked for; kept by a setting only.
        pub requested_from: Option<String> = "assent_requestedfrom",
        /// The program with which it was asked for; kept by a setting only.
        pub requested_with: Option<String> = "assent_requestedwith",
        /// The network address from which the person acted; kept by a setting only.
        pub acted_from: Option<String> = "assent_actedfrom",
        /// The program with which the person acted; kept by a setting only.
        pub acted_with: Option<String> = "assent_actedwith",
    }
}
