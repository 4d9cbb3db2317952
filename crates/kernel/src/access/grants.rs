//! Whom the acting user stands for: themself, their teams, their business units, and the roles of each.
//!
//! Read from the snapshot when the first question needs it; whoever holds an entity at the depth of the
//! organization by a role they signed in with is never asked. *Not* sign-in. Invariant: read with the
//! product's own rights, in the same transaction as what it decides.

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use uuid::Uuid;

use super::{
    ADMINISTRATOR, Depth, Privilege, Privileges,
    columns::{self, Opened},
    role::{self, Given},
    share,
};
use crate::{
    Query, Result, Rx, Value,
    metadata::{Entity, file::Writer},
    tx::ROOT_UNIT,
};

/// The entities whose rows decide what somebody may do.
pub(crate) const ENTITIES: &[&str] = &[
    "systemuser",
    "businessunit",
    "team",
    "teammembership",
    "role",
    "roleprivileges",
    "principalobjectaccess",
    "systemuserroles",
    "teamroles",
    "fieldsecurityprofile",
    "fieldpermission",
    "systemuserprofiles",
    "teamprofiles",
];

/// Roles held in one business unit: those of the user, or those of one of their teams.
struct Holding {
    unit: Uuid,
    roles: Vec<String>,
}

/// What follows from who acts.
pub(crate) struct Grants {
    /// The user and their teams: the owners whose rows are their own.
    pub(crate) owners: Vec<Uuid>,
    holdings: Vec<Holding>,
    /// Each business unit and the one above it.
    units: Vec<(Uuid, Option<Uuid>)>,
    /// The secured columns that are open, read when the first is asked for.
    opened: OnceCell<Opened>,
    /// What the rows of roles give, by entity, read when the entity is asked for.
    given: RefCell<HashMap<String, Rc<Given>>>,
    shares: OnceCell<bool>,
}

/// Which rows a privilege reaches.
pub(crate) enum Reach {
    Nothing,
    Everything,
    /// Their own, and those of the business units.
    Rows(BTreeSet<Uuid>),
}

impl Grants {
    /// What a user holds: the roles they signed in with, those given to them, and those of their teams.
    pub(crate) fn read(rx: &Rx<'_>, user: Uuid, signed_in: &[String]) -> Result<Grants> {
        let rx = rx.elevated("access");
        let mut own: Vec<String> = signed_in.to_vec();
        own.extend(roles(&rx, "systemuserroles", "systemuserid", user)?);
        let unit = unit_of(&rx, "systemuser", user)?;
        let mut grants =
            Grants { owners: vec![user], holdings: vec![Holding { unit, roles: own }], ..Grants::nobody() };
        for team in linked(&rx, "teammembership", "systemuserid", user, "teamid")? {
            grants.owners.push(team);
            let roles = roles(&rx, "teamroles", "teamid", team)?;
            if !roles.is_empty() {
                grants.holdings.push(Holding { unit: unit_of(&rx, "team", team)?, roles });
            }
        }
        for row in rx.rows(&Query::on("businessunit").select(&["parentbusinessunitid"]))? {
            grants.units.push((row.id, row.get("parentbusinessunitid").as_guid()));
        }
        Ok(grants)
    }

    /// What nobody holds.
    pub(crate) fn nobody() -> Grants {
        Grants {
            owners: Vec::new(),
            holdings: Vec::new(),
            units: Vec::new(),
            opened: OnceCell::new(),
            given: RefCell::default(),
            shares: OnceCell::new(),
        }
    }

    /// Which rows of the entity the privilege reaches.
    pub(crate) fn reach(&self, rx: &Rx<'_>, entity: &Entity, privilege: Privilege) -> Result<Reach> {
        let (mut held, mut units) = (false, BTreeSet::new());
        let given = self.given(rx, entity)?;
        let by_row = |role: &String| given.get(role).map_or(Depth::None, |it| it.depth(privilege));
        for holding in &self.holdings {
            let depths = holding.roles.iter().map(|it| depth(entity, it, privilege).max(by_row(it)));
            match depths.max().unwrap_or_default() {
                Depth::None => continue,
                Depth::User => {}
                Depth::BusinessUnit => {
                    units.insert(holding.unit);
                }
                Depth::ParentChild => self.below(holding.unit, &mut units),
                Depth::Organization => return Ok(Reach::Everything),
            }
            held = true;
        }
        Ok(if held { Reach::Rows(units) } else { Reach::Nothing })
    }

