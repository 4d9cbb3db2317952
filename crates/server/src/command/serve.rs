//! `assent serve`: the store over HTTP, with its background work, until it is told to stop.
//!
//! *Not* the routes (`web`). Invariant: the port opens after the store is open and no erasure is
//! outstanding, so whoever is answered is answered from a store that may be served.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    serve::{Listener, ListenerExt},
};
use clap::Args;
use kernel::{Actor, Context, Error, Result, Tx};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};

use crate::{
    config::Config,
    engine::{self, Engine},
    local::{ask, listen::Local},
    out::{Exit, Out},
    settings,
    tls::{Certificate, TlsListener},
    worker::{self, Worker},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Logs to standard error, answers 200 at /healthz once it can serve, and stops on SIGTERM or Ctrl-C
after the requests in progress. With server.tls_certificate it speaks https, and reads the
certificate again on SIGHUP. Other commands on the same store go through it.

Example:
  assent serve --data ./assent-data --listen 127.0.0.1:8080";

/// Where to serve.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

/// So often a lock is tried that another command may give back soon: 5 seconds.
const TRIES: u32 = 100;
/// So long requests in progress may take after the word to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until stopped.
///
/// # Errors
/// `NotFound` without a store, `Unavailable` when another process holds it or the port is taken.
pub fn run(serve: &Serve, config: Config, out: &mut Out) -> Result<Exit> {
    start_log(&config.log.level)?;
    engine::require_store(&config)?;
    let listen = match serve.listen {
        Some(it) => it,
        None => config.server.listen.parse().map_err(|_| Error::invalid("server.listen", "is not an address"))?,
    };
    let lock = ask::own(&config.data, TRIES)?;
    let engine = Arc::new(Engine::open(lock, config)?);
    until_stopped(&engine, listen, false, out)
}

/// Serves an open store until the process is told to stop; `welcome` prints where to begin.
///
/// # Errors
/// `Unavailable` when the port is taken.
pub fn until_stopped(engine: &Arc<Engine>, listen: SocketAddr, welcome: bool, out: &mut Out) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(listening(engine, listen, welcome, out));
    // What still runs after its grace is cut off; the store is whole at every moment.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn listening(engine: &Arc<Engine>, listen: SocketAddr, welcome: bool, out: &mut Out) -> Result<Exit> {
    let port = TcpListener::bind(listen).await.map_err(|error| {
        Error::unavailable(format!("{listen} cannot be served: {}; choose another with --listen", error.kind()))
    })?;
    let address = port.local_addr()?;
    let certificate = Certificate::read(&engine.config.server)?;
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let local = Local::open(engine.folder())?;
    let (stop, stopping) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;

    let base_url = settings::base_url(&engine.db, &engine.cx, &engine.config, &format!("{scheme}://{address}"))?;
    let mut mail = tokio::spawn(worker::sending(engine, stopping.clone(), GRACE / 2)?);
    let worker = Worker::start(engine)?;
    // Each request brings its own actor and reason.
    let mut app = web::App::new(engine.db.clone(), Context::machine(Actor::Public), &base_url);
    app.encrypted = certificate.is_some();
    app.mail_leaves = !engine.config.mail.smtp_url.is_empty();
    let provider = settings::provider(&engine.config.oidc)?;
    // Said and not refused: a role that somebody deleted must not keep the next start from happening, and without
    // a server nobody makes one. Its group gives nothing until then.
    if let Some(Err(error)) = provider.as_ref().map(|it| engine.db.read(&engine.cx, |rx| it.check(rx))) {
        tracing::error!(%error, "a group of the identity provider gives nothing");
    }
    app.signin = web::signin::SignIn::new(settings::signin(&engine.config.signin)?, provider);
    app.protection = Arc::new(web::Protection::new(engine.config.service_protection.limits()));
    let app = engine.site.get_or_init(|| app).clone();
    let first = |tx: &mut Tx<'_>| web::signin::link::make(tx, None, web::signin::link::Purpose::SignIn);
    let first = if welcome { Some(base_url.clone() + &engine.db.write(&engine.cx, first)?) } else { None };
    let app = web::router(app);
    let mut http = match certificate {
        None => serving(port, app, stopping.clone()),
        Some(it) => {
            let hangup = signal(SignalKind::hangup())?;
            tokio::spawn(renewing(hangup, it.clone(), Arc::clone(engine)));
            serving(TlsListener::new(port, it)?, app, stopping.clone())
        }
    };
    let mut local = tokio::spawn(local.serve(Arc::clone(engine), told(stopping)));
    out.note(&format!("listening on {scheme}://{address}"))?;
    if let Some(link) = first {
        out.note(&format!("sign in as administrator (once, within 15 minutes): {link}"))?;
        out.note(&format!("then look at every mail, with its permit: {base_url}/app/outbox"))?;
        out.note(&format!("a landing page, for anybody: {base_url}/p/garden-letter"))?;
        out.note("stop with Ctrl-C; make another sign-in link with: assent user link")?;
    }

    let ended = tokio::select! {
        _ = terminate.recv() => Ok(Exit::Done),
        _ = tokio::signal::ctrl_c() => Ok(Exit::Done),
        ended = &mut http => {
            tracing::error!(?ended, "serving ended by itself");
            // Whoever watches over the process starts it again only where it did not end well.
            Err(Error::unavailable("serving ended by itself"))
        }
    };
    tracing::info!("stopping");
    // Nobody listening any more is as good as told.
    let _told = stop.send(true);
    let both = async {
        if !http.is_finished() {
            let _ended = (&mut http).await;
        }
        let _ended = (&mut local).await;
        let _ended = (&mut mail).await;
    };
    if tokio::time::timeout(GRACE, both).await.is_err() {
        tracing::warn!("requests in progress took too long and were cut off");
    }
    tokio::task::spawn_blocking(move || drop(worker)).await.map_err(|_| Error::bug("the worker did not stop"))?;
    tracing::info!("stopped");
    ended
}

fn serving<L>(port: L, app: Router, stopping: watch::Receiver<bool>) -> JoinHandle<io::Result<()>>
where
    L: Listener<Addr = SocketAddr>,
{
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    // Tapped, since axum tells the peer's address of its own and of tapped listeners only.
    tokio::spawn(axum::serve(port.tap_io(|_| ()), app).with_graceful_shutdown(told(stopping)).into_future())
}

/// Reads the certificate again whenever the process is told to (SIGHUP).
async fn renewing(mut hangup: Signal, certificate: Certificate, engine: Arc<Engine>) {
    while hangup.recv().await.is_some() {
        match certificate.renew(&engine.config.server) {
            Ok(()) => tracing::info!("new connections get the certificate as it is now"),
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
    }
}

async fn told(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _gone = stopping.wait_for(|it| *it).await;
}

/// Libraries that log what devices of people send. What it means for a sign-in our own lines say.
const QUIET: [&str; 2] = ["webauthn_rs=off", "webauthn_rs_core=off"];

/// Starts the log on standard error.
///
/// # Errors
/// `Invalid` for a level that is none.
pub fn start_log(level: &str) -> Result<()> {
    use io::IsTerminal;
    let wrong = || Error::invalid("log.level", "is not a level or filter; write it as info or info,kernel=debug");
    let mut filter = tracing_subscriber::EnvFilter::try_new(level).map_err(|_| wrong())?;
    for quiet in QUIET {
        filter = filter.add_directive(quiet.parse().map_err(|_| wrong())?);
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .try_init()
        .map_err(|_| Error::bug("the log was started twice"))
}
