//! Passwords, invitations, lock-out, sessions and the user's own page.

use kernel::{Query, Values, uuid::Uuid};
use web::signin::{
    self, Settings, SignIn,
    link::{self, Purpose},
    password::Cost,
};

use crate::{
    browser::Browser,
    site::{Reply, Site},
};

pub const GOOD: &str = "correct horse battery";
const BETTER: &str = "another staple entirely";
pub const ADDRESS: &str = "ada@example.org";
pub const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

pub fn site() -> Site {
    Site::with(kernel::Registry::default().with(signin::RULES, &[], &[]))
}

pub fn user(site: &Site, address: &str, role: &str) -> Uuid {
    let values = Values::new()
        .with("firstname", "Ada")
        .with("lastname", "Example")
        .with("internalemailaddress", address)
        .with("assent_role", role);
    site.app.db.write(&site.app.cx, move |tx| tx.create("systemuser", values.clone())).unwrap()
}

fn link(site: &Site, user: Option<Uuid>, purpose: Purpose) -> String {
    site.app.db.write(&site.app.cx, move |tx| link::make(tx, user, purpose)).unwrap()
}

/// A user who has taken a password by invitation.
pub async fn invited(site: &Site, role: &str) -> (Uuid, Browser) {
    let ada = user(site, ADDRESS, role);
    let path = link(site, Some(ada), Purpose::SetPassword);
    let mut browser = Browser::default();
    browser.get(site, &path).await.is(200);
    browser.post(site, &path, &[("password", GOOD), ("again", GOOD)]).await.is(303);
    (ada, browser)
}

/// What was noted, oldest first: event, method, whether an account is known.
pub fn events(site: &Site) -> Vec<String> {
    let query = Query::on("assent_useraccess").order("createdon asc,assent_useraccessid asc").unwrap();
    let rows = site.app.db.read(&site.app.cx, |rx| rx.rows(&query)).unwrap();
    let entity = site.app.db.model();
    let entity = entity.entity("assent_useraccess").unwrap();
    let word = |row: &kernel::Record, column: &str| {
        let option = row.get(column).as_int().and_then(|it| entity.column(column).unwrap().option(it));
        option.map(|it| kernel::metadata::file::english(&it.label)).unwrap_or_default()
    };
    let line = |it: &kernel::Record| {
        let known = if it.get("assent_systemuserid").is_null() { "nobody" } else { "user" };
        format!("{}|{}|{known}", word(it, "assent_event"), word(it, "assent_method"))
    };
    rows.iter().map(line).collect()
}

#[tokio::test]
async fn an_invitation_becomes_a_password() {
    let site = site();
    let ada = user(&site, ADDRESS, "marketer");
    let path = link(&site, Some(ada), Purpose::SetPassword);
    let mut browser = Browser::default();
    let page = browser.get(&site, &path).await.is(200);
    assert!(page.text.contains("Ada Example") && page.text.contains("new-password"), "{}", page.text);
    for (new, again, why) in [
        ("short", "short", "too short"),
        (GOOD, BETTER, "differ"),
        ("passwort2026!!", "passwort2026!!", "easy to guess"),
        ("Ada Example!", "Ada Example!", "your name"),
    ] {
        let page = browser.post(&site, &path, &[("password", new), ("again", again)]).await.is(400);
        assert!(page.text.contains(why), "{}", page.text);
    }
    let done = browser.post(&site, &path, &[("password", GOOD), ("again", GOOD)]).await.is(303);
    let cookie = done.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-assent=")
            && cookie.ends_with("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    browser.get(&site, "/account").await.is(200);
    // Once.
    browser.get(&site, &path).await.is(410);
    browser.post(&site, &path, &[("password", BETTER), ("again", BETTER)]).await.is(410);
    let late = link(&site, Some(ada), Purpose::SetPassword);
    let replaced = link(&site, Some(ada), Purpose::SetPassword);
    browser.get(&site, &late).await.is(410);
    site.clock.advance(72 * HOUR);
    browser.get(&site, &replaced).await.is(410);
    // Nothing of the secret is stored or readable.
    let mut site = site;
    site.token =
        site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "later", "system-administrator", None)).unwrap();
    let rows = site.get("assent_credentials").await.is(200).text;
    assert!(rows.contains("assent_kind") && !rows.contains("argon2") && !rows.contains("assent_identifier"), "{rows}");
}

