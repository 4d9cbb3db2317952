//! Customer journeys: who takes part, where they are, and what happens to them next
//! (`spec/marketing.md` 7).
//!
//! A journey is a tree of tiles. Each participant stands on one tile; a step moves them on, in one
//! transaction with what the tile did. *Not* a place that sends: the e-mail tile writes into the outbox.
//! Invariant: whoever falls below the minimum consent is stopped in the very transaction in which they
//! fall, at the tile on which they stand.

mod definition;
mod enter;
mod life;
mod publish;
mod rehearse;
mod run;
mod show;
mod tiles;

pub use definition::{Activity, Definition};
pub(crate) use enter::follow;
pub use enter::start_job;
pub use life::check;
pub(crate) use life::{after, before};
pub use publish::publish;
pub use rehearse::{Rehearsal, Rehearsed, rehearse, rehearsed};
pub(crate) use run::{step_job, stop_where_consent_fell};
pub use show::{Standing, TileStanding, standing};

use jiff::Timestamp;
use kernel::{Result, Rx, uuid::Uuid};
use privacy::consent::Level;

use crate::{
    lifecycle::{LIVE, LIVE_EDITABLE},
    segment::membership,
};

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_customerjourney";
/// Those who take part.
pub const PARTICIPANT: &str = "assent_participant";

kernel::typed! {
    /// A customer journey.
    pub struct CustomerJourney as "msdyncrm_customerjourney" {
        /// Its name.
        pub name: String = "msdyncrm_name",
        /// The tiles, as JSON.
        pub definition: String = "msdyncrm_workflowdefinition",
        /// The level of consent that taking part needs, as an option value.
        pub required: Option<i64> = "msgdpr_requiredconsent",
        /// Its content settings; the default ones when there are none.
        pub settings: Option<Uuid> = "msdyncrm_contentsettingsid",
        /// Those in this segment never take part.
        pub suppression: Option<Uuid> = "msdyncrm_suppressionsegmentid",
        /// Nothing runs before.
        pub start: Option<Timestamp> = "msdyncrm_startdatetime",
        /// Nothing runs after.
        pub end: Option<Timestamp> = "msdyncrm_enddatetime",
        /// The state.
        pub status: i64 = "statuscode",
    }
}

kernel::typed! {
    /// One contact in one iteration of a journey.
    pub struct Participant as "assent_participant" {
        /// The journey.
        pub journey: Option<Uuid> = "assent_journeyid",
        /// The iteration.
        pub iteration: Option<Uuid> = "assent_iterationid",
        /// The person.
        pub contact: Option<Uuid> = "assent_contactid",
        /// The tile on which they stand.
        pub tile: String = "assent_tile",
        /// When they entered the journey.
        pub entered_on: Option<Timestamp> = "assent_enteredon",
        /// When they came to the tile.
        pub tile_entered_on: Option<Timestamp> = "assent_tileenteredon",
        /// Until when they wait.
        pub due_on: Option<Timestamp> = "assent_dueon",
        /// 1 in progress, 2 waiting, 3 finished, 4 stopped, 5 failed.
        pub status: i64 = "statuscode",
    }
}

/// The columns of a contact that decide whether they may take part.
pub(crate) const DECIDES: &[&str] = &[
    "msgdpr_gdprconsent",
    "msgdpr_gdprischild",
    "msgdpr_gdprparentid",
    "assent_custodianlevel",
    "birthdate",
    "assent_restrictedon",
];

pub(crate) const IN_PROGRESS: i64 = 1;
pub(crate) const WAITING: i64 = 2;
pub(crate) const FINISHED: i64 = 3;
pub(crate) const STOPPED: i64 = 4;
pub(crate) const FAILED: i64 = 5;

impl CustomerJourney {
    /// Whether it runs.
    pub fn is_live(&self) -> bool {
        matches!(self.status, LIVE | LIVE_EDITABLE)
    }
    /// Whether it runs at this moment: live, begun, and not over.
    pub fn runs_at(&self, now: Timestamp) -> bool {
        self.is_live() && self.start.is_none_or(|it| it <= now) && self.end.is_none_or(|it| now < it)
    }
    /// The minimum consent.
    ///
    /// # Errors
    /// `Invalid` when the column holds something else.
    pub fn required(&self) -> Result<Level> {
        Level::of_option(self.required)
    }
    /// Whether the contact is in the suppression segment.
    ///
    /// # Errors
    /// Those of reading.
    pub fn suppresses(&self, rx: &Rx<'_>, contact: Uuid) -> Result<bool> {
        let Some(segment) = self.suppression else { return Ok(false) };
        Ok(membership(&rx.elevated("journey"), segment, contact)?.is_some())
    }
    /// The tiles.
    ///
    /// # Errors
    /// `Invalid` naming what cannot be read.
    pub fn tiles(&self) -> Result<Definition> {
        Definition::read(&self.definition)
    }
}
