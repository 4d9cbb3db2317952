//! Visits of landing pages, by whoever a personal link makes known (`spec/marketing.md` 11).
//!
//! *Not* of anonymous visitors: there is no cookie, and without a link nothing is written. Invariant: recorded only
//! under a tracking permit asked for at that moment, and forgotten when its time is over.

use jiff::{Timestamp, ToSpan};
use kernel::{Query, Result, Tx, Values, setting};
use odata::CompareOp;
use privacy::{
    consent::{Decision, Level, Tracking, gate},
    merge,
};

use super::{ENTITY, Visit, record};
use crate::{
    link::{Link, unknown},
    page, privacy_control, site,
};

/// The type of a visit.
pub const PAGE_VISITED: &str = "WebsiteVisited";
/// The setting with the days for which visits are kept; 0 keeps them as long as the person.
pub const KEPT_DAYS: &str = "visits.keep_days";
/// Thirteen months: as much as the year that insights show, and the rest of its first month.
const USUAL_DAYS: i64 = 395;
/// Coming back to a page within this time is the same visit.
const ONE_VISIT_MINUTES: i64 = 30;

/// A landing page was opened by a personal link; recorded where the person allows it now, once in half an hour.
///
/// # Errors
/// `NotFound` for a token that is not ours, and for a page that is not live.
pub fn visited(tx: &mut Tx<'_>, token: &str, partial_url: &str, visit: Visit) -> Result<bool> {
    let Link::Visit { contact } = Link::read(tx, token)? else { return Err(unknown()) };
    if visit.objects {
        privacy_control::object(tx, contact)?;
        return Ok(false);
    }
    let Some(contact) = merge::survivor(tx, contact)? else { return Ok(false) };
    if visit.machine || visit.declines {
        return Ok(false);
    }
    if !matches!(gate::ask::<Tracking>(tx, contact, Level::None)?, Decision::Granted(_)) {
        return Ok(false);
    }
    let page = page::live(tx, partial_url)?;
    let lately = tx.now().checked_sub(ONE_VISIT_MINUTES.minutes()).unwrap_or(Timestamp::MIN);
    let same = Query::on(ENTITY)
        .eq("assent_contactid", contact)
        .eq("assent_type", PAGE_VISITED)
        .eq("assent_pageid", page.id)
        .compare("assent_occurredon", CompareOp::Gt, lately);
    if tx.elevated("tracking").first(&same.select(&[]))?.is_some() {
        return Ok(false);
    }
    // The page's own address: that of the visit holds the personal link.
    let url = format!("{}/p/{}", site::base_url(tx)?, page.partial_url);
    let more =
        Values::new().with("assent_pageid", page.id).with("assent_formid", page.form).with("assent_linkurl", url);
    record(tx, PAGE_VISITED, contact, more)?;
    Ok(true)
}

/// Deletes a part of the visits whose time is over; returns how many.
///
/// # Errors
/// Those of the write path.
pub fn purge_visits(tx: &mut Tx<'_>) -> Result<usize> {
    let days = setting::get(tx, KEPT_DAYS)?.and_then(|it| it.trim().parse::<i64>().ok()).unwrap_or(USUAL_DAYS);
    if days <= 0 {
        return Ok(0);
    }
    let before = tx.now().checked_sub((days.saturating_mul(24)).hours()).unwrap_or(Timestamp::MIN);
    let old = Query::on(ENTITY).eq("assent_type", PAGE_VISITED).compare("assent_occurredon", CompareOp::Lt, before);
    let old = tx.elevated("retention").ids(&old.part())?;
    tx.as_system("retention of visits", |tx| {
        tx.erasing(|tx| old.iter().try_for_each(|it| tx.delete(ENTITY, *it)))?;
        Ok(old.len())
    })
}
