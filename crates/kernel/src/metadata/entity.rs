//! One entity: its columns, keys, views and privileges, made from its file.
//!
//! *Not* what other entities there are (`model`). Invariant: the columns that the kernel adds stand last, and a
//! file cannot name them.

use std::{collections::BTreeMap, sync::OnceLock};

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    Choice, Column, ColumnType, Intersect, OnDelete,
    column::{Behavior, ColumnErasure, Sensitivity, Target},
    file::{AuditFile, ColumnFile, EntityFile, FormFile, Label, Ownership, StateFile, ViewFile, Writer, english},
    model::Choices,
};
use crate::{
    Error, Result, Value,
    access::Privileges,
    store::{distributed::Spread, statements::Statements},
};

/// How rows of an entity live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Rows are created, changed and deleted.
    #[default]
    Standard,
    /// Append-only for everybody; only erasure and retention remove.
    Log,
}

/// What erasure does with the rows of an erased data subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnErasure {
    /// The row is deleted.
    #[default]
    Delete,
    /// The row stays without its personal values.
    Anonymise,
    /// The row stays whole, on a named ground.
    Keep,
}

/// An entity type.
#[derive(Debug, Clone)]
pub struct Entity {
    /// The logical name, also the name of the table.
    pub name: String,
    /// The name in the Web API.
    pub set: String,
    /// What people read, one row.
    pub label: Label,
    /// What people read, many rows.
    pub plural: Label,
    /// A longer explanation.
    pub description: Label,
    /// The primary key column.
    pub key: String,
    /// The column that names a row to people.
    pub primary_name: Option<String>,
    /// How rows live.
    pub kind: Kind,
    /// Whether rows belong to a user.
    pub ownership: Ownership,
    /// Who writes rows.
    pub writer: Writer,
    /// Who reads rows.
    pub reader: Writer,
    /// The paths to the data subject, tried in order; `self` is the row itself.
    pub subject: Vec<String>,
    /// The columns that identify the person, where the row is one.
    pub identifiers: Vec<String>,
    /// What erasure does with rows.
    pub on_erasure: OnErasure,
    /// The ground on which rows stay.
    pub ground: Option<String>,
    /// That rows are the links of a many-to-many relationship.
    pub intersect: Option<Intersect>,
    /// What the audit calls the writing of rows.
    pub(crate) audit: AuditFile,
    /// Whether changes of rows are audited.
    pub audited: bool,
    /// All columns, system columns last.
    pub columns: IndexMap<String, Column>,
    /// The alternate keys: name and columns.
    pub keys: Vec<(String, Vec<String>)>,
    /// The indexes for what is sought often: name and columns.
    pub indexes: Vec<(String, Vec<String>)>,
    /// State of each status.
    pub states: Vec<(i64, Vec<i64>)>,
    /// The views.
    pub views: IndexMap<String, ViewFile>,
    /// The record form.
    pub form: FormFile,
    /// The privileges of each role.
    pub roles: BTreeMap<String, Privileges>,
    /// The layer that added it, if it did not come with the product.
    pub solution: Option<String>,
    /// How its rows are spread over machines; the layout of the database says so.
    pub(crate) spread: Spread,
    /// The statements about one row, made when first used.
    pub(crate) statements: OnceLock<Statements>,
}

impl Entity {
    /// The column of that name.
    ///
    /// # Errors
    /// `Invalid` (`unknown-column`) when the entity has none.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.columns.get(name).ok_or_else(|| Error::unknown_column(&self.name, name))
    }
    /// Whether a row of this entity is itself a person.
    pub fn is_subject(&self) -> bool {
        self.subject.iter().any(|it| it == "self")
    }
    /// The lookup column and target reached by a single-valued navigation property, a lookup's own
    /// name, or its `_x_value` form.
    pub fn navigation(&self, name: &str) -> Option<(&Column, &Target)> {
        let by_column =
            |column: &str| self.columns.get(column).and_then(|it| it.targets.first().map(|target| (it, target)));
        self.columns
            .values()
            .find_map(|column| column.targets.iter().find(|it| it.navigation == name).map(|target| (column, target)))
            .or_else(|| by_column(name))
            .or_else(|| by_column(lookup_column(name)?))
    }
    /// The state that a status belongs to.
    pub fn state_of(&self, status: i64) -> Option<i64> {
        self.states.iter().find(|(_, statuses)| statuses.contains(&status)).map(|(state, _)| *state)
    }
    /// The English label.
    pub fn text(&self) -> &str {
        english(&self.label)
    }
}

