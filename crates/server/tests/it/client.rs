//! The Rust client against the real server, its two examples of the opt-out from analytics, and generated code.

use std::{fs, path::Path};

use assent_client::{Change, Client, Columns, EarlyBound, Entity, Error, Query, Reference, Result, Uuid};
use tables::Contact;

use crate::trial::{Server, Trial};

#[path = "../../../../client/examples/opt_out/early_bound.rs"]
mod early_bound;
#[path = "../../../../client/examples/opt_out/late_bound.rs"]
mod late_bound;
#[path = "../../../../client/examples/opt_out/tables.rs"]
mod tables;

struct Desk {
    trial: Trial,
    server: Server,
    token: String,
}

impl Desk {
    fn new() -> Desk {
        let trial = Trial::new();
        trial.run("intelligence enable --accept-privacy-statement").ok();
        let token = trial.run("token create tests --role system-administrator").ok().out.trim().to_owned();
        let server = trial.serve();
        Desk { trial, server, token }
    }
    fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }
    fn client(&self) -> Client {
        Client::builder(&self.url()).token(&self.token).build().unwrap()
    }
}

fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn rows_live_and_go_late_bound() {
    let desk = Desk::new();
    let client = desk.client();
    wait(async {
        let mut account = Entity::new("account");
        account.set("name", "O'Bryan & Sons");
        let account = client.create(&account).await?;
        let mut contact = Entity::new("contact");
        contact.set("lastname", "Ito").set("parentcustomerid_account", Reference::new("account", account));
        let id = client.create(&contact).await?;

        let mut read = client.retrieve("contact", id, &Columns::of(["lastname", "nickname"])).await?;
        assert_eq!((read.text("lastname"), read.text("nickname"), read.id), (Some("Ito"), None, Some(id)));
        assert!(read.get::<bool>("lastname").is_err());
        client.update(&mut read).await?;
        read.set("nickname", "Jo");
        client.update_unchanged(&mut read).await?;
        let mut all = client.retrieve("contact", id, &Columns::all()).await?;
        assert_eq!(all.text("_parentcustomerid_value"), Some(account.to_string().as_str()));

        // Somebody else changes it meanwhile.
        client.set_column("contact", id, "nickname", "Joe").await?;
        all.set("nickname", "Joanna");
        assert!(client.update_unchanged(&mut all).await.unwrap_err().is_stale());
        let none: Option<String> = None;
        all.set("nickname", none).clear_reference("parentcustomerid_account");
        client.update(&mut all).await?;
        let read = client.retrieve("contact", id, &Columns::of(["nickname", "_parentcustomerid_value"])).await?;
        assert_eq!((read.text("nickname"), read.text("_parentcustomerid_value")), (None, None));

        let found = client.all(&Query::of("account").equals("name", "O'Bryan & Sons")).await?;
        assert_eq!(found.len(), 1);
        let other = Uuid::from_u128(77);
        let mut made = Entity::with_id("contact", other);
        made.set("lastname", "Sato");
        assert!(client.update(&mut made.clone()).await.unwrap_err().is_not_found());
        client.upsert(&made).await?;
        client.upsert(&made).await?;
        client.delete("contact", other).await?;
        assert!(client.delete("contact", other).await.unwrap_err().is_not_found());
        Ok(())
    })
    .unwrap();
}

#[test]
fn pages_come_one_after_the_other() {
    let desk = Desk::new();
    let client = desk.client();
    wait(async {
        let changes: Vec<Change> = (0..25)
            .map(|it| {
                let mut contact = Entity::new("contact");
                contact.set("lastname", format!("Person{it:02}"));
                Change::Create(contact)
            })
            .collect();
        let made = client.change_set(&changes).await?;
        assert!(made.iter().all(Option::is_some), "{made:?}");
        let query = Query::of("contact").select(["lastname", "statecode"]).filter("startswith(lastname,'Person')");
        let query = query.order_by("lastname desc").page_size(10).count().annotations();
        let first = client.query(&query).await?;
        assert_eq!((first.entities.len(), first.count, first.has_next()), (10, Some(25), true));
        assert_eq!(first.entities[0].formatted("statecode"), Some("Active"));
        let all = client.all(&query).await?;
        assert_eq!(
            (all.len(), all[0].text("lastname"), all[24].text("lastname")),
            (25, Some("Person24"), Some("Person00"))
        );
        assert_eq!(client.query(&Query::of("contact").top(3)).await?.entities.len(), 3);

        // All of a change set, or nothing.
        let id = made[0].unwrap();
        let mut wrong = Entity::new("contact");
        wrong.set("nosuch", 1);
        let changes = [Change::Delete("contact".into(), id), Change::Create(wrong)];
        let refused = client.change_set(&changes).await.unwrap_err();
        assert_eq!(refused.code(), Some("0x80048d19"), "{refused}");
        client.retrieve("contact", id, &Columns::of(["lastname"])).await?;
        Ok(())
    })
    .unwrap();
}

