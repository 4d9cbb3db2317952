//! Moving a row along its life cycle by the word that people read.
//!
//! *Not* the rules of the life cycle. Invariant: the number comes from the metadata.

use kernel::{Error, Result, Values, metadata::file::english, uuid::Uuid};

use crate::engine::Engine;

/// Asks for a status, such as `Going live`.
///
/// # Errors
/// `Invalid` with what stands against it.
pub fn ask(engine: &Engine, entity: &str, id: Uuid, wanted: &str) -> Result<()> {
    let model = engine.db.model();
    let options = &model.entity(entity)?.column("statuscode")?.options;
    let number = options.iter().find(|it| english(&it.label) == wanted).map(|it| it.value);
    let number = number.ok_or_else(|| Error::bug(format!("{entity} has no status '{wanted}'")))?;
    let entity = entity.to_owned();
    let values = Values::new().with("statuscode", number);
    engine.db.write(&engine.cx, move |tx| tx.update(&entity, id, values.clone())).map(|_| ())
}

/// The word for a status.
pub fn word(engine: &Engine, entity: &str, number: i64) -> String {
    let model = engine.db.model();
    let column = model.entity(entity).and_then(|it| it.column("statuscode")).ok();
    let option = column.and_then(|it| it.option(number));
    option.map_or_else(|| number.to_string(), |it| english(&it.label).to_lowercase())
}
