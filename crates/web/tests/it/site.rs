//! An application on an empty store in memory, and requests to it.

use std::{
    path::Path,
    sync::{Arc, Mutex, mpsc},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use kernel::{Actor, Context, Db, FixedClock, Registry, SeededRandom, Sources};
use serde_json::Value as Json;
use tower::ServiceExt;
use web::{
    App,
    signin::{Settings, SignIn, password::Cost},
};

pub const ONE: &str = "00000000-0000-0000-0000-000000000001";

pub struct Site {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub token: String,
    router: Router,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
    /// Status, code and message of an error.
    pub fn error(&self) -> String {
        let body = self.json();
        let text = |name: &str| body["error"][name].as_str().unwrap().to_owned();
        format!("{} {} {}", self.status.as_u16(), text("code"), text("message"))
    }
    #[track_caller]
    pub fn is(self, status: u16) -> Reply {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

impl Site {
    pub fn new() -> Site {
        Site::with(Registry::default().with(web::RULES, &[], &[]))
    }
    pub fn with(registry: Registry) -> Site {
        Site::from(privacy::metadata::SOURCES, registry)
    }
    /// A site on other entity files.
    pub fn of(sources: Sources) -> Site {
        Site::from(sources, Registry::default())
    }
    fn from(sources: Sources, registry: Registry) -> Site {
        Site::on(|cx| Db::for_test(sources, registry, cx).unwrap())
    }
    /// A site on files, where reading goes on while the writer stands still.
    pub fn in_folder(folder: &Path, registry: Registry) -> Site {
        Site::on(|cx| Db::open(folder, privacy::metadata::SOURCES, registry, cx).unwrap())
    }
    fn on(open: impl FnOnce(&Context) -> Db) -> Site {
        let clock = FixedClock::at("2026-03-02T10:30:00Z".parse().unwrap());
        let cx = Context::new(Actor::System, Arc::clone(&clock) as Arc<_>, SeededRandom::new(7));
        let db = open(&cx);
        db.write(&cx, web::views::ensure).unwrap();
        db.write(&cx, web::solutions::ensure).unwrap();
        let token = db.write(&cx, |tx| web::token::create(tx, "Operations", "system-administrator", None)).unwrap();
        let mut app = App::new(db, cx, "https://records.example");
        // Tests look at passwords cheaply.
        app.signin =
            SignIn::new(Settings { cost: Cost { memory: 8, passes: 1, lanes: 1 }, ..Settings::default() }, None);
        Site { router: web::router(app.clone()), app, clock, token }
    }
    /// The same store behind routes that were made anew, after a change of `app`.
    pub fn again(self) -> Site {
        Site { router: web::router(self.app.clone()), ..self }
    }
    /// The same with something else set.
    pub fn with_app(mut self, set: impl FnOnce(&mut App)) -> Site {
        set(&mut self.app);
        self.router = web::router(self.app.clone());
        self
    }
    /// The writer stands still until what this gives is dropped.
    pub fn hold(&self) -> mpsc::Sender<()> {
        let (go_on, wait) = mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let still = move |_: &mut kernel::Tx<'_>| {
            let _dropped = wait.lock().unwrap().recv();
            Ok(())
        };
        self.app.db.write_then(&self.app.cx, still, drop);
        go_on
    }
    pub async fn raw(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: head.status, headers: head.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
    /// The octets of an answer that went well.
    pub async fn bytes(&self, request: Request<Body>) -> Vec<u8> {
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }
    /// A request below `/api/data/v9.2/`; headers as `Name: value` lines.
    pub async fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Reply {
        let path = path.replace(' ', "%20");
        let mut request = Request::builder().method(method).uri(format!("/api/data/v9.2/{path}"));
        request = request.header("Authorization", format!("Bearer {}", self.token));
        for line in headers {
            let (name, value) = line.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        self.raw(request.body(Body::from(body.to_owned())).unwrap()).await
    }
    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }
    pub async fn post(&self, path: &str, body: &str) -> Reply {
        self.send("POST", path, &[], body).await
    }
    pub async fn patch(&self, path: &str, body: &str) -> Reply {
        self.send("PATCH", path, &[], body).await
    }
    /// Makes a row and gives its identifier.
    pub async fn make(&self, set: &str, body: &str) -> String {
        let reply = self.post(set, body).await.is(204);
        let address = reply.header("odata-entityid").to_owned();
        address.rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned()
    }
}
