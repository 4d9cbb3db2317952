//! Change tracking: `Prefer: odata.track-changes`, delta links and what became different since
//! (`spec/web-api.md` 4.3).
//!
//! *Not* kept anywhere: rows that changed are found by their version, rows that are gone by the audit
//! trail. Invariant: the moment of a delta link is that of the first page, so what changes while a
//! client reads page after page comes with the next delta.

use jiff::SignedDuration;
use kernel::{Error, Kind, Query, Result, Rx, Watermark, metadata::Entity};
use odata::CompareOp;
use serde_json::{Map, Value as Json, json};

use super::{
    answer::Answer,
    call::{Call, PAGE},
    list,
    row::rows,
    select::shape,
};

/// How long a delta link works.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The moment that a client has seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    mark: Watermark,
    at: i64,
}

impl Seen {
    /// This snapshot.
    ///
    /// # Errors
    /// Those of the store.
    pub fn now(rx: &Rx<'_>) -> Result<Seen> {
        Ok(Seen { mark: rx.watermark()?, at: rx.now().as_millisecond() })
    }
    /// As it stands in links.
    pub fn text(self) -> String {
        format!("{}!{}!{}", self.mark.version, self.mark.audit, self.at)
    }
    /// The moment in a link.
    ///
    /// # Errors
    /// `Invalid` when it is none of ours, `Gone` when it is too old.
    pub fn read(rx: &Rx<'_>, text: &str) -> Result<Seen> {
        let wrong = || Error::invalid("$deltatoken", "is none of this service; read the whole set again");
        let numbers: Vec<i64> = text.split('!').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
        let [version, audit, at] = numbers.as_slice() else { return Err(wrong()) };
        if rx.now().as_millisecond().saturating_sub(*at) > i64::try_from(LIFE.as_millis()).unwrap_or(i64::MAX) {
            let text = "is older than 7 days; read the whole set again";
            return Err(Error::new(Kind::Gone, "gone", "$deltatoken", text));
        }
        Ok(Seen { mark: Watermark { version: *version, audit: *audit }, at: *at })
    }
}

/// Refuses what does not go with change tracking.
///
/// # Errors
/// `option` naming it.
pub fn alone(call: &Call) -> Result<()> {
    let options = &call.options;
    let refused = [
        ("$filter", options.filter.is_some()),
        ("$orderby", !options.orderby.is_empty()),
        ("$expand", !options.expand.is_empty()),
        ("$top", options.top.is_some()),
    ];
    match refused.into_iter().find(|(_, there)| *there) {
        Some((name, _)) => Err(Error::invalid(name, "does not go with change tracking").with_code("option")),
        None => Ok(()),
    }
}

/// `GET set?$deltatoken=…`: rows that changed, then rows that are gone.
///
/// # Errors
/// As [`Seen::read`] and [`alone`].
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, token: &str) -> Result<Answer> {
    alone(call)?;
    let since = Seen::read(rx, token)?;
    let options = &call.options;
    let shape = shape(rx, entity, options.select.as_deref().unwrap_or_default(), &[])?;
    let mut query = list::selected(changed(entity, since), &shape);
    let mut seen = None;
    if let Some(token) = &options.skiptoken {
        let (token, first) = list::token_in(token)?;
        seen = first.map(|it| Seen::read(rx, &it)).transpose()?;
        query = query.after(&token);
    }
    let seen = seen.map_or_else(|| Seen::now(rx), Ok)?;
    let page = rx.page(&query, call.prefer.page_size.unwrap_or(PAGE))?;
    let rows = rows(rx, call, entity, &page.records, &shape)?;
    let mut value: Vec<Json> = rows.into_iter().map(Json::Object).collect();
    let mut body = Map::new();
    let context = format!("{}$metadata#{}{}/$delta", call.root, entity.set, shape.context(entity));
    body.insert("@odata.context".to_owned(), Json::from(context));
    let link = match page.next {
        Some(token) => ("@odata.nextLink", list::next_link(call, &list::skip(&token, Some(&seen.text())), None)),
        None => {
            let context = format!("{}$metadata#{}/$deletedEntity", call.root, entity.set);
            let gone = rx.deleted_since(&entity.name, since.mark)?;
            value
                .extend(gone.into_iter().map(|it| json!({ "@odata.context": context, "id": it, "reason": "deleted" })));
            ("@odata.deltaLink", list::delta_link(call, &seen.text()))
        }
    };
    body.insert("value".to_owned(), Json::Array(value));
    body.insert(link.0.to_owned(), Json::from(link.1));
    Ok(Answer::json(&Json::Object(body)).applied(call.prefer.applied(true, false)))
}

/// `GET set/$count?$deltatoken=…`: how many rows changed or are gone.
///
/// # Errors
/// As [`read`].
pub fn count(rx: &Rx<'_>, call: &Call, entity: &Entity, token: &str) -> Result<u64> {
    alone(call)?;
    let since = Seen::read(rx, token)?;
    let gone = rx.deleted_since(&entity.name, since.mark)?.len();
    Ok(rx.count(&changed(entity, since))? + u64::try_from(gone).unwrap_or_default())
}

fn changed(entity: &Entity, since: Seen) -> Query {
    Query::on(&entity.name).compare("versionnumber", CompareOp::Gt, since.mark.version)
}
