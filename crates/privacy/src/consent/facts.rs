//! The facts that decide what may be done to a person, read once and together.
//!
//! *Not* the permit (`gate`). Invariant: [`Facts::refusal`] is a function of the facts alone, so its
//! truth table can be, and is, written down whole in a test.

use kernel::{Record, Result, Rx, Value, pipeline::check::is_address, uuid::Uuid};

use super::{Level, Terms, child, configuration};
use crate::suppression::{self, Reason};

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The column or setting that decides.
    pub fact: &'static str,
    /// The reason in words, as kept with a stopped participant or a blocked mail.
    pub reason: &'static str,
    /// Whether the person leaves the journey, rather than only this message being withheld
    /// (`spec/marketing.md` 5).
    pub stops: bool,
}

/// The reason kept with a participant whose consent fell below the minimum.
pub const LOWERED: &str = "Contact lowered consent below threshold";

/// How a mail address stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressStatus {
    /// Mail can go there, as far as is known.
    Good,
    /// Mail comes back from there.
    Bounces,
    /// There is none, or it is malformed.
    Missing,
}

/// Whether relationship analytics are covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intelligence {
    /// Embedded Intelligence is not enabled.
    Off,
    /// It is, and the person did not opt out.
    On,
    /// The person opted out (`msdyn_gdproptout`).
    OptedOut,
}

/// Everything that the gate looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Whether the contact is active.
    pub active: bool,
    /// Whether processing is restricted (Art. 18 GDPR).
    pub restricted: bool,
    /// The mail address; empty when there is none.
    pub address: String,
    /// How it stands.
    pub address_status: AddressStatus,
    /// `donotemail`.
    pub do_not_email: bool,
    /// `donotbulkemail`.
    pub do_not_bulk: bool,
    /// Whether the person, or somebody with their address, objected to direct marketing (Art. 21(2)
    /// and (3) GDPR).
    pub objected: bool,
    /// Whether the suppression ledger holds the address for another reason.
    pub suppressed: bool,
    /// `msgdpr_donottrack`.
    pub do_not_track: bool,
    /// Embedded Intelligence and the person's opt-out from it.
    pub intelligence: Intelligence,
    /// `msgdpr_gdprischild`.
    pub child: bool,
    /// Whether the birthdate says that the person is under 18.
    pub minor: bool,
    /// Up to which level a custodian confirmed; none when no custodian is needed (Art. 8 GDPR).
    pub custodian: Option<Level>,
    /// Whether the minimum consent of journeys and models is respected.
    pub enforced: bool,
    /// The level that the person gave.
    pub given: Level,
    /// The level that a journey or model needs.
    pub required: Level,
}

const ACTIVE: i64 = 0;

impl Facts {
    /// Reads the facts about a contact for something that needs this level.
    ///
    /// # Errors
    /// `NotFound` when there is no such contact.
    pub fn read(rx: &Rx<'_>, contact: Uuid, required: Level) -> Result<Facts> {
        let rx = rx.elevated("consent gate");
        Self::of(&rx, &rx.get("contact", contact)?, required)
    }

    /// What speaks against a contact's taking part in something that needs this level; as [`Facts::refusal`], of
    /// which it asks a part, so the ledger is not looked into.
    pub(crate) fn against_part(rx: &Rx<'_>, contact: Uuid, required: Level, terms: &Terms) -> Result<Option<Refusal>> {
        let rx = rx.elevated("consent gate");
        Ok(Self::besides_ledger(&rx, &rx.get("contact", contact)?, required)?.part(terms))
    }

    /// The facts about a contact whose row was read in this very snapshot.
    pub(crate) fn of(rx: &Rx<'_>, row: &Record, required: Level) -> Result<Facts> {
        let facts = Self::besides_ledger(rx, row, required)?;
        let entries = suppression::in_force(rx, &facts.address)?;
        let has = |reason: Reason| entries.iter().any(|it| it.reason == reason);
        Ok(Facts {
            address_status: match facts.address_status {
                AddressStatus::Good if has(Reason::Bounce) => AddressStatus::Bounces,
                other => other,
            },
            objected: facts.objected || has(Reason::Objection),
            suppressed: entries.iter().any(|it| !matches!(it.reason, Reason::Objection | Reason::Bounce)),
            ..facts
        })
    }

