//! What happened, told to those who follow: the outbox and its cursors.
//!
//! An event is written with the row and holds identifiers only. *Not* a message broker. Invariant:
//! each consumer sees each event once, in order, in the transaction that moves its cursor.

use uuid::Uuid;

use crate::{Change, Consumer, Context, Db, Op, Result, Rx, Tx, store::connection::cells};

/// Something that happened to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the order.
    pub seq: i64,
    /// What was done.
    pub op: Op,
    /// The entity.
    pub entity: String,
    /// The row.
    pub record: Uuid,
    /// The columns that became different.
    pub columns: Vec<String>,
}

/// So many events a consumer takes in one transaction.
const BATCH: i64 = 200;

pub(crate) fn announce(tx: &mut Tx<'_>, change: &Change) -> Result<()> {
    let followed = tx.registry().consumers.iter().any(|it| it.entities.contains(&change.entity.as_str()));
    if !followed {
        return Ok(());
    }
    let columns: Vec<&str> = change.values.iter().map(|(name, _)| name).collect();
    tx.connection.execute(
        "INSERT INTO assent_event (at, operation, entity, record, columns) VALUES (?1, ?2, ?3, ?4, ?5)",
        cells![tx.now().as_millisecond(), change.op as i64, change.entity, change.id, serde_json::to_string(&columns)?],
    )?;
    Ok(())
}

/// Lets every consumer see what it has not seen; returns how many events were taken. An event whose
/// consumer fails is seen again later, and holds up only that consumer.
///
/// # Errors
/// The first consumer's failure, after the others had their turn.
pub fn pump(db: &Db, cx: &Context) -> Result<usize> {
    let mut taken = 0;
    let mut failure = None;
    for index in 0..db.registry().consumers.len() {
        loop {
            match db.write(&cx.as_system("events"), move |tx| step(tx, index)) {
                Ok(0) => break,
                Ok(some) => taken += some,
                Err(error) => {
                    failure = failure.or(Some(error));
                    break;
                }
            }
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(taken),
    }
}

/// How many events a consumer has not seen yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The name of the consumer.
    pub consumer: &'static str,
    /// Events that it has not seen.
    pub behind: i64,
    /// When the oldest of them happened, in milliseconds since 1970.
    pub oldest: Option<i64>,
}

/// How far each consumer is behind.
///
/// # Errors
/// Those of the store.
pub fn lags(rx: &Rx<'_>) -> Result<Vec<Lag>> {
    let lag = |consumer: &Consumer| {
        let cursor = cursor_of(rx, consumer.name)?;
        let sql = "SELECT COUNT(*), MIN(at) FROM assent_event WHERE seq > ?1";
        let counted = rx.connection.row(sql, cells![cursor], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (behind, oldest) = counted.unwrap_or((0, None));
        Ok(Lag { consumer: consumer.name, behind, oldest })
    };
    rx.registry().consumers.iter().map(lag).collect()
}

fn step(tx: &mut Tx<'_>, index: usize) -> Result<usize> {
    let Some(consumer) = tx.registry().consumers.get(index).copied() else {
        return Ok(0);
    };
    let events = after(tx, cursor_of(tx, consumer.name)?)?;
    let Some(last) = events.last().map(|it| it.seq) else {
        return Ok(0);
    };
    let count = events.len();
    for event in events.into_iter().filter(|it| consumer.entities.contains(&it.entity.as_str())) {
        (consumer.run)(tx, &event)?;
    }
    tx.connection.execute(
        "INSERT INTO assent_cursor (consumer, seq) VALUES (?1, ?2) ON CONFLICT (consumer) DO UPDATE SET seq = ?2",
        cells![consumer.name, last],
    )?;
    // What everybody has seen is of no further use; a consumer that is no more holds up nothing.
    let mut seen = last;
    for other in &tx.registry().consumers {
        seen = seen.min(cursor_of(tx, other.name)?);
    }
    tx.connection.execute("DELETE FROM assent_event WHERE seq <= ?1", cells![seen])?;
    Ok(count)
}

fn cursor_of(rx: &Rx<'_>, consumer: &str) -> Result<i64> {
    let sql = "SELECT seq FROM assent_cursor WHERE consumer = ?1";
    Ok(rx.connection.row(sql, cells![consumer], |row| row.get(0))?.unwrap_or(0))
}

fn after(tx: &Tx<'_>, cursor: i64) -> Result<Vec<Event>> {
    let sql = "SELECT seq, operation, entity, record, columns FROM assent_event WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    tx.connection.rows(sql, cells![cursor, BATCH], |row| {
        let op = match row.get::<i64>(1)? {
            1 => Op::Create,
            2 => Op::Update,
            _ => Op::Delete,
        };
        Ok(Event {
            seq: row.get(0)?,
            op,
            entity: row.get(2)?,
            record: row.get(3)?,
            columns: serde_json::from_str(&row.get::<String>(4)?)?,
        })
    })
}
