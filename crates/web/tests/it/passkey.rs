//! Passkeys: made on the user's own page, used on the sign-in page, taken away.

use kernel::{Query, Values, uuid::Uuid};
use serde_json::Value as Json;

use crate::{
    authenticator::Device,
    browser::Browser,
    signin::{ADDRESS, GOOD, MINUTE, events, invited, site},
    site::{Reply, Site},
};

const HOUR: i64 = 60 * MINUTE;

/// What the device is asked for on the user's own page, with the sealed text.
async fn wanted(site: &Site, browser: &mut Browser) -> (Json, String) {
    let body = browser.post(site, "/account/passkeys/options", &[]).await.is(200).json();
    (body["options"].clone(), body["state"].as_str().unwrap().to_owned())
}

async fn register(site: &Site, browser: &mut Browser, name: &str) -> Device {
    let mut device = Device::new();
    browser.get(site, "/account").await.is(200);
    let (options, state) = wanted(site, browser).await;
    let credential = device.register(&options);
    let fields = [("name", name), ("state", &state), ("credential", &credential)];
    let page = browser.post(site, "/account/passkeys", &fields).await;
    assert!(page.is(200).text.contains("The passkey is added"));
    device
}

/// What a device is asked for on the sign-in page.
async fn asked(site: &Site, browser: &mut Browser) -> (Json, String) {
    browser.stamp.clear();
    let body = browser.post(site, "/signin/passkey/options", &[]).await.is(200).json();
    (body["options"].clone(), body["state"].as_str().unwrap().to_owned())
}

async fn press(site: &Site, browser: &mut Browser, state: &str, credential: &str) -> Reply {
    browser.stamp.clear();
    let fields = [("state", state), ("credential", credential), ("next", "/account")];
    browser.post(site, "/signin/passkey", &fields).await
}

async fn sign_in(site: &Site, device: &mut Device) -> (Reply, Browser) {
    let mut browser = Browser::default();
    let (options, state) = asked(site, &mut browser).await;
    let credential = device.sign(&options);
    let reply = press(site, &mut browser, &state, &credential).await;
    (reply, browser)
}

fn count(site: &Site, entity: &str) -> u64 {
    site.app.db.read(&site.app.cx, |rx| rx.count(&Query::on(entity))).unwrap()
}

fn noted(site: &Site, event: &str) -> usize {
    events(site).iter().filter(|it| *it == event).count()
}

#[tokio::test]
async fn a_passkey_is_made_named_used_and_removed() {
    let site = site();
    let (_, mut browser) = invited(&site, "system-administrator").await;
    let page = browser.get(&site, "/account").await.is(200).text;
    assert!(page.contains("You have none yet") && page.contains("/assets/passkey.js"), "{page}");
    let (options, _) = wanted(&site, &mut browser).await;
    assert_eq!(options["rp"]["id"], "records.example");
    assert_eq!(options["user"]["name"], ADDRESS);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    let mut device = register(&site, &mut browser, " My telephone\u{7} ").await;
    let page = browser.get(&site, "/account").await.is(200).text;
    assert!(page.contains("<strong>My telephone</strong>") && page.contains("never used"), "{page}");
    // The device is told which keys it has already.
    assert_eq!(wanted(&site, &mut browser).await.0["excludeCredentials"].as_array().unwrap().len(), 1);

    let before = count(&site, "assent_session");
    let (reply, mut second) = sign_in(&site, &mut device).await;
    assert_eq!(reply.is(303).header("location"), "/account");
    assert!(second.cookie.starts_with("__Host-assent="), "{}", second.cookie);
    let page = second.get(&site, "/account").await.is(200).text;
    assert!(page.contains("last used") && count(&site, "assent_session") == before + 1, "{page}");
    let (reply, _) = sign_in(&site, &mut device).await;
    reply.is(303);

    // Renamed, in the list and in the trail; nobody renames or removes another's.
    let id = passkeys(&site)[0].to_string();
    let page = second.post(&site, "/account/passkeys/rename", &[("id", &id), ("name", "Blue key")]).await.is(200).text;
    assert!(page.contains("<strong>Blue key</strong>"), "{page}");
    second.post(&site, "/account/passkeys/rename", &[("id", &id), ("name", " ")]).await.is(400);
    let mut stranger = other(&site).await;
    for (path, more) in [("/account/passkeys/rename", ("name", "Mine")), ("/account/passkeys/remove", ("x", ""))] {
        stranger.get(&site, "/account").await.is(200);
        let page = stranger.post(&site, path, &[("id", &id), more]).await.is(200).text;
        assert!(!page.contains("is removed") && !page.contains("new name"), "{page}");
    }
    assert_eq!(passkeys(&site).len(), 1);

    // Nothing of the key leaves by the Web API.
    let rows = site.get("assent_credentials").await.is(200).text;
    assert!(
        rows.contains("Blue key") && !rows.contains("assent_secret") && !rows.contains("assent_identifier"),
        "{rows}"
    );

    // Removing ends the other sessions, and signs nobody in any more.
    second.get(&site, "/account").await.is(200);
    let page = second.post(&site, "/account/passkeys/remove", &[("id", &id)]).await.is(200).text;
    assert!(page.contains("The passkey is removed"), "{page}");
    browser.get(&site, "/account").await.is(303);
    second.get(&site, "/account").await.is(200);
    let (reply, _) = sign_in(&site, &mut device).await;
    let page = reply.is(403).text;
    assert!(page.contains("This passkey does not sign you in") && !page.contains("data-suggest"), "{page}");
    for event in ["Credential added|Passkey|user", "Credential changed|Passkey|user", "Credential removed|Passkey|user"]
    {
        assert_eq!(noted(&site, event), 1, "{event}: {:?}", events(&site));
    }
    assert_eq!((noted(&site, "Signed in|Passkey|user"), noted(&site, "Refused|Passkey|nobody")), (2, 1));
}

