//! The audit trail: who did what to which row, when and why, in a chain of hashes (law 8).
//!
//! Values that are personal are sealed under the key of their data subject; the chain is over the
//! sealed bytes. So erasing the key makes the values unreadable everywhere, and the chain still
//! verifies. *Not* a log of reads. Invariant: rows are only ever added.

pub mod history;
pub mod kept;
pub mod switches;
pub mod verify;

use ring::digest;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    Change, Error, Op, Result, Tx,
    metadata::Entity,
    store::{
        connection::{Connection, cells},
        vault,
    },
    subject,
};

/// What one row of the trail says, in the form that is hashed.
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) reason: Option<String>,
    pub(crate) batch: Option<Vec<u8>>,
    pub(crate) operation: i64,
    pub(crate) entity: String,
    pub(crate) record: Vec<u8>,
    pub(crate) subject: Option<String>,
    pub(crate) columns: String,
    pub(crate) plain: Option<String>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) prev: Vec<u8>,
}

impl Entry {
    /// SHA-256 over every field, each preceded by its length, so no two rows can have the same bytes.
    pub(crate) fn hash(&self) -> Vec<u8> {
        let mut context = digest::Context::new(&digest::SHA256);
        let mut field = |bytes: Option<&[u8]>| match bytes {
            None => context.update(&u64::MAX.to_be_bytes()),
            Some(bytes) => {
                context.update(&(bytes.len() as u64).to_be_bytes());
                context.update(bytes);
            }
        };
        field(Some(&self.prev));
        field(Some(&self.seq.to_be_bytes()));
        field(Some(&self.at.to_be_bytes()));
        field(Some(self.actor.as_bytes()));
        field(self.reason.as_deref().map(str::as_bytes));
        field(self.batch.as_deref());
        field(Some(&self.operation.to_be_bytes()));
        field(Some(self.entity.as_bytes()));
        field(Some(&self.record));
        field(self.subject.as_deref().map(str::as_bytes));
        field(Some(self.columns.as_bytes()));
        field(self.plain.as_deref().map(str::as_bytes));
        field(self.sealed.as_deref());
        context.finish().as_ref().to_vec()
    }
}

/// What the sealed bytes are bound to.
pub(crate) fn place(entity: &str, record: &[u8]) -> Vec<u8> {
    let mut place = entity.as_bytes().to_vec();
    place.push(b':');
    place.extend_from_slice(record);
    place
}

/// Where the reason that a person gave stands among the values; no column has such a name.
pub(crate) const JUSTIFICATION: &str = "@justification";

/// Where the user stands who asked for the one who acted.
pub(crate) const CALLER: &str = "@caller";

