//! The home page: what this is, and for administrators how things stand.
//!
//! *Not* a report. Invariant: nothing about a person is shown without a session.

use axum::{extract::State, http::HeaderMap, response::Response};
use kernel::{Query, Record, Result, Rx};
use maud::{Markup, html};

use crate::{App, error::problem, page::page, refused::Reason, signin};

/// Open requests shown.
const REQUESTS: u64 = 20;
/// Reasons of refusals shown.
const REASONS: usize = 20;

struct Standing {
    counts: Vec<(&'static str, u64)>,
    requests: Vec<Record>,
    pages: Vec<(String, String)>,
}

/// `GET /`
pub async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let session = match signin::current(&app, &headers).await {
        Ok(it) => it,
        Err(error) => return problem(&error),
    };
    let Some(session) = session else {
        return page(
            "Assent",
            None,
            &html! {
                p { "Assent keeps customer records and obeys each person's consent. It answers data subject requests over everything it holds." }
                p { "Programs use the Web API at " code { (app.base_url) "/api/data/v9.2/" } " with an access token." }
                p { a href="/signin" { "Sign in" } " with your account, or with a one-time link that an administrator made on the server." }
            },
        );
    };
    match app.read(session.actor.clone(), standing).await {
        Ok(standing) => page("How things stand", Some(&session), &shown(&standing, &app.refused.counts())),
        Err(error) => problem(&error),
    }
}

fn standing(rx: &Rx<'_>) -> Result<Standing> {
    let open = Query::on("assent_datasubjectrequest").eq("statecode", 0);
    let counts = vec![
        ("Contacts", rx.count(&Query::on("contact"))?),
        ("Open data subject requests", rx.count(&open)?),
        ("Customer journeys", rx.count(&Query::on("msdyncrm_customerjourney"))?),
        ("Mail to be sent", rx.count(&Query::on("assent_outgoingmail").eq("statecode", 0))?),
    ];
    // Landing pages only; a subscription center opens with the personal link of a mail.
    let live = Query::on("msdyncrm_marketingpage")
        .filter("msdyncrm_type eq 0 and (statuscode eq 192350001 or statuscode eq 192350003)")?;
    let page = |it: &Record| (it.text("msdyncrm_name").to_owned(), format!("/p/{}", it.text("msdyncrm_partialurl")));
    Ok(Standing {
        counts,
        requests: rx.rows(&open.order("assent_dueon asc")?.top(REQUESTS))?,
        pages: rx.rows(&live.top(REQUESTS))?.iter().map(page).collect(),
    })
}

fn shown(standing: &Standing, refused: &[(Reason, u64)]) -> Markup {
    html! {
        dl class="counts" {
            @for (name, count) in &standing.counts { div { dt { (name) } dd { (count) } } }
        }
        h2 { "Open data subject requests" }
        @if standing.requests.is_empty() { p { "There are none." } } @else {
            table {
                thead { tr { th scope="col" { "Request" } th scope="col" { "Due on" } th scope="col" { "Received on" } } }
                tbody {
                    @for request in &standing.requests {
                        tr {
                            td { (request.text("assent_name")) }
                            td { (request.get("assent_dueon").as_date().map(|it| it.to_string()).unwrap_or_default()) }
                            td { (request.get("assent_receivedon").as_time().map(|it| it.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()) }
                        }
                    }
                }
            }
        }
        h2 { "Refused since the start" }
        @if refused.is_empty() { p { "Nothing." } } @else {
            table {
                thead { tr { th scope="col" { "Address" } th scope="col" { "Status" } th scope="col" { "Reason" } th scope="col" { "Times" } } }
                tbody {
                    @for (reason, count) in refused.iter().take(REASONS) {
                        tr { td { code { (reason.route) } } td { (reason.status) } td { (reason.code) } td { (count) } }
                    }
                }
            }
        }
        h2 { "More" }
        ul {
            li { a href="/outbox" { "Outbox: every mail with its permit" } }
            li { a href="/settings/compliance-profiles/outbound-consent" { "Outbound consent: the two switches, double opt-in, evidence, texts" } }
            li { a href="/app/privacy/suppression" { "Suppression ledger: ask about an address" } }
            li { a href="/app/privacy/consent-records" { "Consent change records: download them with their evidence" } }
            @for (name, address) in &standing.pages { li { a href=(address) { "Landing page: " (name) } } }
            li { "Web API: " code { "/api/data/v9.2/" } ", with an access token: " code { "assent token create NAME --role integrator" } }
        }
    }
}