fn passkeys(site: &Site) -> Vec<Uuid> {
    let query = Query::on("assent_credential").eq("assent_kind", 2);
    site.app.db.read(&site.app.cx, |rx| rx.ids(&query)).unwrap()
}

async fn other(site: &Site) -> Browser {
    let user = crate::signin::user(site, "other@example.org", "marketer");
    let path = site
        .app
        .db
        .write(&site.app.cx, move |tx| web::signin::link::make(tx, Some(user), web::signin::link::Purpose::SignIn));
    let mut browser = Browser::default();
    browser.post(site, &path.unwrap(), &[]).await.is(303);
    browser
}

#[tokio::test]
async fn an_answer_counts_once_here_and_now() {
    let site = site();
    let (ada, mut own) = invited(&site, "marketer").await;
    let mut device = register(&site, &mut own, "Key").await;
    let refused = |reply: Reply| assert!(reply.is(403).text.contains("does not sign you in"));

    // The same answer again, from the browser that was signed in by it.
    let mut browser = Browser::default();
    let (options, state) = asked(&site, &mut browser).await;
    let tie = browser.cookie.clone();
    let answer = device.sign(&options);
    press(&site, &mut browser, &state, &answer).await.is(303);
    let mut again = Browser { cookie: tie.clone(), ..Browser::default() };
    refused(press(&site, &mut again, &state, &answer).await);
    // Another answer to the same challenge.
    let mut again = Browser { cookie: tie, ..Browser::default() };
    refused(press(&site, &mut again, &state, &device.sign(&options)).await);
    // In another browser, and in none.
    let (options, state) = asked(&site, &mut Browser::default()).await;
    let mut another = Browser::default();
    asked(&site, &mut another).await;
    refused(press(&site, &mut another, &state, &device.sign(&options)).await);
    refused(press(&site, &mut Browser::default(), &state, &device.sign(&options)).await);
    // Too late; a minute before it was not.
    let mut browser = Browser::default();
    let (options, state) = asked(&site, &mut browser).await;
    site.clock.advance(10 * MINUTE);
    refused(press(&site, &mut browser, &state, &device.sign(&options)).await);
    let mut browser = Browser::default();
    let (options, state) = asked(&site, &mut browser).await;
    site.clock.advance(9 * MINUTE);
    press(&site, &mut browser, &state, &device.sign(&options)).await.is(303);
    // A text that was changed, an answer to another challenge, no answer.
    let mut browser = Browser::default();
    let (options, state) = asked(&site, &mut browser).await;
    refused(press(&site, &mut browser, &format!("e{state}"), &device.sign(&options)).await);
    let (_, state) = asked(&site, &mut browser).await;
    refused(press(&site, &mut browser, &state, &device.sign(&options)).await);
    refused(press(&site, &mut browser, &state, "{}").await);
    // From another site's page, and from a device that looked at nobody.
    device.origin = "https://records.example.evil.example".to_owned();
    refused(sign_in(&site, &mut device).await.0);
    device.origin = "https://records.example".to_owned();
    device.verifies = false;
    refused(sign_in(&site, &mut device).await.0);
    device.verifies = true;
    // For a closed account, and for one of programs.
    for (closed, open) in [
        (Values::new().with("isdisabled", true), Values::new().with("isdisabled", false)),
        (Values::new().with("accessmode", 4), Values::new().with("accessmode", 0)),
    ] {
        let change = |values: Values| {
            site.app.db.write(&site.app.cx, move |tx| tx.update("systemuser", ada, values.clone())).unwrap();
        };
        change(closed);
        refused(sign_in(&site, &mut device).await.0);
        change(open);
        sign_in(&site, &mut device).await.0.is(303);
    }
    // What has run out goes with the next that is spent.
    site.clock.advance(HOUR);
    sign_in(&site, &mut device).await.0.is(303);
    assert_eq!(count(&site, "assent_spentchallenge"), 1);
}

