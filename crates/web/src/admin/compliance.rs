//! Outbound consent, double opt-in, evidence and compliance texts: what holds for everybody
//! (`spec/marketing.md` 2 and 9).
//!
//! *Not* a second way to change them: it writes the same records as the Web API, with the rights of
//! whoever is signed in, so each change is audited. Invariant: nothing is cached, so what is saved holds
//! at the next gate.

use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Query, Result, Rx, Tx, Values, setting};
use maud::{Markup, html};
use privacy::consent::{
    JUSTIFICATION_REQUIRED, KEEP_ORIGIN,
    configuration::{self, Configuration},
    proof, receipt,
};

use super::session;
use crate::{
    App,
    error::problem,
    page::page,
    public::visit::Visitor,
    signin::{Session, behind, stamp},
};

/// Where the page is; older menu paths lead here (`spec/marketing.md` 17, C3).
pub const PLACE: &str = "/settings/compliance-profiles/outbound-consent";

/// The menu paths of earlier versions, and the folder above the page.
pub const ALIASES: &[&str] = &[
    "/settings",
    "/settings/compliance-profiles",
    "/settings/email-marketing/data-protections",
    "/settings/marketing-settings/data-protection-tools",
    "/settings/email-marketing/default-settings",
];

const DEFAULTS: &str = "msdyncrm_defaultmarketingsetting";

/// Settings that are texts: name, label, hint.
const TEXTS: &[(&str, &str, &str)] = &[
    (receipt::POLICY, "Privacy notice (address)", "Stands in receipts"),
    (receipt::CONTACT, "Contact for privacy", "Where a person writes to withdraw; else the sender of mails"),
    (receipt::STORAGE, "Countries of storage", "Codes separated by commas, such as DE, FR"),
    (receipt::RECIPIENTS, "Recipients", "Separated by commas"),
    (receipt::RETENTION, "Consent is kept for", "A duration such as P3Y, or words"),
    (proof::YEARS, "Years for which a keyed proof stays after an erasure", "1 to 100; empty: none is kept"),
];

/// Settings that are switches: name, label.
const SWITCHES: &[(&str, &str)] = &[
    (JUSTIFICATION_REQUIRED, "A user's change of consent needs a justification"),
    (KEEP_ORIGIN, "Keep network address and browser of whoever acts as evidence"),
];

struct Standing {
    configuration: Configuration,
    double_optin: bool,
    switches: Vec<bool>,
    texts: Vec<String>,
}

fn standing(rx: &Rx<'_>) -> Result<Standing> {
    let defaults = rx.first(&Query::on(DEFAULTS).eq("msdyncrm_default", true))?;
    let on = |name: &str| -> Result<bool> { Ok(setting::get(rx, name)?.as_deref() == Some("on")) };
    Ok(Standing {
        configuration: configuration::read(rx)?,
        double_optin: defaults.is_none_or(|it| it.get("msdyncrm_enabledoubleoptin").is_true()),
        switches: SWITCHES.iter().map(|(name, _)| on(name)).collect::<Result<_>>()?,
        texts: TEXTS
            .iter()
            .map(|(name, _, _)| Ok(setting::get(rx, name)?.unwrap_or_default()))
            .collect::<Result<_>>()?,
    })
}

/// `GET` of the page.
pub async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let session = match session(&app, &headers).await {
        Ok(it) => it,
        Err(answer) => return answer,
    };
    match app.read(session.actor.clone(), standing).await {
        Ok(it) => page("Outbound consent", Some(&session), &shown(&it, &session)),
        Err(error) => problem(&error),
    }
}

/// `GET` of an older menu path.
pub async fn alias() -> Redirect {
    Redirect::permanent(PLACE)
}

fn check(name: &str, label: &str, on: bool) -> Markup {
    html! {
        p class="check" {
            input type="checkbox" id=(name) name=(name) value="on" checked[on];
            label for=(name) { (label) }
        }
    }
}

fn shown(standing: &Standing, session: &Session) -> Markup {
    let Configuration { enforced, logging } = standing.configuration;
    html! {
        form method="post" action=(PLACE) {
            (stamp(session))
            p { button type="submit" { "Save" } }
            h2 { "Consent" }
            (check("enforced", "Enable the minimum consent level: journeys and models respect it", enforced))
            (check("logging", "Log consent changes: each change of Consent given writes a change record", logging))
            @if !(enforced && logging) {
                p role="note" { "Both are off in a new store. Switch both on before the first mail: what was not logged cannot be shown later (Art. 7(1) GDPR)." }
            }
            h2 { "Double opt-in" }
            (check("double_optin", "Wishes for more are confirmed by mail", standing.double_optin))
            h2 { "Evidence" }
            @for ((name, label), on) in SWITCHES.iter().zip(&standing.switches) { (check(name, label, *on)) }
            h2 { "Compliance texts" }
            @for ((name, label, hint), text) in TEXTS.iter().zip(&standing.texts) {
                p {
                    label for=(name) { (label) }
                    input type="text" id=(name) name=(name) value=(text) maxlength="1000" aria-describedby={ (name) "-hint" };
                    small id={ (name) "-hint" } { (hint) }
                }
            }
            p { button type="submit" { "Save" } }
        }
    }
}

/// `POST` of the page.
pub async fn save(State(app): State<App>, visitor: Visitor, Form(sent): Form<Vec<(String, String)>>) -> Response {
    let stamp = sent.iter().find(|(name, _)| name == "stamp").map_or("", |(_, text)| text.as_str());
    let saved = match behind(&app, &visitor, stamp).await {
        Ok(session) => app.write(session.actor, move |tx| apply(tx, &sent)).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Redirect::to(PLACE).into_response(),
        Err(error) => problem(&error),
    }
}

fn apply(tx: &mut Tx<'_>, sent: &[(String, String)]) -> Result<()> {
    let text = |name: &str| sent.iter().find(|(it, _)| it == name).map_or("", |(_, text)| text.trim());
    let on = |name: &str| text(name) == "on";
    let before = standing(tx)?;
    let wanted = Configuration { enforced: on("enforced"), logging: on("logging") };
    if wanted != before.configuration {
        configuration::save(tx, wanted)?;
    }
    if on("double_optin") != before.double_optin {
        let values = Values::new().with("msdyncrm_enabledoubleoptin", on("double_optin"));
        match tx.first(&Query::on(DEFAULTS).eq("msdyncrm_default", true))? {
            Some(row) => tx.update(DEFAULTS, row.id, values).map(|_| ())?,
            None => {
                let values = values.with("msdyncrm_name", "Default settings").with("msdyncrm_default", true);
                tx.create(DEFAULTS, values).map(|_| ())?;
            }
        }
    }
    // Only what differs is written, so the audit trail shows what somebody changed.
    for ((name, _), was) in SWITCHES.iter().zip(before.switches) {
        if on(name) != was {
            setting::set(tx, name, if on(name) { "on" } else { "off" })?;
        }
    }
    for ((name, _, _), was) in TEXTS.iter().zip(before.texts) {
        if text(name) != was {
            setting::set(tx, name, text(name))?;
        }
    }
    Ok(())
}
