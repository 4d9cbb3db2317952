//! All entities together, with the indexes that the rest asks by.
//!
//! *Not* mutable: a change at run time builds a new model. Invariant: names are unique, references
//! resolve, and the order of entities is that of their logical names.

use std::{collections::BTreeMap, sync::OnceLock};

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    Choice, Column, ColumnType, Intersect, OnDelete,
    column::{Behavior, ColumnErasure, Sensitivity, Target},
    file::{
        ChoiceSetFile, ChoicesFile, ColumnFile, EntityFile, FormFile, Label, LayerFile, Ownership, StateFile, ViewFile,
        Writer, english,
    },
};
use crate::{Error, Result, Value, access::Privileges, store::statements::Statements};

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

/// A lookup that refers to an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The referring entity.
    pub entity: String,
    /// Its lookup column.
    pub column: String,
    /// What deleting the target does.
    pub on_delete: OnDelete,
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

/// A set of options that columns share.
#[derive(Debug, Clone)]
pub struct ChoiceSet {
    /// What people read.
    pub label: Label,
    /// The options in order.
    pub options: Vec<Choice>,
    /// Whether a customer added it.
    pub own: bool,
}

/// The whole metadata.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub(super) entities: BTreeMap<String, Entity>,
    sets: BTreeMap<String, String>,
    references: BTreeMap<String, Vec<Reference>>,
    choices: BTreeMap<String, ChoiceSet>,
    /// The intersect entities that join an entity to others.
    pub(super) joined: BTreeMap<String, Vec<String>>,
    solutions: BTreeMap<String, Vec<(String, String)>>,
}

impl Model {
    /// Builds and checks a model from the texts of entity files, the file of named choices, and the
    /// layers in force. `layers_off` are layers that exist but are not switched on: a column that
    /// only they add gives an error that says so.
    ///
    /// # Errors
    /// `Invalid` with every mistake, one a line, each naming file and place.
    pub fn build(files: &[(&str, &str)], layers: &[String], layers_off: &[&str]) -> Result<Model> {
        let mut problems = Vec::new();
        let mut entity_files = Vec::new();
        let mut choices = Choices::new();
        for (name, text) in files {
            if name.ends_with("choices.toml") {
                match toml::from_str::<ChoicesFile>(text) {
                    Ok(it) => choices.extend(it.choices.into_iter().map(|(name, set)| (name, set.of(false)))),
                    Err(error) => problems.push(format!("{name}: {error}")),
                }
            } else {
                match toml::from_str::<EntityFile>(text) {
                    Ok(it) => entity_files.push((*name, it)),
                    Err(error) => problems.push(format!("{name}: {error}")),
                }
            }
        }
        let mut above = Vec::new();
        for text in layers {
            match toml::from_str::<LayerFile>(text) {
                Ok(mut layer) => {
                    for (name, set) in std::mem::take(&mut layer.choices) {
                        if choices.insert(name.clone(), set.of(true)).is_some() {
                            problems.push(format!("layer {}: there is a choice set {name} already", layer.solution));
                        }
                    }
                    above.push(layer);
                }
                Err(error) => problems.push(format!("layer: {error}")),
            }
        }
        // Words come before what shows them.
        for (set, option) in
            above.iter().flat_map(|it| &it.words).flat_map(|(set, all)| all.iter().map(move |it| (set, it)))
        {
            match choices.get_mut(set).and_then(|it| it.options.iter_mut().find(|it| it.value == option.value)) {
                Some(present) => present.clone_from(option),
                None => problems.push(format!("layer: the choice set {set} has no option {}", option.value)),
            }
        }
        let mut model = Model::default();
        for (name, file) in entity_files {
            model.add(name, file, &choices, &mut problems);
        }
        for layer in &mut above {
            for file in std::mem::take(&mut layer.entities) {
                let name = file.logical_name.clone();
                model.add(&format!("layer {}", layer.solution), file, &choices, &mut problems);
                if let Some(entity) = model.entities.get_mut(&name) {
                    entity.solution = Some(layer.solution.clone());
                }
            }
        }
        // Columns come when all entities are there, other words when all columns are.
        for layer in &mut above {
            model.extend(layer, &choices, &mut problems);
        }
        for layer in above {
            model.relabel(layer);
        }
        model.choices = choices;
        for text in layers_off {
            if let Ok(layer) = toml::from_str::<LayerFile>(text) {
                for (entity, extension) in layer.extend {
                    for column in extension.columns.into_keys() {
                        model.solutions.entry(layer.solution.clone()).or_default().push((entity.clone(), column));
                    }
                }
            }
        }
        model.index();
        problems.extend(super::check::problems(&model));
        if problems.is_empty() { Ok(model) } else { Err(Error::invalid("metadata", problems.join("\n"))) }
    }

