//! `assent doctor`: is the store whole, and is what it needs in place?
//!
//! *Not* a repair. Invariant: it changes nothing but the mirrors of the vault, which it brings up to
//! date; it ends with 1 when a check failed, and warnings alone end with 0.

use engagement::{email, site};
use kernel::{Query, Result, audit::verify, jobs};
use serde_json::json;

use crate::{
    engine::Engine,
    out::{Exit, Out},
    settings,
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent doctor --data ./assent-data --json";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    Warning,
    Failed,
}

impl Grade {
    fn word(self) -> &'static str {
        match self {
            Grade::Good => "ok",
            Grade::Warning => "warning",
            Grade::Failed => "failed",
        }
    }
}

struct Check {
    name: &'static str,
    grade: Grade,
    text: String,
}

type Examine = fn(&Engine) -> Result<(Grade, String)>;

/// The checks, in the order they run.
const CHECKS: &[(&str, Examine)] = &[
    ("store", store),
    ("audit trail", trail),
    ("erasures", erasures),
    ("vault mirrors", mirrors),
    ("traces of erasures", traces),
    ("jobs", jobs),
    ("clock", clock),
    ("disk", disk),
    ("mail", mail),
    ("addresses", addresses),
    ("provider", provider),
];

/// Runs the command.
///
/// # Errors
/// When nobody takes the answer; a check that cannot be made is a failed check.
pub fn run(engine: &Engine, out: &mut Out) -> Result<Exit> {
    let mut checks = Vec::new();
    for (at, (name, examine)) in CHECKS.iter().enumerate() {
        out.progress(name, at as u64, CHECKS.len() as u64)?;
        let (grade, text) = examine(engine).unwrap_or_else(|error| (Grade::Failed, error.to_string()));
        checks.push(Check { name, grade, text });
    }
    let failed = checks.iter().any(|it| it.grade == Grade::Failed);
    let json = json!({
        "ok": !failed,
        "checks": checks.iter().map(|it| json!({ "name": it.name, "state": it.grade.word(), "text": it.text })).collect::<Vec<_>>(),
    });
    let text: String =
        checks.iter().map(|it| format!("{:<8} {:<14} {}\n", it.grade.word(), it.name, it.text)).collect();
    out.answer(&json, text)?;
    Ok(if failed { Exit::Negative } else { Exit::Done })
}

fn store(engine: &Engine) -> Result<(Grade, String)> {
    let entities = engine.db.model().entities().count();
    let place = match engine.config.store.servers()? {
        None => engine.folder().display().to_string(),
        Some([records, vault]) => {
            format!("the database {} with its vault in {}", records.database(), vault.database())
        }
    };
    Ok((Grade::Good, format!("{place}: {entities} entities, {}", size(engine.db.size()?))))
}

fn provider(engine: &Engine) -> Result<(Grade, String)> {
    let provider = settings::provider(&engine.config.oidc)?;
    if let Some(it) = &provider {
        engine.db.read(&engine.cx, |rx| it.check(rx))?;
    }
    Ok((Grade::Good, provider.map_or("no identity provider".to_owned(), |it| format!("sign-in at {}", it.issuer))))
}

fn trail(engine: &Engine) -> Result<(Grade, String)> {
    let verdict = engine.db.read(&engine.cx, verify::verify)?;
    Ok(match verdict.broken {
        None => (Grade::Good, format!("{} rows, head {}", verdict.rows, verdict.head)),
        Some(it) => (Grade::Failed, format!("broken at row {} ({}): {}", it.seq, it.entity, it.what)),
    })
}

fn erasures(engine: &Engine) -> Result<(Grade, String)> {
    Ok(match engine.db.outstanding_erasures(&engine.cx)?.len() {
        0 => (Grade::Good, "none outstanding".into()),
        some => (Grade::Failed, format!("{some} outstanding; restart the server, which carries them out")),
    })
}

