//! The whole story, through the real binary, HTTP, SMTP and files: people are imported, say yes and no,
//! get only the mail they allowed, ask for their data, are forgotten, and all of it can be proved.
#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends where it fails, and says what it skips"
)]

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value as Json, json};

use crate::{
    sink::Sink,
    trial::{Server, Trial},
};

/// A file of prospects, and what is known of it.
struct Prospects {
    file: PathBuf,
    mapping: PathBuf,
    rows: i64,
}

/// An answer over HTTP.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// A server with a token of an administrator.
pub struct Desk<'t> {
    pub trial: &'t Trial,
    pub server: Server,
    pub token: String,
}

/// The status of a POST of JSON; none where nobody answers.
pub fn post(address: &str, token: &str, path: &str, body: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    text.split(' ').nth(1)?.parse().ok()
}

/// A token of an administrator.
pub fn token(trial: &Trial) -> String {
    trial.run("token create story --role system-administrator").ok().out.trim().to_owned()
}

impl Desk<'_> {
    fn http(&self, verb: &str, path: &str, kind: &str, body: &str) -> Answer {
        let path = path.strip_prefix(&format!("http://{}", self.server.address)).unwrap_or(path);
        let mut stream = TcpStream::connect(&self.server.address).unwrap();
        write!(
            stream,
            "{verb} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.server.address,
            self.token,
            body.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }
    fn get(&self, path: &str) -> Answer {
        self.http("GET", path, "text/plain", "")
    }
    /// A form as a browser sends it.
    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encode = |it: &str| it.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.http("POST", path, "application/x-www-form-urlencoded", &body.join("&"))
    }
    fn api(&self, verb: &str, path: &str, body: &Json) -> Answer {
        self.http(verb, &format!("/api/data/v9.2/{path}"), "application/json", &body.to_string())
    }
    /// Makes a row and answers with its identifier.
    #[track_caller]
    fn make(&self, set: &str, body: &Json) -> String {
        let answer = self.api("POST", set, body);
        assert_eq!(answer.status, 204, "{}", answer.body);
        let at = answer.head.to_lowercase().find("odata-entityid").unwrap();
        answer.head[at..].split(['(', ')']).nth(1).unwrap().to_owned()
    }
    #[track_caller]
    fn live(&self, set: &str, id: &str) {
        let answer = self.api("PATCH", &format!("{set}({id})"), &json!({ "statuscode": 192_350_006 }));
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    pub fn letter(&self, name: &str) -> String {
        let body = "<p>Hello {{contact.firstname}}, <a href=\"https://www.example.org/spring\">read this</a>.</p>\
            <p><a href=\"{{msdyncrm_contentsettings.msdyncrm_subscriptioncenter}}\">Your choices</a></p><p>{{msdyncrm_contentsettings.msdyncrm_addressmain}}</p>";
        let id = self.make(
            "msdyncrm_marketingemails",
            &json!({
                "msdyncrm_name": name, "msdyncrm_subject": format!("{name}, {{{{contact.firstname}}}}"), "msdyncrm_emailbody": body,
                "msdyncrm_automaticallygeneratetextpart": true, "msdyncrm_fromname": "Letters", "msdyncrm_fromemail": "letters@example.org",
                "msdyncrm_to": "{{contact.emailaddress1}}", "msdyncrm_messagedesignation": 0
            }),
        );
        self.live("msdyncrm_marketingemails", &id);
        id
    }
    /// A landing page that asks for address and consent; answers with its path.
    fn landing(&self) -> String {
        let form = self.make(
            "msdyncrm_marketingforms",
            &json!({ "msdyncrm_name": "Letters", "msdyncrm_validforpagetype": 0, "assent_wording": "We send what you choose.", "assent_language": "en" }),
        );
        for (n, (column, kind)) in [("emailaddress1", 1), ("msgdpr_gdprconsent", 3)].into_iter().enumerate() {
            let field = self.make(
                "msdyncrm_marketingformfields",
                &json!({ "msdyncrm_name": column, "msdyncrm_contactmapping": column, "msdyncrm_marketingformfieldtype": kind }),
            );
            self.make(
                "assent_formelements",
                &json!({
                    "assent_formid@odata.bind": format!("/msdyncrm_marketingforms({form})"), "assent_kind": 1, "assent_order": n,
                    "assent_fieldid@odata.bind": format!("/msdyncrm_marketingformfields({field})"), "assent_label": column,
                    "assent_required": column == "emailaddress1"
                }),
            );
        }
        let bind = format!("/msdyncrm_marketingforms({form})");
        self.make(
            "assent_formelements",
            &json!({ "assent_formid@odata.bind": bind, "assent_kind": 4, "assent_order": 9, "assent_label": "Send" }),
        );
        self.live("msdyncrm_marketingforms", &form);
        let page = self.make(
            "msdyncrm_marketingpages",
            &json!({ "msdyncrm_name": "Letters", "msdyncrm_type": 0, "msdyncrm_partialurl": "letters", "assent_formid@odata.bind": bind }),
        );
        self.live("msdyncrm_marketingpages", &page);
        "/p/letters".into()
    }
    fn consent(&self, email: &str) -> String {
        self.trial.words(&["consent", "show", email, "--json"]).ok().json()["level"].as_str().unwrap().to_owned()
    }
}