    fn add(&mut self, place: &str, file: EntityFile, choices: &Choices, problems: &mut Vec<String>) {
        match entity(file, choices) {
            Ok(entity) => {
                if self.entities.contains_key(&entity.name) {
                    problems.push(format!("{place}: there is an entity {} already", entity.name));
                    return;
                }
                if let Some(other) = self.sets.insert(entity.set.clone(), entity.name.clone()) {
                    problems.push(format!("{place}: the entity set {} belongs to {other} already", entity.set));
                }
                self.entities.insert(entity.name.clone(), entity);
            }
            Err(error) => problems.push(format!("{place}: {error}")),
        }
    }

    /// Labels are words only: what they named before may be gone.
    fn relabel(&mut self, layer: LayerFile) {
        for (name, words) in layer.relabel {
            let Some(entity) = self.entities.get_mut(&name) else { continue };
            entity.label = words.label.unwrap_or(std::mem::take(&mut entity.label));
            entity.plural = words.plural.unwrap_or(std::mem::take(&mut entity.plural));
            entity.description = words.description.unwrap_or(std::mem::take(&mut entity.description));
            for (name, words) in words.columns {
                let Some(column) = entity.columns.get_mut(&name) else { continue };
                column.label = words.label.unwrap_or(std::mem::take(&mut column.label));
                column.description = words.description.unwrap_or(std::mem::take(&mut column.description));
            }
        }
    }

    fn extend(&mut self, layer: &mut LayerFile, choices: &Choices, problems: &mut Vec<String>) {
        for (name, extension) in std::mem::take(&mut layer.extend) {
            let Some(entity) = self.entities.get_mut(&name) else {
                problems.push(format!("layer {}: there is no entity {name}", layer.solution));
                continue;
            };
            entity.subject.extend(extension.subject);
            for column in extension.secured {
                match entity.columns.get_mut(&column) {
                    Some(it) => it.secured = true,
                    None => problems.push(format!("layer {}: {name} has no column {column}", layer.solution)),
                }
            }
            for (key, file) in extension.keys {
                if entity.keys.iter().any(|(it, _)| *it == key) {
                    problems.push(format!("layer {}: {name} has a key {key} already", layer.solution));
                    continue;
                }
                entity.keys.push((key, file.columns));
            }
            for (column_name, file) in extension.columns {
                if entity.columns.contains_key(&column_name) {
                    problems.push(format!("layer {}: {name} has a column {column_name} already", layer.solution));
                    continue;
                }
                match column(&name, &column_name, file, choices) {
                    Ok(mut column) => {
                        column.solution = Some(layer.solution.clone());
                        entity.columns.insert(column_name, column);
                    }
                    Err(error) => problems.push(format!("layer {}: {error}", layer.solution)),
                }
            }
        }
    }

