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
/// How the token of a page begins that goes on with rows that are gone.
const DELETED: &str = "deleted:";

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
    let (token, first) = options.skiptoken.as_deref().map(list::token_in).transpose()?.unzip();
    let seen = first.flatten().map_or_else(|| Seen::now(rx), |it| Seen::read(rx, &it))?;
    let size = call.prefer.page_size.unwrap_or(PAGE);
    let mut value: Vec<Json> = Vec::new();
    let behind: Option<i64> = token.as_ref().and_then(|it| it.strip_prefix(DELETED)?.parse().ok());
    let next = match behind {
        Some(at) => deleted(rx, call, entity, since, at, size, &mut value)?,
        None => {
            let mut query = list::selected(changed(entity, since), &shape);
            if let Some(token) = &token {
                query = query.after(token);
            }
            let page = rx.page(&query, size)?;
            value.extend(rows(rx, call, entity, &page.records, &shape)?.into_iter().map(Json::Object));
            match page.next {
                Some(token) => Some(token),
                None => deleted(rx, call, entity, since, since.mark.audit, size, &mut value)?,
            }
        }
    };
    let mut body = Map::new();
    let context = format!("{}$metadata#{}{}/$delta", call.root, entity.set, shape.context(entity));
    body.insert("@odata.context".to_owned(), Json::from(context));
    let link = match next {
        Some(token) => ("@odata.nextLink", list::next_link(call, &list::skip(&token, Some(&seen.text())), None)),
        None => ("@odata.deltaLink", list::delta_link(call, &seen.text())),
    };
    body.insert("value".to_owned(), Json::Array(value));
    body.insert(link.0.to_owned(), Json::from(link.1));
    Ok(Answer::json(&Json::Object(body)).applied(call.prefer.applied(true, false)))
}

/// Fills a page with rows that are gone, and says where the next one goes on.
fn deleted(
    rx: &Rx<'_>,
    call: &Call,
    entity: &Entity,
    since: Seen,
    behind: i64,
    size: u64,
    value: &mut Vec<Json>,
) -> Result<Option<String>> {
    let room = size.saturating_sub(u64::try_from(value.len()).unwrap_or(size));
    let mut gone = rx.deleted_since(&entity.name, since.mark, behind, room + 1)?;
    let more = u64::try_from(gone.len()).unwrap_or(u64::MAX) > room;
    if more {
        gone.pop();
    }
    let last = gone.last().map_or(behind, |(_, at)| *at);
    let context = format!("{}$metadata#{}/$deletedEntity", call.root, entity.set);
    value.extend(gone.iter().map(|(id, _)| json!({ "@odata.context": context, "id": id, "reason": "deleted" })));
    Ok(more.then(|| format!("{DELETED}{last}")))
}

/// `GET set/$count?$deltatoken=…`: how many rows changed or are gone.
///
/// # Errors
/// As [`read`].
pub fn count(rx: &Rx<'_>, call: &Call, entity: &Entity, token: &str) -> Result<u64> {
    alone(call)?;
    let since = Seen::read(rx, token)?;
    Ok(rx.count(&changed(entity, since))? + rx.count_deleted_since(&entity.name, since.mark)?)
}

fn changed(entity: &Entity, since: Seen) -> Query {
    Query::on(&entity.name).compare("versionnumber", CompareOp::Gt, since.mark.version)
}
