//! Lists of rows: filter, order, count, pages.
//!
//! *Not* the columns of a row (`select.rs`, `row.rs`). Invariant: what a page leaves out is reached by
//! its `@odata.nextLink`, and rows that come or go meanwhile do not shift it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{
    Error, Query, Result, Rx, access,
    access::Privilege,
    metadata::{ColumnType, Entity, model::lookup_column},
};
use odata::{Expr, OrderItem, OrderTarget, Path};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};

use super::{
    answer::Answer,
    call::{Call, PAGE},
    key::not_built,
    row::rows,
    select::{Shape, column, shape},
};

/// `GET set` and `GET set(key)/collection`.
///
/// # Errors
/// `Invalid` naming the option, `Forbidden`.
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, within: Option<Expr>) -> Result<Answer> {
    let options = &call.options;
    supported(call)?;
    let shape = shape(rx, entity, options.select.as_deref().unwrap_or_default(), &options.expand)?;
    let filtered = filtered(call, entity, within)?;
    let counted = options.count.then(|| rx.count(&filtered)).transpose()?;
    let mut query = ordered(rx, entity, selected(filtered, &shape), &options.orderby, &options.aliases)?;
    if let Some(token) = &options.skiptoken {
        query = query.after(&token_in(token)?);
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
    if let Some(count) = counted {
        body.insert("@odata.count".to_owned(), Json::from(count.min(PAGE)));
    }
    let rows = rows(rx, call, entity, &page.records, &shape)?;
    body.insert("value".to_owned(), Json::Array(rows.into_iter().map(Json::Object).collect()));
    if let Some(token) = page.next {
        body.insert("@odata.nextLink".to_owned(), Json::from(next_link(call, &token, top.map(|it| it - PAGE))));
    }
    Ok(Answer::json(&Json::Object(body)).applied(call.prefer.applied(true, false)))
}

/// `GET set/$count`: digits behind a byte order mark, as Dataverse sends them.
///
/// # Errors
/// As [`read`].
pub fn count(rx: &Rx<'_>, call: &Call, entity: &Entity, within: Option<Expr>) -> Result<Answer> {
    supported(call)?;
    let count = rx.count(&filtered(call, entity, within)?)?;
    Ok(Answer::text("text/plain", format!("\u{feff}{}", count.min(PAGE))))
}

/// `GET set(key)/collection/$ref`.
///
/// # Errors
/// As [`read`].
pub fn references(rx: &Rx<'_>, call: &Call, entity: &Entity, within: Expr) -> Result<Answer> {
    supported(call)?;
    let mut query = filtered(call, entity, Some(within))?.select(&[]);
    if let Some(token) = &call.options.skiptoken {
        query = query.after(&token_in(token)?);
    }
    let page = rx.page(&query, call.prefer.page_size.unwrap_or(PAGE))?;
    let address =
        |it: &kernel::Record| serde_json::json!({ "@odata.id": format!("{}{}({})", call.root, entity.set, it.id) });
    let rows: Vec<Json> = page.records.iter().map(address).collect();
    let mut body =
        serde_json::json!({ "@odata.context": format!("{}$metadata#Collection($ref)", call.root), "value": rows });
    if let (Some(token), Some(body)) = (page.next, body.as_object_mut()) {
        body.insert("@odata.nextLink".to_owned(), Json::from(next_link(call, &token, None)));
    }
    Ok(Answer::json(&body))
}

/// Refuses by name what belongs to later versions.
fn supported(call: &Call) -> Result<()> {
    let options = &call.options;
    let custom = ["fetchXml", "savedQuery", "userQuery", "sql"];
    let later = custom.into_iter().find(|it| options.custom(it).is_some_and(|it| !it.is_empty()));
    let later =
        later.or(options.apply.as_ref().map(|_| "$apply")).or(options.deltatoken.as_ref().map(|_| "$deltatoken"));
    later.map_or(Ok(()), |it| Err(not_built(it)))
}

fn filtered(call: &Call, entity: &Entity, within: Option<Expr>) -> Result<Query> {
    let mut query = Query::on(&entity.name);
    if let Some(within) = within {
        query = query.and(within);
    }
    if let Some(filter) = &call.options.filter {
        let filter = filter.clone().resolve_aliases(&call.options.aliases);
        query = query.and(filter.map_err(|error| Error::from(error).at("$filter"))?);
    }
    Ok(query)
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
            for target in &lookup.targets {
                let there = model.entity(&target.entity)?;
                if let (Some(primary), true) = (&there.primary_name, access::allows(rx.cx(), there, Privilege::Read)) {
                    by_name.push(Path(vec![target.navigation.clone(), primary.clone()]));
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
fn next_link(call: &Call, token: &str, top: Option<u64>) -> String {
    let name = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_decode_str(name).decode_utf8_lossy().into_owned()
    };
    let mut pairs: Vec<String> = call
        .raw_query
        .split('&')
        .filter(|it| !it.is_empty() && name(it) != "$skiptoken" && (top.is_none() || name(it) != "$top"))
        .map(str::to_owned)
        .collect();
    if let Some(top) = top {
        pairs.push(format!("$top={top}"));
    }
    pairs.push(format!("$skiptoken={}", URL_SAFE_NO_PAD.encode(token)));
    format!("{}{}?{}", call.root, call.raw_path, pairs.join("&"))
}

fn token_in(text: &str) -> Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|it| String::from_utf8(it).ok());
    bytes.ok_or_else(|| Error::invalid("$skiptoken", "is not a token of this list; start again from its first page"))
}
