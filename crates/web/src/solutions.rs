//! Solutions as rows: `Default`, those of the product, those of one's own, and which definitions belong to each.
//!
//! *Not* the layers themselves (`kernel::solution`). Invariant: each definition that was added is a component of
//! `Default` or of the solution of the product that brought it, and of the one that the request named; a
//! component has a definition, because both are written in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Change, Error, Op, Phrase, Query, Result, Rule, Tx, Values,
    metadata::file::english,
    solution::{self, Shipped},
    uuid::Uuid,
};

use crate::api::{components, components::Component, fixed};

const SOLUTION: &str = "solution";
const COMPONENT: &str = "solutioncomponent";
const REASON: &str = "solutions";
/// What the organisation added itself; its identifier is the same in every Dataverse.
const DEFAULT: (&str, Uuid) = ("Default", Uuid::from_u128(0xfd14_0aae_4df4_11dd_bd17_0019_b931_2238));
/// The built-in function of Microsoft's examples, which there is a solution to be imported.
const FUNCTION: &str = "IsSystemAdminFunction";
/// The version of what says none.
const VERSION: &str = "1.0.0.0";

/// A solution is made.
pub const CREATE: Rule = Rule::before(SOLUTION, Op::Create, &[], check);
/// It is changed.
pub const UPDATE: Rule = Rule::before(SOLUTION, Op::Update, &[], check);
/// It is removed; its components stay in `Default`.
pub const DELETE: Rule = Rule::before(SOLUTION, Op::Delete, &[], check);

/// Brings solutions and their components up to date with the metadata in force.
///
/// # Errors
/// Those of the write path.
pub fn ensure(tx: &mut Tx<'_>) -> Result<()> {
    record(tx, None)
}

/// As [`ensure`]; what is new also belongs to the solution of that name. The first of the two is what named it, a
/// header or a parameter.
///
/// # Errors
/// `Invalid` for a name that no solution of one's own has, and those of the write path.
pub fn record(tx: &mut Tx<'_>, named: Option<(&str, &str)>) -> Result<()> {
    if tx.model().entity(COMPONENT).is_err() {
        return Ok(());
    }
    tx.as_system(REASON, |tx| {
        rows(tx)?;
        let named = named.map(|(place, name)| own(tx, place, name)).transpose()?;
        components_of(tx, named)
    })
}

/// Makes the rows of what there is without anybody's doing.
fn rows(tx: &mut Tx<'_>) -> Result<()> {
    let mut wanted = vec![
        (DEFAULT.1, DEFAULT.0, "Default Solution".to_owned(), None, false),
        (fixed("solution IsSystemAdminFunction"), FUNCTION, "Is System Admin Function".to_owned(), None, true),
    ];
    for Shipped { name, label, since } in solution::shipped(tx)? {
        if since.is_some() {
            wanted.push((fixed(&format!("solution {name}")), name, english(&label).to_owned(), since, true));
        }
    }
    let now = tx.now();
    for (id, name, label, since, managed) in wanted {
        if tx.find(SOLUTION, id)?.is_none() {
            let values = Values::new()
                .with("uniquename", name)
                .with("friendlyname", label)
                .with("version", VERSION)
                .with("installedon", since.unwrap_or(now))
                .with("ismanaged", managed);
            tx.create_as(SOLUTION, id, values)?;
        }
    }
    Ok(())
}

/// The solution that new definitions go into.
fn own(tx: &Tx<'_>, place: &str, name: &str) -> Result<Uuid> {
    let Some(row) = tx.first(&Query::on(SOLUTION).eq("uniquename", name))? else {
        let text = "there is no solution {name}; solutions lists them, and POST solutions makes one";
        return Err(Error::invalid(place, Phrase::new("solution-missing", text).with("name", name)));
    };
    if row.get("ismanaged").is_true() {
        return Err(Error::invalid(place, of_product(name)));
    }
    Ok(row.id)
}

