//! `BulkDelete`: rows that meet a query are deleted in the background, and a system job says how it stands.
//!
//! *Not* an erasure: a data subject request is one (`privacy::request`). Invariant: each row is deleted with
//! the rights that whoever asked has at that moment, through the write path; what is refused is counted, never forced.

use kernel::{
    Change, Error, JobKind, Kind, Op, Outcome, Result, Rule, Tx, Value, Values,
    access::{self, Privilege},
    jobs::{self, Job},
    uuid::Uuid,
};
use serde_json::{Value as Json, json};

use super::{Given, Operation, Run};
use crate::{api::fetch, signin};

const JOB: &str = "web.bulk-delete";
const ROW: &str = "asyncoperation";
/// Rows deleted in one transaction.
const CHUNK: u64 = 100;
const WAITING: i64 = 0;
const IN_PROGRESS: i64 = 20;
const SUCCEEDED: i64 = 30;
const FAILED: i64 = 31;
const CANCELED: i64 = 32;

/// See the module.
pub const OPERATIONS: &[Operation] = &[Operation {
    name: "BulkDelete",
    bound_to: None,
    parameters: &[
        ("QuerySet", "Collection(crmbaseentity)"),
        ("JobName", "Edm.String"),
        ("SendEmailNotification", "Edm.Boolean"),
        ("ToRecipients", "Collection(crmbaseentity)"),
        ("CCRecipients", "Collection(crmbaseentity)"),
        ("RecurrencePattern", "Edm.String"),
        ("StartDateTime", "Edm.DateTimeOffset"),
        ("RunNow", "Edm.Boolean"),
        ("SourceImportId", "Edm.Guid"),
    ],
    returns: &[("JobId", "Edm.Guid")],
    about: "Deletes the rows of each QueryExpression in the background, with the rights of whoever asks; the system job (asyncoperations) says how many were deleted and how many refused. Writing its statuscode 32 cancels it. No mail is sent, and it runs once.",
    errors: &[
        ("0x80040220", "the role may not delete rows of the entity"),
        ("0x80048d19", "a query cannot be read, or a recurrence or mail is asked for"),
    ],
    source: "spec/web-api.md 3.16",
    run: Run::Action(ask),
}];

/// The kind of job.
pub const KIND: JobKind = JobKind { name: JOB, run };

/// That others than the job only cancel.
pub const RULE: Rule = Rule::before(ROW, Op::Update, &["statecode", "statuscode"], only_cancelled);

fn ask(tx: &mut Tx<'_>, given: &Given) -> Result<Json> {
    if tx.cx().actor.caller_id().is_some() {
        // It runs later, with the rights that one user has then.
        return Err(Error::forbidden("BulkDelete", "is not asked for somebody else; leave the impersonation out"));
    }
    let queries = given.parameters.get("QuerySet").and_then(Json::as_array).filter(|it| !it.is_empty());
    let queries = queries.ok_or_else(|| Error::invalid("QuerySet", "takes a list of queries").with_code("payload"))?;
    for (name, wish) in [("RecurrencePattern", "a job runs once"), ("SendEmailNotification", "no mail is sent")] {
        let asked = match given.parameters.get(name) {
            Some(Json::String(it)) => !it.is_empty(),
            Some(it) => it == &Json::Bool(true),
            None => false,
        };
        if asked {
            return Err(Error::invalid(name, format!("is not supported: {wish}")).with_code("payload"));
        }
    }
    let model = tx.model();
    let mut entities = Vec::new();
    for (at, query) in queries.iter().enumerate() {
        let place = format!("QuerySet[{at}]");
        let name = query.get("EntityName").and_then(Json::as_str).unwrap_or_default();
        let entity = model.entity(name).map_err(|error| Error::invalid(&place, error.text).with_code("payload"))?;
        access::check(tx, entity, Privilege::Delete)?;
        access::check_writer(tx.cx(), entity)?;
        // Asked once, so that a mistake is an answer and not a job that fails.
        let report = fetch::expression(tx, entity, query, 1).map_err(|error| error.at(&place))?;
        tx.report(&report).map_err(|error| error.at(&place))?;
        entities.push(name.to_owned());
    }
    let due = match given.optional("StartDateTime")? {
        None => tx.now(),
        Some(text) => {
            let at: jiff::Timestamp =
                text.parse().map_err(|_| Error::invalid("StartDateTime", "takes an instant, YYYY-MM-DDTHH:MM:SSZ"))?;
            if given.parameters.get("RunNow") == Some(&Json::Bool(true)) { tx.now() } else { at }
        }
    };
    let nobody = || Error::new(Kind::Forbidden, "unauthenticated", "", "nobody is signed in");
    let user = tx.cx().user().ok_or_else(nobody)?;
    // What the user may do is asked when it runs: until then an account may be closed, or its role changed.
    let work = json!({ "queries": queries, "user": user, "at": 0, "after": null });
    let name = given.optional("JobName")?.filter(|it| !it.is_empty()).unwrap_or("Bulk delete").to_owned();
    let id = tx.as_system("bulk delete", |tx| {
        let values = Values::new()
            .with("name", name)
            .with("operationtype", 13)
            .with("primaryentitytype", entities.join(","))
            .with("postponeuntil", due)
            .with("statuscode", WAITING)
            .with("ownerid", ("systemuser", user))
            .with("data", work.to_string());
        let id = tx.create(ROW, values)?;
        jobs::enqueue(tx, JOB, Some(&format!("{JOB} {id}")), &json!({ "operation": id }), due)?;
        Ok(id)
    })?;
    Ok(json!({ "JobId": id }))
}

