//! Mails leave over real SMTP, to a sink on the loopback, at most once.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use connect::mail::{self, ENTITY, Message, Sender, Transport};
use kernel::{Actor, Context, Db, FixedClock, Query, Registry, SeededRandom, Values, uuid::Uuid};
use privacy::consent::{Commercial, Decision, Level, gate};

/// How the sink behaves towards one mail.
#[derive(Clone, Copy)]
enum Mood {
    Takes,
    ComeBack,
    Refuses,
    HangsUp,
}

/// A mail server that takes everything down and hands nothing on.
struct Sink {
    url: String,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    fn start(mood: Mood) -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let store = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let store = Arc::clone(&store);
                std::thread::spawn(move || talk(stream.unwrap(), mood, &store));
            }
        });
        Sink { url, taken }
    }
    fn mails(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

fn talk(mut stream: TcpStream, mood: Mood, taken: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    stream.write_all(b"220 sink\r\n").unwrap();
    let mut line = String::new();
    while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
        let word = line.trim().to_uppercase();
        let answer: &[u8] = match (word.split([' ', ':']).next().unwrap_or(""), mood) {
            ("EHLO" | "HELO", _) => b"250-sink\r\n250 8BITMIME\r\n",
            ("RCPT", Mood::ComeBack) => b"450 later\r\n",
            ("RCPT", Mood::Refuses) => b"550 no such person\r\n",
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n").unwrap();
                let mut mail = String::new();
                loop {
                    let mut part = String::new();
                    if lines.read_line(&mut part).unwrap_or(0) == 0 || part == ".\r\n" {
                        break;
                    }
                    mail.push_str(&part);
                }
                taken.lock().unwrap().push(mail);
                if matches!(mood, Mood::HangsUp) {
                    return;
                }
                b"250 taken\r\n"
            }
            ("QUIT", _) => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        if stream.write_all(answer).is_err() {
            return;
        }
        line.clear();
    }
}

struct Desk {
    db: Db,
    cx: Context,
    clock: Arc<FixedClock>,
    contact: Uuid,
}

fn desk() -> Desk {
    let clock = FixedClock::at("2026-03-02T09:00:00Z".parse().unwrap());
    let cx = Context::new(Actor::System, clock.clone(), SeededRandom::new(7));
    let registry = Registry::default().with(privacy::RULES, &[], &[]);
    let db = Db::for_test(privacy::metadata::SOURCES, registry, &cx).unwrap();
    let contact = db
        .write(&cx, |tx| {
            tx.create("contact", Values::new().with("lastname", "Elm").with("emailaddress1", "elm@example.org"))
        })
        .unwrap();
    Desk { db, cx, clock, contact }
}

impl Desk {
    fn enqueue(&self, key: &'static str) -> Uuid {
        let contact = self.contact;
        self.db
            .write(&self.cx, move |tx| {
                let Decision::Granted(permit) = gate::ask::<Commercial>(tx, contact, Level::None)? else {
                    panic!("refused")
                };
                let message = Message {
                    from: "\"Rowan, Reed\" <letters@example.org>".into(),
                    subject: "Grüße aus dem Garten".into(),
                    html: "<p>Grüße</p>".into(),
                    text: "Grüße".into(),
                    unsubscribe_url: Some(format!("https://assent.example/u/{}", "a".repeat(90))),
                    idempotency_key: key.into(),
                    ..Message::default()
                };
                mail::enqueue(tx, message, permit)
            })
            .unwrap()
    }
    fn deliver(&self, url: &str) {
        self.deliver_through(Some(url));
    }
    fn deliver_through(&self, url: Option<&str>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let transport = Transport::of_url(url).unwrap();
            mail::deliver(&Sender { db: self.db.clone(), cx: self.cx.clone(), transport }).await.unwrap();
        });
    }
    fn status(&self, mail: Uuid) -> (i64, String) {
        let row = self.db.read(&self.cx, |rx| rx.get(ENTITY, mail)).unwrap();
        (row.get("statuscode").as_int().unwrap(), row.text("assent_failure").to_owned())
    }
}

