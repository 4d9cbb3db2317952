//! Roles as records: privileges that a role has beside those of the entity files.
//!
//! A role of the product can get more, and keeps what the files say; an organisation's own role has what
//! its rows say. *Not* who holds a role (`grants`). Invariant: the auditor reads and nothing else, the
//! administrator needs no row, and the public gets none.

use std::collections::HashMap;

use uuid::Uuid;

use super::{ADMINISTRATOR, Depth, Privilege, Privileges, ROLES, gift, role_id};
use crate::{
    Change, Error, Op, Phrase, Query, Record, Result, Rx, Tx, Value, Values,
    metadata::{Model, file::Writer},
};

/// The entity of privileges at run time.
const ENTITY: &str = "roleprivileges";

/// Privileges by role.
pub(super) type Given = HashMap<String, Privileges>;

/// A privilege by name: on an entity, or about none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// On rows of an entity.
    On(String, Privilege),
    /// About no entity, such as `prvReadAuditSummary`.
    Act(String),
}

impl Named {
    /// Reads `prvReadAccount` or the name of an act.
    ///
    /// # Errors
    /// `Invalid` for a name that is neither.
    pub fn parse(model: &Model, text: &str) -> Result<Named> {
        if let Some((it, _)) = model.acts().find(|(it, _)| it.eq_ignore_ascii_case(text)) {
            return Ok(Named::Act(it.to_owned()));
        }
        let rest = text.strip_prefix("prv").unwrap_or_default().to_lowercase();
        // The longer word first: prvAppendToAccount is not prvAppend on "toaccount".
        let mut words = Privilege::ALL;
        words.sort_by_key(|it| std::cmp::Reverse(it.word().len()));
        for privilege in words {
            if let Some(entity) = rest.strip_prefix(privilege.word()).filter(|it| model.entity(it).is_ok()) {
                return Ok(Named::On(entity.to_owned(), privilege));
            }
        }
        Err(Error::invalid("PrivilegeName", format!("there is no privilege '{text}'")))
    }
    /// The name, as [`Named::parse`] reads it.
    pub fn text(&self) -> String {
        match self {
            Named::On(entity, privilege) => format!("prv{privilege:?}{entity}"),
            Named::Act(name) => name.clone(),
        }
    }
    fn cells(&self) -> (Value, String) {
        match self {
            Named::On(entity, privilege) => (Value::Text(entity.clone()), privilege.word().to_owned()),
            Named::Act(name) => (Value::Null, name.clone()),
        }
    }
}

/// Every privilege there is.
pub fn all(model: &Model) -> Vec<Named> {
    let on = model.entities().flat_map(|it| Privilege::ALL.map(|privilege| Named::On(it.name.clone(), privilege)));
    on.chain(model.acts().map(|(it, _)| Named::Act(it.to_owned()))).collect()
}

/// The privileges of a role: those of the entity files, and those of its rows.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub fn privileges(rx: &Rx<'_>, role: Uuid) -> Result<Vec<(Named, Depth)>> {
    let name = rx.get("role", role)?.text("name").to_owned();
    together(rx, &[name])
}

/// The roles in force of whoever acts.
///
/// # Errors
/// Those of reading roles and teams.
pub fn roles_held(rx: &Rx<'_>) -> Result<Vec<String>> {
    Ok(rx.grants()?.role_names())
}

/// Every privilege that the roles in force of whoever acts give together.
///
/// # Errors
/// Those of reading roles and teams.
pub fn held(rx: &Rx<'_>) -> Result<Vec<(Named, Depth)>> {
    together(rx, &roles_held(rx)?)
}

/// What roles give together, by the entity files and by their rows.
pub(super) fn together(rx: &Rx<'_>, roles: &[String]) -> Result<Vec<(Named, Depth)>> {
    let given = of_entities(rx, roles)?;
    let mut found = Vec::new();
    for entity in rx.model.entities() {
        let rows = given.get(&entity.name);
        let on = |role: &String| rows.and_then(|it| it.get(role)).copied().unwrap_or_default();
        let each = roles.iter().map(|it| super::of_role(entity, it).join(on(it)));
        let held = each.fold(Privileges::default(), Privileges::join);
        let each = Privilege::ALL.into_iter().filter(|it| held.has(*it));
        found.extend(each.map(|it| (Named::On(entity.name.clone(), it), held.depth(it))));
    }
    let by_row = acts_by_row(rx, roles)?;
    for (act, _) in rx.model.acts() {
        if of_product(rx, act, roles.iter().map(String::as_str)) || by_row.iter().any(|(_, it)| it == act) {
            found.push((Named::Act(act.to_owned()), Depth::Organization));
        }
    }
    Ok(found)
}