    /// The facts that the contact itself tells. Not enough for a permit.
    fn besides_ledger(rx: &Rx<'_>, row: &Record, required: Level) -> Result<Facts> {
        let address = row.text("emailaddress1").to_owned();
        let has_opt_out = rx.model().entity("contact")?.columns.contains_key("msdyn_gdproptout");
        Ok(Facts {
            active: row.get("statecode").as_int() == Some(ACTIVE),
            restricted: !row.get("assent_restrictedon").is_null(),
            address_status: if is_address(&address) { AddressStatus::Good } else { AddressStatus::Missing },
            do_not_email: row.get("donotemail").is_true(),
            do_not_bulk: row.get("donotbulkemail").is_true(),
            objected: !row.get("assent_objectedon").is_null(),
            suppressed: false,
            do_not_track: row.get("msgdpr_donottrack").is_true(),
            intelligence: match (has_opt_out, row.get("msdyn_gdproptout").is_true()) {
                (false, _) => Intelligence::Off,
                (true, false) => Intelligence::On,
                (true, true) => Intelligence::OptedOut,
            },
            child: row.get("msgdpr_gdprischild").is_true(),
            minor: child::is_minor(rx, row)?,
            custodian: child::custodian(rx, row)?,
            enforced: configuration::read(rx)?.enforced,
            given: Level::of_value(row.get("msgdpr_gdprconsent"))?,
            required,
            address,
        })
    }

    /// The level that is needed in the end.
    pub fn needed(&self, terms: &Terms) -> Level {
        self.required.max(terms.minimum)
    }

    /// The one fact that speaks against it, if there is one. What blocks the message comes first, then
    /// what stops the person (`spec/marketing.md` 5).
    pub fn refusal(&self, terms: &Terms) -> Option<Refusal> {
        let blocked = |fact, reason| Some(Refusal { fact, reason, stops: false });
        if terms.address_only {
            return blocked("assent_contactid", "This mail goes to a bare address and never to a contact");
        }
        if !self.active {
            return blocked("statecode", "Contact is inactive");
        }
        // Art. 18(2) GDPR: what the person just asked for is processing with their consent.
        if self.restricted && !terms.asked {
            return self.part(terms);
        }
        if terms.mail {
            if self.address_status == AddressStatus::Missing {
                return blocked("emailaddress1", "Contact has no mail address");
            }
            if self.do_not_email {
                return blocked("donotemail", "Contact does not allow e-mail");
            }
            if terms.commercial && self.do_not_bulk {
                return blocked("donotbulkemail", "Contact does not allow bulk e-mail");
            }
            if self.address_status == AddressStatus::Bounces && !terms.asked {
                return blocked("assent_suppression", "Mail to this address comes back");
            }
        }
        if (terms.commercial || terms.profiling) && self.objected {
            return blocked("assent_objectedon", "Contact objected to direct marketing");
        }
        if terms.commercial && self.suppressed {
            return blocked("assent_suppression", "The address is on the suppression ledger");
        }
        if terms.tracking && self.do_not_track {
            return blocked("msgdpr_donottrack", "Contact does not allow tracking");
        }
        match self.intelligence {
            Intelligence::Off if terms.analytics => {
                blocked("embedded_intelligence", "Embedded Intelligence is not enabled")
            }
            Intelligence::OptedOut if terms.analytics => blocked("msdyn_gdproptout", "Contact opted out of analytics"),
            _ => self.part(terms),
        }
    }

    /// What speaks against taking part at all, whatever is sent or not.
    pub(crate) fn part(&self, terms: &Terms) -> Option<Refusal> {
        let stopped = |fact, reason| Some(Refusal { fact, reason, stops: true });
        let needed = self.needed(terms);
        let enforced = self.enforced && needed > Level::None;
        if self.restricted && !terms.asked {
            return stopped("assent_restrictedon", "Processing of this contact is restricted");
        }
        // Not a matter of the switch where the purpose itself is profiling.
        if terms.profiling || (enforced && needed == Level::Profiling) {
            if self.child {
                return stopped("msgdpr_gdprischild", "Children are never profiled");
            }
            if self.minor {
                return stopped("birthdate", "Persons under 18 are never profiled");
            }
        }
        if !enforced {
            return None;
        }
        if self.given < needed {
            return stopped("msgdpr_gdprconsent", LOWERED);
        }
        match self.custodian {
            Some(confirmed) if needed > Level::Consent && confirmed < needed => {
                stopped("assent_custodianlevel", "The custodian of this child has not confirmed this level")
            }
            _ => None,
        }
    }

