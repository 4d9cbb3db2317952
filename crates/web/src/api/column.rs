//! `EntityDefinitions(…)/Attributes`: columns of the customer's own, and the words on all.
//!
//! *Not* the change of tables (`kernel::solution`). Invariant: every column gets a privacy
//! classification; where rows are about people and the request says nothing, it counts as personal
//! (Art. 25(2) GDPR), so that no data subject request misses it.

use kernel::{
    Error, Kind, Result, Tx,
    audit::switches,
    metadata::{Column, Entity, Model, file::Label},
};
use serde_json::{Map, Value as Json};
use toml::{Table, Value as Toml};

use super::{
    answer::Answer,
    body,
    call::Call,
    entity::{AUDIT, audited},
    fixed::fixed,
    key,
    key::not_built,
    language,
};

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
    let (name, column) = definition(&tx.model(), &object, !entity.subject.is_empty())?;
    kernel::solution::add_column(tx, &entity.name, &name, &column.to_string())?;
    let id = fixed(&format!("{}.{name}", entity.name));
    let address = format!("{}EntityDefinitions({})/Attributes({id})", call.root, fixed(&entity.name));
    Ok(Answer::nothing().written(&address))
}

/// `PUT EntityDefinitions(…)/Attributes(…)`: a column of one's own as the body says, what it leaves out as
/// it was; of a column of the product the labels and the switch of the audit only.
///
/// # Errors
/// `Conflict` for a change that the product or a row contradicts, `Invalid` naming the property.
pub fn change(tx: &mut Tx<'_>, call: &Call, entity: &Entity, column: &Column) -> Result<Answer> {
    let mut given = body::object(call)?;
    if let Some(on) = audited(&given).filter(|it| *it != column.audited) {
        switches::column(tx, &entity.name, &column.name, on)?;
    }
    given.remove(AUDIT);
    given.retain(|name, _| name == "@odata.type" || !name.contains("@odata"));
    let Json::Object(mut merged) = super::definition::attribute(entity, column) else {
        return Err(Error::bug("a definition is no object"));
    };
    let merge = call.merge_labels;
    if given.get("LogicalName").is_some_and(|it| it.as_str() != Some(&column.name)) {
        return Err(Error::conflict("LogicalName", "stays as it is; add another column instead"));
    }
    if !is_own(column, entity) {
        for (name, value) in given.iter().filter(|(name, _)| !matches!(name.as_str(), "DisplayName" | "Description")) {
            if merged.get(name).is_some_and(|it| !same(it, value)) {
                let text = format!("{} comes with the product; only its labels can be changed", column.name);
                return Err(Error::conflict(name.as_str(), text));
            }
        }
        let mut labels = labels(&given, merge, &column.label, &column.description);
        labels.retain(|_, it| it.as_table().is_some_and(|it| !it.is_empty()));
        kernel::solution::change::relabel(tx, &entity.name, Some(&column.name), labels)?;
        return Ok(Answer::nothing());
    }
    let class = |it: &Map<String, Json>| {
        let name = it.get("@odata.type").and_then(Json::as_str).unwrap_or_default();
        name.rsplit('.').next().unwrap_or_default().trim_start_matches("Complex").to_owned()
    };
    if given.contains_key("@odata.type") && class(&given) != class(&merged) {
        return Err(Error::conflict(column.name.as_str(), "keeps its type; add a column of the other type instead"));
    }
    merged.extend(given.clone());
    let (_, changed) = definition(&tx.model(), &merged, !entity.subject.is_empty())?;
    let words = labels(&given, merge, &column.label, &column.description);
    kernel::solution::change::column(tx, &entity.name, &column.name, |definition| {
        // What this form cannot say, such as where a lookup leads, stays.
        for name in ["required", "default", "min", "max", "format", "behavior"] {
            definition.remove(name);
        }
        let keeps = ["target", "type"].map(str::to_owned);
        definition.extend(changed.into_iter().filter(|(name, _)| !keeps.contains(name)));
        definition.extend(words);
        Ok(())
    })?;
    Ok(Answer::nothing())
}