#[tokio::test]
async fn a_password_signs_in_and_everything_else_gets_one_answer() {
    let site = site();
    let (ada, _) = invited(&site, "marketer").await;
    let mut browser = Browser::default();
    let page = browser.get(&site, "/signin?next=/app/outbox").await.is(200);
    assert!(page.text.contains("value=\"/app/outbox\"") && page.text.contains("current-password"));
    let form = [("address", " ADA@example.org "), ("password", GOOD), ("next", "/app/outbox")];
    assert_eq!(browser.post(&site, "/signin", &form).await.is(303).header("location"), "/app/outbox");
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "outbox"] {
        let form = [("address", ADDRESS), ("password", GOOD), ("next", elsewhere)];
        assert_eq!(Browser::default().post(&site, "/signin", &form).await.is(303).header("location"), "/");
    }
    let closed = user(&site, "closed@example.org", "marketer");
    site.app
        .db
        .write(&site.app.cx, move |tx| tx.update("systemuser", closed, Values::new().with("isdisabled", true)))
        .unwrap();
    user(&site, "none@example.org", "marketer");
    let mut answers = Vec::new();
    for (address, password) in [
        (ADDRESS, "correct horse batterx"),
        ("nobody@example.org", GOOD),
        ("closed@example.org", GOOD),
        ("none@example.org", GOOD),
        ("", ""),
    ] {
        let mut browser = Browser::default();
        let reply = browser.sign_in(&site, address, password).await.is(403);
        assert!(!browser.is_signed_in());
        answers.push(reply.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "whoever asks learns nothing about accounts: {answers:#?}");
    let events = events(&site);
    assert_eq!(events.iter().filter(|it| *it == "Refused|Password|user").count(), 2, "{events:?}");
    assert_eq!(events.iter().filter(|it| *it == "Refused|Password|nobody").count(), 3, "{events:?}");
    // A program's account is not for people.
    site.app
        .db
        .write(&site.app.cx, move |tx| tx.update("systemuser", ada, Values::new().with("accessmode", 4)))
        .unwrap();
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(403);
}

#[tokio::test]
async fn wrong_passwords_make_the_next_try_wait() {
    let site = site();
    invited(&site, "marketer").await;
    for address in [ADDRESS, "nobody@example.org"] {
        for _ in 0..5 {
            Browser::default().sign_in(&site, address, "wrong wrong wrong").await.is(403);
        }
    }
    let first = Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(403);
    let other = Browser::default().sign_in(&site, "nobody@example.org", GOOD).await.is(403);
    assert_eq!(first.text, other.text);
    // Trying while it is locked makes it no longer; the wait doubles with each wrong one behind it.
    site.clock.advance(30_000);
    Browser::default().sign_in(&site, ADDRESS, "wrong wrong wrong").await.is(403);
    site.clock.advance(59_000);
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(403);
    site.clock.advance(1_000);
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(303);
    // The right one forgets them.
    for _ in 0..4 {
        Browser::default().sign_in(&site, ADDRESS, "wrong wrong wrong").await.is(403);
    }
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(303);
    let events = events(&site);
    assert_eq!(events.iter().filter(|it| it.starts_with("Locked out|Password|user")).count(), 2, "{events:?}");
    assert_eq!(events.iter().filter(|it| it.starts_with("Locked out|Password|nobody")).count(), 1, "{events:?}");
    site.clock.advance(25 * HOUR);
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(303);
    let left = site.app.db.read(&site.app.cx, |rx| rx.count(&Query::on("assent_lockout"))).unwrap();
    assert_eq!(left, 0, "what was tried for addresses is forgotten after a day");
}

