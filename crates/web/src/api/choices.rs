//! `GlobalOptionSetDefinitions`: sets of options that columns share, and single options of any choice.
//!
//! *Not* the change of the model (`kernel::solution::change`). Invariant: an option that a row has does not
//! go, and the sets of the product stay.

use kernel::{
    Error, Kind, Result, Rx, Tx,
    metadata::{Choice, Model, model::ChoiceSet},
    solution::change,
    uuid::Uuid,
};
use odata::{Key, Segment};
use serde_json::{Map, Value as Json, json};
use toml::{Table, Value as Toml};

use super::{
    answer::Answer,
    body,
    call::Call,
    column,
    definition::{self, name_in},
    dispatch,
    fixed::fixed,
    key, language,
};

/// The set of the address.
pub const SET: &str = "GlobalOptionSetDefinitions";

/// `GET GlobalOptionSetDefinitions…`.
///
/// # Errors
/// `not-found`, `unknown-segment`, `option`.
pub fn read(rx: &Rx<'_>, call: &Call, first: &Segment, rest: &[Segment]) -> Result<Answer> {
    match rest {
        [] => {}
        [only] if only.name == "Microsoft.Dynamics.CRM.OptionSetMetadata" => {}
        [other, ..] => return Err(key::unknown(&other.name)),
    }
    let model = rx.model();
    definition::rows(call, SET, first, model.all_choices().map(|(name, set)| row(name, set)).collect())
}

fn row(name: &str, set: &ChoiceSet) -> Json {
    json!({
        "@odata.type": "#Microsoft.Dynamics.CRM.OptionSetMetadata",
        "MetadataId": identifier(name),
        "Name": name,
        "IsGlobal": true,
        "OptionSetType": "Picklist",
        "IsCustomOptionSet": set.own,
        "DisplayName": language::shown(&set.label),
        "Options": set.options.iter().map(option).collect::<Vec<_>>(),
    })
}

/// An option of a choice as Dataverse writes it.
pub fn option(it: &Choice) -> Json {
    json!({
        "Value": it.value,
        "Label": language::shown(&it.label),
        "Description": language::shown(&it.description),
    })
}

/// The identifier of a set.
pub fn identifier(name: &str) -> Uuid {
    fixed(&format!("choice {name}"))
}

/// The name of the set that a key names.
///
/// # Errors
/// `not-found`.
pub fn find(model: &Model, named: &Key) -> Result<String> {
    let wanted = name_in(named)?;
    let found =
        model.all_choices().map(|(name, _)| name).find(|it| **it == wanted || identifier(it).to_string() == wanted);
    let missing = || Error::new(Kind::NotFound, "not-found", "", format!("there is no global choice named '{wanted}'"));
    found.cloned().ok_or_else(missing)
}

/// `POST GlobalOptionSetDefinitions`, and `PUT` and `DELETE` of one.
///
/// # Errors
/// `Conflict` for a set of the product, `in-use`, `payload`.
pub fn write(tx: &mut Tx<'_>, call: &Call, first: &Segment, rest: &[Segment]) -> Result<Answer> {
    let model = tx.model();
    match (call.method.as_str(), &first.key, rest) {
        ("POST", None, []) => {
            let object = body::object(call)?;
            let name = object.get("Name").and_then(Json::as_str).filter(|it| !it.is_empty());
            let name = name.ok_or_else(|| column::missing("Name", "the name of the choice, such as new_colours"))?;
            let name = name.to_ascii_lowercase();
            column::plain("Name", &name)?;
            let mut set = Table::new();
            set.insert(
                "label".to_owned(),
                column::label(&object, "DisplayName").unwrap_or_else(|| column::english(&name)),
            );
            set.insert("options".to_owned(), Toml::Array(column::options(&object)?));
            change::add_choices(tx, &name, &set.to_string())?;
            Ok(Answer::nothing().written(&format!("{}{SET}({})", call.root, identifier(&name))))
        }
        ("PUT", Some(named), []) => {
            let name = find(&model, named)?;
            let object = body::object(call)?;
            change::choices(tx, &name, |set| {
                if let Some(label) = column::label(&object, "DisplayName") {
                    set.insert("label".to_owned(), label);
                }
                if object.contains_key("Options") {
                    set.insert("options".to_owned(), Toml::Array(column::options(&object)?));
                }
                Ok(())
            })?;
            Ok(Answer::nothing())
        }
        ("DELETE", Some(named), []) => {
            change::remove_choices(tx, &find(&model, named)?)?;
            Ok(Answer::nothing())
        }
        _ => Err(dispatch::method(call)),
    }
}

/// Where an option is: in a choice that columns share, or in one column.
pub enum Place {
    /// The name of a global choice.
    Global(String),
    /// Entity and column.
    Column(String, String),
}

impl Place {
    /// The place that the parameters of `InsertOptionValue` and its like name.
    ///
    /// # Errors
    /// `Invalid` naming the parameter.
    pub fn read(model: &Model, parameters: &Map<String, Json>) -> Result<Place> {
        let text = |name: &str| parameters.get(name).and_then(Json::as_str).filter(|it| !it.is_empty());
        if let Some(name) = text("OptionSetName") {
            return Ok(Place::Global(name.to_owned()));
        }
        let need = |name: &'static str| text(name).ok_or_else(|| Error::invalid(name, "this parameter is missing"));
        let (entity, name) = (need("EntityLogicalName")?, need("AttributeLogicalName")?);
        let column = model.entity(entity)?.column(name)?;
        Ok(match &column.choice_set {
            Some(set) => Place::Global(set.clone()),
            None => Place::Column(entity.to_owned(), name.to_owned()),
        })
    }

    /// Lets `edit` change the list of options, as it is written in an entity file.
    ///
    /// # Errors
    /// Those of the change.
    pub fn edit(&self, tx: &mut Tx<'_>, edit: impl FnOnce(&mut Vec<Toml>) -> Result<()>) -> Result<()> {
        let inner = |table: &mut Table| {
            let options = table.entry("options").or_insert_with(|| Toml::Array(Vec::new()));
            edit(options.as_array_mut().ok_or_else(|| Error::bug("options are no list"))?)
        };
        match self {
            Place::Global(name) => change::choices(tx, name, inner),
            Place::Column(entity, column) => change::column(tx, entity, column, inner),
        }
    }
}

/// The number of an option in a list.
pub fn number(option: &Toml) -> Option<i64> {
    option.get("value").and_then(Toml::as_integer)
}
