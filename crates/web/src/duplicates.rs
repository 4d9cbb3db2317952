//! Duplicate detection: the rules that say when a row is a duplicate of another (`duplicaterule`), and the question
//! whether a row has one (`spec/web-api.md` 4.6).
//!
//! *Not* asked by writes that do not want it, and no merging (`privacy::merge`). Invariant: the question is asked with
//! the rights of whoever writes, so it never tells of a row, or compares a column, that they may not read.

mod compare;

use kernel::{
    Change, Error, Kind, Op, Query, Record, Result, Rule, Rx, Tx, Values,
    metadata::{Column, ColumnType, Entity},
    uuid::Uuid,
};
use odata::CompareOp;

const RULE: &str = "duplicaterule";
const CONDITION: &str = "duplicaterulecondition";
/// The lookup of a condition that leads to its rule.
const OF: &str = "regardingobjectid";
/// `statuscode` of a rule that is in force.
const PUBLISHED: i64 = 2;
/// `statuscode` of one that is not.
const UNPUBLISHED: i64 = 0;

/// A rule is made.
pub const CREATE: Rule = Rule::before(RULE, Op::Create, &[], check);
/// It is changed.
pub const UPDATE: Rule = Rule::before(RULE, Op::Update, &[], check);
/// A condition is made.
pub const CREATE_CONDITION: Rule = Rule::before(CONDITION, Op::Create, &[], check_condition);
/// It is changed.
pub const UPDATE_CONDITION: Rule = Rule::before(CONDITION, Op::Update, &[], check_condition);

/// A condition of a rule.
struct Condition {
    base: String,
    matching: String,
    operator: i64,
    characters: Option<usize>,
    blank_matches_nothing: bool,
}

impl Condition {
    fn of(row: &Record) -> Condition {
        Condition {
            base: row.text("baseattributename").to_owned(),
            matching: row.text("matchingattributename").to_owned(),
            operator: row.get("operatorcode").as_int().unwrap_or_default(),
            characters: row.get("operatorparam").as_int().and_then(|it| usize::try_from(it).ok()),
            blank_matches_nothing: row.get("ignoreblankvalues").is_true(),
        }
    }
}

/// Puts a rule into force. It holds from now on.
///
/// # Errors
/// `Invalid` naming what the rule lacks, `Forbidden`.
pub fn publish(tx: &mut Tx<'_>, rule: Uuid) -> Result<()> {
    tx.update(RULE, rule, Values::new().with("statuscode", PUBLISHED)).map(|_| ())
}

/// Takes a rule out of force.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub fn unpublish(tx: &mut Tx<'_>, rule: Uuid) -> Result<()> {
    tx.update(RULE, rule, Values::new().with("statuscode", UNPUBLISHED)).map(|_| ())
}

/// Refuses a row that was written and has a duplicate; with the error goes the write.
///
/// # Errors
/// `duplicate-found` naming the rule.
pub fn refuse(rx: &Rx<'_>, entity: &Entity, id: Uuid) -> Result<()> {
    let row = rx.elevated("duplicate detection").get(&entity.name, id)?;
    for (name, query) in questions(rx, entity, &row, None)? {
        if seen(rx.ids(&query.top(1)))?.is_some_and(|it| !it.is_empty()) {
            let text = format!(
                "A record was not created or updated because a duplicate of the current record already exists, says \
                 the rule '{name}'. Look at it, or send MSCRM.SuppressDuplicateDetection: true to write all the same."
            );
            return Err(Error::new(Kind::Conflict, "duplicate-found", entity.name.as_str(), text));
        }
    }
    Ok(())
}