/// Deletes a chunk of rows; begins again until nothing is left.
fn run(tx: &mut Tx<'_>, job: &Job) -> Result<Outcome> {
    let id: Option<Uuid> = job.payload.get("operation").and_then(Json::as_str).and_then(|it| it.parse().ok());
    let id = id.ok_or_else(|| Error::bug("a job without its operation"))?;
    let Some(row) = tx.find(ROW, id)? else { return Ok(Outcome::Done) };
    if row.get("statecode").as_int() == Some(3) {
        return Ok(Outcome::Done);
    }
    let mut work: Json = serde_json::from_str(row.text("data"))?;
    let at = work.get("at").and_then(Json::as_u64).and_then(|it| usize::try_from(it).ok()).unwrap_or_default();
    let query = work.get("queries").and_then(|it| it.get(at)).cloned();
    let (mut done, mut refused) =
        (row.get("successcount").as_int().unwrap_or(0), row.get("failurecount").as_int().unwrap_or(0));
    let Some(query) = query else {
        let status = if refused > 0 && done == 0 { FAILED } else { SUCCEEDED };
        let values = Values::new().with("statuscode", status).with("completedon", tx.now()).with("data", Value::Null);
        tx.update(ROW, id, values)?;
        return Ok(Outcome::Done);
    };
    let user: Option<Uuid> = work.get("user").and_then(Json::as_str).and_then(|it| it.parse().ok());
    let Some(actor) = user.map_or(Ok(None), |it| signin::actor(tx, it))? else {
        return failed(tx, id, "whoever asked for it may not act any more: the account is closed or has no role");
    };
    let cx = tx.cx().for_actor(actor);
    let after = work.get("after").and_then(Json::as_str).map(str::to_owned);
    let mut message = row.get("message").as_text().map(str::to_owned);
    let chunk = |tx: &mut Tx<'_>| -> Result<Option<String>> {
        let model = tx.model();
        let name = query.get("EntityName").and_then(Json::as_str).unwrap_or_default();
        let entity = model.entity(name)?;
        let mut report = fetch::expression(tx, entity, &query, CHUNK)?;
        report.after = after;
        let page = tx.report(&report)?;
        for row in page.rows.iter().filter_map(|it| it.id) {
            match tx.attempt(|tx| tx.delete(name, row)) {
                Ok(()) => done += 1,
                // It went together with one before it.
                Err(error) if error.code == "not-found" => {}
                Err(error) => {
                    refused += 1;
                    message.get_or_insert_with(|| error.to_string());
                }
            }
        }
        Ok(page.next)
    };
    let next = match tx.under(cx, |tx| tx.attempt(chunk)) {
        Ok(next) => next,
        Err(error) if error.kind == Kind::Unavailable => return Err(error),
        // Nothing of this chunk is left, and trying again would meet the same.
        Err(error) => return failed(tx, id, &error.to_string()),
    };
    if let Some(work) = work.as_object_mut() {
        work.insert("at".to_owned(), Json::from(if next.is_some() { at } else { at + 1 }));
        work.insert("after".to_owned(), next.map_or(Json::Null, Json::from));
    }
    let mut values = Values::new()
        .with("statuscode", IN_PROGRESS)
        .with("successcount", done)
        .with("failurecount", refused)
        .with("message", message)
        .with("data", work.to_string());
    if row.get("startedon").is_null() {
        values.set("startedon", tx.now());
    }
    tx.update(ROW, id, values)?;
    Ok(Outcome::Again(tx.now()))
}

/// Ends the job for good.
fn failed(tx: &mut Tx<'_>, id: Uuid, message: &str) -> Result<Outcome> {
    let values = Values::new()
        .with("statuscode", FAILED)
        .with("message", message)
        .with("completedon", tx.now())
        .with("data", Value::Null);
    tx.update(ROW, id, values)?;
    Ok(Outcome::Done)
}

/// Rule before a system job changes its status: people cancel, nothing else.
fn only_cancelled(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let reason = tx.cx().reason.as_deref().unwrap_or_default();
    if reason.starts_with("job ") || reason == "bulk delete" {
        return Ok(());
    }
    let open = change.old("statecode").as_int() != Some(3);
    let status = change.new_value("statuscode").as_int();
    let cancels = status == Some(CANCELED)
        || (change.touches("statecode")
            && !change.touches("statuscode")
            && change.new_value("statecode").as_int() == Some(3));
    if !open || !cancels {
        return Err(Error::conflict(
            "statuscode",
            "follows from the work; a job that is not completed can be canceled (32)",
        ));
    }
    change.values.set("statuscode", CANCELED);
    change.values.set("completedon", tx.now());
    change.values.set("data", Value::Null);
    Ok(())
}