/// Gives privileges to a role; `replace` takes away what it had by rows before.
///
/// # Errors
/// `Forbidden` for whoever may not write roles or does not hold the privileges, `Conflict` for a role that
/// cannot have the privilege, `Invalid` for a depth that the entity does not know.
pub fn give(tx: &mut Tx<'_>, role: Uuid, given: &[(Named, Depth)], replace: bool) -> Result<()> {
    let model = tx.model();
    super::check_row(tx, model.entity("role")?, role, Privilege::Write)?;
    gift::privileges(tx, given)?;
    let name = tx.get("role", role)?.text("name").to_owned();
    for (named, depth) in given {
        fits(&model, &name, named, *depth)?;
    }
    if replace && ROLES.contains(&name.as_str()) {
        let text = Phrase::new(
            "role-keeps",
            "comes with the product and keeps what its entity files say; make a role of your own",
        );
        return Err(Error::conflict(name, text));
    }
    let present = tx.elevated("role").rows(&Query::on(ENTITY).eq("roleid", role))?;
    tx.as_system("privileges of a role", |tx| {
        for row in present.iter().filter(|_| replace) {
            tx.delete(ENTITY, row.id)?;
        }
        for (named, depth) in given {
            let (entity, privilege) = named.cells();
            let values = Values::new().with("privilegedepthmask", mask(*depth));
            match present.iter().filter(|_| !replace).find(|it| is(it, named)) {
                Some(row) => tx.update(ENTITY, row.id, values).map(|_| ())?,
                None => {
                    let values = values.with("roleid", ("role", role)).with("assent_privilege", privilege);
                    tx.create(ENTITY, values.with("assent_entity", entity))?;
                }
            }
        }
        Ok(())
    })
}

/// Takes a privilege from a role.
///
/// # Errors
/// `Forbidden` for whoever may not write roles, `Conflict` where the entity file gives it.
pub fn take(tx: &mut Tx<'_>, role: Uuid, named: &Named) -> Result<()> {
    super::check_row(tx, tx.model().entity("role")?, role, Privilege::Write)?;
    let name = tx.get("role", role)?.text("name").to_owned();
    let rows = tx.elevated("role").rows(&Query::on(ENTITY).eq("roleid", role))?;
    let Some(row) = rows.iter().find(|it| is(it, named)) else {
        let text = Phrase::new("privilege-of-product", "has no row for {privilege}; what the entity files give stays")
            .with("privilege", named.text());
        return Err(Error::conflict(name, text));
    };
    tx.as_system("privileges of a role", |tx| tx.delete(ENTITY, row.id))
}

/// What the rows give to roles on one entity.
pub(super) fn of_entity(rx: &Rx<'_>, entity: &str, roles: &[String]) -> Result<Given> {
    let rows = rows(rx, Some(&Value::from(entity)), roles)?;
    Ok(by_entity(rx, rows).remove(entity).unwrap_or_default())
}

/// What the rows give to roles, by entity, with as many statements as there are roles.
pub(super) fn of_entities(rx: &Rx<'_>, roles: &[String]) -> Result<HashMap<String, Given>> {
    Ok(by_entity(rx, rows(rx, None, roles)?))
}

fn by_entity(rx: &Rx<'_>, rows: Vec<(String, Record)>) -> HashMap<String, Given> {
    let mut found: HashMap<String, Given> = HashMap::new();
    for (name, row) in rows {
        let Ok(entity) = rx.model.entity(row.text("assent_entity")) else { continue };
        let privilege = Privilege::of_word(row.text("assent_privilege"));
        // The auditor reads and nothing else; and what nobody may see, a row opens to nobody.
        let fits = |it: &Privilege| match it {
            Privilege::Read => entity.reader != Writer::System,
            _ => name != AUDITOR,
        };
        let Some(privilege) = privilege.filter(fits) else { continue };
        let depth = depth(row.get("privilegedepthmask").as_int());
        let held = found.entry(entity.name.clone()).or_default().entry(name).or_default();
        *held = held.with(privilege, depth);
    }
    found
}

/// Whether one of the roles holds the privilege of an act, by the product's list or by a row.
pub(super) fn holds<'r>(rx: &Rx<'_>, act: &str, roles: impl Iterator<Item = &'r str>) -> Result<bool> {
    let roles: Vec<String> = roles.map(str::to_owned).collect();
    if of_product(rx, act, roles.iter().map(String::as_str)) {
        return Ok(true);
    }
    Ok(acts_by_row(rx, &roles)?.iter().any(|(_, it)| it == act))
}