/// The duplicates of a row among those of an entity, in the order of their keys.
///
/// # Errors
/// `Forbidden` for whoever may read none of that entity.
pub fn of(rx: &Rx<'_>, entity: &Entity, row: &Record, matching: &Entity) -> Result<Vec<Uuid>> {
    rx.may_ask(&Query::on(&matching.name))?;
    let mut found = Vec::new();
    for (_, query) in questions(rx, entity, row, Some(&matching.name))? {
        found.extend(seen(rx.ids(&query))?.unwrap_or_default());
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// A rule that compares what the caller may not read, or what is gone, finds nothing.
fn seen<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind == Kind::Forbidden || matches!(error.code, "unknown-column" | "unknown-entity") => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// One question for each published rule, with the name of the rule.
fn questions(rx: &Rx<'_>, entity: &Entity, row: &Record, matching: Option<&str>) -> Result<Vec<(String, Query)>> {
    let model = rx.model();
    let own = rx.elevated("duplicate detection");
    let mut rules = Query::on(RULE).eq("baseentityname", entity.name.as_str()).eq("statuscode", PUBLISHED);
    if let Some(matching) = matching {
        rules = rules.eq("matchingentityname", matching);
    }
    let mut questions = Vec::new();
    for rule in own.rows(&rules.order("name asc")?)? {
        let Some(there) = seen(model.entity(rule.text("matchingentityname")))? else { continue };
        let mut query = Query::on(&there.name);
        if there.name == entity.name {
            query = query.compare(&there.key, CompareOp::Ne, row.id);
        }
        if rule.get("excludeinactiverecords").is_true() && there.columns.contains_key("statecode") {
            query = query.eq("statecode", 0);
        }
        let conditions = own.rows(&Query::on(CONDITION).eq(OF, rule.id))?;
        let question = conditions.iter().map(Condition::of).try_fold(Some(query), |query, condition| match query {
            Some(query) => compare::added(query, there, row.get(&condition.base), &condition),
            None => Ok(None),
        })?;
        if let Some(query) = question.filter(|_| !conditions.is_empty()) {
            questions.push((rule.text("name").to_owned(), query));
        }
    }
    Ok(questions)
}

fn check(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let model = tx.model();
    for column in ["baseentityname", "matchingentityname"] {
        let name = change.new_value(column).as_text().unwrap_or_default().to_owned();
        // That it is missing is said of it as of every column that must be there.
        if !name.is_empty() {
            model.entity(&name).map_err(|error| Error::invalid(column, error.phrase()))?;
        }
        if change.op == Op::Update && change.touches(column) {
            still_open(change.old("statuscode").as_int(), column)?;
        }
    }
    if change.touches("statuscode") && change.new_value("statuscode").as_int() == Some(PUBLISHED) {
        let conditions = tx.rows(&Query::on(CONDITION).eq(OF, change.id))?;
        if conditions.is_empty() {
            let text = "a rule without a condition finds nothing; add one before it is published";
            return Err(Error::invalid("statuscode", text));
        }
        let rule = change.after();
        for condition in &conditions {
            fits(tx, &rule, &Condition::of(condition))?;
        }
    }
    Ok(())
}

fn check_condition(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let Some(rule) = change.new_value(OF).as_guid() else { return Ok(()) };
    let rule = tx.get(RULE, rule)?;
    still_open(rule.get("statuscode").as_int(), OF)?;
    fits(tx, &rule, &Condition::of(&change.after()))
}

fn still_open(status: Option<i64>, column: &str) -> Result<()> {
    if status != Some(PUBLISHED) {
        return Ok(());
    }
    Err(Error::conflict(column, "the rule is published; unpublish it first (UnpublishDuplicateRule)"))
}

/// Refuses a condition that could not be asked.
fn fits(rx: &Rx<'_>, rule: &Record, condition: &Condition) -> Result<()> {
    let model = rx.model();
    let find = |entity: &str, field: &str, name: &str| -> Result<Column> {
        let entity = model.entity(rule.text(entity)).map_err(|error| Error::invalid(field, error.text))?;
        let column = entity.columns.get(name).filter(|it| !it.is_secret());
        let column = column.ok_or_else(|| Error::invalid(field, model.no_column(&entity.name, name).text))?;
        if matches!(column.kind, ColumnType::File | ColumnType::Json | ColumnType::MultiChoice) {
            return Err(Error::invalid(field, format!("{name} cannot be compared with another column")));
        }
        Ok(column.clone())
    };
    let base = find("baseentityname", "baseattributename", &condition.base)?;
    let matching = find("matchingentityname", "matchingattributename", &condition.matching)?;
    compare::fits(&base, &matching, condition)
}