/// Makes the rows of components that are new, and removes those whose definition is gone.
fn components_of(tx: &mut Tx<'_>, named: Option<Uuid>) -> Result<()> {
    let mut present: BTreeMap<Uuid, (i64, Option<Uuid>)> = BTreeMap::new();
    for row in tx.rows(&Query::on(COMPONENT))? {
        let kind = row.get("componenttype").as_int().unwrap_or_default();
        present.insert(row.id, (kind, row.get("objectid").as_guid()));
    }
    let all = components::of(tx)?;
    for it in &all {
        let home = it.solution.as_ref().map_or(DEFAULT.1, |name| fixed(&format!("solution {name}")));
        if present.contains_key(&identifier(home, it)) {
            continue;
        }
        write(tx, home, it)?;
        if let Some(named) = named.filter(|named| *named != home && it.solution.is_none()) {
            write(tx, named, it)?;
        }
    }
    let there: BTreeSet<(i64, Uuid)> = all.iter().map(|it| (it.kind, it.object)).collect();
    for (id, (kind, object)) in present {
        if object.is_none_or(|it| !there.contains(&(kind, it))) {
            tx.delete(COMPONENT, id)?;
        }
    }
    Ok(())
}

fn write(tx: &mut Tx<'_>, solution: Uuid, it: &Component) -> Result<()> {
    let values = Values::new()
        .with("solutionid", (SOLUTION, solution))
        .with("componenttype", it.kind)
        .with("objectid", it.object);
    tx.create_as(COMPONENT, identifier(solution, it), values)?;
    Ok(())
}

fn identifier(solution: Uuid, it: &Component) -> Uuid {
    fixed(&format!("component {solution} {} {}", it.kind, it.object))
}

fn of_product(name: &str) -> Phrase {
    Phrase::new("solution-of-product", "{name} comes with the product and stays as it is; use a solution of your own")
        .with("name", name)
}

/// Rule before a solution is written: those that the product keeps stay, and a name can be named in a header.
fn check(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    if tx.cx().reason.as_deref() == Some(REASON) {
        return Ok(());
    }
    let before = change.old("uniquename").as_text().unwrap_or_default().to_owned();
    if change.op != Op::Create && (change.old("ismanaged").is_true() || before == DEFAULT.0) {
        return Err(Error::conflict("uniquename", of_product(&before)));
    }
    if change.op == Op::Delete {
        return Ok(());
    }
    let name = change.new_value("uniquename").as_text().unwrap_or_default().to_owned();
    if change.op == Op::Update && name != before {
        let text = Phrase::new("solution-name-stays", "stays as it is; change friendlyname");
        return Err(Error::conflict("uniquename", text));
    }
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|it| it.is_ascii_alphabetic());
    if !begins || letters.any(|it| !it.is_ascii_alphanumeric() && it != '_') {
        let text = Phrase::new("solution-name", "takes letters, digits and _, beginning with a letter");
        return Err(Error::invalid("uniquename", text));
    }
    // One that is not enabled yet has no row that would stand in the way.
    let shipped = solution::shipped(tx)?;
    let mut kept = [DEFAULT.0, FUNCTION].into_iter().chain(shipped.iter().map(|it| it.name));
    if change.op == Op::Create && kept.any(|it| it.eq_ignore_ascii_case(&name)) {
        return Err(Error::conflict("uniquename", of_product(&name)));
    }
    if change.op == Op::Create {
        for (column, value) in [("friendlyname", name.as_str()), ("version", VERSION)] {
            if change.new_value(column).is_null() {
                change.values.set(column, value);
            }
        }
        change.values.set("installedon", tx.now());
    }
    let version = change.new_value("version").as_text().unwrap_or_default().to_owned();
    let number = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
    if !version.split('.').all(number) || version.split('.').count() > 4 {
        let text = "takes one to four numbers with dots between them, such as 1.0.0.0";
        return Err(Error::invalid("version", Phrase::new("solution-version", text)));
    }
    Ok(())
}