/// `x` of `_x_value`, the name of a lookup's identifier on the wire.
pub fn lookup_column(name: &str) -> Option<&str> {
    name.strip_prefix('_')?.strip_suffix("_value")
}

/// The entity of a file, with the columns that every entity has.
pub(super) fn read(mut file: EntityFile, choices: &Choices) -> Result<Entity> {
    let intersect = super::intersect::read(&mut file).map_err(|text| Error::invalid("intersect", text))?;
    let key = file.key.unwrap_or_else(|| format!("{}id", file.logical_name));
    let mut columns = IndexMap::new();
    columns.insert(key.clone(), system_column(&key, ColumnType::Guid, "Identifier"));
    for (name, text) in file.columns {
        let column = column(&file.logical_name, &name, text, choices)?;
        columns.insert(name, column);
    }
    let states = states(&file.states)?;
    for (name, mut column) in system_columns(&file.states, file.ownership, &states) {
        if file.status_writer == Writer::System && matches!(name.as_str(), "statecode" | "statuscode") {
            column.readonly = true;
        }
        if columns.contains_key(&name) {
            return Err(Error::invalid(name, "this column is added by the kernel; leave it out of the file"));
        }
        columns.insert(name, column);
    }
    let mut roles = BTreeMap::new();
    for (role, text) in file.roles {
        roles.insert(role.clone(), Privileges::parse(&text).map_err(|error| error.at(format!("roles.{role}")))?);
    }
    Ok(Entity {
        set: file.entity_set,
        plural: if file.plural.is_empty() { file.label.clone() } else { file.plural },
        label: file.label,
        description: file.description,
        primary_name: file.primary_name,
        kind: file.kind,
        ownership: file.ownership,
        writer: file.writer,
        reader: file.reader,
        subject: file.subject,
        identifiers: file.identifiers,
        on_erasure: file.on_erasure,
        ground: file.ground,
        intersect,
        audit: file.audit,
        audited: false,
        keys: file.keys.into_iter().map(|(name, key)| (name, key.columns)).collect(),
        indexes: file.indexes.into_iter().map(|(name, index)| (name, index.columns)).collect(),
        views: file.views,
        form: file.form,
        name: file.logical_name,
        key,
        columns,
        states,
        roles,
        solution: None,
        spread: Spread::default(),
        statements: OnceLock::new(),
    })
}

fn states(files: &IndexMap<String, StateFile>) -> Result<Vec<(i64, Vec<i64>)>> {
    if files.is_empty() {
        return Ok(vec![(0, vec![1]), (1, vec![2])]);
    }
    files
        .iter()
        .map(|(name, state)| {
            if state.statuses.is_empty() {
                return Err(Error::invalid(format!("states.{name}"), "a state needs at least one status"));
            }
            Ok((state.value, state.statuses.iter().map(|it| it.value).collect()))
        })
        .collect()
}

fn system_columns(
    files: &IndexMap<String, StateFile>,
    ownership: Ownership,
    states: &[(i64, Vec<i64>)],
) -> Vec<(String, Column)> {
    let plain = |value: i64, text: &str| Choice {
        value,
        label: Label::from([("en".to_owned(), text.to_owned())]),
        description: Label::new(),
        iri: None,
    };
    let mut state = system_column("statecode", ColumnType::Choice, "Status");
    let mut status = system_column("statuscode", ColumnType::Choice, "Status reason");
    if files.is_empty() {
        state.options = vec![plain(0, "Active"), plain(1, "Inactive")];
        status.options = vec![plain(1, "Active"), plain(2, "Inactive")];
    } else {
        state.options = files.iter().map(|(name, it)| plain(it.value, name)).collect();
        status.options = files.values().flat_map(|it| it.statuses.clone()).collect();
    }
    let first = states.first();
    state.default = first.map_or(Value::Null, |(state, _)| Value::Int(*state));
    status.default = first.and_then(|(_, statuses)| statuses.first()).map_or(Value::Null, |it| Value::Int(*it));
    // A status may be written by whoever may write the row; the state follows from it.
    state.readonly = false;
    status.readonly = false;
    let mut columns = vec![
        state,
        status,
        system_column("createdon", ColumnType::DateTime, "Created on"),
        reference_column("createdby", "Created by", &["systemuser"]),
        reference_column("createdonbehalfby", "Created by (delegate)", &["systemuser"]),
        system_column("modifiedon", ColumnType::DateTime, "Modified on"),
        reference_column("modifiedby", "Modified by", &["systemuser"]),
        reference_column("modifiedonbehalfby", "Modified by (delegate)", &["systemuser"]),
        system_column("versionnumber", ColumnType::BigInt, "Version number"),
    ];
    if ownership == Ownership::User {
        let mut owner = reference_column("ownerid", "Owner", &["systemuser", "team"]);
        owner.readonly = false;
        columns.extend([
            owner,
            reference_column("owninguser", "Owning user", &["systemuser"]),
            reference_column("owningteam", "Owning team", &["team"]),
            reference_column("owningbusinessunit", "Owning business unit", &["businessunit"]),
        ]);
    }
    columns.into_iter().map(|it| (it.name.clone(), it)).collect()
}