    /// Every fact that the purpose looks at with its value in words, in the order of the gate.
    pub fn in_words(&self, terms: &Terms) -> Vec<(&'static str, String)> {
        let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
        let not_asked = |on: bool| format!("{} (not asked for {} mail)", yes(on), terms.basis);
        let mut all = Vec::new();
        if terms.address_only {
            all.push(("assent_contactid", "a contact".to_owned()));
        }
        all.extend([
            ("statecode", if self.active { "active" } else { "inactive" }.to_owned()),
            ("assent_restrictedon", yes(self.restricted)),
        ]);
        if terms.mail {
            let status = if self.address_status == AddressStatus::Missing { "missing" } else { "present" };
            all.push(("emailaddress1", status.to_owned()));
            all.push(("donotemail", yes(self.do_not_email)));
            let bulk = if terms.commercial { yes(self.do_not_bulk) } else { not_asked(self.do_not_bulk) };
            all.push(("donotbulkemail", bulk));
            let objected = if terms.commercial { yes(self.objected) } else { not_asked(self.objected) };
            all.push(("assent_objectedon", objected));
            let bounces = self.address_status == AddressStatus::Bounces;
            all.push((
                "assent_suppression",
                match (bounces, self.suppressed) {
                    (true, _) => "mail comes back".to_owned(),
                    (false, true) if terms.commercial => "suppressed".to_owned(),
                    (false, true) => not_asked(true),
                    (false, false) => "not suppressed".to_owned(),
                },
            ));
        } else if terms.profiling {
            all.push(("assent_objectedon", yes(self.objected)));
        }
        if terms.tracking {
            all.push(("msgdpr_donottrack", yes(self.do_not_track)));
        }
        if terms.analytics {
            all.push(("embedded_intelligence", yes(self.intelligence != Intelligence::Off)));
            all.push(("msdyn_gdproptout", yes(self.intelligence == Intelligence::OptedOut)));
        }
        let switch = if self.enforced { "on" } else { "off: minimum consent is not asked" };
        all.push(("msgdpr_isenforced", switch.to_owned()));
        all.push(("msgdpr_gdprischild", yes(self.child)));
        all.push(("birthdate", if self.minor { "under 18" } else { "not known to be under 18" }.to_owned()));
        all.push(("msgdpr_gdprconsent", format!("given {}, needed {}", self.given, self.needed(terms))));
        all.push((
            "assent_custodianlevel",
            match self.custodian {
                None => "no custodian is needed".to_owned(),
                Some(Level::None) => "needed, and nothing is confirmed".to_owned(),
                Some(level) => format!("confirmed up to {level}"),
            },
        ));
        all
    }
}

/// Marks the processing of a contact as restricted, or ends it (Art. 18 GDPR). The justification, if the
/// context has one, is in the audit trail. Changing nothing is no error.
///
/// # Errors
/// `NotFound` when there is no such contact, `Forbidden` without the privilege.
pub fn restrict(tx: &mut kernel::Tx<'_>, contact: Uuid, on: bool) -> Result<bool> {
    kernel::access::require(tx, "prvAssentRestrictSubject", "restricting processing")?;
    let is = !tx.elevated("restriction").get("contact", contact)?.get("assent_restrictedon").is_null();
    if is == on {
        return Ok(false);
    }
    let value = if on { Value::Time(tx.now()) } else { Value::Null };
    let reason = match &tx.cx().justification {
        Some(because) => format!("restriction: {because}"),
        None => "restriction".to_owned(),
    };
    tx.as_system(&reason, |tx| tx.update("contact", contact, kernel::Values::new().with("assent_restrictedon", value)))
}