#[test]
fn the_examples_of_the_opt_out_work() {
    let desk = Desk::new();
    let client = desk.client();
    wait(async {
        let id = client.create(Entity::new("contact").set("lastname", "Ito")).await?;
        let columns = Columns::of(["msdyn_gdproptout"]);
        let read = async || client.retrieve("contact", id, &columns).await?.get::<bool>("msdyn_gdproptout");
        assert_eq!(read().await?, Some(false));
        late_bound::opt_out(&client, id).await?;
        assert_eq!(read().await?, Some(true));
        client.set_column("contact", id, "msdyn_gdproptout", false).await?;
        assert_eq!(read().await?, Some(false));
        early_bound::opt_out(&client, id).await?;
        assert_eq!(read().await?, Some(true));

        let lead = client.create(Entity::new("lead").set("lastname", "Okafor")).await?;
        early_bound::opt_out_lead(&client, lead).await?;
        let lead = client.retrieve("lead", lead, &columns).await?;
        assert_eq!(lead.get::<bool>("msdyn_gdproptout")?, Some(true));

        // Early-bound rows send what is different, and empty what has no value any more.
        let sato = Contact { lastname: Some("Sato".into()), nickname: Some("Sa".into()), ..Contact::default() };
        let made = client.create_bound(&sato).await?;
        let mut row = client.retrieve_bound::<Contact>(made, &Columns::all()).await?;
        assert_eq!((row.contactid, row.nickname.as_deref()), (Some(made), Some("Sa")));
        row.nickname = None;
        client.update_bound(&mut row).await?;
        let rows = client.all_bound::<Contact>(&Query::of(Contact::LOGICAL_NAME).equals("contactid", made)).await?;
        assert_eq!(rows[0].nickname, None);
        assert_eq!(rows[0].lastname.as_deref(), Some("Sato"));
        Ok(())
    })
    .unwrap();
}

#[test]
fn generated_code_is_what_the_example_has() {
    let desk = Desk::new();
    fs::write(desk.trial.file("token"), &desk.token).unwrap();
    let made = desk.trial.file("tables.rs");
    let url = desk.url();
    let words =
        ["codegen", "rust", "--url", &url, "--token-file", "token", "--entities", "contact,lead", "-o", "tables.rs"];
    desk.trial.words(&words).ok();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../client/examples/opt_out/tables.rs");
    if std::env::var_os("CODEGEN").is_some_and(|it| it == "write") {
        fs::copy(&made, &kept).unwrap();
    }
    let (made, kept) = (fs::read_to_string(made).unwrap(), fs::read_to_string(kept).unwrap());
    // Entities grow; what the example was made with is still made.
    let lost: Vec<&str> = kept.lines().filter(|it| !made.lines().any(|other| other == *it)).collect();
    assert!(lost.is_empty(), "no longer generated: {lost:#?}; CODEGEN=write makes the example again");
    desk.trial.words(&["codegen", "rust", "--url", &url, "--token", "wrong", "--entities", "contact"]).fails(5, "401");
    desk.trial
        .words(&["codegen", "rust", "--url", &url, "--token-file", "token", "--entities", "nosuch"])
        .fails(3, "no entity 'nosuch'");
}

#[test]
fn failures_are_told_apart() {
    let desk = Desk::new();
    let wrong = Client::builder(&desk.url()).token("wrong").build().unwrap();
    let refused = wait(wrong.who_am_i()).unwrap_err();
    assert!(matches!(&refused, Error::Service { status: 401, code, .. } if code == "0x80072560"), "{refused}");
    let known = Client::builder(&desk.url()).client_credentials("tests", &desk.token).build().unwrap();
    assert_ne!(wait(known.who_am_i()).unwrap(), Uuid::nil());
    let unknown = Client::builder(&desk.url()).client_credentials("tests", "wrong").build().unwrap();
    assert_eq!(wait(unknown.who_am_i()).unwrap_err().code(), Some("invalid_client"));
    assert!(matches!(Client::builder("localhost:1").build(), Err(Error::Usage(_))));
    let nobody = Client::builder("http://127.0.0.1:9").build().unwrap();
    assert!(matches!(wait(nobody.who_am_i()), Err(Error::Transport(_))));
    assert!(wait(desk.client().retrieve("nosuch", Uuid::nil(), &Columns::all())).unwrap_err().is_not_found());
}