/// Whether a customer added it: by itself, or with an entity of their own.
pub fn is_own(column: &Column, entity: &Entity) -> bool {
    let of_customer = |it: &str| it.starts_with("customer.");
    !column.system
        && column.name != entity.key
        && column.solution.as_deref().or(entity.solution.as_deref()).is_some_and(of_customer)
}

/// Whether a body says what is so already; a value may stand by itself or as a managed property.
fn same(present: &Json, given: &Json) -> bool {
    present == given || (given.get("Value").is_some() && present.get("Value") == given.get("Value"))
}

/// The labels that a body gives; with `merge` other languages keep theirs.
fn labels(given: &Map<String, Json>, merge: bool, label: &Label, description: &Label) -> Table {
    let table = |it: &Label| Table::from_iter(it.iter().map(|(tag, text)| (tag.clone(), Toml::String(text.clone()))));
    let mut all = Table::from_iter([
        ("label".to_owned(), Toml::Table(table(label))),
        ("description".to_owned(), Toml::Table(table(description))),
    ]);
    for (from, to) in [("DisplayName", "label"), ("Description", "description")] {
        if let Some(texts) = self::label(given, from) {
            put_label(&mut all, to, texts, merge);
        }
    }
    all
}

/// Puts a label into a table of an entity file; with `merge` other languages keep theirs.
pub fn put_label(table: &mut Table, name: &str, texts: Toml, merge: bool) {
    match (table.get_mut(name).and_then(Toml::as_table_mut).filter(|_| merge), texts) {
        (Some(present), Toml::Table(texts)) => present.extend(texts),
        (_, texts) => {
            table.insert(name.to_owned(), texts);
        }
    }
}

