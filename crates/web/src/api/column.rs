//! `POST EntityDefinitions(…)/Attributes`: a column of the customer's own.
//!
//! *Not* the change of tables (`kernel::solution`). Invariant: every column gets a privacy
//! classification; where rows are about people and the request says nothing, it counts as personal
//! (Art. 25(2) GDPR), so that no data subject request misses it.

use kernel::{Error, Kind, Result, Tx, metadata::Entity};
use serde_json::{Map, Value as Json};
use toml::{Table, Value as Toml};

use super::{answer::Answer, body, call::Call, function::fixed, key::not_built};

/// The category of personal data whose request names none.
const CATEGORY: &str = "user.content";

/// Adds the column; it is live when the answer arrives.
///
/// # Errors
/// `Invalid` naming the property, `Conflict` for a column that exists, `Forbidden`.
pub fn create(tx: &mut Tx<'_>, call: &Call, entity: &Entity) -> Result<Answer> {
    let object = body::object(call)?;
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    let name = text("LogicalName").or(text("SchemaName")).map(str::to_ascii_lowercase);
    let name = name.ok_or_else(|| missing("SchemaName", "the name of the column, such as new_size"))?;
    let mut column = kind(&object)?;
    column.insert("label".to_owned(), label(&object, "DisplayName").unwrap_or_else(|| english(&name)));
    if let Some(it) = label(&object, "Description") {
        column.insert("description".to_owned(), it);
    }
    let level = object.get("RequiredLevel").and_then(|it| it.get("Value")).and_then(Json::as_str);
    if matches!(level, Some("ApplicationRequired" | "SystemRequired")) {
        column.insert("required".to_owned(), Toml::Boolean(true));
    }
    column.insert("privacy".to_owned(), Toml::Table(privacy(&object, entity)?));
    kernel::solution::add_column(tx, &entity.name, &name, &column.to_string())?;
    let id = fixed(&format!("{}.{name}", entity.name));
    let address = format!("{}EntityDefinitions({})/Attributes({id})", call.root, fixed(&entity.name));
    Ok(Answer::nothing().written(&address))
}

fn missing(name: &str, what: &str) -> Error {
    Error::new(Kind::Invalid, "payload", name, format!("is missing; it is {what}"))
}

fn kind(object: &Map<String, Json>) -> Result<Table> {
    let class = object.get("@odata.type").and_then(Json::as_str);
    let class =
        class.ok_or_else(|| missing("@odata.type", "Microsoft.Dynamics.CRM.StringAttributeMetadata or its like"))?;
    let class = class.trim_start_matches('#').trim_start_matches("Microsoft.Dynamics.CRM.");
    let class = class.trim_start_matches("Complex").strip_suffix("AttributeMetadata").unwrap_or(class);
    let dates = object.get("Format").and_then(Json::as_str) == Some("DateOnly");
    let name = match class {
        "String" => "text",
        "Memo" => "memo",
        "Integer" => "integer",
        "BigInt" => "bigint",
        "Decimal" => "decimal",
        "Double" => "double",
        "Money" => "money",
        "Boolean" => "boolean",
        "DateTime" if dates => "date",
        "DateTime" => "datetime",
        other => return Err(not_built(&format!("a column of type {other}"))),
    };
    let mut column = Table::new();
    column.insert("type".to_owned(), Toml::String(name.to_owned()));
    let mut copy = |from: &str, to: &str, wanted: bool| -> Result<()> {
        match object.get(from).filter(|_| wanted) {
            None | Some(Json::Null) => Ok(()),
            Some(value) => {
                let number = value.as_i64().map(Toml::Integer).or_else(|| value.as_f64().map(Toml::Float));
                column.insert(
                    to.to_owned(),
                    number.ok_or_else(|| Error::invalid(from, "takes a number").with_code("wrong-type"))?,
                );
                Ok(())
            }
        }
    };
    let number = matches!(class, "Integer" | "Decimal" | "Double" | "Money");
    copy("MaxLength", "max_length", matches!(class, "String" | "Memo"))?;
    copy("Precision", "precision", class == "Decimal")?;
    copy("MinValue", "min", number)?;
    copy("MaxValue", "max", number)?;
    if let Some(it) = object.get("DefaultValue").and_then(Json::as_bool).filter(|_| class == "Boolean") {
        column.insert("default".to_owned(), Toml::Boolean(it));
    }
    let format =
        object.get("FormatName").and_then(|it| it.get("Value")).or(object.get("Format")).and_then(Json::as_str);
    let format = match format.filter(|_| class == "String") {
        Some("Email") => Some("email"),
        Some("Url") => Some("url"),
        Some("Phone") => Some("phone"),
        _ => None,
    };
    if let Some(it) = format {
        column.insert("format".to_owned(), Toml::String(it.to_owned()));
    }
    Ok(column)
}

fn label(object: &Map<String, Json>, name: &str) -> Option<Toml> {
    let label = object.get(name)?;
    let first = label.get("LocalizedLabels").and_then(|it| it.get(0)).or_else(|| label.get("UserLocalizedLabel"))?;
    first.get("Label")?.as_str().filter(|it| !it.is_empty()).map(english)
}

fn english(text: &str) -> Toml {
    let mut label = Table::new();
    label.insert("en".to_owned(), Toml::String(text.to_owned()));
    Toml::Table(label)
}

fn privacy(object: &Map<String, Json>, entity: &Entity) -> Result<Table> {
    const NAME: &str = "Assent.Privacy";
    let given = object.get(NAME).or_else(|| object.get("@Assent.Privacy"));
    let by_default = if entity.subject.is_empty() { "none" } else { "personal" };
    let text = |name: &str| given.and_then(|it| it.get(name)).and_then(Json::as_str);
    let sensitivity = text("Sensitivity").unwrap_or(by_default).to_ascii_lowercase();
    if !matches!(sensitivity.as_str(), "none" | "personal" | "sensitive") {
        return Err(
            Error::invalid(format!("{NAME}.Sensitivity"), "is none, personal or sensitive").with_code("payload")
        );
    }
    let mut privacy = Table::new();
    let category = text("Category").unwrap_or(if sensitivity == "none" { "" } else { CATEGORY });
    privacy.insert("sensitivity".to_owned(), Toml::String(sensitivity));
    privacy.insert("category".to_owned(), Toml::String(category.to_owned()));
    Ok(privacy)
}
