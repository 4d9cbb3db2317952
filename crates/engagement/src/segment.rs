//! Segments: the contacts for whom a filter holds (`spec/marketing.md` 6).
//!
//! The filter is the one query language. Membership is kept as rows and brought up to date at each
//! change of a contact, and at each interaction and membership for the filters that ask for them; an hourly
//! evaluation, in parts, catches what depends on time or other entities. *Not* a permit: being in a segment
//! allows nothing. Invariant: the size is exact at the time it names.

mod compound;
mod growth;
mod hand;
mod persons;

use std::collections::{BTreeMap, BTreeSet};

pub use growth::{Size, growth};
pub(crate) use hand::{after_hand, before_hand};

use jiff::ToSpan;
use kernel::{
    Change, Error, Outcome, Phrase, Query, Result, Rx, Tx, Values, events::Event, jobs, jobs::Job, uuid::Uuid,
};
use odata::CompareOp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    interaction,
    lifecycle::{self, LIVE, LIVE_EDITABLE, Problem, States},
};

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_segment";
/// The type whose members stay as they were picked.
const STATIC: i64 = 192_350_001;
/// The name of the job.
const EVALUATE: &str = "segment.evaluate";
/// Its members.
pub const MEMBER: &str = "assent_segmentmember";

kernel::typed! {
    /// A segment.
    pub struct Segment as "msdyncrm_segment" {
        /// Its name.
        pub name: String = "msdyncrm_segmentname",
        /// 192350000 dynamic, 192350001 static.
        pub kind: Option<i64> = "msdyncrm_segmenttype",
        /// The filter over contacts.
        pub query: String = "msdyncrm_segmentquery",
        /// Members at the last evaluation.
        pub size: Option<i64> = "msdyncrm_segmentsize",
        /// The state.
        pub status: i64 = "statuscode",
    }
}

impl Segment {
    /// Whether it may be used by journeys.
    pub fn is_live(&self) -> bool {
        matches!(self.status, LIVE | LIVE_EDITABLE)
    }
    /// Those whom the filter finds now.
    ///
    /// # Errors
    /// `Invalid` naming place and mistake of the filter.
    pub fn found(&self, rx: &Rx<'_>) -> Result<Vec<Uuid>> {
        rx.ids(&self.members()?)
    }
    /// Whether its members are picked by hand, or found once when it goes live.
    pub fn is_static(&self) -> bool {
        self.kind == Some(STATIC)
    }
    fn members(&self) -> Result<Query> {
        whom(&self.query)
    }
}

/// The contacts for whom a filter holds, by what persons did.
fn whom(filter: &str) -> Result<Query> {
    Ok(Query::on("contact").and(persons::only(odata::parse_filter(filter)?)))
}

/// How many contacts a filter finds, exactly, now.
///
/// # Errors
/// `Invalid` naming place and mistake of the filter.
pub fn count(rx: &Rx<'_>, filter: &str) -> Result<u64> {
    rx.count(&whom(filter)?)
}

/// Rule before a segment is stored: its filter can be read, and is fixed while it is live.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    lifecycle::locked(change, &[LIVE], &["msdyncrm_segmentquery", "msdyncrm_segmenttype"])?;
    lifecycle::advance(tx, change, &States::usual(&["msdyncrm_segmentquery"]), |tx, change| {
        let query = change.new_value("msdyncrm_segmentquery").as_text().unwrap_or_default().to_owned();
        if query.trim().is_empty() && change.new_value("msdyncrm_segmenttype").as_int() == Some(STATIC) {
            return Ok(Vec::new());
        }
        if query.trim().is_empty() {
            return Ok(vec![Problem::error(
                "msdyncrm_segmentquery",
                Phrase::new("segment-empty", "is empty; write a filter over contacts"),
            )]);
        }
        // Membership tells whether the filter holds, so it asks for no more than its author may see.
        let asked = Query::on("contact").filter(&query).and_then(|it| tx.may_ask(&it));
        match asked.and_then(|()| count(tx, &query)) {
            Ok(_) => compound::check(tx, change.id, &query),
            Err(error) => Ok(vec![Problem::error(
                "msdyncrm_segmentquery",
                Phrase::new("filter-unreadable", "{mistake}").with("mistake", error),
            )]),
        }
    })
}