    /// The names of all roles in force.
    pub(crate) fn roles(&self) -> impl Iterator<Item = &str> {
        self.holdings.iter().flat_map(|it| it.roles.iter().map(String::as_str))
    }

    /// The same, each once.
    pub(super) fn role_names(&self) -> Vec<String> {
        let names: BTreeSet<&str> = self.roles().collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// What the rows of roles give on the entity.
    fn given(&self, rx: &Rx<'_>, entity: &Entity) -> Result<Rc<Given>> {
        if let Some(it) = self.given.borrow().get(&entity.name) {
            return Ok(Rc::clone(it));
        }
        let given = Rc::new(role::of_entity(rx, &entity.name, &self.role_names())?);
        self.given.borrow_mut().insert(entity.name.clone(), Rc::clone(&given));
        Ok(given)
    }

    /// Whether anything is shared with the user or their teams.
    pub(super) fn has_shares(&self, rx: &Rx<'_>) -> Result<bool> {
        if let Some(it) = self.shares.get() {
            return Ok(*it);
        }
        let read = share::any(rx, &self.owners)?;
        Ok(*self.shares.get_or_init(|| read))
    }

    /// Whether one of the roles may do everything.
    pub(super) fn is_administrator(&self) -> bool {
        self.roles().any(|it| it == ADMINISTRATOR)
    }

    /// The secured columns that are open.
    pub(super) fn opened(&self, rx: &Rx<'_>) -> Result<&Opened> {
        if let Some(it) = self.opened.get() {
            return Ok(it);
        }
        let read = columns::read(rx, &self.owners)?;
        Ok(self.opened.get_or_init(|| read))
    }

    fn below(&self, top: Uuid, into: &mut BTreeSet<Uuid>) {
        if into.insert(top) {
            for (unit, _) in self.units.iter().filter(|(_, above)| *above == Some(top)) {
                self.below(*unit, into);
            }
        }
    }
}

/// How deep a role of the product reaches.
pub(crate) fn depth(entity: &Entity, role: &str, privilege: Privilege) -> Depth {
    of_role(entity, role).depth(privilege)
}

/// What a role of the product may do to rows of an entity, as the entity files say.
pub fn of_role(entity: &Entity, role: &str) -> Privileges {
    let held = match role {
        ADMINISTRATOR => Privileges::EVERYTHING,
        _ => entity.roles.get(role).copied().unwrap_or_default(),
    };
    // What nobody may see, the administrator may not see either.
    if entity.reader == Writer::System { held.without(Privilege::Read) } else { held }
}

/// The business unit of a user or a team.
pub(crate) fn unit_of(rx: &Rx<'_>, entity: &str, id: Uuid) -> Result<Uuid> {
    let row = crate::query::read_row(rx, rx.model.entity(entity)?, id)?;
    Ok(row.and_then(|it| it.get("businessunitid").as_guid()).unwrap_or(ROOT_UNIT))
}

fn roles(rx: &Rx<'_>, link: &str, side: &str, id: Uuid) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for role in linked(rx, link, side, id, "roleid")? {
        if let Some(row) = rx.find("role", role)? {
            names.push(row.text("name").to_owned());
        }
    }
    Ok(names)
}

pub(super) fn linked(rx: &Rx<'_>, link: &str, side: &str, id: Uuid, other: &str) -> Result<Vec<Uuid>> {
    let rows = rx.rows(&Query::on(link).select(&[other]).eq(side, id))?;
    Ok(rows.iter().filter_map(|it| it.get(other).as_guid()).collect())
}

/// The value of a lookup to an owner.
pub(crate) fn owner(value: &Value) -> Option<(&str, Uuid)> {
    match value {
        Value::Lookup(entity, id) => Some((entity, *id)),
        Value::Guid(id) => Some(("systemuser", *id)),
        _ => None,
    }
}
