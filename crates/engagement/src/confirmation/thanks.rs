//! Where a person goes who has confirmed: a page of ours, a page elsewhere, or nowhere (`spec/marketing.md` 9).
//!
//! *Not* part of confirming. Invariant: only an address that the check for errors lets pass.

use kernel::{Query, Record, Result, Rx, uuid::Uuid};
use privacy::optin::OptInRequest;

use crate::{
    form::{self, is_leading},
    lifecycle::{LIVE, LIVE_EDITABLE},
    page, site,
};

/// "Use marketing pages for thank you": no.
const BY_ADDRESS: i64 = 100_000_001;
/// The form's thank-you is an address.
const WEB_PAGE: i64 = 192_350_001;

/// The address to which a confirmed wish leads; `None` where nobody set one, or the page is not live.
///
/// # Errors
/// Those of reading.
pub fn thanks(rx: &Rx<'_>, request: &OptInRequest) -> Result<Option<String>> {
    let rx = rx.elevated("confirmation");
    let named = |row: &Record, by_address: bool, page: &str, url: &str| -> Result<Option<String>> {
        if by_address {
            return Ok(Some(row.text(url).to_owned()).filter(|it| is_leading(it)));
        }
        row.get(page).as_guid().map(|it| address_of(&rx, it)).transpose().map(Option::flatten)
    };
    if request.kind == 3 {
        let Some(row) = request.form.map(|it| rx.find(form::ENTITY, it)).transpose()?.flatten() else {
            return Ok(None);
        };
        let by_address = row.get("msdyncrm_doubleoptinthankyouformat").as_int() == Some(WEB_PAGE);
        return named(&row, by_address, "msdyncrm_doubleoptinthankyoupage", "msdyncrm_doubleoptinthankyouurl");
    }
    let query = Query::on("msdyncrm_defaultmarketingsetting").eq("msdyncrm_default", true);
    let Some(row) = rx.first(&query)? else { return Ok(None) };
    let by_address = row.get("msdyncrm_thankyoupagesource").as_int() == Some(BY_ADDRESS);
    let end = if request.kind == 2 { "doi" } else { "" };
    named(
        &row,
        by_address,
        &format!("msdyncrm_defaultmarketingthankyoupage{end}"),
        &format!("msdyncrm_defaultmarketingthankyouurl{end}"),
    )
}

fn address_of(rx: &Rx<'_>, id: Uuid) -> Result<Option<String>> {
    match rx.find(page::ENTITY, id)? {
        Some(row) if matches!(row.get("statuscode").as_int(), Some(LIVE | LIVE_EDITABLE)) => {
            Ok(Some(format!("{}/p/{}", site::base_url(rx)?, row.text("msdyncrm_partialurl"))))
        }
        _ => Ok(None),
    }
}