/// Rule after a segment is stored: what went live, or was changed live, is evaluated.
pub(crate) fn after(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let status = change.new_value("statuscode").as_int();
    let live = change.touches("statuscode") && status == Some(LIVE);
    if live || (status == Some(LIVE_EDITABLE) && change.touches("msdyncrm_segmentquery")) {
        let segment = Segment::read(&change.after())?;
        // Who is picked for good is picked at one moment.
        if segment.is_static() { evaluate(tx, change.id).map(|_| ())? } else { evaluate_part(tx, &segment, None)? }
    }
    if live {
        let due = tx.now().checked_add(1.hour()).map_err(|_| Error::bug("a date out of range"))?;
        jobs::enqueue(tx, EVALUATE, Some(&format!("segment:{}", change.id)), &json!({ "segment": change.id }), due)?;
    }
    Ok(())
}

/// How far an evaluation is; kept in the job.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    segment: Uuid,
    /// Behind which contact to go on, in the order of their identifiers.
    #[serde(default)]
    behind: Option<Uuid>,
}

/// Brings the membership in line with the filter, or adds to a static segment whom its filter finds;
/// returns the exact size.
///
/// # Errors
/// Those of the filter and the write path.
pub fn evaluate(tx: &mut Tx<'_>, id: Uuid) -> Result<i64> {
    tx.as_system("segment evaluation", |tx| {
        let segment = Segment::get(tx, id)?;
        let mut behind = part(tx, &segment, None)?;
        while behind.is_some() {
            behind = part(tx, &segment, behind)?;
        }
        settle(tx, id)
    })
}

/// Evaluates a part, and asks for a job that goes on behind it; where nothing is, the size is counted.
fn evaluate_part(tx: &mut Tx<'_>, segment: &Segment, behind: Option<Uuid>) -> Result<()> {
    tx.as_system("segment evaluation", |tx| match part(tx, segment, behind)? {
        Some(behind) => {
            let (place, now) = (Place { segment: segment.id, behind: Some(behind) }, tx.now());
            jobs::enqueue(tx, EVALUATE, None, &serde_json::to_value(&place)?, now)
        }
        None => settle(tx, segment.id).map(|_| ()),
    })
}

/// Whom the filter finds joins, whom it finds no longer leaves, of so many contacts behind one; the contact to go
/// on behind, none at the end.
fn part(tx: &mut Tx<'_>, segment: &Segment, behind: Option<Uuid>) -> Result<Option<Uuid>> {
    let next = |query: Query, column: &str| -> Result<Query> {
        let query = match behind {
            Some(it) => query.compare(column, CompareOp::Gt, it),
            None => query,
        };
        Ok(query.order(&format!("{column} asc"))?.part())
    };
    let wanted = match segment.query.trim() {
        "" => Vec::new(),
        _ => tx.ids(&next(segment.members()?, "contactid")?)?,
    };
    let members = Query::on(MEMBER).eq("assent_segmentid", segment.id).select(&["assent_contactid"]);
    let mut present = BTreeMap::new();
    for row in tx.rows(&next(members, "assent_contactid")?)? {
        match row.get("assent_contactid").as_guid() {
            Some(contact) => drop(present.insert(contact, row.id)),
            None => tx.delete(MEMBER, row.id)?,
        }
    }
    // Behind the last of a full part there may be more of its kind.
    let full = |count: usize, last: Option<&Uuid>| last.copied().filter(|_| count >= jobs::PART);
    let ends = [full(wanted.len(), wanted.last()), full(present.len(), present.keys().next_back())];
    let end = ends.into_iter().flatten().min();
    let wanted: BTreeSet<Uuid> = wanted.into_iter().filter(|it| end.is_none_or(|end| *it <= end)).collect();
    for contact in wanted.iter().filter(|it| !present.contains_key(it)) {
        join(tx, segment.id, *contact)?;
    }
    // Nobody leaves a static segment but by hand.
    let leaves = |it: &Uuid| !segment.is_static() && !wanted.contains(it) && end.is_none_or(|end| *it <= end);
    for (contact, row) in present.iter().filter(|(contact, _)| leaves(contact)) {
        leave(tx, segment.id, *row, *contact, "the filter does not hold")?;
    }
    Ok(end)
}

/// The row by which a contact is in a segment.
pub(crate) fn membership(rx: &Rx<'_>, segment: Uuid, contact: Uuid) -> Result<Option<Uuid>> {
    let query = Query::on(MEMBER).eq("assent_segmentid", segment).eq("assent_contactid", contact).select(&[]);
    Ok(rx.first(&query)?.map(|it| it.id))
}

