//! Where a person goes once they have confirmed: a page or an address of the organisation
//! (`spec/marketing.md` 9).
//!
//! *Not* the confirming. Invariant: what is not live, or no web address, is passed over, and the person
//! reads our own page, which says what was confirmed.

use kernel::{Query, Record, Result, Rx};
use privacy::optin::OptInRequest;

use crate::{
    form,
    lifecycle::{LIVE, LIVE_EDITABLE},
    page, site,
};

/// `msdyncrm_thankyoupagesource`: No, so the address and not the page.
const BY_ADDRESS: i64 = 100_000_001;
/// `msdyncrm_doubleoptinthankyouformat`: a web page.
const WEB_PAGE: i64 = 192_350_001;
const LANDING: i64 = 0;

/// The address to go to after confirming this wish: that of its form for a submission, else that of the
/// default marketing setting, one for consent and one for lists.
///
/// # Errors
/// Those of reading.
pub fn thanks(rx: &Rx<'_>, request: &OptInRequest) -> Result<Option<String>> {
    let rx = rx.elevated("confirmation");
    let (row, by_address, page, address) = if request.kind == 3 {
        let row = request.form.map_or(Ok(None), |id| rx.find(form::ENTITY, id))?;
        let web =
            row.as_ref().is_some_and(|it| it.get("msdyncrm_doubleoptinthankyouformat").as_int() == Some(WEB_PAGE));
        (row, web, "msdyncrm_doubleoptinthankyoupage", "msdyncrm_doubleoptinthankyouurl")
    } else {
        let row = rx.first(&Query::on("msdyncrm_defaultmarketingsetting").eq("msdyncrm_default", true))?;
        let web = row.as_ref().is_some_and(|it| it.get("msdyncrm_thankyoupagesource").as_int() == Some(BY_ADDRESS));
        match request.kind {
            2 => (row, web, "msdyncrm_defaultmarketingthankyoupagedoi", "msdyncrm_defaultmarketingthankyouurldoi"),
            _ => (row, web, "msdyncrm_defaultmarketingthankyoupage", "msdyncrm_defaultmarketingthankyouurl"),
        }
    };
    let Some(row) = row else { return Ok(None) };
    if by_address {
        let address = row.text(address).trim();
        let web = address.starts_with("https://") || address.starts_with("http://");
        return Ok(web.then(|| address.to_owned()));
    }
    let page = row.get(page).as_guid().map_or(Ok(None), |id| rx.find(page::ENTITY, id))?;
    match page.as_ref().and_then(partial) {
        Some(partial) => Ok(Some(format!("{}/p/{partial}", site::base_url(&rx)?))),
        None => Ok(None),
    }
}

/// The last part of the address of a page that anybody may open.
fn partial(page: &Record) -> Option<String> {
    let live = matches!(page.get("statuscode").as_int(), Some(LIVE | LIVE_EDITABLE));
    let open = page.get("msdyncrm_type").as_int() == Some(LANDING);
    (live && open).then(|| page.text("msdyncrm_partialurl").to_owned()).filter(|it| !it.is_empty())
}
