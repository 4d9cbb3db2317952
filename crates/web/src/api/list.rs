//! Lists of rows: filter, order, count, pages.
//!
//! *Not* the columns of a row (`select.rs`, `row.rs`). Invariant: what a page leaves out is reached by
//! its `@odata.nextLink`, and rows that come or go meanwhile do not shift it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{
    Error, Query, Result, Rx, access,
    access::Privilege,
    metadata::{ColumnType, Entity, lookup_column},
};
use odata::{Expr, OrderItem, OrderTarget, Path};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};

use super::{
    answer::Answer,
    apply,
    call::{Call, PAGE},
    changes, fetch,
    row::rows,
    saved,
    select::{Shape, column, shape},
    sql,
};

/// `GET set` and `GET set(key)/collection`.
///
/// # Errors
/// `Invalid` naming the option, `Forbidden`.
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, within: Option<Expr>) -> Result<Answer> {
    let options = &call.options;
    if let Some(text) = options.custom("fetchXml").filter(|it| !it.is_empty()) {
        return fetch::read(rx, call, entity, text, within);
    }
    if let Some(text) = saved::query(rx, call, entity)? {
        return fetch::read(rx, call, entity, &text, within);
    }
    if let Some(text) = options.custom("sql").filter(|it| !it.is_empty()) {
        return match within {
            None => sql::read(rx, call, entity, text),
            Some(_) => Err(Error::invalid("sql", "goes with an entity set, not below a row").with_code("option")),
        };
    }
    if !options.apply.is_empty() {
        return apply::read(rx, call, entity, &options.apply, within);
    }
    if let Some(token) = options.deltatoken.as_ref().filter(|_| within.is_none()) {
        return changes::read(rx, call, entity, token);
    }
    let (skip, seen) = match &options.skiptoken {
        None => (None, None),
        Some(text) => {
            let (token, seen) = token_in(text)?;
            (Some(token), seen)
        }
    };
    let seen = match seen {
        None if call.prefer.track_changes && within.is_none() => {
            changes::alone(call)?;
            Some(changes::Seen::now(rx)?.text())
        }
        seen => seen,
    };
    let shape = shape(rx, entity, options.select.as_deref().unwrap_or_default(), &options.expand)?;
    let filtered = filtered(call, entity, within)?;
    let counted = options.count.then(|| rx.count(&filtered)).transpose()?;
    let mut query = ordered(rx, entity, selected(filtered, &shape), &options.orderby, &options.aliases)?;
    if let Some(token) = &skip {
        query = query.after(token);
    }
    // $top is ignored where pages are asked for; beyond one page it goes on in the next.
    let top = options.top.filter(|_| call.prefer.page_size.is_none());
    if let Some(top) = top.filter(|it| *it <= PAGE) {
        query = query.top(top);
    }
    let page = rx.page(&query, call.prefer.page_size.unwrap_or(PAGE))?;
    let mut body = Map::new();
    body.insert(
        "@odata.context".to_owned(),
        Json::from(format!("{}$metadata#{}{}", call.root, entity.set, shape.context(entity))),
    );
    if call.prefer.wants("Microsoft.Dynamics.CRM.totalrecordcount") {
        let total = counted.map_or(-1, |it| i64::try_from(it.min(PAGE)).unwrap_or(-1));
        body.insert("@Microsoft.Dynamics.CRM.totalrecordcount".to_owned(), Json::from(total));
        let exceeded = counted.is_some_and(|it| it > PAGE);
        body.insert("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded".to_owned(), Json::from(exceeded));
    }
    if call.prefer.wants("Microsoft.Dynamics.CRM.globalmetadataversion") {
        let stamp = rx.model().stamp().to_string();
        body.insert("@Microsoft.Dynamics.CRM.globalmetadataversion".to_owned(), Json::from(stamp));
    }
    if let Some(count) = counted {
        body.insert("@odata.count".to_owned(), Json::from(count.min(PAGE)));
    }
    let rows = rows(rx, call, entity, &page.records, &shape)?;
    body.insert("value".to_owned(), Json::Array(rows.into_iter().map(Json::Object).collect()));
    if let Some(token) = page.next {
        let token = self::skip(&token, seen.as_deref());
        body.insert("@odata.nextLink".to_owned(), Json::from(next_link(call, &token, top.map(|it| it - PAGE))));
    } else if let Some(seen) = seen {
        body.insert("@odata.deltaLink".to_owned(), Json::from(delta_link(call, &seen)));
    }
    Ok(Answer::json(&Json::Object(body)).applied(call.prefer.applied(true, false)))
}

/// `GET set/$count`: digits behind a byte order mark, as Dataverse sends them.
///
/// # Errors
/// As [`read`].
pub fn count(rx: &Rx<'_>, call: &Call, entity: &Entity, within: Option<Expr>) -> Result<Answer> {
    let count = match call.options.deltatoken.as_ref().filter(|_| within.is_none()) {
        Some(token) => changes::count(rx, call, entity, token)?,
        None => rx.count(&filtered(call, entity, within)?)?,
    };
    Ok(counted(count))
}

/// A count, at most a page's.
pub fn counted(count: u64) -> Answer {
    Answer::text("text/plain", format!("\u{feff}{}", count.min(PAGE)))
}