#[test]
fn a_mail_leaves_once_with_both_parts_and_the_one_click_headers() {
    let (desk, sink) = (desk(), Sink::start(Mood::Takes));
    let mail = desk.enqueue("a");
    assert_eq!(desk.enqueue("a"), mail, "the same key is the same mail");
    desk.deliver(&sink.url);
    desk.deliver(&sink.url);
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    let text = &mails[0];
    assert!(text.contains(&format!("List-Unsubscribe: <https://assent.example/u/{}>\r\n", "a".repeat(90))), "{text}");
    assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
    assert!(
        text.contains("multipart/alternative") && text.contains("text/plain") && text.contains("text/html"),
        "{text}"
    );
    assert!(text.contains("<letters@example.org>\r\nTo: elm@example.org\r\n"), "{text}");
    assert_eq!(desk.status(mail).0, 4);
}

#[test]
fn a_withdrawal_between_writing_and_sending_holds() {
    let (desk, sink) = (desk(), Sink::start(Mood::Takes));
    let mail = desk.enqueue("a");
    let contact = desk.contact;
    desk.db
        .write(&desk.cx, move |tx| tx.update("contact", contact, Values::new().with("donotbulkemail", true)))
        .unwrap();
    desk.deliver(&sink.url);
    assert!(sink.mails().is_empty());
    assert_eq!(desk.status(mail), (5, "Contact does not allow bulk e-mail".into()));
}

#[test]
fn a_server_that_is_busy_is_asked_again_later() {
    let (desk, sink) = (desk(), Sink::start(Mood::ComeBack));
    let mail = desk.enqueue("a");
    desk.deliver(&sink.url);
    assert_eq!(desk.status(mail).0, 3);
    desk.deliver(&sink.url);
    assert_eq!(desk.status(mail).0, 3, "not before its time");
    let friendly = Sink::start(Mood::Takes);
    desk.clock.advance(3_600_000);
    desk.deliver(&friendly.url);
    assert_eq!((desk.status(mail).0, friendly.mails().len()), (4, 1));
}

#[test]
fn a_refusal_is_final_and_names_no_address() {
    let (desk, sink) = (desk(), Sink::start(Mood::Refuses));
    let mail = desk.enqueue("a");
    desk.deliver(&sink.url);
    let (status, failure) = desk.status(mail);
    assert_eq!(status, 6);
    assert!(failure.contains("550") && !failure.contains('@'), "{failure}");
}

#[test]
fn a_server_that_cannot_be_reached_is_tried_again() {
    let desk = desk();
    let mail = desk.enqueue("a");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    desk.deliver(&format!("smtp://{free}"));
    assert_eq!(desk.status(mail).0, 3);
}

#[test]
fn a_mail_that_may_have_left_is_never_sent_again() {
    let (desk, sink) = (desk(), Sink::start(Mood::HangsUp));
    let mail = desk.enqueue("a");
    desk.deliver(&sink.url);
    assert_eq!(desk.status(mail).0, 7, "nobody can tell");
    let friendly = Sink::start(Mood::Takes);
    desk.clock.advance(86_400_000);
    desk.deliver(&friendly.url);
    assert!(friendly.mails().is_empty());
}

#[test]
fn mails_claimed_by_a_process_that_died_are_marked_and_stay() {
    let (desk, sink) = (desk(), Sink::start(Mood::Takes));
    let mail = desk.enqueue("a");
    desk.db.write(&desk.cx, |tx| mail::claim(tx, 10).map(|it| it.mails.len())).unwrap();
    assert_eq!(desk.db.write(&desk.cx, |tx| mail::recover(tx, tx.now())).unwrap(), 1);
    desk.deliver(&sink.url);
    assert_eq!((desk.status(mail).0, sink.mails().len()), (7, 0));
}

#[test]
fn without_a_server_nothing_leaves_and_the_outbox_keeps_it() {
    let desk = desk();
    let mail = desk.enqueue("a");
    desk.deliver_through(None);
    assert_eq!(desk.status(mail).0, 8, "a status says only what is so");
    assert_eq!(desk.db.read(&desk.cx, |rx| rx.count(&Query::on(ENTITY))).unwrap(), 1);
}