/// Adds the row for a change.
pub(crate) fn record(tx: &mut Tx<'_>, entity: &Entity, change: &Change) -> Result<()> {
    if tx.rehearsing {
        // The row will not exist, and sealing its values would make a key that stays in the vault.
        return Ok(());
    }
    let subject = subject::of(tx, entity, change)?.map(|it| it.to_string());
    let (mut columns, mut plain, mut personal) = (Vec::new(), Map::new(), Map::new());
    let touched: Vec<&str> = match change.op {
        Op::Delete => entity.columns.keys().map(String::as_str).collect(),
        _ => change.values.iter().map(|(name, _)| name).collect(),
    };
    for name in touched {
        let column = entity.column(name)?;
        let (old, new) = match change.op {
            Op::Delete => (change.old(name), &crate::Value::Null),
            _ => (change.old(name), change.values.get(name)),
        };
        if column.is_bookkeeping() || old == new {
            continue;
        }
        columns.push(name);
        if column.is_secret() || tx.erasing {
            continue;
        }
        let pair = Json::Array(vec![shortened(old.to_json()), shortened(new.to_json())]);
        if column.is_personal() {
            personal.insert(name.to_owned(), pair)
        } else {
            plain.insert(name.to_owned(), pair)
        };
    }
    // What a person writes as their reason may name somebody, so it is sealed like a personal value.
    if let (Some(text), false) = (tx.cx().justification.as_deref(), tx.erasing || columns.is_empty()) {
        let with = if subject.is_some() { &mut personal } else { &mut plain };
        with.insert(JUSTIFICATION.to_owned(), shortened(Json::from(text)));
    }
    if let (Some(caller), false) = (tx.cx().actor.caller_id(), columns.is_empty()) {
        plain.insert(CALLER.to_owned(), Json::from(format!("user:{caller}")));
    }
    let record = change.id.as_bytes().to_vec();
    let sealed = match (&subject, personal.is_empty()) {
        (_, true) | (None, _) => None,
        (Some(subject), false) => match tx.shared.vault().key(subject, tx.cx())? {
            Some(key) => {
                let text = serde_json::to_vec(&personal)?;
                Some(vault::seal(&key, &place(&entity.name, &record), &text, tx.cx())?)
            }
            // The person was erased; what happens to leftovers is noted without values.
            None => None,
        },
    };
    let names = serde_json::to_string(&columns)?;
    let plain = (!plain.is_empty()).then(|| serde_json::to_string(&plain)).transpose()?;
    let Head { seq, hash: prev } = tx.head().clone();
    let cx = tx.cx();
    let entry = Entry {
        seq: seq + 1,
        at: cx.now().as_millisecond(),
        actor: cx.actor.label(),
        reason: cx.reason.as_deref().map(str::to_owned),
        batch: cx.batch.map(|it| it.as_bytes().to_vec()),
        operation: change.op as i64,
        entity: entity.name.clone(),
        record,
        subject,
        columns: names,
        plain,
        sealed,
        prev,
    };
    append(tx, &entry)?;
    kept::keep(tx, entity, change, &columns, entry.seq)
}

/// Texts longer than this are cut, as Dataverse's audit does, and end in `...`.
pub const LONGEST: usize = 5_000;

fn shortened(value: Json) -> Json {
    match value {
        Json::String(text) if text.len() > LONGEST => {
            Json::from(format!("{}...", text.chars().take(LONGEST).collect::<String>()))
        }
        other => other,
    }
}

/// Adds a row that is about the store rather than about one record, for instance that a solution was
/// enabled.
pub(crate) fn note(tx: &mut Tx<'_>, entity: &str, record: Uuid, what: &Json) -> Result<()> {
    let Head { seq, hash: prev } = tx.head().clone();
    let cx = tx.cx();
    let entry = Entry {
        seq: seq + 1,
        at: cx.now().as_millisecond(),
        actor: cx.actor.label(),
        reason: cx.reason.as_deref().map(str::to_owned),
        batch: cx.batch.map(|it| it.as_bytes().to_vec()),
        operation: Op::Update as i64,
        entity: entity.to_owned(),
        record: record.as_bytes().to_vec(),
        subject: None,
        columns: "[]".into(),
        plain: Some(what.to_string()),
        sealed: None,
        prev,
    };
    append(tx, &entry)
}

/// Where the trail ends: its last row and that row's hash. The writer carries it from closure to closure.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) seq: i64,
    pub(crate) hash: Vec<u8>,
}

/// Reads where the trail ends.
pub(crate) fn head(connection: &Connection) -> Result<Head> {
    let sql = "SELECT seq, hash FROM assent_audit ORDER BY seq DESC LIMIT 1";
    let last = connection.row(sql, cells![], |row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? }))?;
    Ok(last.unwrap_or(Head { seq: 0, hash: vec![0; 32] }))
}

fn append(tx: &mut Tx<'_>, it: &Entry) -> Result<()> {
    let sql = "INSERT INTO assent_audit (seq, at, actor, reason, batch, operation, entity, record, subject, columns, plain, sealed, prev, hash) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let hash = it.hash();
    let cells = cells![
        it.seq,
        it.at,
        it.actor,
        it.reason,
        it.batch,
        it.operation,
        it.entity,
        it.record,
        it.subject,
        it.columns,
        it.plain,
        it.sealed,
        it.prev,
        hash
    ];
    if tx.connection.execute(sql, cells)? != 1 {
        return Err(Error::bug("the audit trail took no row"));
    }
    tx.set_head(Head { seq: it.seq, hash });
    Ok(())
}
