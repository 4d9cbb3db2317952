//! Data subject requests: from the day one arrives to the proof that it was answered (Art. 12, 15,
//! 17, 18, 21 GDPR; `spec/data-subject-requests.md` 2).
//!
//! *Not* the screen of the privacy officer. Invariant (law 12): a request is Completed only when a
//! read after the write proves what its plan promised.

pub mod by_hand;
pub mod clock;
pub mod decide;
pub mod discover;
pub mod found;
pub mod held;
mod mark;
mod open;
pub mod package;
pub mod plan;
mod run;

pub use decide::{Partly, approve, decline, extend, identify};
pub use discover::{Discovery, discover};
pub use held::hold;
pub use open::{Channel, Intake, open};
pub use plan::{Action, plan};
pub use run::{Answer, run};

use jiff::{Timestamp, civil::Date};
use kernel::{Error, Result, uuid::Uuid};

/// The entity's logical name.
pub const ENTITY: &str = "assent_datasubjectrequest";

kernel::typed! {
    /// A request of a data subject.
    pub struct DataSubjectRequest as "assent_datasubjectrequest" {
        /// Its number, for people.
        pub name: String = "assent_name",
        /// What is asked for; see [`Type`].
        pub kind: i64 = "assent_type",
        /// The address that the person gave.
        pub email: Option<String> = "assent_email",
        /// When it arrived.
        pub received_on: Timestamp = "assent_receivedon",
        /// The earlier of the two clocks.
        pub due_on: Option<Date> = "assent_dueon",
        /// The law's last day.
        pub statutory_on: Option<Date> = "assent_statutoryon",
        /// Thirty days after receipt.
        pub thirty_days_on: Option<Date> = "assent_thirtydayson",
        /// Whether the identity was confirmed: 1 confirmed, 2 doubtful, 3 failed; none when nobody noted it.
        pub identity: Option<i64> = "assent_identityresult",
        /// The state; see [`Status`].
        pub status: i64 = "statuscode",
        /// The digest of the plan that was approved or waits for approval.
        pub plan_digest: Option<String> = "assent_plandigest",
        /// When the plan was approved.
        pub approved_on: Option<Timestamp> = "assent_approvedon",
        /// Who approved.
        pub approved_by: Option<Uuid> = "assent_approvedby",
        /// What came of it, in words without personal data.
        pub result: Option<String> = "assent_result",
    }
}

kernel::typed! {
    /// What a plan does with one column of one entity.
    pub struct PlanItem as "assent_planitem" {
        /// The request.
        pub request: Option<Uuid> = "assent_requestid",
        /// The entity.
        pub entity: String = "assent_entity",
        /// The column.
        pub column: Option<String> = "assent_column",
        /// Rows that have a value there.
        pub rows: i64 = "assent_rows",
        /// See [`Action`].
        pub action: i64 = "assent_action",
        /// Why, where something is kept.
        pub ground: Option<String> = "assent_ground",
        /// The record that the line stands for; none where it stands for a column.
        pub record: Option<Uuid> = "assent_recordid",
        /// Whether an officer took it out of the plan.
        pub held: bool = "assent_held",
        /// Whether a read after the write proved it.
        pub verified: bool = "assent_verified",
        /// What the read found.
        pub result: Option<String> = "assent_result",
    }
}

/// What a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Type {
    /// A copy of their data (Art. 15 GDPR).
    Access = 1,
    /// To be forgotten (Art. 17 GDPR).
    Erasure = 2,
    /// That processing is restricted (Art. 18 GDPR).
    Restriction = 4,
    /// That there be no direct marketing (Art. 21(2) and (3) GDPR).
    Objection = 6,
}

impl Type {
    /// The type of a word.
    ///
    /// # Errors
    /// `Invalid` for a type that cannot be answered here yet.
    pub fn of_word(word: &str) -> Result<Self> {
        match word {
            "access" => Ok(Type::Access),
            "erasure" => Ok(Type::Erasure),
            "restriction" => Ok(Type::Restriction),
            "objection" => Ok(Type::Objection),
            _ => Err(Error::invalid("type", "a request is of type access, erasure, restriction or objection")),
        }
    }
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Type::Access => "access",
            Type::Erasure => "erasure",
            Type::Restriction => "restriction",
            Type::Objection => "objection",
        }
    }
    /// The type in a column.
    ///
    /// # Errors
    /// `Invalid` for a type that is worked on by hand.
    pub fn of_option(option: i64) -> Result<Self> {
        match option {
            1 => Ok(Type::Access),
            2 => Ok(Type::Erasure),
            4 => Ok(Type::Restriction),
            6 => Ok(Type::Objection),
            _ => Err(Error::invalid(
                "assent_type",
                "requests of this type are worked on by hand; access, erasure, restriction and objection have a plan",
            )),
        }
    }
}

/// The states of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Status {
    /// It arrived.
    Received = 1,
    /// The identity is being checked.
    IdentityCheck = 2,
    /// The identity is confirmed.
    Assessed = 3,
    /// A plan waits for approval.
    Planned = 4,
    /// The plan is approved.
    Approved = 5,
    /// It is being carried out.
    Running = 6,
    /// It is answered, and a read proved it.
    Completed = 7,
    /// It was declined, with reasons.
    Declined = 8,
    /// Carrying it out failed; nothing was changed.
    Failed = 9,
    /// The person took it back.
    Withdrawn = 10,
}

impl Status {
    /// The word for people and scripts.
    pub fn word(option: i64) -> &'static str {
        match option {
            1 => "received",
            2 => "identity check",
            3 => "assessed",
            4 => "planned",
            5 => "approved",
            6 => "running",
            7 => "completed",
            8 => "declined",
            9 => "failed",
            _ => "withdrawn",
        }
    }
    /// Whether nothing more can be done with the request.
    pub fn is_closed(option: i64) -> bool {
        matches!(option, 7 | 8 | 10)
    }
}
