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
/// The largest file that a column can be made for, in KiB; as `kernel::blob::LIMIT`.
const MOST_KB: i64 = 32 * 1024;

/// Adds the column; it is live when the answer arrives.
///
/// # Errors
/// `Invalid` naming the property, `Conflict` for a column that exists, `Forbidden`.
pub fn create(tx: &mut Tx<'_>, call: &Call, entity: &Entity) -> Result<Answer> {
    let object = body::object(call)?;
    let (name, column) = definition(&object, !entity.subject.is_empty())?;
    kernel::solution::add_column(tx, &entity.name, &name, &column.to_string())?;
    let id = fixed(&format!("{}.{name}", entity.name));
    let address = format!("{}EntityDefinitions({})/Attributes({id})", call.root, fixed(&entity.name));
    Ok(Answer::nothing().written(&address))
}

/// Name and definition of a column, in the form of an entity file; `personal` says what a column
/// counts as that says nothing.
///
/// # Errors
/// `Invalid` naming the property.
pub fn definition(object: &Map<String, Json>, personal: bool) -> Result<(String, Table)> {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    let name = text("LogicalName").or(text("SchemaName")).map(str::to_ascii_lowercase);
    let name = name.ok_or_else(|| missing("SchemaName", "the name of the column, such as new_size"))?;
    let mut column = kind(object)?;
    column.extend(common(object, &name, personal)?);
    Ok((name, column))
}

/// What every column has, whatever its type.
///
/// # Errors
/// `Invalid` naming the property.
pub fn common(object: &Map<String, Json>, name: &str, personal: bool) -> Result<Table> {
    let mut column = Table::new();
    column.insert("label".to_owned(), label(object, "DisplayName").unwrap_or_else(|| english(name)));
    if let Some(it) = label(object, "Description") {
        column.insert("description".to_owned(), it);
    }
    let level = object.get("RequiredLevel").and_then(|it| it.get("Value")).and_then(Json::as_str);
    if matches!(level, Some("ApplicationRequired" | "SystemRequired")) {
        column.insert("required".to_owned(), Toml::Boolean(true));
    }
    if object.get("IsSecured").and_then(Json::as_bool) == Some(true) {
        column.insert("secured".to_owned(), Toml::Boolean(true));
    }
    column.insert("privacy".to_owned(), Toml::Table(privacy(object, personal)?));
    Ok(column)
}

/// Refuses a name that could not stand in an address.
///
/// # Errors
/// `payload` naming the property.
pub fn plain(property: &str, name: &str) -> Result<()> {
    if name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_') {
        return Ok(());
    }
    Err(Error::new(Kind::Invalid, "payload", property, "is made of letters, digits and _"))
}

/// The error for a property that must be there.
pub fn missing(name: &str, what: &str) -> Error {
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
        "Lookup" if object.get("Targets").is_some() => "lookup",
        "Picklist" => "choice",
        "MultiSelectPicklist" => "multichoice",
        "File" => "file",
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
    copy("MaxSizeInKB", "max", class == "File")?;
    let size = object.get("MaxSizeInKB").and_then(Json::as_i64).filter(|_| class == "File");
    if size.is_some_and(|it| !(1..=MOST_KB).contains(&it)) {
        return Err(Error::invalid("MaxSizeInKB", format!("takes a number from 1 to {MOST_KB}")).with_code("payload"));
    }
    if let Some(it) = object.get("DefaultValue").and_then(Json::as_bool).filter(|_| class == "Boolean") {
        column.insert("default".to_owned(), Toml::Boolean(it));
    }
    match name {
        "lookup" => {
            let targets = object.get("Targets").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
            let targets = targets.iter().filter_map(Json::as_str).map(|it| Toml::String(it.to_owned()));
            column.insert("target".to_owned(), Toml::Array(targets.collect()));
        }
        "choice" | "multichoice" => {
            column.insert("options".to_owned(), Toml::Array(options(object)?));
        }
        _ => {}
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

/// The options of a choice; those without a number are counted from 100000000 on, as Dataverse does
/// for a publisher of one's own.
fn options(object: &Map<String, Json>) -> Result<Vec<Toml>> {
    let set = object.get("OptionSet").filter(|it| !it.is_null());
    let set = set.ok_or_else(|| {
        missing("OptionSet", "the options of the choice: {\"Options\": [{\"Value\": 1, \"Label\": …}]}")
    })?;
    if set.get("IsGlobal") == Some(&Json::Bool(true)) {
        return Err(not_built("a column on a global option set"));
    }
    let mut all = Vec::new();
    for (at, option) in set.get("Options").and_then(Json::as_array).into_iter().flatten().enumerate() {
        let next = 100_000_000 + i64::try_from(at).unwrap_or_default();
        let value = option.get("Value").and_then(Json::as_i64).unwrap_or(next);
        let object = option.as_object().cloned().unwrap_or_default();
        let mut row = Table::new();
        row.insert("value".to_owned(), Toml::Integer(value));
        row.insert("label".to_owned(), label(&object, "Label").unwrap_or_else(|| english(&value.to_string())));
        all.push(Toml::Table(row));
    }
    Ok(all)
}

/// A label of a definition, if it has one.
pub fn label(object: &Map<String, Json>, name: &str) -> Option<Toml> {
    let label = object.get(name)?;
    let first = label.get("LocalizedLabels").and_then(|it| it.get(0)).or_else(|| label.get("UserLocalizedLabel"))?;
    first.get("Label")?.as_str().filter(|it| !it.is_empty()).map(english)
}

/// A label in English.
pub fn english(text: &str) -> Toml {
    let mut label = Table::new();
    label.insert("en".to_owned(), Toml::String(text.to_owned()));
    Toml::Table(label)
}

fn privacy(object: &Map<String, Json>, personal: bool) -> Result<Table> {
    const NAME: &str = "Assent.Privacy";
    let given = object.get(NAME).or_else(|| object.get("@Assent.Privacy"));
    let by_default = if personal { "personal" } else { "none" };
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