fn reference_column(name: &str, label: &str, targets: &[&str]) -> Column {
    let mut column = system_column(name, ColumnType::Lookup, label);
    let target =
        |it: &&str| Target { entity: (*it).to_owned(), navigation: name.to_owned(), collection: String::new() };
    column.targets = targets.iter().map(target).collect();
    column
}

fn system_column(name: &str, kind: ColumnType, label: &str) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        label: Label::from([("en".to_owned(), label.to_owned())]),
        description: Label::new(),
        max_length: 100,
        format: None,
        precision: 0,
        min: None,
        max: None,
        behavior: Behavior::default(),
        required: false,
        default: Value::Null,
        readonly: true,
        secured: false,
        correctable: false,
        options: Vec::new(),
        choice_set: None,
        targets: Vec::new(),
        open: false,
        on_delete: OnDelete::RemoveLink,
        compose: Vec::new(),
        privacy: super::Privacy::default(),
        erasure: ColumnErasure::Keep,
        ground: None,
        system: true,
        solution: None,
        audited: true,
    }
}

/// The column of a file.
pub(super) fn column(entity: &str, name: &str, file: ColumnFile, choices: &Choices) -> Result<Column> {
    let place = || format!("columns.{name}");
    let number = |value: Option<toml::Value>| -> Result<Option<Decimal>> {
        value
            .map(|it| it.to_string().parse().map_err(|_| Error::invalid(place(), "min and max are numbers")))
            .transpose()
    };
    let default = match file.default {
        None => Value::Null,
        Some(toml::Value::Boolean(it)) => Value::Bool(it),
        Some(toml::Value::Integer(it)) => Value::Int(it),
        Some(toml::Value::String(it)) => Value::Text(it),
        Some(_) => {
            return Err(Error::invalid(place(), "a default is a boolean, a whole number or a text"));
        }
    };
    let options = match &file.choice {
        Some(set) => choices
            .get(set)
            .map(|it| it.options.clone())
            .ok_or_else(|| Error::invalid(place(), format!("there is no choice set {set}")))?,
        None => file.options,
    };
    let several = file.target.len() > 1;
    let open = file.target == ["*"];
    let targets = file
        .target
        .iter()
        .filter(|_| !open)
        .map(|target| Target {
            entity: target.clone(),
            navigation: file
                .navigation
                .get(target)
                .cloned()
                .unwrap_or_else(|| if several { format!("{name}_{target}") } else { name.to_owned() }),
            collection: file.collection.get(target).cloned().unwrap_or_else(|| format!("{entity}_{name}_{target}")),
        })
        .collect();
    let personal = file.privacy.sensitivity != Sensitivity::None;
    Ok(Column {
        max_length: file.max_length.unwrap_or(match file.kind {
            ColumnType::Memo => 2_000,
            ColumnType::Json => 1_048_576,
            _ => 100,
        }),
        precision: match file.kind {
            ColumnType::Money => 4,
            ColumnType::Decimal => file.precision.unwrap_or(2),
            _ => 0,
        },
        min: number(file.min)?,
        max: number(file.max)?,
        erasure: file.on_erasure.unwrap_or(if personal { ColumnErasure::Blank } else { ColumnErasure::Keep }),
        name: name.to_owned(),
        kind: file.kind,
        label: file.label,
        description: file.description,
        format: file.format,
        behavior: file.behavior,
        required: file.required,
        readonly: file.readonly || !file.compose.is_empty(),
        secured: file.secured,
        correctable: file.correctable,
        choice_set: file.choice,
        on_delete: file.on_delete,
        compose: file.compose,
        privacy: file.privacy,
        ground: file.ground,
        system: false,
        solution: None,
        audited: true,
        default,
        options,
        targets,
        open,
    })
}