#[tokio::test]
async fn a_copy_of_a_key_is_noticed() {
    let site = site();
    let (_, mut own) = invited(&site, "marketer").await;
    let mut device = register(&site, &mut own, "Key").await;
    device.counter = 40;
    sign_in(&site, &mut device).await.0.is(303);
    device.counter = 7;
    sign_in(&site, &mut device).await.0.is(403);
    assert_eq!(noted(&site, "Passkey that may be a copy|Passkey|user"), 1, "{:?}", events(&site));
    device.counter = 41;
    sign_in(&site, &mut device).await.0.is(303);
}

#[tokio::test]
async fn wrong_answers_make_the_next_try_wait_and_no_password() {
    let site = site();
    let (_, mut own) = invited(&site, "marketer").await;
    let mut device = register(&site, &mut own, "Key").await;
    for _ in 0..5 {
        sign_in(&site, &mut device.forged()).await.0.is(403);
    }
    assert_eq!(noted(&site, "Locked out|Passkey|user"), 1, "{:?}", events(&site));
    sign_in(&site, &mut device).await.0.is(403);
    Browser::default().sign_in(&site, ADDRESS, GOOD).await.is(303);
    site.clock.advance(30_000);
    sign_in(&site, &mut device).await.0.is(303);
    // And the other way round: who guesses passwords does not keep the holder of a passkey out.
    for _ in 0..6 {
        Browser::default().sign_in(&site, ADDRESS, "wrong wrong wrong").await.is(403);
    }
    sign_in(&site, &mut device).await.0.is(303);
    // One client cannot ask without end.
    let mut browser = Browser { client: "198.51.100.7", ..Browser::default() };
    for _ in 0..60 {
        browser.post(&site, "/signin/passkey/options", &[]).await.is(200);
    }
    let reply = browser.post(&site, "/signin/passkey/options", &[]).await.is(429);
    assert!(reply.json()["error"].as_str().unwrap().contains("wait some minutes"));
}

