//! All entities together, with the indexes that the rest asks by.
//!
//! *Not* mutable: a change at run time builds a new model. Invariant: names are unique, references
//! resolve, and the order of entities is that of their logical names.

use std::collections::BTreeMap;

use super::{
    Choice, Column, Entity, OnDelete,
    column::Target,
    entity,
    file::{ActsFile, ChoiceSetFile, ChoicesFile, EntityFile, Label, LayerFile, Ownership},
    labels::Labels,
};
use crate::{Error, Result, access::ACTS};

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
    /// What of the trail is shown as the audit.
    pub auditing: Auditing,
    stamp: u64,
    acts: BTreeMap<String, Vec<String>>,
}

/// The switches of the organisation for its audit (`docs/audit.md`). The trail underneath has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Auditing {
    /// Whether anything is recorded.
    pub enabled: bool,
    /// Whether it is recorded that users come.
    pub user_access: bool,
    /// The hours in which the same user is recorded once.
    pub interval: i64,
    /// The days that a row is kept; none is for ever.
    pub days: Option<i64>,
}

/// A number that follows from the texts which a model is built from.
fn stamp(files: &[(&str, &str)], labels: &[(&str, &str)], layers: &[String]) -> u64 {
    let texts = files.iter().chain(labels).map(|(_, text)| *text).chain(layers.iter().map(String::as_str));
    let digests: String = texts.map(|it| crate::blob::sha256(it.as_bytes())).collect();
    let digest = crate::blob::sha256(digests.as_bytes());
    u64::from_str_radix(digest.get(..8).unwrap_or_default(), 16).unwrap_or_default()
}

impl Model {
    /// A number that becomes another whenever the metadata does, and is the same for every node and after every start.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }
    /// Builds and checks a model from the texts of entity files, the file of named choices, the words of further
    /// languages, and the layers in force. `layers_off` are layers that exist but are not switched on: a column
    /// that only they add gives an error that says so.
    ///
    /// # Errors
    /// `Invalid` with every mistake, one a line, each naming file and place.
    pub fn build(
        files: &[(&str, &str)],
        labels: &[(&str, &str)],
        layers: &[String],
        layers_off: &[&str],
    ) -> Result<Model> {
        let mut problems = Vec::new();
        let stamp = stamp(files, labels, layers);
        let labels = Labels::read(labels, &mut problems);
        let mut entity_files = Vec::new();
        let mut choices = Choices::new();
        let mut acts = BTreeMap::new();
        for (name, text) in files {
            if name.ends_with("acts.toml") {
                match toml::from_str::<ActsFile>(text) {
                    Ok(it) => acts.extend(it.acts),
                    Err(error) => problems.push(format!("{name}: {error}")),
                }
            } else if name.ends_with("choices.toml") {
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
        labels.choices(&mut choices, &mut problems);
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
        let mut model = Model { stamp, ..Model::default() };
        for (name, file) in entity_files {
            model.add(name, file, &choices, &mut problems);
        }
        labels.entities(&mut model.entities, &mut problems);
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
        labels.system(&mut model.entities, &mut problems);
        for layer in above {
            model.relabel(layer);
        }
        model.choices = choices;
        model.acts = acts;
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
        match entity::read(file, choices) {
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
            entity.audited |= extension.audited;
            for column in extension.unaudited {
                // What it named may be gone.
                if let Some(it) = entity.columns.get_mut(&column) {
                    it.audited = false;
                }
            }
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
                match entity::column(&name, &column_name, file, choices) {
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
        let all: Vec<String> = self.entities.keys().cloned().collect();
        let owned: Vec<String> =
            self.entities.values().filter(|it| it.ownership == Ownership::User).map(|it| it.name.clone()).collect();
        for entity in self.entities.values_mut() {
            for column in entity.columns.values_mut().filter(|it| it.open) {
                // What is only remembered may be of any entity, and no way leads to it and back.
                let kept = column.on_delete == OnDelete::Keep;
                let target = |to: &String| Target {
                    entity: to.clone(),
                    navigation: if kept { String::new() } else { format!("{}_{to}", column.name) },
                    collection: if kept { String::new() } else { format!("{}_{}_{to}", entity.name, column.name) },
                };
                column.targets = if kept { &all } else { &owned }.iter().map(target).collect();
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
            let leads = |it: &&Column| !(it.system || it.open && it.on_delete == OnDelete::Keep);
            for column in entity.columns.values().filter(leads) {
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
    /// The privileges about no entity, each with the roles of the product that hold it beside the
    /// administrator: those that the kernel asks for, and those of the file of acts.
    pub fn acts(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let own = ACTS.iter().map(|(name, roles)| (*name, roles.to_vec()));
        own.chain(self.acts.iter().map(|(name, roles)| (name.as_str(), roles.iter().map(String::as_str).collect())))
    }
    /// All entities, by logical name.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.values()
    }
    pub(crate) fn entities_mut(&mut self) -> impl Iterator<Item = &mut Entity> {
        self.entities.values_mut()
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

pub(super) type Choices = BTreeMap<String, ChoiceSet>;

impl ChoiceSetFile {
    fn of(self, own: bool) -> ChoiceSet {
        ChoiceSet { label: self.label, options: self.options, own }
    }
}