fn serve<'t>(trial: &'t Trial, sink: &Sink) -> Desk<'t> {
    let config = format!(
        "[mail]\nsmtp_url = \"{}\"\npostal_address = \"1 Example Lane, Sampletown\"\nfrom_address = \"privacy@example.org\"\n",
        sink.url
    );
    fs::write(trial.data().join("assent.toml"), config).unwrap();
    Desk { trial, server: trial.serve(), token: token(trial) }
}

/// Somebody of the file whose address nobody shares.
fn somebody(trial: &Trial) -> String {
    let words = [
        "export",
        "--entity",
        "contact",
        "--select",
        "emailaddress1",
        "--filter",
        "emailaddress1 ne null",
        "--order",
        "lastname asc",
        "--json",
    ];
    let people = trial.words(&words).ok().json();
    let addresses: Vec<&str> =
        people.as_array().unwrap().iter().map(|it| it["emailaddress1"].as_str().unwrap()).collect();
    let alone = |it: &&&str| addresses.iter().filter(|other| other.eq_ignore_ascii_case(it)).count() == 1;
    (*addresses.iter().find(alone).unwrap()).to_owned()
}

fn tell(prospects: &Prospects) {
    let trial = Trial::new();
    let (file, mapping) = (prospects.file.to_str().unwrap(), prospects.mapping.to_str().unwrap());
    let import = |more: &[&str]| {
        let words = [&["import", file, "--entity", "contact", "--mapping", mapping, "--json"], more].concat();
        trial.words(&words).ok().json()
    };
    // 1. Import: a dry run that changes nothing, then the same for good.
    let tried = import(&["--dry-run"]);
    assert_eq!(trial.run("export --entity contact --json").ok().json(), json!([]));
    let done = import(&[]);
    for number in ["rows", "created", "refused"] {
        assert_eq!(tried[number], done[number], "{number}");
    }
    assert_eq!(done["rows"], prospects.rows);
    let created = done["created"].as_i64().unwrap();
    assert!(created > 0 && done["refused"].as_i64().unwrap() > 0, "{done}");
    assert_eq!(
        trial.words(&["segment", "count", "msgdpr_gdprconsent ne null", "--json"]).ok().json()["count"],
        0,
        "an import raises nothing"
    );

    // 2., 3. Settings are off at first; a visitor says yes, and it counts once they press the button.
    let switches = trial.run("consent settings --json").ok().json();
    assert_eq!((&switches["enforced"], &switches["logging"]), (&json!(false), &json!(false)), "{switches}");
    trial.run("consent settings --enforce on --log on").ok();
    let person = somebody(&trial);
    let sink = Sink::start();
    let desk = serve(&trial, &sink);
    let landing = desk.get(&desk.landing());
    assert_eq!(landing.status, 200);
    let form = landing.body.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let known = desk.post(&form, &[("emailaddress1", &person), ("msgdpr_gdprconsent", "587030004")]);
    let unknown = desk.post(&form, &[("emailaddress1", "stranger@example.net"), ("msgdpr_gdprconsent", "587030004")]);
    assert_eq!((known.status, &known.body), (200, &unknown.body), "the same page for known and unknown addresses");
    for (fields, text) in [
        (vec![("emailaddress1", "nowhere")], "not a mail address"),
        (vec![("emailaddress1", "a@example.net"), ("msgdpr_gdprconsent", "9")], "none of the levels"),
        (vec![("emailaddress1", "a@example.net"), ("admin", "true")], "not on the form"),
        (vec![], "fill this in"),
    ] {
        let refused = desk.post(&form, &fields);
        assert!(refused.status == 422 && refused.body.contains(text), "{} {}", refused.status, refused.body);
    }
    assert_eq!(desk.consent(&person), "none", "nothing before the button");
    let mails = [sink.next(), sink.next()];
    let mail = mails.iter().find(|it| it.to == person).unwrap();
    let confirm = mail.link("/confirm/");
    let page = desk.get(&confirm);
    assert!(page.status == 200 && page.body.contains("<button"), "{}", page.body);
    assert_eq!(desk.consent(&person), "none", "opening a link changes nothing");
    assert_eq!(desk.get(&format!("{confirm}x")).status, 404, "a changed link is refused");
    assert_eq!(desk.post(&confirm, &[]).status, 200);
    assert_eq!(desk.consent(&person), "marketing");
    assert_eq!(desk.post(&confirm, &[]).status, 410, "a link is used once");
    let shown = trial.words(&["consent", "show", &person, "--json"]).ok().json();
    assert_eq!(shown["changes"].as_array().unwrap().len(), 1, "{shown}");
    assert_eq!(shown["changes"][0]["source"], "DoubleOptIn", "{shown}");

    // 4. A segment with an exact count.
    let filter = "emailaddress1 ne null and msgdpr_gdprconsent ge 587030004";
    assert_eq!(trial.words(&["segment", "count", filter, "--json"]).ok().json()["count"], 1);
    trial.words(&["segment", "count", "msgdpr_gdprconsent gee 4"]).fails(2, "position");
    trial.words(&["segment", "create", "Prospects who allow marketing", "--filter", filter, "--live"]).ok();

    // 5., 6. A journey greets them, once, with a way to say no.
    desk.letter("Welcome");
    desk.letter("Tips");
    let tiles = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/journey.json");
    let journey = trial
        .words(&["journey", "create", "Greeting", "--tiles", tiles, "--minimum-consent", "marketing", "--live"])
        .ok();
    let welcome = sink.next();
    assert_eq!(welcome.to, person);
    assert!(
        welcome.header("List-Unsubscribe").is_some_and(|it| it.starts_with("<http://") && it.ends_with('>')),
        "{}",
        welcome.raw
    );
    assert_eq!(welcome.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    let click = desk.get(&welcome.link("/l/"));
    assert!(click.status == 302 && click.head.contains("https://www.example.org/spring"), "{}", click.head);
    let locked = desk.api(
        "PATCH",
        &format!("msdyncrm_customerjourneys({})", journey.out.trim()),
        &json!({ "msgdpr_requiredconsent": 587_030_002 }),
    );
    assert_eq!(locked.status, 409, "{}", locked.body);

    // 7. May they get it, and which fact decides?
    let why = || trial.words(&["consent", "why", &person, "Greeting", "--json"]).ok().json();
    assert_eq!(why()["allowed"], true);
    let center = welcome.link("/s/");
    assert!(desk.get(&center).body.contains("checked"), "the center shows the true state");
    assert_eq!(desk.post(&center, &[("msgdpr_gdprconsent", "587030001")]).status, 200);
    assert_eq!(desk.consent(&person), "consent", "less holds at once");
    let why = why();
    assert_eq!((&why["allowed"], &why["outcome"]), (&json!(false), &json!("stopped")), "{why}");
    let standing = trial.words(&["journey", "show", "Greeting", "--json"]).ok().json();
    assert!(standing.to_string().contains("Contact lowered consent below threshold"), "{standing}");

    // 10a. A backup, while the server runs, from before the person is forgotten.
    let backup = trial.file("before.db");
    trial.words(&["backup", backup.to_str().unwrap()]).ok();

    // 8. They ask for their data, then to be forgotten.
    let answers = trial.file("answers");
    let ask = |kind: &str| {
        let id = trial.words(&["request", "open", "--email", &person, "--type", kind, "--json"]).ok().json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        trial.words(&["request", "plan", &id]).ok();
        trial.words(&["request", "approve", &id]).ok();
        trial.words(&["request", "run", &id, "--out", answers.to_str().unwrap(), "--json"]).ok().json()
    };
    let access = ask("access");
    assert_eq!(access["state"], "completed", "{access}");
    let package = fs::read(access["file"].as_str().unwrap()).unwrap();
    assert!(package.starts_with(b"PK") && package.len() > 1_000);
    let erased = ask("erasure");
    let proof = fs::read_to_string(erased["file"].as_str().unwrap()).unwrap();
    assert!(!proof.contains(&person), "a proof holds no personal data");
    let again = import(&[]);
    assert_eq!(
        (&again["created"], &again["suppressed"]),
        (&json!(0), &json!(1)),
        "who was forgotten does not come back: {again}"
    );
    assert_eq!(desk.get(&center).status, 410);

    // 9. The trail is whole, and no file of the store knows the person any more.
    trial.run("audit verify").ok();
    assert!(sink.drain(Duration::from_millis(600)).iter().all(|it| it.to != person), "no mail after the no");
    let Desk { mut server, .. } = desk;
    assert_eq!(server.terminate(), Some(0));
    for entry in fs::read_dir(trial.data()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap_or_default().to_ascii_lowercase();
        let found = bytes.windows(person.len()).any(|it| it == person.to_ascii_lowercase().as_bytes());
        assert!(!found, "{} still knows the person", path.display());
    }

    // 10b. The backup comes up with the person erased before it serves anything.
    trial.words(&["restore", backup.to_str().unwrap(), "--replace"]).ok();
    trial.words(&["consent", "show", &person]).fails(3, "");
    trial.run("audit verify").ok();
    let left = trial.words(&["segment", "count", "statecode eq 0", "--json"]).ok().json()["count"].as_i64().unwrap();
    assert_eq!(left, created, "everybody else is there: the imported less one, and the stranger of the form");
}

#[test]
fn the_story_on_the_examples() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let rows = fs::read_to_string(examples.join("prospects.csv")).unwrap().lines().count();
    tell(&Prospects {
        file: examples.join("prospects.csv"),
        mapping: examples.join("prospects.toml"),
        rows: i64::try_from(rows).unwrap(),
    });
}

