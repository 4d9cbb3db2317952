//! Groups and the roles that follow them, on a store of its own.

use std::sync::Mutex;

use connect::http::Client;
use kernel::{Actor, Context, Db, FixedClock, Registry, SeededRandom};
use serde_json::json;

use super::*;

const BRANCH: &str = "Branch north";

fn provider() -> Provider {
    let pair = |group: &str, role: &str| (group.to_owned(), role.to_owned());
    Provider {
        issuer: "https://id.example".into(),
        client: "assent".into(),
        secret: String::new(),
        label: "Example".into(),
        scopes: "openid".into(),
        groups: "groups".into(),
        roles: vec![pair("officers", "privacy-officer"), pair("all", "sales-person"), pair("north", BRANCH)],
        http: Client::new(None).unwrap(),
        known: Mutex::default(),
    }
}

struct Place {
    db: Db,
    cx: Context,
    provider: Provider,
}

impl Place {
    fn new() -> Place {
        let clock = FixedClock::at("2026-03-02T10:30:00Z".parse().unwrap());
        let cx = Context::new(Actor::System, clock, SeededRandom::new(7));
        let db = Db::for_test(privacy::metadata::SOURCES, Registry::default(), &cx).unwrap();
        Place { db, cx, provider: provider() }
    }
    fn make_role(&self) -> Uuid {
        self.db.write(&self.cx, |tx| tx.create("role", Values::new().with("name", BRANCH))).unwrap()
    }
    /// Signs in with these groups; gives the user.
    fn enter(&self, groups: &[&str]) -> Option<Uuid> {
        let claims = json!({
            "sub": "17", "email": "ada@example.org", "email_verified": true, "given_name": "Ada", "groups": groups,
        });
        let person = Person::of(claims.as_object().unwrap(), &self.provider);
        self.db.write(&self.cx.for_actor(Actor::Public), move |tx| person.settle(tx)).unwrap()
    }
    /// The role to sign in with, and the further ones; those of groups in brackets.
    fn roles(&self, user: Uuid) -> String {
        let read = |rx: &Rx<'_>| {
            let mut all = Vec::new();
            for row in rx.rows(&Query::on(FURTHER).eq("systemuserid", user))? {
                let name = rx.get("role", row.get("roleid").as_guid().unwrap())?.text("name").to_owned();
                all.push(if row.get("assent_fromprovider").is_true() { format!("[{name}]") } else { name });
            }
            all.sort();
            Ok(format!("{} + {}", rx.get(user::ENTITY, user)?.text("assent_role"), all.join(" ")))
        };
        self.db.read(&self.cx, read).unwrap()
    }
}

#[test]
fn a_role_that_is_not_here_is_named() {
    let place = Place::new();
    let error = place.db.read(&place.cx, |rx| place.provider.check(rx)).unwrap_err();
    assert_eq!(error.target, "oidc.roles");
    assert!(error.text.starts_with("'Branch north' is no role here"), "{}", error.text);
    // At sign-in its group gives nothing: alone it lets nobody in, and no account is made.
    assert_eq!(place.enter(&["north"]), None);
    place.make_role();
    place.db.read(&place.cx, |rx| place.provider.check(rx)).unwrap();
    let ada = place.enter(&["north"]).unwrap();
    assert_eq!(place.roles(ada), "Branch north + ");
}

#[test]
fn roles_follow_the_groups_and_those_given_by_hand_stay() {
    let place = Place::new();
    let branch = place.make_role();
    let ada = place.enter(&["north", "all", "others"]).unwrap();
    assert_eq!(place.roles(ada), "sales-person + [Branch north]");
    let by_hand = move |tx: &mut Tx<'_>| {
        let auditor = role(tx, "auditor")?.unwrap();
        let values = Values::new().with("systemuserid", (user::ENTITY, ada)).with("roleid", ("role", auditor));
        tx.create(FURTHER, values)
    };
    place.db.write(&place.cx, by_hand).unwrap();
    assert_eq!(place.enter(&["officers", "all", "north"]), Some(ada));
    assert_eq!(place.roles(ada), "privacy-officer + [Branch north] [sales-person] auditor");
    assert_eq!(place.enter(&["officers"]), Some(ada));
    assert_eq!(place.roles(ada), "privacy-officer + auditor");
    // Given by hand and by a group: it is by hand, and stays when the group goes.
    let by_hand = move |tx: &mut Tx<'_>| {
        let values = Values::new().with("systemuserid", (user::ENTITY, ada)).with("roleid", ("role", branch));
        tx.create(FURTHER, values)
    };
    place.db.write(&place.cx, by_hand).unwrap();
    place.enter(&["officers", "north"]).unwrap();
    place.enter(&["officers"]).unwrap();
    assert_eq!(place.roles(ada), "privacy-officer + Branch north auditor");
    // Whoever has no group left is out, and keeps nothing to come back with unseen.
    assert_eq!(place.enter(&["others"]), None);
    // The trail says by whose word.
    let trail = place.db.read(&place.cx, |rx| {
        let rows = kernel::audit::history::of_record(rx, user::ENTITY, ada)?;
        Ok(rows.iter().any(|it| it.reason.as_deref() == Some(REASON)))
    });
    assert!(trail.unwrap());
}

#[test]
fn without_a_list_groups_decide_nothing() {
    let mut place = Place::new();
    place.provider.roles.clear();
    assert_eq!(place.enter(&["officers"]), None, "nobody is taken in by being known elsewhere");
    let make = |tx: &mut Tx<'_>| {
        let values = Values::new().with("lastname", "Ada").with("internalemailaddress", "ada@example.org");
        tx.create(user::ENTITY, values.with("assent_role", "auditor"))
    };
    let ada = place.db.write(&place.cx, make).unwrap();
    assert_eq!(place.enter(&["officers"]), Some(ada));
    assert_eq!(place.roles(ada), "auditor + ");
}
