//! What the model knows: whom, what they allow, which journeys run, what may have left.
//!
//! *Not* read from the store: it follows from what was done. The rules are written down a second time
//! here, so a mistake in the product is not repeated by its test.

use std::collections::{BTreeMap, BTreeSet};

use kernel::uuid::Uuid;

use crate::story::World;

/// What a person allows, and where they belong.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub address: String,
    pub level: i64,
    pub no_mail: bool,
    pub no_bulk: bool,
    pub no_track: bool,
    pub child: bool,
    pub inactive: bool,
    pub north: bool,
    pub tester: bool,
    pub staff: bool,
    /// Whether they ever were in the suppression segment.
    pub was_staff: bool,
    /// Whether they ever were in less than their minimum while something could stop them.
    pub confirmations: Vec<(i64, String)>,
}

impl Person {
    pub fn has(&self, minimum: i64) -> bool {
        minimum == 0 || (self.level >= minimum && !(minimum == 5 && self.child))
    }
}

/// A journey as it was built and run.
#[derive(Debug, Clone)]
pub struct Tour {
    pub name: &'static str,
    pub id: Uuid,
    pub minimum: i64,
    pub live: bool,
    pub edited: bool,
    pub audience: &'static str,
}

/// A mail between its claim and what becomes of it.
#[derive(Debug, Clone)]
pub struct Flying {
    pub id: Uuid,
    pub participant: Option<Uuid>,
    pub key: Option<(Uuid, String)>,
    pub place: Option<(Uuid, String, String)>,
    pub contact: Uuid,
}

/// Everything.
pub struct Facts {
    pub people: BTreeMap<Uuid, Person>,
    pub tours: Vec<Tour>,
    /// E-mails about existing business.
    pub business: BTreeSet<Uuid>,
    pub flying: Vec<Flying>,
    /// Participant and tile of what may have left.
    pub served: BTreeSet<(Uuid, String)>,
    /// Journey, tile and address of what may have left, with the person it was for.
    pub addresses: BTreeMap<(Uuid, String, String), Uuid>,
    /// Those who ever took part, by journey and contact.
    pub entered: BTreeSet<(Uuid, Uuid)>,
    pub form: Uuid,
    pub numbered: usize,
    pub sent: usize,
    pub withheld: usize,
}

impl Facts {
    pub fn of(world: &World) -> Facts {
        let tour = |name: &'static str, minimum, audience| Tour {
            name,
            id: world.id("journey", name),
            minimum,
            live: true,
            edited: false,
            audience,
        };
        Facts {
            people: BTreeMap::new(),
            tours: vec![
                tour("tour", 3, "north"),
                tour("care", 2, "testers"),
                tour("deep", 5, "testers"),
                tour("free", 0, "north"),
                tour("sign", 3, "form"),
            ],
            business: ["bill", "slip"].iter().map(|it| world.id("email", it)).collect(),
            flying: Vec::new(),
            served: BTreeSet::new(),
            addresses: BTreeMap::new(),
            entered: BTreeSet::new(),
            form: world.id("form", "news"),
            numbered: 0,
            sent: 0,
            withheld: 0,
        }
    }

    pub fn tour(&self, id: Uuid) -> &Tour {
        self.tours.iter().find(|it| it.id == id).unwrap()
    }

    /// Why a mail may not leave now; none when it may.
    pub fn refuses(&self, contact: Uuid, to: &str, email: Option<Uuid>, journey: Option<Uuid>) -> Option<&'static str> {
        let Some(person) = self.people.get(&contact) else { return Some("there is no such person") };
        if person.inactive {
            return Some("inactive");
        }
        if !person.address.eq_ignore_ascii_case(to) {
            return Some("another address");
        }
        if person.no_mail {
            return Some("no e-mail");
        }
        // Without an e-mail of the store's it asks to confirm something, which is not bulk mail.
        let bulk = email.is_some_and(|it| !self.business.contains(&it));
        if bulk && person.no_bulk {
            return Some("no bulk e-mail");
        }
        match journey {
            Some(journey) if !person.has(self.tour(journey).minimum) => Some("below the minimum"),
            _ => None,
        }
    }

    /// Takes somebody out: what was known of them is known no more.
    pub fn forget(&mut self, contact: Uuid) {
        self.people.remove(&contact);
        self.addresses.retain(|_, it| *it != contact);
    }
}