    fn index(&mut self) {
        let owned: Vec<String> =
            self.entities.values().filter(|it| it.ownership == Ownership::User).map(|it| it.name.clone()).collect();
        for entity in self.entities.values_mut() {
            for column in entity.columns.values_mut().filter(|it| it.open) {
                let target = |to: &String| Target {
                    entity: to.clone(),
                    navigation: format!("{}_{to}", column.name),
                    collection: format!("{}_{}_{to}", entity.name, column.name),
                };
                column.targets = owned.iter().map(target).collect();
            }
        }
        // What is made of a secured column shows it.
        for entity in self.entities.values_mut() {
            let secured: Vec<String> =
                entity.columns.values().filter(|it| it.secured).map(|it| it.name.clone()).collect();
            for column in entity.columns.values_mut() {
                column.secured |= column.compose.iter().any(|it| secured.contains(it));
            }
        }
        let mut references: BTreeMap<String, Vec<Reference>> = BTreeMap::new();
        for entity in self.entities.values() {
            for column in entity.columns.values().filter(|it| !it.system) {
                for target in &column.targets {
                    references.entry(target.entity.clone()).or_default().push(Reference {
                        entity: entity.name.clone(),
                        column: column.name.clone(),
                        on_delete: column.on_delete,
                    });
                }
            }
        }
        self.references = references;
        self.index_intersects();
    }

    /// The entity of that logical name.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub fn entity(&self, name: &str) -> Result<&Entity> {
        self.entities.get(name).ok_or_else(|| {
            Error::new(crate::Kind::NotFound, "unknown-entity", name, format!("there is no entity '{name}'"))
        })
    }
    /// The entity behind a name of the Web API.
    pub fn by_set(&self, set: &str) -> Option<&Entity> {
        self.sets.get(set).and_then(|it| self.entities.get(it))
    }
    /// The set of options of that name that columns share.
    pub fn choices(&self, name: &str) -> Option<&ChoiceSet> {
        self.choices.get(name)
    }
    /// All sets of options that columns share.
    pub fn all_choices(&self) -> impl Iterator<Item = (&String, &ChoiceSet)> {
        self.choices.iter()
    }
    /// All entities, by logical name.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.values()
    }
    /// The lookups that refer to an entity.
    pub fn references(&self, entity: &str) -> &[Reference] {
        self.references.get(entity).map_or(&[], Vec::as_slice)
    }
    /// The referring entity and lookup column behind a collection-valued navigation property.
    pub fn collection(&self, entity: &str, navigation: &str) -> Option<(&Entity, &Column)> {
        self.references(entity).iter().find_map(|reference| {
            let referring = self.entities.get(&reference.entity)?;
            let column = referring.columns.get(&reference.column)?;
            column
                .targets
                .iter()
                .any(|it| it.entity == entity && it.collection == navigation)
                .then_some((referring, column))
        })
    }
    /// The solution that would add the column, if it were switched on.
    pub fn solution_of(&self, entity: &str, column: &str) -> Option<&str> {
        self.solutions
            .iter()
            .find(|(_, columns)| columns.iter().any(|(e, c)| e == entity && c == column))
            .map(|(name, _)| name.as_str())
    }
    /// The error for a column that does not exist; it says so when only a solution that is switched
    /// off would add it.
    pub fn no_column(&self, entity: &str, column: &str) -> Error {
        let mut error = Error::unknown_column(entity, column);
        if let Some(solution) = self.solution_of(entity, column) {
            error.text.push_str(&format!(
                " The column is added by {solution}, which is not enabled here; an administrator enables it first."
            ));
        }
        error
    }
}

type Choices = BTreeMap<String, ChoiceSet>;

impl ChoiceSetFile {
    fn of(self, own: bool) -> ChoiceSet {
        ChoiceSet { label: self.label, options: self.options, own }
    }
}

fn entity(mut file: EntityFile, choices: &Choices) -> Result<Entity> {
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
        system_column("modifiedon", ColumnType::DateTime, "Modified on"),
        reference_column("modifiedby", "Modified by", &["systemuser"]),
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
    }
}

fn column(entity: &str, name: &str, file: ColumnFile, choices: &Choices) -> Result<Column> {
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
        default,
        options,
        targets,
        open,
    })
}
