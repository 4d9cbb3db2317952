//! A mapping that fits the metadata and the file: which cell goes to which column, and what of it is
//! the key.
//!
//! *Not* the writing. Invariant: a plan that exists names only columns that an import may write, so
//! what a row is refused for later lies in the row.

use std::collections::BTreeSet;

use kernel::{
    Error, Result,
    metadata::{Column, ColumnType, Entity, Kind, Model},
};

use super::{
    cell,
    consent::{self, Wish},
    mapping::{Mapping, OnMatch, Place, Treatment, Unfit},
    report::Refusal,
};

/// The column of the consent level; it has a section of its own in the mapping.
pub(crate) const CONSENT: &str = "msgdpr_gdprconsent";

/// One column that the import writes.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) column: Column,
    /// The position in the file, from 0; none for a constant.
    at: Option<usize>,
    treatment: Treatment,
}

/// Positions of the evidence of consent, from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConsentCells {
    pub(crate) level: usize,
    pub(crate) source: Option<usize>,
    pub(crate) date: Option<usize>,
    pub(crate) wording: Option<usize>,
    pub(crate) language: Option<usize>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) entity: String,
    pub(crate) targets: Vec<Target>,
    /// The columns of each list of `match`.
    pub(crate) matching: Vec<Vec<String>>,
    pub(crate) on_match: OnMatch,
    /// The columns of the entity's alternate keys.
    pub(crate) keys: Vec<Vec<String>>,
    consent: Option<ConsentCells>,
    width: Option<usize>,
}

/// One cell, ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// Which of the plan's targets.
    pub(crate) target: usize,
    pub(crate) value: kernel::Value,
    /// Whether the mapping supplied it, so that it never replaces a value.
    pub(crate) supplied: bool,
}

/// A row, ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) line: u64,
    pub(crate) bytes: usize,
    pub(crate) cells: Vec<Cell>,
    /// Targets whose cell was left out because the column does not take it.
    pub(crate) left_out: Vec<usize>,
    pub(crate) consent: Option<Wish>,
}

impl Plan {
    /// Fits the mapping to the metadata and the header.
    ///
    /// # Errors
    /// `Invalid` naming the key of the mapping and the fix.
    pub(crate) fn new(model: &Model, entity: &str, mapping: &Mapping, header: Option<&[String]>) -> Result<Plan> {
        let entity = model.entity(entity)?;
        if entity.kind == Kind::Log {
            return Err(Error::invalid(
                "entity",
                format!(
                    "{} is append-only: the product itself writes it, and an import could not be undone",
                    entity.name
                ),
            ));
        }
        let mut targets: Vec<Target> = Vec::new();
        for (at, name) in mapping.columns.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
            let column = writable(model, entity, name, &format!("columns, position {}", at + 1))?;
            if targets.iter().any(|it| it.column.name == *name) {
                return Err(Error::invalid("columns", format!("{name} stands there twice; keep one and write \"\"")));
            }
            let treatment = mapping.treatments.get(name).cloned().unwrap_or(Treatment {
                trim: true,
                collapse: true,
                ..Treatment::default()
            });
            if treatment.from.is_some() || treatment.constant.is_some() {
                return Err(Error::invalid(
                    format!("column.{name}"),
                    "its place is given in columns already; remove from or constant, or write \"\" there",
                ));
            }
            targets.push(Target { column, at: Some(at), treatment });
        }
        for (name, treatment) in mapping.treatments.iter().filter(|(name, _)| !mapping.columns.contains(name)) {
            let key = format!("column.{name}");
            let column = writable(model, entity, name, &key)?;
            let at = match (&treatment.from, &treatment.constant) {
                (_, Some(_)) => None,
                (Some(place), None) => Some(resolve(&format!("{key}.from"), place, mapping, header)?),
                (None, None) if header.is_some() => Some(resolve(&key, &Place::Header(name.clone()), mapping, header)?),
                (None, None) => {
                    return Err(Error::invalid(
                        key,
                        "says not where its value stands; add from = a position, or constant",
                    ));
                }
            };
            targets.push(Target { column, at, treatment: treatment.clone() });
        }
        for target in &targets {
            cell::check(&target.column, &target.treatment)?;
        }
        let width = header.map(<[String]>::len).or((!mapping.columns.is_empty()).then_some(mapping.columns.len()));
        if let (Some(header), false) = (header, mapping.columns.is_empty())
            && header.len() != mapping.columns.len()
        {
            let (has, names) = (header.len(), mapping.columns.len());
            return Err(Error::invalid(
                "columns",
                format!("the header has {has} columns and the mapping lists {names}"),
            ));
        }
        Ok(Plan {
            matching: matching(&targets, mapping)?,
            on_match: mapping.on_match,
            keys: entity.keys.iter().map(|(_, columns)| columns.clone()).collect(),
            consent: consent_cells(entity, mapping, header)?,
            entity: entity.name.clone(),
            targets,
            width,
        })
    }

    /// Converts the fields of one row. `width` remembers the first row's number of columns.
    ///
    /// # Errors
    /// Why the row is refused.
    pub(crate) fn prepare(
        &self,
        line: u64,
        bytes: usize,
        fields: &[String],
        width: &mut Option<usize>,
        now: jiff::Timestamp,
    ) -> std::result::Result<Prepared, Refusal> {
        // Without a list of columns the first row says how many there are.
        let width = self.width.unwrap_or_else(|| *width.get_or_insert(fields.len()));
        if fields.len() != width {
            return Err(Refusal::of_row(line, format!("has {} columns where {width} are expected", fields.len())));
        }
        let mut prepared = Prepared { line, bytes, cells: Vec::new(), left_out: Vec::new(), consent: None };
        let mut any = false;
        for (index, target) in self.targets.iter().enumerate() {
            let Some(at) = target.at else { continue };
            let Some(field) = fields.get(at) else {
                let text = format!("position {} lies behind the last column; correct from in the mapping", at + 1);
                return Err(Refusal::of_column(line, &target.column.name, text));
            };
            match cell::read(&target.column, &target.treatment, field) {
                Ok(kernel::Value::Null) => {}
                Ok(value) => {
                    any = true;
                    prepared.cells.push(Cell { target: index, value, supplied: false });
                }
                Err(_) if target.treatment.unfit == Unfit::Empty => prepared.left_out.push(index),
                Err(error) => return Err(Refusal::of_error(line, &error)),
            }
        }
        if !any {
            return Err(Refusal::of_row(line, "has no value in any mapped column".to_owned()));
        }
        for (index, target) in self.targets.iter().enumerate() {
            let (supplied, text) = match (&target.treatment.constant, &target.treatment.default) {
                (Some(text), _) => (false, text),
                (None, Some(text)) if !prepared.cells.iter().any(|it| it.target == index) => (true, text),
                _ => continue,
            };
            let value = cell::plain(&target.column, text).map_err(|error| Refusal::of_error(line, &error))?;
            prepared.cells.push(Cell { target: index, value, supplied });
        }
        if let Some(places) = &self.consent {
            prepared.consent = consent::read(places, fields, now).map_err(|error| Refusal::of_error(line, &error))?;
        }
        Ok(prepared)
    }

    /// The name of the column that a cell goes to.
    pub(crate) fn name(&self, target: usize) -> &str {
        self.targets.get(target).map_or("", |it| it.column.name.as_str())
    }
}

