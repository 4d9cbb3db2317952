//! A forgotten password: one answer to everybody, a mail to whoever has an account, a link that works once.

use connect::mail::{self, Outcome, SECRET_LINK};
use kernel::{Actor, Query, Record, Values};

use crate::{
    browser::Browser,
    signin::{ADDRESS, GOOD, MINUTE, events, invited, site as plain, user},
    site::{Reply, Site},
};

const NEW: &str = "seven slow barges drift";

fn site() -> Site {
    plain().with_app(|app| app.mail_leaves = true)
}

async fn forgot(site: &Site, address: &str) -> Reply {
    Browser::default().post(site, "/signin/forgot", &[("address", address)]).await
}

/// What stands in the outbox, once everything that was asked for before is written.
fn outbox(site: &Site) -> Vec<Record> {
    site.app.db.write(&site.app.cx, |_| Ok(())).unwrap();
    let query = Query::on("assent_outgoingmail").order("createdon asc,assent_outgoingmailid asc").unwrap();
    let cx = site.app.cx.as_system("test");
    site.app.db.read(&cx, |rx| rx.rows(&query)).unwrap()
}

/// Hands what waits to a mail server that takes everything; gives the path in each mail.
fn sent(site: &Site) -> Vec<String> {
    let cx = site.app.cx.for_actor(Actor::System);
    let claimed = site.app.db.write(&cx, |tx| mail::claim(tx, 10)).unwrap();
    let mut paths = Vec::new();
    for it in claimed.mails {
        let (html, text) = (it.html.unwrap(), it.text.unwrap());
        let path = text.split("https://records.example").nth(1).unwrap().split_whitespace().next().unwrap();
        assert!(html.contains(&format!("href=\"https://records.example{path}\"")), "{html}");
        paths.push(path.to_owned());
        let id = it.id;
        site.app.db.write(&cx, move |tx| mail::settle(tx, id, &Outcome::Sent("<x@y>".into()))).unwrap();
    }
    paths
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_mail() {
    let site = site();
    let (ada, mut browser) = invited(&site, "marketer").await;
    let page = Browser::default().get(&site, "/signin").await.is(200).text;
    assert!(page.contains("href=\"/signin/forgot\""), "{page}");
    Browser::default().get(&site, "/signin/forgot").await.is(200);
    let known = forgot(&site, &format!(" {ADDRESS} ")).await.is(200).text;
    let unknown = forgot(&site, "nobody@example.org").await.is(200).text;
    assert_eq!(known, unknown);
    forgot(&site, " ").await.is(400);

    // Whoever reads the outbox reads no link, also by the Web API.
    let [row] = outbox(&site).try_into().unwrap();
    assert_eq!(row.text("assent_to"), ADDRESS);
    assert!(row.text("assent_html").contains(SECRET_LINK) && row.text("assent_text").contains("Ada Example"));
    let secret = row.text("assent_secretlink").rsplit('/').next().unwrap().to_owned();
    let shown = site.get("assent_outgoingmails").await.is(200).text;
    assert!(shown.contains(ADDRESS) && !shown.contains(&secret) && !shown.contains("assent_secretlink"), "{shown}");

    assert_eq!(row.get("assent_systemuserid").as_guid(), Some(ada), "a request of the user finds it");
    let [path] = sent(&site).try_into().unwrap();
    assert!(path.ends_with(&secret));
    assert_eq!(outbox(&site)[0].text("assent_secretlink"), "", "what has left needs it no more");
    let mut fresh = Browser::default();
    fresh.get(&site, &path).await.is(200);
    fresh.post(&site, &path, &[("password", "short"), ("again", "short")]).await.is(400);
    fresh.post(&site, &path, &[("password", NEW), ("again", NEW)]).await.is(303);
    fresh.get(&site, "/account").await.is(200);
    browser.get(&site, "/account").await.is(303);
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(403);
    Browser::default().sign_in(&site, ADDRESS, NEW).await.is(303);
    let mut late = Browser::default();
    late.get(&site, &path).await.is(410);
    late.post(&site, &path, &[("password", GOOD), ("again", GOOD)]).await.is(410);
    let events = events(&site);
    for wanted in ["New password asked for||user", "New password asked for||nobody", "Credential changed|Password|user"]
    {
        assert_eq!(events.iter().filter(|it| *it == wanted).count(), 1, "{wanted}: {events:?}");
    }
}

#[tokio::test]
async fn a_link_ends_by_time_and_by_the_next_one_and_mails_are_few() {
    let site = site();
    invited(&site, "marketer").await;
    forgot(&site, ADDRESS).await.is(200);
    forgot(&site, ADDRESS).await.is(200);
    let [first, second] = sent(&site).try_into().unwrap();
    Browser::default().get(&site, &first).await.is(410);
    Browser::default().get(&site, &second).await.is(200);
    site.clock.advance(30 * MINUTE);
    Browser::default().get(&site, &second).await.is(410);
    // Three an hour for an address, and the answer tells nothing of it.
    let answers = [forgot(&site, ADDRESS).await, forgot(&site, "Ada@Example.org").await, forgot(&site, ADDRESS).await];
    assert_eq!(answers.map(|it| it.is(200).text).iter().collect::<std::collections::BTreeSet<_>>().len(), 1);
    assert_eq!(sent(&site).len(), 2, "one was left, one came with the half hour");
    // One client cannot ask for everybody.
    let mut browser = Browser { client: "198.51.100.7", ..Browser::default() };
    for n in 0..20 {
        browser.post(&site, "/signin/forgot", &[("address", &format!("a{n}@example.org"))]).await.is(200);
    }
    browser.post(&site, "/signin/forgot", &[("address", ADDRESS)]).await.is(429);
}

#[tokio::test]
async fn only_people_who_sign_in_by_a_password_get_one() {
    let site = site();
    let closed = user(&site, "closed@example.org", "marketer");
    let program = user(&site, "program@example.org", "integrator");
    let elsewhere = user(&site, "elsewhere@example.org", "marketer");
    user(&site, "invited@example.org", "marketer");
    site.app
        .db
        .write(&site.app.cx, move |tx| {
            tx.update("systemuser", closed, Values::new().with("isdisabled", true))?;
            tx.update("systemuser", program, Values::new().with("accessmode", 4))?;
            let values = Values::new()
                .with("assent_kind", 3)
                .with("assent_identifier", "x")
                .with("assent_systemuserid", ("systemuser", elsewhere));
            tx.as_system("test", |tx| tx.create("assent_credential", values.clone()))
        })
        .unwrap();
    for name in ["closed", "program", "elsewhere", "invited"] {
        forgot(&site, &format!("{name}@example.org")).await.is(200);
    }
    let to: Vec<String> = outbox(&site).iter().map(|it| it.text("assent_to").to_owned()).collect();
    assert_eq!(to, ["invited@example.org"]);
    // Closed before the mail leaves: it does not.
    let close = |tx: &mut kernel::Tx<'_>| {
        let user = tx.first(&Query::on("systemuser").eq("internalemailaddress", "invited@example.org"))?.unwrap();
        tx.update("systemuser", user.id, Values::new().with("isdisabled", true))
    };
    site.app.db.write(&site.app.cx, close).unwrap();
    assert!(sent(&site).is_empty());
    let [row] = outbox(&site).try_into().unwrap();
    assert_eq!((row.get("statuscode").as_int(), row.text("assent_secretlink")), (Some(5), ""));
}

#[tokio::test]
async fn without_a_mail_server_the_page_says_so() {
    let site = plain();
    invited(&site, "marketer").await;
    let page = Browser::default().get(&site, "/signin").await.is(200).text;
    assert!(!page.contains("/signin/forgot") && page.contains("An administrator makes you a link"), "{page}");
    for page in [Browser::default().get(&site, "/signin/forgot").await, forgot(&site, ADDRESS).await] {
        assert!(page.is(200).text.contains("sends no mail"));
    }
    assert!(outbox(&site).is_empty());
}