/// Name and definition of a column, in the form of an entity file; `personal` says what a column
/// counts as that says nothing.
///
/// # Errors
/// `Invalid` naming the property.
pub fn definition(model: &Model, object: &Map<String, Json>, personal: bool) -> Result<(String, Table)> {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    let name = text("LogicalName").or(text("SchemaName")).map(str::to_ascii_lowercase);
    let name = name.ok_or_else(|| missing("SchemaName", "the name of the column, such as new_size"))?;
    let mut column = kind(model, object)?;
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

fn kind(model: &Model, object: &Map<String, Json>) -> Result<Table> {
    let class = object.get("@odata.type").and_then(Json::as_str);
    let class =
        class.ok_or_else(|| missing("@odata.type", "Microsoft.Dynamics.CRM.StringAttributeMetadata or its like"))?;
    let class = class.trim_start_matches('#').trim_start_matches("Microsoft.Dynamics.CRM.");
    let class = class.trim_start_matches("Complex").strip_suffix("AttributeMetadata").unwrap_or(class);
    let dates = object.get("Format").and_then(Json::as_str) == Some("DateOnly");
    let behavior = object.get("DateTimeBehavior").and_then(|it| it.get("Value")).and_then(Json::as_str);
    if behavior.is_some_and(|it| !matches!(it, "UserLocal" | "DateOnly" | "TimeZoneIndependent")) {
        let text = "is UserLocal, DateOnly or TimeZoneIndependent";
        return Err(Error::invalid("DateTimeBehavior", text).with_code("payload"));
    }
    let name = match class {
        "String" => "text",
        "Memo" => "memo",
        "Integer" => "integer",
        "BigInt" => "bigint",
        "Decimal" => "decimal",
        "Double" => "double",
        "Money" => "money",
        "Boolean" => "boolean",
        "DateTime" if dates || behavior == Some("DateOnly") => "date",
        "DateTime" => "datetime",
        "Lookup" if object.get("Targets").is_some() => "lookup",
        "Picklist" => "choice",
        "MultiSelectPicklist" => "multichoice",
        "File" | "Image" => "file",
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
    copy("MaxSizeInKB", "max", name == "file")?;
    let size = object.get("MaxSizeInKB").and_then(Json::as_i64).filter(|_| name == "file");
    if size.is_some_and(|it| !(1..=MOST_KB).contains(&it)) {
        return Err(Error::invalid("MaxSizeInKB", format!("takes a number from 1 to {MOST_KB}")).with_code("payload"));
    }
    if let Some(it) = object.get("DefaultValue").and_then(Json::as_bool).filter(|_| class == "Boolean") {
        column.insert("default".to_owned(), Toml::Boolean(it));
    }
    if let Some(it) = object.get("DefaultFormValue").and_then(Json::as_i64).filter(|it| class == "Picklist" && *it >= 0)
    {
        column.insert("default".to_owned(), Toml::Integer(it));
    }
    if behavior == Some("TimeZoneIndependent") && name == "datetime" {
        column.insert("behavior".to_owned(), Toml::String("time-zone-independent".to_owned()));
    }
    match name {
        "lookup" => {
            let targets = object.get("Targets").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
            let targets = targets.iter().filter_map(Json::as_str).map(|it| Toml::String(it.to_owned()));
            column.insert("target".to_owned(), Toml::Array(targets.collect()));
        }
        "choice" | "multichoice" => match shared(model, object)? {
            Some(set) => {
                column.insert("choice".to_owned(), Toml::String(set));
            }
            None => {
                let set = object.get("OptionSet").and_then(Json::as_object).ok_or_else(|| {
                    missing("OptionSet", "the options of the choice: {\"Options\": [{\"Value\": 1, \"Label\": …}]}")
                })?;
                column.insert("options".to_owned(), Toml::Array(options(set)?));
            }
        },
        _ => {}
    }
    let format =
        object.get("FormatName").and_then(|it| it.get("Value")).or(object.get("Format")).and_then(Json::as_str);
    let format = match format.filter(|_| class == "String") {
        Some("Email") => Some("email"),
        Some("Url") => Some("url"),
        Some("Phone") => Some("phone"),
        _ if class == "Image" => Some("image"),
        _ => None,
    };
    if let Some(it) = format {
        column.insert("format".to_owned(), Toml::String(it.to_owned()));
    }
    Ok(column)
}

/// The options of a choice; those without a number are counted from 100000000 on, as Dataverse does
/// for a publisher of one's own.
///
/// # Errors
/// `payload` for a number that two options have.
pub fn options(set: &Map<String, Json>) -> Result<Vec<Toml>> {
    let mut all: Vec<Toml> = Vec::new();
    for (at, option) in set.get("Options").and_then(Json::as_array).into_iter().flatten().enumerate() {
        let next = 100_000_000 + i64::try_from(at).unwrap_or_default();
        let value = option.get("Value").and_then(Json::as_i64).unwrap_or(next);
        if all.iter().any(|it| it.get("value").and_then(Toml::as_integer) == Some(value)) {
            return Err(Error::invalid("Options", format!("two options have the number {value}")).with_code("payload"));
        }
        let object = option.as_object().cloned().unwrap_or_default();
        let mut row = Table::new();
        row.insert("value".to_owned(), Toml::Integer(value));
        row.insert("label".to_owned(), label(&object, "Label").unwrap_or_else(|| english(&value.to_string())));
        if let Some(it) = label(&object, "Description") {
            row.insert("description".to_owned(), it);
        }
        all.push(Toml::Table(row));
    }
    Ok(all)
}

/// A label of a definition, if it has one.
pub fn label(object: &Map<String, Json>, name: &str) -> Option<Toml> {
    language::read(object, name).map(Toml::Table)
}

/// The name of the global choice that a column is made on, if it is.
fn shared(model: &Model, object: &Map<String, Json>) -> Result<Option<String>> {
    if let Some(address) = object.get("GlobalOptionSet@odata.bind").and_then(Json::as_str) {
        let segments = odata::parse_resource_path(key::below_root(address)).map_err(Error::from)?;
        let named = segments.last().and_then(|it| it.key.as_ref());
        let named = named.ok_or_else(|| missing("GlobalOptionSet@odata.bind", "the address of a global choice"))?;
        return super::choices::find(model, named).map(Some);
    }
    let set = object.get("OptionSet").or_else(|| object.get("GlobalOptionSet"));
    let set = set.filter(|it| it.get("IsGlobal") == Some(&Json::Bool(true)));
    Ok(set.and_then(|it| it.get("Name")).and_then(Json::as_str).map(str::to_owned))
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
