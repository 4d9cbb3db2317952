//! Requests a second over HTTP and the processor time of each, beside a server of the same library that says hello.
//!
//! The server is the real program, started on a new store: `--binary` names it and `--database` its database, so that the same
//! measurement runs on each. Invariant: a request counts when its answer was read whole and had the right status.

mod load;

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, bail, ensure};
use load::{Load, Rate};

use crate::{
    store,
    table::{Table, thousands, times},
};

/// Contacts in the store.
const PEOPLE: usize = 5_000;
/// Requests of one batch.
const BATCH: usize = 100;
const ROOT: &str = "/api/data/v9.2/";

/// What to measure with.
pub struct Plan<'p> {
    pub folder: &'p Path,
    pub binary: &'p Path,
    pub database: Option<&'p str>,
    pub seconds: u64,
    pub callers: usize,
}

/// A server that ends with the measurement.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        let _ended_before = self.child.wait();
    }
}

pub fn run(plan: &Plan<'_>) -> anyhow::Result<()> {
    let place = store::temporary(plan.folder)?;
    let data = place.path().join("store");
    let assent = |words: &[&str]| {
        let mut command = Command::new(plan.binary);
        command.args(words).arg("--data").arg(&data);
        if let Some(database) = plan.database {
            command.args(["--database", database]);
        }
        command
    };
    // What is measured is written: a store that is there already is somebody's.
    let made: serde_json::Value = serde_json::from_str(&told(assent(&["init", "--json"]))?)?;
    ensure!(made.get("made") == Some(&true.into()), "there is a store in that database; name one without");
    let token = told(assent(&["token", "create", "bench", "--role", "system-administrator"]))?;
    let ours = started(assent(&["serve", "--listen", "127.0.0.1:0"]))?;
    let hello = started(hello_command()?)?;
    let token = token.trim();
    let ids = fill(&ours.address, token)?;

    let load = |server: &Server, make: &(dyn Fn(usize) -> String + Sync), status| {
        Load {
            address: &server.address,
            callers: plan.callers,
            seconds: plan.seconds,
            process: server.child.id(),
            status,
        }
        .run(make)
    };
    let empty = request("GET", "/", token, "", "");
    let hello = load(&hello, &|_| empty.clone(), 200)?;
    let mut table = Table::new(&["", "requests/s", "CPU µs each", "rows/s", "hello : this", "CPU : hello's"]);
    table.row(&line("axum says hello", &hello, &hello, 0));
    let row = |at: usize| ids.get(at % ids.len()).map_or("", String::as_str);
    let columns = "$select=fullname,emailaddress1,address1_city,createdon";

    let one = |at: usize| request("GET", &format!("contacts({})?{columns}", row(at)), token, "", "");
    table.row(&line("read one contact", &load(&ours, &one, 200)?, &hello, 1));
    let page = |_: usize| {
        let path = format!(
            "contacts?{columns}&$filter=address1_city%20eq%20'Easton'%20and%20statecode%20eq%200&$orderby=createdon%20desc&$top=50"
        );
        request("GET", &path, token, "", "")
    };
    table.row(&line("page of 50 by a filter", &load(&ours, &page, 200)?, &hello, 50));
    let create = |at: usize| request("POST", "contacts", token, "", &person(PEOPLE + at));
    table.row(&line("create", &load(&ours, &create, 204)?, &hello, 1));
    let put = |at: usize| {
        let body = format!("{{\"value\":\"Tester {at}\"}}");
        request("PUT", &format!("contacts({})/jobtitle", row(at)), token, "", &body)
    };
    table.row(&line("PUT of one column", &load(&ours, &put, 204)?, &hello, 1));
    let batch = |at: usize| request("POST", "$batch", token, "multipart/mixed; boundary=b", &batch(at * BATCH));
    table.row(&line("$batch of 100 creates", &load(&ours, &batch, 200)?, &hello, BATCH));
    let database = plan.database.map_or("SQLite", |it| it.split("://").next().unwrap_or(it));
    table.print(&format!(
        "http: {database}, {PEOPLE} contacts, {} callers, {} s a line; writes are durable and audited",
        plan.callers, plan.seconds
    ));
    Ok(())
}

