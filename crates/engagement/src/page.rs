//! Marketing pages: a public address with a form on it.
//!
//! *Not* the HTML (`web`). Invariant: a live page has a live form of its own type.

pub mod configuration;

use kernel::{Change, Error, Phrase, Query, Result, Rx, Tx, uuid::Uuid};

use crate::{
    form::MarketingForm,
    lifecycle::{self, LIVE, LIVE_EDITABLE, Problem, States},
    site,
};

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_marketingpage";

kernel::typed! {
    /// A marketing page.
    pub struct MarketingPage as "msdyncrm_marketingpage" {
        /// Its name.
        pub name: String = "msdyncrm_name",
        /// 0 landing, 1 subscription center, 2 forward to a friend.
        pub kind: i64 = "msdyncrm_type",
        /// The last part of its address.
        pub partial_url: String = "msdyncrm_partialurl",
        /// The text above the form.
        pub content: String = "msdyncrm_content",
        /// The form.
        pub form: Option<Uuid> = "assent_formid",
        /// The state.
        pub status: i64 = "statuscode",
    }
}

/// The live page at an address.
///
/// # Errors
/// `NotFound` when there is none.
pub fn live(rx: &Rx<'_>, partial_url: &str) -> Result<MarketingPage> {
    let query = Query::on(ENTITY).eq("msdyncrm_partialurl", partial_url);
    MarketingPage::first(&rx.elevated("public page"), &query)?
        .filter(|it| matches!(it.status, LIVE | LIVE_EDITABLE))
        .ok_or_else(|| Error::new(kernel::Kind::NotFound, "unknown-page", "page", "There is no such page here."))
}

/// The live subscription center, the oldest when there are several.
///
/// # Errors
/// `NotFound` when there is none.
pub fn subscription_center(rx: &Rx<'_>) -> Result<MarketingPage> {
    oldest(rx, 1, "There is no subscription center here.")
}

/// The live page for forwarding to friends, the oldest when there are several.
///
/// # Errors
/// `NotFound` when there is none.
pub fn forward(rx: &Rx<'_>) -> Result<MarketingPage> {
    oldest(rx, 2, "Mails cannot be forwarded here.")
}

fn oldest(rx: &Rx<'_>, kind: i64, none: &str) -> Result<MarketingPage> {
    let query = Query::on(ENTITY).eq("msdyncrm_type", kind).eq("statuscode", LIVE).order("createdon asc")?;
    MarketingPage::first(&rx.elevated("public page"), &query)?
        .ok_or_else(|| Error::new(kernel::Kind::NotFound, "unknown-page", "page", none))
}

/// Rule before a page is stored.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let partial = change.new_value("msdyncrm_partialurl").as_text().map(str::to_owned);
    if let Some(partial) = &partial {
        if !partial.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_')) {
            return Err(Error::invalid(
                "msdyncrm_partialurl",
                Phrase::new("page-address-letters", "is made of letters, digits, - and _"),
            ));
        }
        let url = format!("{}/p/{partial}", site::base_url(tx)?);
        change.values.set("msdyncrm_full_page_url", url);
    }
    const CHECKED: States = States::usual(&["msdyncrm_partialurl", "msdyncrm_type", "assent_formid"]);
    lifecycle::advance(tx, change, &CHECKED, |tx, change| {
        let mut found = Vec::new();
        if partial.is_none() {
            found.push(Problem::error(
                "msdyncrm_partialurl",
                Phrase::new("address-empty", "is empty; name the address"),
            ));
        }
        match change.new_value("assent_formid").as_guid() {
            // A page to say thank you has a text only.
            None if change.new_value("msdyncrm_type").as_int() == Some(0)
                && change.new_value("msdyncrm_content").as_text().is_some_and(|it| !it.trim().is_empty()) => {}
            None => {
                found
                    .push(Problem::error("assent_formid", Phrase::new("page-form-empty", "is empty; choose the form")));
            }
            Some(id) => {
                let form = MarketingForm::get(tx, id)?;
                if !form.is_live() {
                    found.push(Problem::error(
                        "assent_formid",
                        Phrase::new("page-form-not-live", "the form is not live; let it go live first"),
                    ));
                }
                if Some(form.kind) != change.new_value("msdyncrm_type").as_int() {
                    found.push(Problem::error(
                        "assent_formid",
                        Phrase::new("page-form-other-type", "the form is of another type than the page"),
                    ));
                }
            }
        }
        Ok(found)
    })
}

/// Rule before a page is deleted: without a subscription center nobody says no by a link (`spec/marketing.md` 8.5).
pub(crate) fn before_delete(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    lifecycle::before_delete(tx, change)?;
    if change.old("msdyncrm_type").as_int() != Some(1) {
        return Ok(());
    }
    let centers = Query::on(ENTITY).eq("msdyncrm_type", 1).select(&[]);
    if tx.elevated("public page").rows(&centers)?.iter().any(|it| it.id != change.id) {
        return Ok(());
    }
    Err(Error::conflict(
        "msdyncrm_type",
        Phrase::new("last-center-stays", "the last subscription center stays; every mail leads to it"),
    ))
}
