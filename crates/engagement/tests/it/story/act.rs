//! The acts of a story: workers, persons, users.

use connect::mail::{self, Outcome};
use engagement::{
    confirmation,
    form::{self, Saved, Submitted},
    interaction,
};
use kernel::{Error, Kind, Query, Record, Result, Values, events, jobs, uuid::Uuid};

use super::{World, setup};

/// Runs one act; answers with what the actor saw.
pub fn run(world: &mut World, act: &str) -> Vec<String> {
    let words: Vec<&str> = act.split_whitespace().collect();
    match words.as_slice() {
        ["worker"] => worker(world, true),
        ["worker", "without", "mail"] => worker(world, false),
        ["mailer"] => drop(mailer(world, true)),
        ["mailer", "dies"] => drop(mailer(world, false)),
        ["restart"] => {
            let left = world.write(|tx| mail::recover(tx, tx.now()));
            return vec![format!("{left} recovered")];
        }
        ["user", rest @ ..] => return user(world, rest),
        [name, "asks", rest @ ..] => return asks(world, name, rest),
        [name, "opens", "confirm", "link", rest @ ..] => return confirm(world, name, rest, false),
        [name, "presses", "confirm", rest @ ..] => return confirm(world, name, rest, true),
        [name, "opens", "center"] => return center(world, name),
        [name, "saves", "center", rest @ ..] => return save(world, name, rest),
        [name, "forwards", email, "to", rest @ ..] => return forwards(world, name, email, rest),
        [name, "refuses", "copies"] => return refuses(world, name),
        [name, what @ ("opens" | "clicks"), "copy"] => return copied(world, name, what),
        [name, what @ ("opens" | "clicks" | "unsubscribes"), "mail", email] => return mailed(world, name, what, email),
        _ => panic!("there is no act: {act}"),
    }
    Vec::new()
}

/// Everything that is due, until nothing is; fails when something is left.
fn worker(world: &World, with_mail: bool) {
    for _ in 0..100 {
        let events = events::pump(&world.db, &world.cx).unwrap();
        let jobs = jobs::run_due(&world.db, &world.cx, 100).unwrap();
        let mails = if with_mail { mailer(world, true) } else { 0 };
        if events + jobs + mails == 0 {
            // A job that failed once is due again within minutes; no story waits less than an hour.
            let soon = world.cx.now().as_millisecond() + 30 * 60_000;
            let standing = world.read(jobs::standing);
            assert!(standing.next_due.is_none_or(|it| it > soon), "jobs are due, or failed: {standing:?}");
            assert_eq!(standing.failed, Vec::new(), "jobs failed");
            return;
        }
    }
    panic!("the worker never came to rest");
}

/// Claims and settles what is due, as `deliver` does; one that dies leaves what it claimed.
fn mailer(world: &World, settles: bool) -> usize {
    let claimed = world.write(|tx| mail::claim(tx, 10));
    for mail in claimed.mails.iter().filter(|_| settles) {
        let id = mail.id;
        world.write(move |tx| mail::settle(tx, id, &Outcome::Sent(format!("<{}@example.org>", id.simple()))));
    }
    claimed.mails.len() + claimed.blocked
}

fn told(error: &Error) -> String {
    match error.kind {
        Kind::Gone => "gone".into(),
        Kind::NotFound => "unknown".into(),
        kind => format!("{kind:?}: {error}"),
    }
}

fn address(world: &World, name: &str) -> String {
    match world.names.get(&format!("contact {name}")) {
        Some(id) => world.read(|rx| rx.get("contact", *id)).text("emailaddress1").to_owned(),
        None => format!("{name}@example.org"),
    }
}