#[tokio::test]
async fn one_client_cannot_try_without_end() {
    let site = site();
    let mut browser = Browser { client: "198.51.100.7", ..Browser::default() };
    let mut codes = Vec::new();
    for n in 0..21 {
        codes.push(browser.sign_in(&site, &format!("a{n}@example.org"), GOOD).await.status.as_u16());
    }
    assert_eq!((codes.iter().filter(|it| **it == 403).count(), codes[20]), (20, 429));
    let other = Browser { client: "198.51.100.8", ..Browser::default() }.sign_in(&site, ADDRESS, GOOD).await;
    other.is(403);
}

#[tokio::test]
async fn a_higher_cost_is_taken_over_at_the_next_sign_in() {
    let mut site = site();
    let (ada, _) = invited(&site, "marketer").await;
    let stored = |site: &Site| {
        let query = Query::on("assent_credential").eq("assent_systemuserid", ada);
        let cx = site.app.cx.as_system("test");
        site.app.db.read(&cx, |rx| Ok(rx.first(&query)?.unwrap().text("assent_secret").to_owned())).unwrap()
    };
    assert!(stored(&site).starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    site.app.signin =
        SignIn::new(Settings { cost: Cost { memory: 16, passes: 2, lanes: 1 }, ..Settings::default() }, None);
    let site = site.again();
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(303);
    assert!(stored(&site).starts_with("$argon2id$v=19$m=16,t=2,p=1$"));
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(303);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let site = site();
    let (_, mut other) = invited(&site, "marketer").await;
    let mut browser = Browser::default();
    browser.sign_in(&site, ADDRESS, GOOD).await.is(303);
    browser.get(&site, "/account").await.is(200);
    let change = |current: &'static str, new: &'static str| [("current", current), ("password", new), ("again", new)];
    let reply = browser.post(&site, "/account/password", &change("wrong wrong wrong", BETTER)).await.is(400);
    assert!(reply.text.contains("present password is not right"), "{}", reply.text);
    let reply = browser.post(&site, "/account/password", &change(GOOD, "short")).await.is(400);
    assert!(reply.text.contains("too short"), "{}", reply.text);
    let before = browser.cookie.clone();
    browser.post(&site, "/account/password", &change(GOOD, BETTER)).await.is(200);
    assert_ne!(browser.cookie, before, "the session has another cookie");
    browser.get(&site, "/account").await.is(200);
    let mut old = Browser { cookie: before, ..Browser::default() };
    old.get(&site, "/account").await.is(303);
    other.get(&site, "/account").await.is(303);
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(403);
    Browser::default().sign_in(&site, ADDRESS, BETTER).await.is(303);
}

#[tokio::test]
async fn sessions_end_by_time_by_hand_and_by_a_change_of_the_account() {
    let site = site();
    let (ada, mut first) = invited(&site, "system-administrator").await;
    site.clock.advance(1_000);
    let mut second = Browser::default();
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    let page = second.get(&site, "/account").await.is(200);
    assert_eq!(page.text.matches("name=\"id\"").count(), 2);
    // Without the page's stamp, or with another session's, nothing happens.
    let mut blind = Browser { cookie: second.cookie.clone(), ..Browser::default() };
    blind.post(&site, "/account/sessions/end-all", &[]).await.is(403);
    first.get(&site, "/account").await.is(200);
    let mut mixed =
        Browser { cookie: second.cookie.clone(), ..Browser { stamp: first.stamp.clone(), ..Browser::default() } };
    mixed.post(&site, "/account/sessions/end-all", &[]).await.is(403);
    // One by hand.
    site.clock.advance(1_000);
    let mut third = Browser::default();
    third.sign_in(&site, ADDRESS, GOOD).await.is(303);
    let id = open(&site, ada)[0].to_string();
    second.post(&site, "/account/sessions/end", &[("id", &id)]).await.is(200);
    third.get(&site, "/account").await.is(303);
    // Nobody ends another's.
    let other = user(&site, "other@example.org", "marketer");
    let path = link(&site, Some(other), Purpose::SignIn);
    let mut stranger = Browser::default();
    stranger.post(&site, &path, &[]).await.is(303);
    stranger.get(&site, "/account").await.is(200);
    let id = open(&site, ada)[0].to_string();
    let page = stranger.post(&site, "/account/sessions/end", &[("id", &id)]).await.is(200);
    assert!(!page.text.contains("has ended"), "{}", page.text);
    second.get(&site, "/account").await.is(200);
    second.post(&site, "/account/sessions/end-all", &[]).await.is(303);
    assert!(open(&site, ada).is_empty() && !second.is_signed_in());

    // Idle, and absolute.
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    for _ in 0..3 {
        site.clock.advance(7 * HOUR);
        second.get(&site, "/account").await.is(200);
    }
    site.clock.advance(3 * HOUR);
    second.get(&site, "/account").await.is(303);
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    site.clock.advance(8 * HOUR);
    second.get(&site, "/account").await.is(303);

    // Signing in again takes the place of the session that the browser had.
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    assert_eq!(open(&site, ada).len(), 1);
    // Another role: the session ends. A closed account: nobody.
    let change = |values: Values| {
        site.app.db.write(&site.app.cx, move |tx| tx.update("systemuser", ada, values.clone())).unwrap();
    };
    change(Values::new().with("assent_role", "auditor"));
    second.get(&site, "/account").await.is(303);
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    change(Values::new().with("isdisabled", true));
    second.get(&site, "/account").await.is(303);
    second.sign_in(&site, ADDRESS, GOOD).await.is(403);
    change(Values::new().with("isdisabled", false));
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    let ended = site.app.db.write(&site.app.cx, move |tx| signin::end_sessions(tx, ada)).unwrap();
    assert_eq!(ended, 1);
    second.get(&site, "/account").await.is(303);
    let events = events(&site);
    for wanted in [
        "Signed out|",
        "Signed out everywhere|",
        "Sessions ended by an administrator|",
        "Sessions ended by a change of the account|",
    ] {
        assert!(events.iter().any(|it| it.starts_with(wanted)), "{wanted}: {events:?}");
    }
}

/// Open sessions of a user, the newest first.
fn open(site: &Site, user: Uuid) -> Vec<Uuid> {
    let query = Query::on("assent_session")
        .eq("assent_systemuserid", user)
        .order("createdon desc,assent_sessionid desc")
        .unwrap();
    site.app.db.read(&site.app.cx, |rx| rx.ids(&query)).unwrap()
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let site = site();
    invited(&site, "marketer").await;
    let request = axum::http::Request::post("/signin")
        .header("Host", "records.example")
        .header("Origin", "https://evil.example")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(format!("address={ADDRESS}&password=correct+horse+battery")))
        .unwrap();
    let reply: Reply = site.raw(request).await.is(403);
    assert!(reply.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn the_pages_speak_three_languages() {
    let site = site();
    let (_, mut browser) = invited(&site, "marketer").await;
    for (language, title) in [("en", "Your account"), ("de", "Ihr Konto"), ("fr", "Votre compte")] {
        browser.language = language;
        let page = browser.get(&site, "/account").await.is(200);
        assert!(page.text.contains(title) && page.text.contains(&format!("lang=\"{language}\"")));
        assert_eq!(page.header("content-language"), language);
    }
}

#[tokio::test]
async fn only_administrators_make_links() {
    let site = site();
    let ada = user(&site, ADDRESS, "marketer");
    let cx = site.app.cx.for_actor(kernel::Actor::user(ada, "marketer"));
    let made = site.app.db.write(&cx, move |tx| link::make(tx, Some(ada), Purpose::SignIn));
    assert_eq!(made.unwrap_err().kind, kernel::Kind::Forbidden);
}

#[tokio::test]
async fn a_token_of_ones_own_does_what_its_user_may_and_no_more() {
    let mut site = site();
    let administrator = site.token.clone();
    let (ada, mut browser) = invited(&site, "sales-person").await;
    browser.get(&site, "/account").await.is(200);
    let token =
        |page: &Reply| page.text.split("<code id=\"token\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let form = |scope: &'static str| [("name", "nightly"), ("days", "30"), ("scope", scope)];
    browser.post(&site, "/account/tokens", &[("name", "x"), ("days", "366"), ("scope", "read")]).await.is(400);
    let write = token(&browser.post(&site, "/account/tokens", &form("write")).await.is(200));
    let read = token(&browser.post(&site, "/account/tokens", &form("read")).await.is(200));
    let list = browser.get(&site, "/account").await.is(200).text;
    assert!(list.contains("nightly") && list.contains("read only") && !list.contains(&read));

    site.token = write.clone();
    site.post("contacts", r#"{"lastname":"Elm"}"#).await.is(204);
    site.post("msdyncrm_segments", r#"{"msdyncrm_segmentname":"x"}"#).await.is(403);
    site.token = read.clone();
    site.get("contacts").await.is(200);
    let id = site.get("contacts").await.json()["value"][0]["contactid"].as_str().unwrap().to_owned();
    for (method, path, body) in [
        ("POST", "contacts".to_owned(), r#"{"lastname":"Elm"}"#),
        ("PATCH", format!("contacts({id})"), r#"{"lastname":"Oak"}"#),
        ("DELETE", format!("contacts({id})"), ""),
        ("POST", "assent_Object".to_owned(), r#"{"Address":"ann@example.com"}"#),
        ("POST", "BulkDelete".to_owned(), "{}"),
    ] {
        let refused = site.send(method, &path, &[], body).await.is(403);
        assert!(refused.text.contains("reading only"), "{method} {path}: {}", refused.text);
    }
    // An hour later a session is too old to make another one.
    site.clock.advance(HOUR);
    browser.get(&site, "/account").await.is(200);
    browser.post(&site, "/account/tokens", &form("read")).await.is(403);
    // The role of the user is the token's.
    let role = |role: &'static str| {
        let values = Values::new().with("assent_role", role);
        site.app.db.write(&site.app.cx, move |tx| tx.update("systemuser", ada, values.clone())).unwrap();
    };
    role("marketer");
    site.token = write.clone();
    site.get("leads").await.is(200);
    role("public");
    site.get("contacts").await.is(401);
    role("sales-person");
    site.get("contacts").await.is(200);
    // Revoked on the page, or run out.
    browser.sign_in(&site, ADDRESS, GOOD).await.is(303);
    let page = browser.get(&site, "/account").await.is(200).text;
    let id = page.split("/account/tokens/revoke").nth(1).unwrap().split("name=\"id\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap().to_owned();
    browser.post(&site, "/account/tokens/revoke", &[("id", &id)]).await.is(200);
    let mut codes = Vec::new();
    for text in [&write, &read] {
        site.token.clone_from(text);
        codes.push(site.get("contacts").await.status.as_u16());
    }
    codes.sort_unstable();
    assert_eq!(codes, [200, 401]);
    site.clock.advance(30 * 24 * HOUR);
    for text in [&write, &read] {
        site.token.clone_from(text);
        site.get("contacts").await.is(401);
    }
    site.token = administrator;
    site.get("contacts").await.is(200);
}

/// A cookie without the prefix may have been planted by whoever is on the way of an unencrypted request.
#[tokio::test]
async fn over_https_only_the_cookie_of_https_counts() {
    let site = site();
    let (_, mut browser) = invited(&site, "marketer").await;
    browser.sign_in(&site, ADDRESS, GOOD).await.is(303);
    browser.get(&site, "/account").await.is(200);
    let secret = browser.cookie.strip_prefix("__Host-assent=").unwrap().to_owned();
    for (cookie, status) in [
        (format!("assent={secret}"), 303),
        (format!("assent=planted; __Host-assent={secret}"), 200),
        (format!("__Host-assent={secret}; assent=planted"), 200),
    ] {
        let mut browser = Browser { cookie, ..Browser::default() };
        browser.get(&site, "/account").await.is(status);
    }
    // A trial without encryption has no other.
    let site = site.with_app(|app| app.base_url = "http://127.0.0.1:8080".into());
    let mut browser = Browser { cookie: format!("assent={secret}"), ..Browser::default() };
    browser.get(&site, "/account").await.is(200);
}
