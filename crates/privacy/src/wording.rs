//! The texts that were shown when consent was asked for, each kept once.
//!
//! *Not* the forms. Invariant: a text is never changed, so a change record from years ago still shows
//! what the person saw (Art. 7(1) GDPR).

use kernel::{Query, Result, Tx, Values, blob::sha256, uuid::Uuid};

/// Keeps a text, or finds it when it was kept before.
///
/// # Errors
/// Those of the write path.
pub fn keep(tx: &mut Tx<'_>, text: &str, language: Option<&str>) -> Result<Uuid> {
    let hash = sha256(text.as_bytes());
    if let Some(row) = tx.elevated("wording").first(&Query::on("assent_wording").eq("assent_hash", hash.as_str()))? {
        return Ok(row.id);
    }
    let name: String = text.chars().take(80).collect();
    // Its number in the order in which texts came into use.
    let version = tx.elevated("wording").count(&Query::on("assent_wording"))? + 1;
    let values = Values::new()
        .with("assent_name", name)
        .with("assent_version", i64::try_from(version).unwrap_or(i64::MAX))
        .with("assent_hash", hash)
        .with("assent_text", text)
        .with("assent_language", language);
    tx.as_system("wording", |tx| tx.create("assent_wording", values))
}
