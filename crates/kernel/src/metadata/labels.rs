//! The words of languages other than English: one file per language, named after its tag.
//!
//! *Not* English, which stands in the entity files, and not the words that layers bring. Invariant: every key
//! names something with an English text, and nothing has two texts in one language.

use std::{collections::BTreeMap, path::Path};

use toml::{Table, Value};

use super::{
    Choice, Column, Entity,
    file::{EntityFile, Label},
    model::{ChoiceSet, Choices},
};

/// The key of the columns that the kernel adds to every entity, their options among them.
const SYSTEM: &str = "system";
/// An entity of nothing but these columns.
const EVERY: &str =
    "logical_name = 'system'\nentity_set = 'system'\nkey = 'id'\nlabel = {}\nownership = 'user'\n[columns]";
/// The key of the named sets of options.
const CHOICES: &str = "choices";

/// What is not there: after how many keys the way ends, and what should be there.
type Missing = (usize, &'static str);

type Found<'m> = Option<Result<&'m mut Label, Missing>>;

/// The files of all languages.
pub(super) struct Labels<'t> {
    files: Vec<(&'t str, String, Table)>,
}

impl<'t> Labels<'t> {
    pub(super) fn read(files: &[(&'t str, &str)], problems: &mut Vec<String>) -> Labels<'t> {
        let mut read = Vec::new();
        for (name, text) in files {
            let tag = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match text.parse() {
                Ok(words) => read.push((*name, tag, words)),
                Err(error) => problems.push(format!("{name}: {error}")),
            }
        }
        Labels { files: read }
    }

    /// Gives the named sets of options their words.
    pub(super) fn choices(&self, sets: &mut Choices, problems: &mut Vec<String>) {
        self.give(sets, problems, |sets, path| match path {
            [CHOICES, set, rest @ ..] => {
                Some(sets.get_mut(*set).ok_or((2, "choice set")).and_then(|it| of_set(it, rest)))
            }
            [CHOICES] => Some(Err((1, "choice set"))),
            _ => None,
        });
    }

    /// Gives the entities of the product theirs.
    pub(super) fn entities(&self, entities: &mut BTreeMap<String, Entity>, problems: &mut Vec<String>) {
        self.give(entities, problems, |entities, path| match path {
            [] | [SYSTEM | CHOICES, ..] => None,
            [entity, rest @ ..] => {
                Some(entities.get_mut(*entity).ok_or((1, "entity")).and_then(|it| of_entity(it, rest)))
            }
        });
    }

    /// Gives the columns of the kernel theirs, in every entity that says them as the kernel does.
    pub(super) fn system(&self, entities: &mut BTreeMap<String, Entity>, problems: &mut Vec<String>) {
        let every = toml::from_str::<EntityFile>(EVERY).map_err(|error| error.to_string());
        let every = every.and_then(|it| super::entity::read(it, &Choices::new()).map_err(|error| error.text));
        let mut every = match every {
            Ok(it) => it,
            Err(error) => return problems.push(error),
        };
        self.give(&mut every, problems, |every, path| match path {
            [SYSTEM, rest @ ..] => Some(of_entity(every, rest)),
            _ => None,
        });
        for entity in entities.values_mut() {
            for (name, from) in &every.columns {
                let name = if *name == every.key { &entity.key } else { name };
                let Some(column) = entity.columns.get_mut(name) else { continue };
                translate(&mut column.label, &from.label);
                for option in &mut column.options {
                    if let Some(from) = from.option(option.value) {
                        translate(&mut option.label, &from.label);
                    }
                }
            }
        }
    }

    /// Puts every text where `find` says, which answers nothing for what is not its concern.
    fn give<T>(&self, to: &mut T, problems: &mut Vec<String>, find: for<'m> fn(&'m mut T, &[&str]) -> Found<'m>) {
        for (file, tag, words) in &self.files {
            each(words, &mut Vec::new(), &mut |path, text| {
                let (keys, problem) = match (find(to, path), text.as_str()) {
                    (None, _) => return,
                    (Some(Err((keys, what))), _) => (keys, format!("there is no such {what}")),
                    (Some(Ok(_)), None) => (path.len(), "a label is a text".to_owned()),
                    (Some(Ok(label)), _) if label.is_empty() => (path.len(), "it has no English text".to_owned()),
                    (Some(Ok(label)), Some(text)) => match label.insert(tag.clone(), text.to_owned()) {
                        None => return,
                        Some(_) => (path.len(), "it has a text in this language already".to_owned()),
                    },
                };
                let place: Vec<&str> = path.iter().copied().take(keys).collect();
                let problem = format!("{file}: {}: {problem}", place.join("."));
                if problems.last() != Some(&problem) {
                    problems.push(problem);
                }
            });
        }
    }
}

fn each<'t>(table: &'t Table, path: &mut Vec<&'t str>, act: &mut dyn FnMut(&[&str], &Value)) {
    for (key, value) in table {
        path.push(key);
        match value {
            Value::Table(inner) => each(inner, path, act),
            text => act(path, text),
        }
        path.pop();
    }
}

fn of_set<'m>(set: &'m mut ChoiceSet, path: &[&str]) -> Result<&'m mut Label, Missing> {
    match path {
        ["label"] => Some(&mut set.label),
        ["descriptions", value] => option(&mut set.options, value).map(|it| &mut it.description),
        [value] => option(&mut set.options, value).map(|it| &mut it.label),
        _ => None,
    }
    .ok_or((usize::MAX, "option"))
}

fn of_entity<'m>(entity: &'m mut Entity, path: &[&str]) -> Result<&'m mut Label, Missing> {
    let columns = &mut entity.columns;
    let (found, what) = match path {
        ["label"] => (Some(&mut entity.label), ""),
        ["plural"] => (Some(&mut entity.plural), ""),
        ["description"] => (Some(&mut entity.description), ""),
        ["columns", name] => (columns.get_mut(*name).map(|it| &mut it.label), "column"),
        ["descriptions", name] => (columns.get_mut(*name).map(|it| &mut it.description), "column"),
        ["options", name, value] => (of_option(columns.get_mut(*name), value), "option"),
        ["states", value] => (of_option(columns.get_mut("statecode"), value), "state"),
        ["statuses", value] => (of_option(columns.get_mut("statuscode"), value), "status"),
        ["views", name] => (entity.views.get_mut(*name).map(|it| &mut it.label), "view"),
        ["sections", heading] => {
            let mut labels = entity.form.sections.iter_mut().map(|it| &mut it.label);
            (labels.find(|it| it.get("en").is_some_and(|it| it == heading)), "section")
        }
        _ => (None, "key"),
    };
    found.ok_or((usize::MAX, what))
}

/// The words of a named set stand with the set.
fn of_option<'m>(column: Option<&'m mut Column>, value: &str) -> Option<&'m mut Label> {
    let column = column.filter(|it| it.choice_set.is_none())?;
    option(&mut column.options, value).map(|it| &mut it.label)
}

fn option<'m>(options: &'m mut [Choice], value: &str) -> Option<&'m mut Choice> {
    let value: i64 = value.parse().ok()?;
    options.iter_mut().find(|it| it.value == value)
}

/// Adds the languages of the same English text that are missing.
fn translate(label: &mut Label, from: &Label) {
    if label.get("en") == from.get("en") {
        for (tag, text) in from {
            label.entry(tag.clone()).or_insert_with(|| text.clone());
        }
    }
}
