//! A column as a row of `Attributes`, with what its type has beside the others.
//!
//! *Not* the change of one (`column.rs`). Invariant: what stands here is what the metadata in force says.

use kernel::{
    Value,
    audit::switches,
    metadata::{
        Column, ColumnType, Entity, Sensitivity,
        column::{Behavior, Format},
    },
};
use serde_json::{Value as Json, json};

use super::label;
use crate::api::{choices, file, fixed::fixed, format, image, language::shown};

/// The names of a column's type: that of the class and that of the value.
fn names(column: &Column, entity: &Entity) -> (&'static str, &'static str) {
    match column.kind {
        _ if column.name == entity.key => ("", "Uniqueidentifier"),
        _ if column.name == "statecode" => ("State", "State"),
        _ if column.name == "statuscode" => ("Status", "Status"),
        ColumnType::Text => ("String", "String"),
        ColumnType::Memo | ColumnType::Json => ("Memo", "Memo"),
        ColumnType::Integer => ("Integer", "Integer"),
        ColumnType::BigInt => ("BigInt", "BigInt"),
        ColumnType::Decimal => ("Decimal", "Decimal"),
        ColumnType::Money => ("Money", "Money"),
        ColumnType::Double => ("Double", "Double"),
        ColumnType::Boolean => ("Boolean", "Boolean"),
        ColumnType::Choice => ("Picklist", "Picklist"),
        ColumnType::MultiChoice => ("MultiSelectPicklist", "MultiSelectPicklist"),
        ColumnType::Date | ColumnType::DateTime => ("DateTime", "DateTime"),
        ColumnType::Lookup => ("Lookup", "Lookup"),
        ColumnType::Guid => ("UniqueIdentifier", "Uniqueidentifier"),
        ColumnType::File if image::is(column) => ("Image", "Virtual"),
        ColumnType::File => ("File", "File"),
    }
}

/// The switch of the audit, as Dataverse writes what a solution may forbid to change.
pub fn audit_switch(on: bool, can_be_changed: bool) -> Json {
    json!({ "Value": on, "CanBeChanged": can_be_changed, "ManagedPropertyLogicalName": "canmodifyauditsettings" })
}

/// A column as a row.
pub fn attribute(entity: &Entity, column: &Column) -> Json {
    let (class, kind) = names(column, entity);
    let required = if column.required { "ApplicationRequired" } else { "None" };
    let mut row = json!({
        "@odata.type": format!("#Microsoft.Dynamics.CRM.{class}AttributeMetadata"),
        "MetadataId": fixed(&format!("{}.{}", entity.name, column.name)),
        "LogicalName": column.name,
        "SchemaName": column.name,
        "EntityLogicalName": entity.name,
        "AttributeType": kind,
        "AttributeTypeName": { "Value": format!("{}Type", if kind == "Virtual" { class } else { kind }) },
        "RequiredLevel": { "Value": required },
        "IsSecured": column.secured,
        "IsAuditEnabled": audit_switch(column.audited, switches::column_has_switch(entity, column)),
        "ColumnNumber": column.number(),
        "DisplayName": shown(&column.label),
        "Description": shown(&column.description),
        "IsPrimaryId": column.name == entity.key,
        "IsPrimaryName": entity.primary_name.as_deref() == Some(&column.name),
        "Assent.Solution": column.solution,
        "IsCustomAttribute": column.solution.is_some() || column.name.contains('_'),
        "IsValidForRead": true,
        "IsValidForCreate": !column.readonly || column.name == entity.key,
        "IsValidForUpdate": !column.readonly,
        "IsLogical": false,
        "AttributeOf": null,
        "SourceType": 0,
        "Assent.Privacy": { "Sensitivity": sensitivity(column.privacy.sensitivity), "Category": column.privacy.category },
    });
    let Some(map) = row.as_object_mut() else { return row };
    let mut put = |name: &str, value: Json| {
        map.insert(name.to_owned(), value);
    };
    match column.kind {
        ColumnType::Text | ColumnType::Memo | ColumnType::Json => {
            put("MaxLength", Json::from(column.max_length));
            let format = match (column.kind, column.format) {
                (ColumnType::Text, Some(Format::Email)) => "Email",
                (ColumnType::Text, Some(Format::Url)) => "Url",
                (ColumnType::Text, Some(Format::Phone)) => "Phone",
                (ColumnType::Text, None) => "Text",
                _ => "TextArea",
            };
            put("Format", Json::from(format));
            put("FormatName", json!({ "Value": format }));
        }
        ColumnType::Decimal | ColumnType::Money | ColumnType::Integer | ColumnType::BigInt | ColumnType::Double => {
            if !matches!(column.kind, ColumnType::Integer | ColumnType::BigInt) {
                put("Precision", Json::from(column.precision));
            }
            let number = |it: Option<_>| it.map_or(Json::Null, |it| format::json(&Value::Decimal(it)));
            put("MinValue", number(column.min));
            put("MaxValue", number(column.max));
        }
        ColumnType::Date | ColumnType::DateTime => {
            let date = column.kind == ColumnType::Date;
            put("Format", Json::from(if date { "DateOnly" } else { "DateAndTime" }));
            let behavior = match column.behavior {
                _ if date => "DateOnly",
                Behavior::UserLocal => "UserLocal",
                Behavior::TimeZoneIndependent => "TimeZoneIndependent",
            };
            put("DateTimeBehavior", json!({ "Value": behavior }));
        }
        ColumnType::File => {
            put("MaxSizeInKB", Json::from(file::limit(column) / 1024));
            if image::is(column) {
                put("CanStoreFullImage", Json::from(true));
                put("IsPrimaryImage", Json::from(false));
            }
        }
        ColumnType::Lookup => put("Targets", column.targets.iter().map(|it| it.entity.as_str()).collect()),
        ColumnType::Boolean => {
            put("DefaultValue", format::json(&column.default));
            put(
                "OptionSet",
                json!({
                    "TrueOption": { "Value": 1, "Label": label("Yes") },
                    "FalseOption": { "Value": 0, "Label": label("No") },
                }),
            );
        }
        ColumnType::Choice | ColumnType::MultiChoice => {
            put("DefaultFormValue", column.default.as_int().map_or(Json::from(-1), Json::from));
            put(
                "OptionSet",
                json!({
                    "Name": column.choice_set.clone().unwrap_or_else(|| format!("{}_{}", entity.name, column.name)),
                    "IsGlobal": column.choice_set.is_some(),
                    "Options": column.options.iter().map(choices::option).collect::<Vec<_>>(),
                }),
            );
        }
        _ => {}
    }
    row
}

fn sensitivity(it: Sensitivity) -> &'static str {
    match it {
        Sensitivity::None => "none",
        Sensitivity::Personal => "personal",
        Sensitivity::Sensitive => "sensitive",
        Sensitivity::Secret => "secret",
    }
}