/// `GET set(key)/collection/$ref`.
///
/// # Errors
/// As [`read`].
pub fn references(rx: &Rx<'_>, call: &Call, entity: &Entity, within: Expr) -> Result<Answer> {
    let mut query = filtered(call, entity, Some(within))?.select(&[]);
    if let Some(token) = &call.options.skiptoken {
        query = query.after(&token_in(token)?.0);
    }
    let page = rx.page(&query, call.prefer.page_size.unwrap_or(PAGE))?;
    let address =
        |it: &kernel::Record| serde_json::json!({ "@odata.id": format!("{}{}({})", call.root, entity.set, it.id) });
    let rows: Vec<Json> = page.records.iter().map(address).collect();
    let mut body =
        serde_json::json!({ "@odata.context": format!("{}$metadata#Collection($ref)", call.root), "value": rows });
    if let (Some(token), Some(body)) = (page.next, body.as_object_mut()) {
        body.insert("@odata.nextLink".to_owned(), Json::from(next_link(call, &skip(&token, None), None)));
    }
    Ok(Answer::json(&body))
}

fn filtered(call: &Call, entity: &Entity, within: Option<Expr>) -> Result<Query> {
    let query = Query::on(&entity.name);
    Ok(match condition(call, within)? {
        Some(it) => query.and(it),
        None => query,
    })
}

/// `$filter`, and the row that the rows belong to.
///
/// # Errors
/// `syntax` for an alias without a value.
pub fn condition(call: &Call, within: Option<Expr>) -> Result<Option<Expr>> {
    let filter = call.options.filter.clone().map(|it| it.resolve_aliases(&call.options.aliases)).transpose();
    let filter = filter.map_err(|error| Error::from(error).at("$filter"))?;
    Ok(match (within, filter) {
        (Some(a), Some(b)) => Some(Expr::And(Box::new(a), Box::new(b))),
        (a, b) => a.or(b),
    })
}

/// The query for what a shape needs.
pub fn selected(query: Query, shape: &Shape) -> Query {
    match shape.needed() {
        Some(columns) => query.select(&columns),
        None => query,
    }
}

/// The query in the order asked for. A lookup is ordered by the name of the row that it leads to.
///
/// # Errors
/// `unknown-column`, `syntax` for an alias that is no column.
pub fn ordered(
    rx: &Rx<'_>,
    entity: &Entity,
    mut query: Query,
    items: &[OrderItem],
    aliases: &[(String, String)],
) -> Result<Query> {
    let model = rx.model();
    for item in items {
        let item = item.clone().resolve_aliases(aliases).map_err(|error| Error::from(error).at("$orderby"))?;
        let OrderTarget::Path(path) = item.path else { continue };
        let lookup = path.single().and_then(|it| column(entity, lookup_column(it).unwrap_or(it)));
        let mut by_name = Vec::new();
        if let Some(lookup) = lookup.filter(|it| it.kind == ColumnType::Lookup) {
            for target in lookup.ways() {
                let there = model.entity(&target.entity)?;
                let Some(primary) = &there.primary_name else { continue };
                let named = there.columns.get(primary).map_or(Ok(false), |it| rx.may_read(there, it))?;
                if named && access::allows(rx, there, Privilege::Read)? {
                    // An owner's way leads to users; teams are reached by a lookup of their own.
                    let own = entity.navigation(&target.navigation).is_some_and(|(_, it)| it == target);
                    let way = if own { target.navigation.clone() } else { format!("owning{}", target.entity) };
                    by_name.push(Path(vec![way, primary.clone()]));
                }
            }
        }
        if by_name.is_empty() {
            query = query.order_by(path, item.descending);
        }
        for path in by_name {
            query = query.order_by(path, item.descending);
        }
    }
    Ok(query)
}

/// The address of the next page: the same options, and where to go on. Clients send it back verbatim.
pub fn next_link(call: &Call, token: &str, top: Option<u64>) -> String {
    let mut pairs = kept(call, |name| name != "$skiptoken" && (top.is_none() || name != "$top"));
    if let Some(top) = top {
        pairs.push(format!("$top={top}"));
    }
    pairs.push(format!("$skiptoken={token}"));
    format!("{}{}?{}", call.root, call.raw_path, pairs.join("&"))
}

/// The address that gives what became different.
pub fn delta_link(call: &Call, seen: &str) -> String {
    let mut pairs = kept(call, |name| !matches!(name, "$skiptoken" | "$deltatoken"));
    pairs.push(format!("$deltatoken={}", seen.replace('!', "%21")));
    format!("{}{}?{}", call.root, call.raw_path, pairs.join("&"))
}

fn kept(call: &Call, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let name = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_decode_str(name).decode_utf8_lossy().into_owned()
    };
    call.raw_query.split('&').filter(|it| !it.is_empty() && wanted(&name(it))).map(str::to_owned).collect()
}

/// The token of a page as it stands in a link, with the moment of the first page where changes are
/// tracked.
pub fn skip(token: &str, seen: Option<&str>) -> String {
    let token = URL_SAFE_NO_PAD.encode(token);
    seen.map_or(token.clone(), |it| format!("{token}.{}", it.replace('!', "%21")))
}

/// The token of a page, and the moment of the first.
///
/// # Errors
/// `Invalid` when it is none of ours.
pub fn token_in(text: &str) -> Result<(String, Option<String>)> {
    // A client (npm xrm-webapi) asks for the next page at its link and a slash.
    let text = text.trim_end_matches('/');
    let (token, seen) = text.split_once('.').map_or((text, None), |(token, seen)| (token, Some(seen.to_owned())));
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().and_then(|it| String::from_utf8(it).ok());
    let wrong = || Error::invalid("$skiptoken", "is not a token of this list; start again from its first page");
    Ok((bytes.ok_or_else(wrong)?, seen))
}
