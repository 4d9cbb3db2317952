//! Marketing pages: a public address with a form on it, and what is said around it in blocks or in a text.
//!
//! *Not* the HTML around the blocks (`web`). Invariant: a live page has a live form of its own type.

pub mod configuration;

use kernel::{Change, Error, Phrase, Query, Result, Rx, Tx, uuid::Uuid};

use crate::{
    email::design::{self, Design, page::problems},
    form::MarketingForm,
    lifecycle::{self, LIVE, LIVE_EDITABLE, Problem, States},
    site,
};

pub use design::page::PageParts;

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_marketingpage";
/// `msdyncrm_type`: open to everybody.
const LANDING: i64 = 0;

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
        /// Its blocks, instead of the text.
        pub design: Option<String> = "assent_design",
        /// The form.
        pub form: Option<Uuid> = "assent_formid",
        /// The state.
        pub status: i64 = "statuscode",
    }
}

impl MarketingPage {
    /// Its blocks as HTML; none where it has a text.
    ///
    /// # Errors
    /// Those of reading.
    pub fn parts(&self, rx: &Rx<'_>) -> Result<Option<PageParts>> {
        let Some(text) = self.design.as_deref().filter(|it| !it.is_empty()) else { return Ok(None) };
        Ok(Some(Design::read(text)?.page(&site::base_url(rx)?)))
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
    // What cannot be read is refused, live or not.
    change.new_value(design::COLUMN).as_text().filter(|it| !it.is_empty()).map(Design::read).transpose()?;
    const CHECKED: States = States::usual(&["msdyncrm_partialurl", "msdyncrm_type", "assent_formid", design::COLUMN]);
    lifecycle::advance(tx, change, &CHECKED, |tx, change| check(tx, &MarketingPage::read(&change.after())?))
}

/// What keeps the page from going live, and what only warns.
///
/// # Errors
/// Those of reading.
pub fn check(rx: &Rx<'_>, page: &MarketingPage) -> Result<Vec<Problem>> {
    let mut found = Vec::new();
    if page.partial_url.is_empty() {
        found.push(Problem::error("msdyncrm_partialurl", Phrase::new("address-empty", "is empty; name the address")));
    }
    let design = page.design.as_deref().filter(|it| !it.is_empty());
    if let Some(text) = design {
        if page.kind != LANDING {
            found.push(Problem::error(
                design::COLUMN,
                Phrase::new("page-blocks-type", "blocks are for landing pages; this type has a text"),
            ));
        }
        found.extend(problems(rx, &Design::read(text)?, page.form.is_some())?);
    }
    match page.form {
        // A page to say thank you has words only.
        None if page.kind == LANDING && (design.is_some() || !page.content.trim().is_empty()) => {}
        None => {
            found.push(Problem::error("assent_formid", Phrase::new("page-form-empty", "is empty; choose the form")));
        }
        Some(id) => {
            let form = MarketingForm::get(rx, id)?;
            if !form.is_live() {
                found.push(Problem::error(
                    "assent_formid",
                    Phrase::new("page-form-not-live", "the form is not live; let it go live first"),
                ));
            }
            if form.kind != page.kind {
                found.push(Problem::error(
                    "assent_formid",
                    Phrase::new("page-form-other-type", "the form is of another type than the page"),
                ));
            }
        }
    }
    Ok(found)
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
