//! FetchXML: `GET set?fetchXml=…` (`spec/web-api.md` 3.14).
//!
//! *Not* a second way to the store: it is compiled to the kernel's report, with the same expressions.
//! Invariant: null values are left out, and the paging cookie is there exactly while there is more.

mod compile;
mod condition;
mod expression;
mod link;
mod print;
pub(super) mod xml;

use kernel::{Result, Rx, metadata::Entity, report::Report};
use odata::Expr;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value as Json};

pub use self::{compile::Compiled, condition::literal, print::query as print};
use super::{
    answer::Answer,
    call::{Call, PAGE},
    list, table,
};

const MORE: &str = "Microsoft.Dynamics.CRM.morerecords";
const COOKIE: &str = "Microsoft.Dynamics.CRM.fetchxmlpagingcookie";
const TOTAL: &str = "Microsoft.Dynamics.CRM.totalrecordcount";

/// Answers the query.
///
/// # Errors
/// `Invalid` naming the mistake, `Forbidden`.
pub fn read(rx: &Rx<'_>, call: &Call, entity: &Entity, text: &str, within: Option<Expr>) -> Result<Answer> {
    let fetch = xml::parse(text)?;
    let size = call.prefer.page_size.unwrap_or(PAGE);
    let mut compiled = compile::compile(rx, entity, &fetch, size)?;
    compiled.report.filter = compile::and(compiled.report.filter, list::condition(call, within)?);
    compiled.report.after = fetch.get("paging-cookie").and_then(token_in).filter(|_| compiled.page > 1);
    let reported = rx.report(&compiled.report)?;
    let mut body = Map::new();
    let names: Vec<&str> = compiled.names.iter().map(|it| it.wire.as_str()).collect();
    let context = format!("{}$metadata#{}({})", call.root, entity.set, names.join(","));
    body.insert("@odata.context".to_owned(), Json::from(context));
    if compiled.total && call.prefer.wants(TOTAL) && !compiled.report.grouped {
        let total = rx.report_count(&compiled.report)?;
        body.insert(format!("@{TOTAL}"), Json::from(total.min(PAGE)));
        body.insert("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded".to_owned(), Json::from(total > PAGE));
    }
    if reported.more && compiled.paged {
        if call.prefer.wants(COOKIE) {
            let cookie = cookie(compiled.page, reported.next.as_deref());
            body.insert(format!("@{COOKIE}"), Json::from(cookie));
        }
        if call.prefer.wants(MORE) {
            body.insert(format!("@{MORE}"), Json::from(true));
        }
    }
    let rows = table::rows(rx, call, &compiled.names, &reported)?;
    body.insert("value".to_owned(), Json::Array(rows.into_iter().map(Json::Object).collect()));
    Ok(Answer::json(&Json::Object(body)).applied(call.prefer.applied(true, false)))
}

/// Whether the text is a query for the entity that can be run.
///
/// # Errors
/// `Invalid` naming the mistake.
pub fn check(rx: &Rx<'_>, entity: &Entity, text: &str) -> Result<()> {
    compile::compile(rx, entity, &xml::parse(text)?, PAGE).map(|_| ())
}

/// The question of a query, of whatever entity it names, a page of so many rows. Its own pages are left out.
///
/// # Errors
/// `Invalid` naming the mistake.
pub fn question(rx: &Rx<'_>, text: &str, size: u64) -> Result<Compiled> {
    let fetch = xml::parse(text)?;
    let name = fetch.all("entity").next().ok_or_else(|| xml::refused("<fetch> holds one <entity>"))?.need("name")?;
    let model = rx.model();
    let mut compiled = compile::compile(rx, model.entity(name)?, &fetch, size)?;
    (compiled.report.size, compiled.report.skip) = (size, 0);
    Ok(compiled)
}

/// The question behind a `QueryExpression` in JSON, a page of so many rows.
///
/// # Errors
/// `Invalid` naming the mistake.
pub fn expression(rx: &Rx<'_>, entity: &Entity, query: &Json, size: u64) -> Result<Report> {
    compile::compile(rx, entity, &expression::element(query)?, size).map(|it| it.report)
}

/// The cookie for the page behind this one. Its inner part is encoded twice, as clients decode it.
fn cookie(page: u64, token: Option<&str>) -> String {
    let inner = format!("<cookie page=\"{page}\"><row last=\"{}\" /></cookie>", token.unwrap_or_default());
    let once = utf8_percent_encode(&inner, NON_ALPHANUMERIC).to_string();
    let twice = utf8_percent_encode(&once, NON_ALPHANUMERIC);
    format!("<cookie pagenumber=\"{}\" pagingcookie=\"{twice}\" istracking=\"False\" />", page + 1)
}

/// Our token in a cookie that came back: decoded, or still encoded.
fn token_in(cookie: &str) -> Option<String> {
    let mut text = cookie.to_owned();
    for _ in 0..3 {
        if let Some((_, rest)) = text.split_once("last=\"") {
            return rest.split('"').next().filter(|it| !it.is_empty()).map(str::to_owned);
        }
        text = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
    }
    None
}