#[tokio::test]
async fn a_passkey_is_made_by_whoever_has_just_signed_in() {
    let site = site();
    let (_, mut browser) = invited(&site, "marketer").await;
    browser.get(&site, "/account").await.is(200);
    let (options, state) = wanted(&site, &mut browser).await;
    let mut device = Device::new();
    let credential = device.register(&options);
    // A challenge of this session does not count in another one.
    let mut second = Browser::default();
    second.sign_in(&site, ADDRESS, GOOD).await.is(303);
    second.get(&site, "/account").await.is(200);
    let fields = [("name", "x"), ("state", state.as_str()), ("credential", credential.as_str())];
    let page = second.post(&site, "/account/passkeys", &fields).await.is(400).text;
    assert!(page.contains("No passkey was added"), "{page}");
    // Nor one of the sign-in page, nor without the page's stamp.
    let mut nobody = Browser::default();
    let (_, foreign) = asked(&site, &mut nobody).await;
    let fields = [("name", "x"), ("state", foreign.as_str()), ("credential", credential.as_str())];
    browser.post(&site, "/account/passkeys", &fields).await.is(400);
    let mut blind = Browser { cookie: browser.cookie.clone(), ..Browser::default() };
    blind.post(&site, "/account/passkeys/options", &[]).await.is(403);
    // In its own it does, once; without a name it has that of the browser, which here is unknown.
    let fields = [("state", state.as_str()), ("credential", credential.as_str())];
    browser.post(&site, "/account/passkeys", &fields).await.is(200);
    browser.post(&site, "/account/passkeys", &fields).await.is(400);
    assert!(browser.get(&site, "/account").await.text.contains("<strong>Passkey</strong>"));
    // The same key once more.
    let (options, state) = wanted(&site, &mut browser).await;
    let credential = device.register(&options);
    let fields = [("state", state.as_str()), ("credential", credential.as_str())];
    assert_ne!(browser.post(&site, "/account/passkeys", &fields).await.status.as_u16(), 200);
    // An hour later the session is too old to add or to remove one; renaming is free.
    let id = passkeys(&site)[0].to_string();
    site.clock.advance(HOUR);
    browser.get(&site, "/account").await.is(200);
    let reply = browser.post(&site, "/account/passkeys/options", &[]).await.is(403);
    assert!(reply.json()["error"].as_str().unwrap().contains("within the last hour"));
    browser.post(&site, "/account/passkeys/remove", &[("id", &id)]).await.is(403);
    browser.post(&site, "/account/passkeys/rename", &[("id", &id), ("name", "Old")]).await.is(200);
    assert_eq!(passkeys(&site).len(), 1);
}

#[tokio::test]
async fn an_administrator_takes_passkeys_away() {
    let mut site = site();
    let (ada, mut browser) = invited(&site, "marketer").await;
    let mut lost = register(&site, &mut browser, "Lost").await;
    let mut kept = register(&site, &mut browser, "Kept").await;
    let call = format!("systemusers({ada})/Microsoft.Dynamics.CRM.assent_RemovePasskeys");
    let rows = site.get("assent_credentials?$filter=assent_name eq 'Lost'").await.is(200).json();
    let id = rows["value"][0]["assent_credentialid"].as_str().unwrap().to_owned();
    let done = site.post(&call, &format!(r#"{{"Id":"{id}"}}"#)).await.is(200).json();
    assert_eq!((done["Removed"].as_i64(), done["Ended"].as_i64()), (Some(1), Some(1)));
    site.post(&call, &format!(r#"{{"Id":"{id}"}}"#)).await.is(404);
    browser.get(&site, "/account").await.is(303);
    sign_in(&site, &mut lost).await.0.is(403);
    sign_in(&site, &mut kept).await.0.is(303);
    assert_eq!(site.post(&call, "{}").await.is(200).json()["Removed"], 1);
    assert_eq!(site.post(&call, "{}").await.is(200).json()["Removed"], 0);
    sign_in(&site, &mut kept).await.0.is(403);
    site.token = site.app.db.write(&site.app.cx, |tx| web::token::create(tx, "m", "marketer", None)).unwrap();
    site.post(&call, "{}").await.is(403);
}

#[tokio::test]
async fn where_passkeys_cannot_be_the_pages_say_why() {
    let site = site();
    let (_, browser) = invited(&site, "marketer").await;
    let cookie = browser.cookie.replace("__Host-", "");
    let mut site = site;
    for (address, why) in
        [("http://127.0.0.1:8080", "bound to the name of a site"), ("http://records.example", "encrypted connection")]
    {
        site = site.with_app(|app| app.base_url = address.into());
        let page = Browser::default().get(&site, "/signin").await.is(200).text;
        assert!(!page.contains("passkey"), "{page}");
        let mut browser = Browser { cookie: cookie.clone(), ..Browser::default() };
        let page = browser.get(&site, "/account").await.is(200).text;
        assert!(page.contains(why) && page.contains(address) && !page.contains("passkey.js"), "{page}");
        browser.post(&site, "/account/passkeys/options", &[]).await.is(404);
        Browser::default().post(&site, "/signin/passkey/options", &[]).await.is(404);
    }
    let site = site.with_app(|app| app.base_url = "http://localhost:8080".into());
    let page = Browser::default().get(&site, "/signin").await.is(200).text;
    assert!(page.contains("username webauthn") && page.contains("data-suggest"), "{page}");
    Browser::default().get(&site, "/assets/passkey.js").await.is(200);
}