fn traces(engine: &Engine) -> Result<(Grade, String)> {
    Ok(match engine.db.has_traces()? {
        false => (Grade::Good, "none wait".to_owned()),
        true => (
            Grade::Warning,
            "the store is large and is rewritten by a running server between 01:00 and 04:00 UTC".to_owned(),
        ),
    })
}

fn mirrors(engine: &Engine) -> Result<(Grade, String)> {
    let unreached = engine.db.refresh_mirrors()?;
    if unreached.is_empty() {
        return Ok((Grade::Good, "all reached and up to date".into()));
    }
    Ok((
        Grade::Warning,
        format!("not reached: {}; erasures since cannot be known beside these backups", unreached.join(", ")),
    ))
}

fn jobs(engine: &Engine) -> Result<(Grade, String)> {
    let standing = engine.db.read(&engine.cx, jobs::standing)?;
    let now = engine.cx.now().as_millisecond();
    if let Some((kind, reason)) = standing.failed.first() {
        return Ok((Grade::Failed, format!("{} failed for good; the first: {kind}: {reason}", standing.failed.len())));
    }
    let late = standing.next_due.is_some_and(|it| it < now - 10 * 60 * 1_000);
    Ok(match late {
        true => {
            (Grade::Warning, format!("{} waiting, due for over ten minutes; is a server running?", standing.waiting))
        }
        false => (Grade::Good, format!("{} waiting, none failed", standing.waiting)),
    })
}

fn clock(engine: &Engine) -> Result<(Grade, String)> {
    let now = engine.cx.now();
    // The files of the store were written in the past, unless somebody turned the clock back.
    for name in ["assent.db", "assent.db-wal"] {
        let Ok(written) = std::fs::metadata(engine.folder().join(name)).and_then(|it| it.modified()) else {
            continue;
        };
        let written = jiff::Timestamp::try_from(written).unwrap_or(now);
        if written.as_second() > now.as_second() + 60 {
            return Ok((Grade::Failed, format!("it says {now}, but {name} was written at {written}")));
        }
    }
    Ok((Grade::Good, now.to_string()))
}

fn disk(engine: &Engine) -> Result<(Grade, String)> {
    let stat = rustix::fs::statvfs(engine.folder()).map_err(|it| kernel::Error::from(std::io::Error::from(it)))?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let store = if engine.config.store.is_on_server() { 0 } else { engine.db.size()? };
    let text = format!("{} free", size(free));
    Ok(match free {
        ..=0x0400_0000 => (Grade::Failed, format!("{text}; the store will soon refuse to write")),
        free if free < store.saturating_mul(2) => (Grade::Warning, format!("{text}, less than twice the store")),
        _ => (Grade::Good, text),
    })
}

fn mail(engine: &Engine) -> Result<(Grade, String)> {
    let mail = &engine.config.mail;
    let settings = Query::on(email::SETTINGS);
    if engine.db.read(&engine.cx, |rx| rx.count(&settings))? == 0 {
        let text = "there are no content settings; give mail.postal_address, which mails must show, and start again";
        return Ok((Grade::Warning, text.into()));
    }
    if mail.smtp_url.is_empty() {
        return Ok((
            Grade::Good,
            "mail.smtp_url is empty: mail stays in the outbox, nothing leaves this machine".into(),
        ));
    }
    Ok((Grade::Good, format!("from {}", mail.from_address)))
}

fn addresses(engine: &Engine) -> Result<(Grade, String)> {
    let server = &engine.config.server;
    if !server.base_url.is_empty() {
        return Ok((Grade::Good, format!("links begin with {}", server.base_url)));
    }
    let grade = if engine.config.mail.smtp_url.is_empty() { Grade::Good } else { Grade::Warning };
    let present = engine.db.read(&engine.cx, site::base_url)?;
    Ok((grade, format!("server.base_url is empty: links in mails begin with {present}")))
}

fn size(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}