#[test]
fn the_story_on_real_input() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = root.join("../shared/data/adventureworks/ProspectiveBuyer.csv");
    if !file.exists() {
        println!("SKIPPED: {} is not there", file.display());
        return;
    }
    tell(&Prospects { file, mapping: root.join("examples/prospects.toml"), rows: 2_059 });
}

/// A server is killed while mails leave; started again, it sends none of them twice.
#[test]
fn killed_while_sending_no_mail_leaves_twice() {
    let trial = Trial::new();
    let rows: String = (0..300).map(|n| format!("Person{n},p{n}@example.org\n")).collect();
    fs::write(trial.file("people.csv"), format!("first,mail\n{rows}")).unwrap();
    let mapping = "entity = \"contact\"\nheader = true\nmatch = [\"emailaddress1\"]\ncolumns = [\"firstname\", \"emailaddress1\"]\n";
    fs::write(trial.file("people.toml"), mapping).unwrap();
    trial.run("import people.csv --entity contact --mapping people.toml").ok();
    let sink = Sink::start();
    let mut desk = serve(&trial, &sink);
    desk.letter("Welcome");
    desk.letter("Tips");
    trial
        .words(&["segment", "create", "Prospects who allow marketing", "--filter", "emailaddress1 ne null", "--live"])
        .ok();
    let tiles = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/journey.json");
    trial.words(&["journey", "create", "Greeting", "--tiles", tiles, "--live"]).ok();
    let mut taken = Vec::new();
    for round in 1..=4 {
        while taken.len() < round * 40 {
            taken.push(sink.next().to);
        }
        desk.server.kill();
        trial.run("audit verify").ok();
        desk = Desk { trial: &trial, server: trial.serve(), token: desk.token };
    }
    // Those that were being sent at a kill may have left; they are marked, and everybody else is served.
    let settled = || {
        let words = ["export", "--entity", "assent_outgoingmail", "--select", "statuscode", "--json"];
        let mails = trial.words(&words).ok().json();
        let count = |status: i64| mails.as_array().unwrap().iter().filter(|it| it["statuscode"] == status).count();
        (count(4), count(7))
    };
    let mut all = settled();
    for _ in 0..240 {
        if all.0 + all.1 >= 300 {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
        all = settled();
    }
    assert_eq!(all.0 + all.1, 300, "sent and interrupted: {all:?}");
    assert!(all.1 <= 40, "{all:?}");
    taken.extend(sink.drain(Duration::from_secs(1)).into_iter().map(|it| it.to));
    let all = taken.len();
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), all, "somebody got two mails");
}