fn writable(model: &Model, entity: &Entity, name: &str, place: &str) -> Result<Column> {
    let column = entity.columns.get(name).ok_or_else(|| {
        let error = model.no_column(&entity.name, name);
        Error::invalid(place, format!("{} Write its logical name, or \"\" to pass over.", error.text))
    })?;
    if name == CONSENT {
        let text = "consent is no plain column: an import raises it only with evidence. Remove it here and add [consent] with level, source, date and wording";
        return Err(Error::invalid(place, text).with_code("consent-needs-evidence"));
    }
    if name == entity.key || column.readonly || column.is_secret() {
        let text = match column.compose.as_slice() {
            [] => format!("{name} is written by the product only; remove it from the mapping"),
            parts => format!("{name} is made of {}; map those instead", parts.join(", ")),
        };
        return Err(Error::invalid(place, text));
    }
    if column.kind == ColumnType::File {
        return Err(Error::invalid(place, format!("{name} holds a file, which a row of text cannot bring; remove it")));
    }
    Ok(column.clone())
}

fn resolve(key: &str, place: &Place, mapping: &Mapping, header: Option<&[String]>) -> Result<usize> {
    match (place, header) {
        (Place::Position(it), _) => {
            let width = header.map(<[String]>::len).or((!mapping.columns.is_empty()).then_some(mapping.columns.len()));
            match width {
                Some(width) if *it > width => {
                    Err(Error::invalid(key, format!("is position {it}, but a row has {width} columns")))
                }
                _ => Ok(it - 1),
            }
        }
        (Place::Header(_), None) => {
            Err(Error::invalid(key, "names a header, but the file has none; set header = true, or write a position"))
        }
        (Place::Header(name), Some(header)) => {
            let same = |it: &&str| it.trim().eq_ignore_ascii_case(name);
            match header.iter().filter(|it| same(&it.as_str())).count() {
                0 => Err(Error::invalid(key, format!("the header has no column '{name}'; correct the name"))),
                1 => Ok(header.iter().position(|it| same(&it.as_str())).unwrap_or_default()),
                _ => Err(Error::invalid(key, format!("the header has '{name}' several times; write the position"))),
            }
        }
    }
}

fn matching(targets: &[Target], mapping: &Mapping) -> Result<Vec<Vec<String>>> {
    for name in mapping.matching.iter().flatten() {
        if !targets.iter().any(|it| it.column.name == *name) {
            return Err(Error::invalid(
                "match",
                format!("{name} is not among the mapped columns; map it, or match by another"),
            ));
        }
    }
    for list in &mapping.matching {
        if list.iter().collect::<BTreeSet<_>>().len() != list.len() {
            return Err(Error::invalid("match", "a list names a column twice; keep one"));
        }
    }
    Ok(mapping.matching.clone())
}

fn consent_cells(entity: &Entity, mapping: &Mapping, header: Option<&[String]>) -> Result<Option<ConsentCells>> {
    let Some(places) = &mapping.consent else {
        return Ok(None);
    };
    if entity.name != "contact" {
        return Err(Error::invalid("consent", format!("{} has no consent level; remove [consent]", entity.name)));
    }
    let find = |key: &str, place: &Option<Place>| {
        place.as_ref().map(|it| resolve(&format!("consent.{key}"), it, mapping, header)).transpose()
    };
    Ok(Some(ConsentCells {
        level: resolve("consent.level", &places.level, mapping, header)?,
        source: find("source", &places.source)?,
        date: find("date", &places.date)?,
        wording: find("wording", &places.wording)?,
        language: find("language", &places.language)?,
    }))
}
