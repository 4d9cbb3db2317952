//! What every store has from the start: content settings, a marketing setting, and a subscription
//! center that is live (`spec/marketing.md` 8.5).
//!
//! *Not* overwritten when it is there. Invariant: after `ensure`, a mail can carry a link by which its
//! reader says no.

use kernel::{Query, Result, Tx, Values, jobs, uuid::Uuid};

use crate::{
    confirmation, email,
    form::{self, matching},
    lifecycle::GOING_LIVE,
    page::{self, configuration},
    retention,
};

/// The text by which the default subscription center asks.
const WORDING: &str = "Choose what we may use your data for. Each level includes the ones before it. Your choice is free, you can change it here at any time, and saying no has no other consequence.";

/// Makes what is missing; `postal_address` is printed in mails.
///
/// # Errors
/// Those of the write path.
pub fn ensure(tx: &mut Tx<'_>, organisation: &str, postal_address: &str) -> Result<()> {
    tx.as_system("defaults", |tx| {
        subscription_center(tx)?;
        for daily in [confirmation::DAILY, form::forward::PURGE, form::submission::PURGE, retention::DAILY] {
            jobs::ensure(tx, daily, daily)?;
        }
        landing_pages(tx)?;
        // Without a postal address nothing commercial can go live, and the check for errors says so.
        if !postal_address.is_empty() && tx.first(&Query::on(email::SETTINGS))?.is_none() {
            let values = Values::new()
                .with("msdyncrm_name", "Default Content Settings")
                .with("msdyncrm_addressmain", postal_address)
                .with("msdyncrm_subscriptioncenter", "subscription-center")
                .with("msdyncrm_default", true)
                .with("statuscode", GOING_LIVE);
            tx.create(email::SETTINGS, values)?;
        }
        if tx.first(&Query::on("msdyncrm_defaultmarketingsetting"))?.is_none() {
            let values = Values::new()
                .with("msdyncrm_name", format!("Default settings of {organisation}"))
                .with("msdyncrm_default", true)
                .with("msdyncrm_enabledoubleoptin", true)
                .with("msdyncrm_defaultemailfromname", organisation);
            tx.create("msdyncrm_defaultmarketingsetting", values)?;
        }
        Ok(())
    })
}

/// The settings of landing pages, with the usual ways of matching (`spec/marketing.md` 8.3).
fn landing_pages(tx: &mut Tx<'_>) -> Result<()> {
    if tx.first(&Query::on(configuration::ENTITY))?.is_some() {
        return Ok(());
    }
    let mut settings =
        Values::new().with("msdyncrm_name", "Default landing page settings").with("msdyncrm_default", true);
    for (name, target, columns, column) in [
        ("E-mail", matching::CONTACT, "emailaddress1", "msdyncrm_contactmatchingstrategy"),
        ("E-mail and page", matching::LEAD, "emailaddress1,msdyncrm_marketingpageid", "msdyncrm_leadmatchingstrategy"),
    ] {
        let values = Values::new()
            .with("msdyncrm_name", name)
            .with("msdyncrm_targetentity", target)
            .with("msdyncrm_matchingstrategyfields", columns);
        settings.set(column, tx.create(matching::ENTITY, values)?);
    }
    tx.create(configuration::ENTITY, settings).map(|_| ())
}

fn subscription_center(tx: &mut Tx<'_>) -> Result<()> {
    if tx.first(&Query::on(page::ENTITY).eq("msdyncrm_type", 1))?.is_some() {
        return Ok(());
    }
    let values = Values::new()
        .with("msdyncrm_name", "Default Subscription Center Form")
        .with("msdyncrm_validforpagetype", 1)
        .with("msdyncrm_confirmationmessage", "Your choices are saved.")
        .with("assent_wording", WORDING)
        .with("assent_language", "en");
    let form = tx.create(form::ENTITY, values)?;
    place(tx, form, Element::Text(WORDING))?;
    place(tx, form, Element::Field { name: "First name", column: "firstname", kind: 1, required: false })?;
    place(tx, form, Element::Field { name: "Last name", column: "lastname", kind: 1, required: false })?;
    place(
        tx,
        form,
        Element::Field {
            name: "What we may use your data for",
            column: "msgdpr_gdprconsent",
            kind: 3,
            required: false,
        },
    )?;
    place(
        tx,
        form,
        Element::Field {
            name: "Do not track when I open mails or follow links",
            column: "msgdpr_donottrack",
            kind: 4,
            required: false,
        },
    )?;
    place(tx, form, Element::NoBulkEmail)?;
    place(tx, form, Element::Submit("Save my choices"))?;
    tx.update(form::ENTITY, form, Values::new().with("statuscode", GOING_LIVE))?;
    let values = Values::new()
        .with("msdyncrm_name", "Default Marketing Page")
        .with("msdyncrm_type", 1)
        .with("msdyncrm_partialurl", "subscription-center")
        .with("msdyncrm_content", "What we may do with your data")
        .with("assent_formid", form)
        .with("statuscode", GOING_LIVE);
    tx.create(page::ENTITY, values)?;
    Ok(())
}

/// An element to be placed on a form.
pub(crate) enum Element<'e> {
    /// A text to read.
    Text(&'e str),
    /// A field that maps to a column of the contact.
    Field {
        /// What people read.
        name: &'e str,
        /// The column.
        column: &'e str,
        /// The type of field.
        kind: i64,
        /// Whether it must be filled in.
        required: bool,
    },
    /// A subscription list.
    List(Uuid),
    /// The box that says no to all bulk mail.
    NoBulkEmail,
    /// The addresses, and names, of friends.
    Friends {
        /// How many at once.
        pairs: i64,
    },
    /// The button.
    Submit(&'e str),
}

/// Places an element below the others.
pub(crate) fn place(tx: &mut Tx<'_>, form: Uuid, element: Element<'_>) -> Result<()> {
    let order = i64::try_from(tx.count(&Query::on("assent_formelement").eq("assent_formid", form))?).unwrap_or(0);
    let base = Values::new().with("assent_formid", form).with("assent_order", order);
    let values = match element {
        Element::Text(text) => base.with("assent_kind", 5).with("assent_text", text).with("assent_label", "Text"),
        Element::Field { name, column, kind, required } => {
            let known = Query::on("msdyncrm_marketingformfield").eq("msdyncrm_contactmapping", column);
            let field = match tx.first(&known)? {
                Some(row) => row.id,
                None => {
                    let values = Values::new()
                        .with("msdyncrm_name", column)
                        .with("msdyncrm_defaultformlabel", name)
                        .with("msdyncrm_contactmapping", column)
                        .with("msdyncrm_marketingformfieldtype", kind);
                    tx.create("msdyncrm_marketingformfield", values)?
                }
            };
            base.with("assent_kind", 1)
                .with("assent_fieldid", field)
                .with("assent_label", name)
                .with("assent_required", required)
        }
        Element::List(list) => base.with("assent_kind", 2).with("assent_listid", list),
        Element::NoBulkEmail => base.with("assent_kind", 3).with("assent_label", "Do not send me any bulk e-mail"),
        Element::Friends { pairs } => {
            base.with("assent_kind", 7).with("assent_asksname", true).with("assent_pairs", pairs)
        }
        Element::Submit(label) => base.with("assent_kind", 4).with("assent_label", label),
    };
    tx.create("assent_formelement", values)?;
    Ok(())
}
