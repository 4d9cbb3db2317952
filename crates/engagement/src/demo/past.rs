//! What some of the synthetic people did with mails and pages in the last months, so that there is a past to look at.
//!
//! *Not* mails: none is written or sent. Invariant: opens, clicks and visits are only of whoever allows tracking, as it
//! would be with persons.

use jiff::ToSpan;
use kernel::{Query, Result, Tx, Values, uuid::Uuid};
use privacy::consent::{Decision, Level, Tracking, gate};

use crate::{interaction, page};

/// So many people have a past.
const PEOPLE: u64 = 40;
const MONTHS: usize = 10;

pub(super) fn make(tx: &mut Tx<'_>, mail: Uuid) -> Result<()> {
    let landing = tx.first(&Query::on(page::ENTITY).eq("msdyncrm_type", 0))?.map(|it| it.id);
    let people = Query::on("contact").select(&["msgdpr_gdprconsent"]).order("contactid asc")?.top(PEOPLE);
    for (number, person) in tx.rows(&people)?.into_iter().enumerate() {
        if Level::of_value(person.get("msgdpr_gdprconsent"))? < Level::Subscriptions {
            continue;
        }
        let tracked = matches!(gate::ask::<Tracking>(tx, person.id, Level::None)?, Decision::Granted(_));
        for month in 0..MONTHS {
            let hours = i64::try_from(month * 30 * 24 + 30 + number % 5).unwrap_or(0);
            let of_mail = || Values::new().with("assent_emailid", mail);
            happened(tx, person.id, "EmailSent", hours, of_mail())?;
            let nth = number + month;
            if !tracked || nth % 3 == 0 {
                continue;
            }
            happened(tx, person.id, "EmailOpened", hours - 2, of_mail())?;
            if nth % 4 == 1 {
                let link = of_mail().with("assent_linkurl", "https://www.example.org/spring");
                happened(tx, person.id, "EmailClicked", hours - 2, link)?;
                happened(
                    tx,
                    person.id,
                    interaction::PAGE_VISITED,
                    hours - 3,
                    Values::new().with("assent_pageid", landing),
                )?;
            }
        }
    }
    Ok(())
}

fn happened(tx: &mut Tx<'_>, contact: Uuid, kind: &str, hours_ago: i64, more: Values) -> Result<()> {
    let values = more
        .with("assent_type", kind)
        .with("assent_contactid", contact)
        .with("assent_occurredon", tx.now() - hours_ago.hours());
    tx.create(interaction::ENTITY, values).map(|_| ())
}