/// The latest mail to a person for which the condition holds.
fn latest(world: &World, name: &str, wanted: impl Fn(&Record) -> bool) -> Option<Record> {
    let to = address(world, name);
    let rows = world
        .read(|rx| rx.rows(&Query::on(mail::ENTITY).eq("assent_to", to).order("createdon asc,versionnumber asc")?));
    let whose = world.names.get(&format!("contact {name}"));
    rows.into_iter()
        .rfind(|it| wanted(it) && whose.is_none_or(|who| it.get("assent_contactid").as_guid() == Some(*who)))
}

/// The token behind a mark such as `/confirm/`.
pub fn token(text: &str, mark: &str) -> Option<String> {
    let rest = &text[text.find(mark)? + mark.len()..];
    Some(rest.chars().take_while(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.')).collect())
}

/// What a form sends: the short names of a story in the names of the form.
fn fields(world: &World, words: &[&str]) -> Vec<(String, String)> {
    let field = |word: &&str| {
        let (key, text) = word.split_once('=').unwrap_or((word, "on"));
        let name = match key.strip_prefix("list-") {
            Some(list) => format!("list-{}", world.id("list", list)),
            None => setup::column(key).to_owned(),
        };
        (name, text.to_owned())
    };
    words.iter().map(field).collect()
}

fn asks(world: &World, name: &str, words: &[&str]) -> Vec<String> {
    let mut sent = fields(world, words);
    if !sent.iter().any(|(it, _)| it == "emailaddress1") {
        sent.insert(0, ("emailaddress1".into(), address(world, name)));
    }
    let form = world.id("form", "news");
    let result = world.db.write(&world.public(), move |tx| form::submit(tx, form, &sent, &form::Origin::default()));
    vec![match result {
        Ok(Submitted::Accepted) => "page thank-you".into(),
        Ok(Submitted::ConfirmByEmail) => "page check-your-inbox".into(),
        Ok(Submitted::Failed) => "page error".into(),
        Ok(Submitted::Invalid(issues)) => {
            let issues: Vec<String> = issues.iter().map(|it| format!("{}: {}", it.field, it.text)).collect();
            format!("page form-again ({})", issues.join(", "))
        }
        Err(error) => told(&error),
    }]
}

/// `older` takes the first confirmation mail instead of the latest, `list=garden` the one for a list.
fn confirm(world: &World, name: &str, words: &[&str], press: bool) -> Vec<String> {
    let to = address(world, name);
    let query = Query::on(mail::ENTITY).eq("assent_to", to).filter("assent_optinrequestid ne null");
    let mut mails = world.read(|rx| rx.rows(&query?.order("createdon desc,versionnumber desc")?));
    for word in words {
        match word.strip_prefix("list=") {
            Some(list) => mails.retain(|it| it.text("assent_text").contains(&format!("\"{list}\""))),
            None => mails.reverse(),
        }
    }
    let Some(token) = mails.first().and_then(|it| token(it.text("assent_text"), "/confirm/")) else {
        return vec!["no mail".into()];
    };
    let cx = world.public();
    vec![if press {
        match world.db.write(&cx, move |tx| confirmation::confirm(tx, &token)) {
            Ok(_) => return Vec::new(),
            Err(error) => told(&error),
        }
    } else {
        world
            .db
            .read(&cx, |rx| confirmation::open(rx, &token))
            .map_or_else(|it| told(&it), |_| "page confirm-button".into())
    }]
}

fn center_token(world: &World, name: &str) -> String {
    let mail = latest(world, name, |it| it.text("assent_html").contains("/s/")).unwrap();
    token(mail.text("assent_html"), "/s/").unwrap()
}

fn shown(world: &World, name: &str) -> Result<form::Center> {
    let token = center_token(world, name);
    world.db.read(&world.public(), |rx| form::center(rx, &token))
}

fn center(world: &World, name: &str) -> Vec<String> {
    match shown(world, name) {
        Err(error) => vec![told(&error)],
        Ok(center) => {
            let named = center.elements.iter().filter(|it| !it.name.is_empty() && !it.value.is_empty());
            let mut all: Vec<String> = named.map(|it| format!("{}={}", short(world, &it.name), it.value)).collect();
            all.extend(center.waiting.iter().map(|it| match it {
                form::Waiting::Level(level) => format!("waiting for consent \"{level}\""),
                form::Waiting::List(name) => format!("waiting for the list \"{name}\""),
            }));
            vec![format!("page center: {}", all.join(", "))]
        }
    }
}

fn short(world: &World, name: &str) -> String {
    let list = name.strip_prefix("list-").and_then(|it| it.parse::<Uuid>().ok());
    list.and_then(|it| world.called("list", it)).unwrap_or_else(|| name.to_owned())
}

/// Sends what the page shows, with the given changes; `x=off` unticks a box.
fn save(world: &World, name: &str, words: &[&str]) -> Vec<String> {
    let center = match shown(world, name) {
        Ok(center) => center,
        Err(error) => return vec![told(&error)],
    };
    let changes = fields(world, words);
    let mut sent: Vec<(String, String)> = center
        .elements
        .iter()
        .filter(|it| !it.name.is_empty() && !it.value.is_empty() && !changes.iter().any(|(name, _)| *name == it.name))
        .map(|it| (it.name.clone(), it.value.clone()))
        .collect();
    sent.extend(changes.into_iter().filter(|(_, it)| it != "off"));
    let token = center_token(world, name);
    let result = world.db.write(&world.public(), move |tx| form::save(tx, &token, &sent));
    vec![match result {
        Ok(Saved::Saved { waits: true }) => "page saved, check-your-inbox".into(),
        Ok(Saved::Saved { waits: false }) => "page saved".into(),
        Ok(Saved::Invalid(issues)) => format!("page center-again ({})", issues[0].field),
        Err(error) => told(&error),
    }]
}

fn mailed(world: &World, name: &str, what: &str, email: &str) -> Vec<String> {
    let email = world.id("email", email);
    let Some(mail) = latest(world, name, |it| it.get("assent_emailid").as_guid() == Some(email)) else {
        return vec!["no mail".into()];
    };
    let (html, cx) = (mail.text("assent_html").to_owned(), world.public());
    let found = match what {
        "opens" => token(&html, "/o/"),
        "clicks" => token(&html, "/l/"),
        _ => token(mail.text("assent_unsubscribeurl"), "/u/"),
    };
    let Some(token) = found else { return vec!["no such link".into()] };
    let result = match what {
        "opens" => world.db.write(&cx, move |tx| {
            interaction::opened(tx, &token, interaction::Visit::default()).map(|_| String::new())
        }),
        "clicks" => world.db.write(&cx, move |tx| interaction::clicked(tx, &token, interaction::Visit::default())),
        _ => world.db.write(&cx, move |tx| form::one_click(tx, &token).map(|()| String::new())),
    };
    match result {
        Ok(it) if it.is_empty() => Vec::new(),
        Ok(it) => vec![format!("to {it}")],
        Err(error) => vec![told(&error)],
    }
}

/// `ann forwards hello to gil=Gil eve`: addresses below example.org, each with a name or none.
fn forwards(world: &World, name: &str, email: &str, friends: &[&str]) -> Vec<String> {
    let email = world.id("email", email);
    let Some(mail) = latest(world, name, |it| it.get("assent_emailid").as_guid() == Some(email)) else {
        return vec!["no mail".into()];
    };
    let Some(token) = token(mail.text("assent_html"), "/w/") else { return vec!["no such link".into()] };
    let mut sent = Vec::new();
    for (at, friend) in friends.iter().enumerate() {
        let (friend, called) = friend.split_once('=').unwrap_or((friend, ""));
        let address = if friend.contains('@') { friend.to_owned() } else { format!("{friend}@example.org") };
        sent.push((format!("friend-{}-email", at + 1), address));
        sent.push((format!("friend-{}-name", at + 1), called.to_owned()));
    }
    let result = world.db.write(&world.public(), move |tx| form::forward::send(tx, &token, &sent));
    vec![match result {
        Ok(form::forward::Sent::Taken) => "page taken".into(),
        Ok(form::forward::Sent::TooMany) => "page too-many".into(),
        Ok(form::forward::Sent::Invalid(issues)) => {
            let issues: Vec<String> = issues.iter().map(|it| format!("{}: {}", it.field, it.text)).collect();
            format!("page form-again ({})", issues.join(", "))
        }
        Err(error) => told(&error),
    }]
}

/// The last copy that went to a friend.
fn copy_to(world: &World, name: &str) -> Option<Record> {
    let rows = world.read(|rx| rx.rows(&Query::on("assent_forward").eq("assent_email", format!("{name}@example.org"))));
    let mail = rows.last()?.get("assent_mailid").as_guid()?;
    world.read(|rx| rx.find(mail::ENTITY, mail))
}

fn refuses(world: &World, name: &str) -> Vec<String> {
    let Some(token) = copy_to(world, name).and_then(|it| token(it.text("assent_html"), "/n/")) else {
        return vec!["no mail".into()];
    };
    match world.db.write(&world.public(), move |tx| form::forward::refuse(tx, &token)) {
        Ok(()) => Vec::new(),
        Err(error) => vec![told(&error)],
    }
}

fn copied(world: &World, name: &str, what: &str) -> Vec<String> {
    let Some(mail) = copy_to(world, name) else { return vec!["no mail".into()] };
    let visit = interaction::Visit::default();
    let mark = if what == "opens" { "/o/" } else { "/l/" };
    let token = token(mail.text("assent_html"), mark).unwrap();
    if what == "opens" {
        world.db.write(&world.public(), move |tx| interaction::opened(tx, &token, visit)).unwrap();
    } else {
        world.db.write(&world.public(), move |tx| interaction::clicked(tx, &token, visit)).unwrap();
    }
    let row = world.read(|rx| rx.get(mail::ENTITY, mail.id));
    vec![format!("opens {}, clicks {}", row.get("assent_opens").to_json(), row.get("assent_clicks").to_json())]
}

/// `user sets ann consent=4 because word`, `user sets journey welcome statuscode=stop`.
fn user(world: &World, words: &[&str]) -> Vec<String> {
    let mut cx = world.role("system-administrator");
    let (words, why) = match words.iter().position(|it| *it == "because") {
        Some(at) => (&words[..at], Some(words[at + 1..].join(" "))),
        None => (words, None),
    };
    cx.justification = why.as_deref().map(Into::into);
    let (entity, id, rest) = match words {
        ["sets", "journey", name, rest @ ..] => (engagement::journey::ENTITY, world.id("journey", name), rest),
        ["sets", "email", name, rest @ ..] => (engagement::email::ENTITY, world.id("email", name), rest),
        ["sets", "form", name, rest @ ..] => (form::ENTITY, world.id("form", name), rest),
        ["sets", name, rest @ ..] => ("contact", world.id("contact", name), rest),
        _ => panic!("a user does not {words:?}"),
    };
    let mut values = Values::new();
    for word in rest {
        match *word {
            // The option set of forms has no Stopping.
            "stop" if entity == form::ENTITY => values.set("statuscode", 2),
            "stop" => values.set("statuscode", 192_350_007),
            "go-live" => values.set("statuscode", setup::GOING_LIVE),
            it => {
                let (key, text) = it.split_once('=').unwrap_or((it, "on"));
                let minimum = key == "minimum";
                let column = if minimum { "msgdpr_requiredconsent" } else { setup::column(key) };
                let value = setup::value(if minimum { "msgdpr_gdprconsent" } else { column }, text);
                values.set(column, value);
            }
        }
    }
    match world.db.write(&cx, move |tx| tx.update(entity, id, values.clone())) {
        Ok(_) => Vec::new(),
        Err(error) => vec![format!("{:?}: {error}", error.kind)],
    }
}