fn join(tx: &mut Tx<'_>, segment: Uuid, contact: Uuid) -> Result<()> {
    tx.create(MEMBER, Values::new().with("assent_segmentid", segment).with("assent_contactid", contact))?;
    Ok(())
}

/// Takes a contact out, and keeps when and why.
fn leave(tx: &mut Tx<'_>, segment: Uuid, row: Uuid, contact: Uuid, why: &str) -> Result<()> {
    tx.delete(MEMBER, row)?;
    let why: String = why.chars().take(400).collect();
    let more = Values::new().with("assent_segmentid", segment).with("assent_detail", why);
    interaction::record(tx, interaction::LEFT, contact, more).map(|_| ())
}

fn settle(tx: &mut Tx<'_>, id: Uuid) -> Result<i64> {
    let size = i64::try_from(tx.count(&Query::on(MEMBER).eq("assent_segmentid", id))?).unwrap_or(i64::MAX);
    let values = Values::new().with("msdyncrm_segmentsize", size).with("msdyncrm_lastevaluationtime", tx.now());
    tx.update(ENTITY, id, values)?;
    Ok(size)
}

/// Job: the hourly evaluation, as long as the segment is live, or the rest of one.
pub(crate) fn evaluate_job(tx: &mut Tx<'_>, job: &Job) -> Result<Outcome> {
    let place: Place = serde_json::from_value(job.payload.clone())?;
    let Some(row) = tx.find(ENTITY, place.segment)? else { return Ok(Outcome::Done) };
    let segment = Segment::read(&row)?;
    if !segment.is_live() || segment.is_static() {
        return Ok(Outcome::Done);
    }
    evaluate_part(tx, &segment, place.behind)?;
    match place.behind {
        Some(_) => Ok(Outcome::Done),
        None => Ok(tx.now().checked_add(1.hour()).map_or(Outcome::Done, Outcome::Again)),
    }
}

/// Job: the size after members came and went.
pub(crate) fn size_job(tx: &mut Tx<'_>, job: &Job) -> Result<Outcome> {
    let id: Uuid = serde_json::from_value(job.payload.get("segment").cloned().unwrap_or_default())?;
    if tx.find(ENTITY, id)?.is_some() {
        settle(tx, id)?;
    }
    Ok(Outcome::Done)
}

/// Consumer: something about a contact changed, so they may enter or leave the live segments.
pub(crate) fn follow(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.op == kernel::Op::Delete {
        return Ok(());
    }
    let live = Query::on(ENTITY).filter(&format!("statuscode eq {LIVE} or statuscode eq {LIVE_EDITABLE}"))?;
    let (contact, live, why) = if event.entity == "contact" {
        let columns = event.columns.iter().map(String::as_str);
        let columns: Vec<&str> = columns.filter(|it| !matches!(*it, "modifiedon" | "modifiedby")).collect();
        (Some(event.record), live, format!("changed: {}", columns.join(", ")))
    } else {
        // Only the filters that ask for such rows; mostly there are none, and nothing else is read.
        let live = live.filter(&format!("contains(msdyncrm_segmentquery,'{}_')", event.entity))?;
        if tx.first(&live.clone().select(&[]))?.is_none() {
            return Ok(());
        }
        let row = tx.find(&event.entity, event.record)?;
        (row.and_then(|it| it.get("assent_contactid").as_guid()), live, event.entity.clone())
    };
    let Some(contact) = contact else { return Ok(()) };
    for segment in Segment::rows(tx, &live)?.into_iter().filter(|it| !it.is_static()) {
        // One whose filter cannot be read any more holds up no other.
        let Ok(members) = segment.members() else { continue };
        let belongs = tx.first(&members.eq("contactid", contact).select(&[]))?.is_some();
        match (belongs, membership(tx, segment.id, contact)?) {
            (true, None) => join(tx, segment.id, contact)?,
            (false, Some(row)) => leave(tx, segment.id, row, contact, &why)?,
            _ => continue,
        }
        count_again(tx, segment.id)?;
    }
    Ok(())
}

/// Many contacts may change at once; the size is counted once for all of them.
fn count_again(tx: &mut Tx<'_>, segment: Uuid) -> Result<()> {
    let now = tx.now();
    jobs::enqueue(tx, "segment.size", Some(&format!("size:{segment}")), &json!({ "segment": segment }), now)
}