/// Whether the product itself gives one of the roles the privilege of an act.
pub(super) fn of_product<'r>(rx: &Rx<'_>, act: &str, mut roles: impl Iterator<Item = &'r str>) -> bool {
    let listed = rx.model.acts().find(|(it, _)| *it == act).map_or_else(Vec::new, |(_, it)| it);
    roles.any(|it| it == ADMINISTRATOR || listed.contains(&it))
}

/// The roles and the privileges of acts that rows give them.
pub(super) fn acts_by_row(rx: &Rx<'_>, roles: &[String]) -> Result<Vec<(String, String)>> {
    let rows = rows(rx, Some(&Value::Null), roles)?.into_iter();
    // The auditor reads and nothing else, whatever a row says.
    Ok(rows.filter(|(it, _)| it != AUDITOR).map(|(it, row)| (it, row.text("assent_privilege").to_owned())).collect())
}

/// The role that reads and nothing else.
const AUDITOR: &str = "auditor";

/// The rows of roles with their names, on one entity or on all and none.
fn rows(rx: &Rx<'_>, entity: Option<&Value>, roles: &[String]) -> Result<Vec<(String, Record)>> {
    if roles.is_empty() || rx.model.entity(ENTITY).is_err() {
        return Ok(Vec::new());
    }
    let rx = rx.elevated("access");
    let named = odata::Expr::In {
        operand: Box::new(odata::Expr::Path(odata::Path::from("name"))),
        list: roles.iter().map(|it| odata::Expr::Literal(odata::Literal::Text(it.clone()))).collect(),
    };
    let mut found = Vec::new();
    for role in rx.rows(&Query::on("role").select(&["name"]).and(named))? {
        let name = role.text("name").to_owned();
        let query = Query::on(ENTITY).eq("roleid", role.id);
        let query = entity.iter().fold(query, |query, it| query.eq("assent_entity", Value::clone(it)));
        found.extend(rx.rows(&query)?.into_iter().map(|it| (name.clone(), it)));
    }
    Ok(found)
}

fn fits(model: &Model, role: &str, named: &Named, depth: Depth) -> Result<()> {
    let refused = |text: &str| Err(Error::conflict(role, text));
    match (role, named) {
        (ADMINISTRATOR, _) => return refused("may do everything already"),
        ("public", _) => return refused("gets no privileges; public pages act with the product's rights"),
        (AUDITOR, Named::On(_, Privilege::Read)) => {}
        (AUDITOR, _) => return refused("reads and nothing else; make a role of your own"),
        _ => {}
    }
    let owned = match named {
        Named::On(entity, _) => model.entity(entity)?.columns.contains_key("ownerid"),
        Named::Act(_) => false,
    };
    if depth == Depth::None || (!owned && depth != Depth::Organization) {
        let text = format!("{} is known at the depth Global only", named.text());
        return Err(Error::invalid("Depth", text));
    }
    Ok(())
}

fn is(row: &Record, named: &Named) -> bool {
    let (entity, privilege) = named.cells();
    *row.get("assent_entity") == entity && row.text("assent_privilege") == privilege
}

fn mask(depth: Depth) -> i64 {
    match depth {
        Depth::None => 0,
        Depth::User => 1,
        Depth::BusinessUnit => 2,
        Depth::ParentChild => 4,
        Depth::Organization => 8,
    }
}

fn depth(mask: Option<i64>) -> Depth {
    Depth::ALL.into_iter().find(|it| Some(self::mask(*it)) == mask).unwrap_or_default()
}

/// Whether there is a role of that name.
///
/// # Errors
/// Those of reading.
pub fn exists(rx: &Rx<'_>, name: &str) -> Result<bool> {
    Ok(ROLES.contains(&name) || rx.elevated("role").first(&Query::on("role").eq("name", name))?.is_some())
}

/// Roles of the product stay, with their names.
pub(crate) fn guard(change: &Change) -> Result<()> {
    let built_in = change.entity == "role" && ROLES.iter().any(|it| role_id(it) == change.id);
    if built_in && (change.op == Op::Delete || (change.op == Op::Update && change.touches("name"))) {
        return Err(Error::conflict(
            "role",
            Phrase::new("role-of-product", "a role of the product stays, with its name"),
        ));
    }
    Ok(())
}