/// Runs a command to its end and gives what it says.
fn told(mut command: Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{} does not start", command.get_program().display()))?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Starts a server and waits until it says where it listens.
fn started(mut command: Command) -> anyhow::Result<Server> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let lines = BufReader::new(child.stderr.take().context("no standard error")?);
    let mut server = Server { child, address: String::new() };
    let mut lines = lines.lines();
    for line in lines.by_ref() {
        if let Some(address) = line?.strip_prefix("listening on http://") {
            server.address = address.to_owned();
            break;
        }
    }
    ensure!(!server.address.is_empty(), "the server ended before it listened");
    // Somebody has to read on, or the server would wait for room.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(server)
}

fn hello_command() -> anyhow::Result<Command> {
    let program: PathBuf = std::env::current_exe()?;
    let mut command = Command::new(program);
    command.arg("hello");
    Ok(command)
}

/// The other side: a server of the same library with one route.
pub fn hello() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        say(&format!("listening on http://{}", port.local_addr()?));
        let routes = axum::Router::new().route("/api/data/v9.2/", axum::routing::get(async || "hello"));
        Ok(axum::serve(port, routes).await?)
    })
}

#[expect(clippy::print_stderr, reason = "the measurement waits for this line")]
fn say(line: &str) {
    eprintln!("{line}");
}

/// Fills the store over HTTP and gives the identifiers.
fn fill(address: &str, token: &str) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::with_capacity(PEOPLE);
    for from in (0..PEOPLE).step_by(BATCH) {
        let (status, text) =
            load::ask(address, &request("POST", "$batch", token, "multipart/mixed; boundary=b", &batch(from)))?;
        if status != 200 {
            bail!("filling the store: {status} {text}");
        }
        let made = text.split("/contacts(").skip(1).filter_map(|it| it.split_once(')')).map(|(id, _)| id.to_owned());
        ids.extend(made);
    }
    // The address of each row stands twice, as OData-EntityId and as Location.
    ids.dedup();
    ensure!(ids.len() == PEOPLE, "{} of {PEOPLE} contacts were made", ids.len());
    Ok(ids)
}

fn person(number: usize) -> String {
    let city = ["Northtown", "Southport", "Easton", "Westbury", "Middleham"];
    let city = city.get(number % city.len()).copied().unwrap_or_default();
    format!(
        "{{\"firstname\":\"Alder\",\"lastname\":\"Sample{number}\",\"emailaddress1\":\"person{number}@example.org\",\"telephone1\":\"555-{number:07}\",\"jobtitle\":\"Tester\",\"address1_city\":\"{city}\"}}"
    )
}

/// One change set that makes [`BATCH`] contacts.
fn batch(from: usize) -> String {
    let mut text = String::from("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n");
    for number in from..from + BATCH {
        text.push_str(&format!(
            "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {}\r\n\r\nPOST {ROOT}contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}\r\n",
            number - from + 1,
            person(number)
        ));
    }
    text.push_str("--c--\r\n--b--\r\n");
    text
}

fn request(verb: &str, path: &str, token: &str, kind: &str, body: &str) -> String {
    let path = path.trim_start_matches('/');
    let kind = if kind.is_empty() { "application/json" } else { kind };
    format!(
        "{verb} {ROOT}{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn line(what: &str, it: &Rate, hello: &Rate, rows: usize) -> Vec<String> {
    #[expect(clippy::cast_precision_loss, reason = "a measured rate is not exact")]
    let rows = if rows == 0 { String::new() } else { thousands(it.per_second * rows as f64) };
    vec![
        what.to_owned(),
        thousands(it.per_second),
        thousands(it.cpu_micros),
        rows,
        times(hello.per_second, it.per_second),
        times(it.cpu_micros, hello.cpu_micros),
    ]
}
