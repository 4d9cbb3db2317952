//! The mapping file: which column of a file is which column of an entity.
//!
//! *Not* checked against the metadata here (`plan`). Invariant: an unknown key is an error that
//! names the key, so a misspelt option never goes unnoticed. The format is in `docs/import.md`.

use indexmap::IndexMap;
use kernel::{Error, Result};
use serde::Deserialize;
use toml::Value as Toml;

use super::rows::Shape;

/// How an existing row that matches is treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnMatch {
    /// Only columns that are empty get a value.
    #[default]
    Fill,
    /// The file's values replace those of the row; an empty cell replaces nothing.
    Overwrite,
    /// The row stays as it is.
    Skip,
}

/// What is done with a row whose cell the column does not take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unfit {
    /// The row is refused.
    #[default]
    Refuse,
    /// The cell counts as empty, and is counted.
    Empty,
}

/// Where in the file a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The position, from 1.
    Position(usize),
    /// The name in the header.
    Header(String),
}

/// What is done with the cells of one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Treatment {
    pub(crate) from: Option<Place>,
    pub(crate) format: Option<String>,
    pub(crate) map: Option<IndexMap<String, String>>,
    pub(crate) trim: bool,
    pub(crate) collapse: bool,
    pub(crate) default: Option<String>,
    pub(crate) constant: Option<String>,
    pub(crate) unfit: Unfit,
}

/// Where the evidence of consent stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConsentPlaces {
    pub(crate) level: Place,
    pub(crate) source: Option<Place>,
    pub(crate) date: Option<Place>,
    pub(crate) wording: Option<Place>,
    pub(crate) language: Option<Place>,
}

/// A mapping file that was read.
///
/// ```
/// let mapping = connect::ingest::Mapping::parse(r#"
///     entity = "contact"
///     separator = "|"
///     match = ["emailaddress1"]
///     columns = ["firstname", "lastname", "", "emailaddress1"]
/// "#)?;
/// assert_eq!(mapping.entity(), Some("contact"));
/// # Ok::<(), kernel::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub(crate) text: String,
    pub(crate) entity: Option<String>,
    pub(crate) shape: Shape,
    pub(crate) header: bool,
    pub(crate) matching: Vec<Vec<String>>,
    pub(crate) on_match: OnMatch,
    pub(crate) columns: Vec<String>,
    pub(crate) treatments: IndexMap<String, Treatment>,
    pub(crate) consent: Option<ConsentPlaces>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    entity: Option<String>,
    separator: Option<String>,
    row_end: Option<String>,
    quote: Option<String>,
    #[serde(default)]
    header: bool,
    #[serde(rename = "match")]
    matching: Option<Toml>,
    #[serde(default)]
    on_match: OnMatch,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    column: IndexMap<String, TreatmentFile>,
    consent: Option<ConsentFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TreatmentFile {
    from: Option<Toml>,
    format: Option<String>,
    map: Option<IndexMap<String, Toml>>,
    trim: Option<bool>,
    collapse: Option<bool>,
    default: Option<Toml>,
    constant: Option<Toml>,
    #[serde(default)]
    unfit: Unfit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentFile {
    level: Toml,
    source: Option<Toml>,
    date: Option<Toml>,
    wording: Option<Toml>,
    language: Option<Toml>,
}

/// The longest mapping that the import batch keeps.
const LONGEST: usize = 100_000;

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// `Invalid` naming the key, the line and the fix.
    pub fn parse(text: &str) -> Result<Mapping> {
        if text.chars().count() > LONGEST {
            return Err(Error::invalid("mapping", format!("a mapping has at most {LONGEST} characters; shorten it")));
        }
        let file: File = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|it| text.get(..it.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Error::invalid(format!("mapping line {line}"), error.message().to_owned()).with_code("mapping")
        })?;
        let shape = shape(&file)?;
        let treatments = file.column.into_iter().map(|(name, it)| Ok((name.clone(), treatment(&name, it)?)));
        let mapping = Mapping {
            text: text.to_owned(),
            entity: file.entity,
            shape,
            header: file.header,
            matching: matching(file.matching)?,
            on_match: file.on_match,
            treatments: treatments.collect::<Result<_>>()?,
            columns: file.columns,
            consent: file.consent.map(consent).transpose()?,
        };
        if mapping.columns.iter().all(String::is_empty) && mapping.treatments.is_empty() {
            return Err(Error::invalid(
                "columns",
                "the mapping names no column; list the columns of the file in order, \"\" for one to pass over",
            ));
        }
        Ok(mapping)
    }

    /// The entity that the mapping is for, if it says so.
    pub fn entity(&self) -> Option<&str> {
        self.entity.as_deref()
    }
}

fn shape(file: &File) -> Result<Shape> {
    let text = |key: &str, given: &Option<String>, usual: &str| match given.as_deref() {
        Some("") => Err(Error::invalid(key, format!("is empty; write the characters, usually {usual:?}"))),
        Some(it) if it.len() > 16 => {
            Err(Error::invalid(key, "has more than 16 bytes; write the separating characters"))
        }
        Some(it) => Ok(it.as_bytes().to_vec()),
        None => Ok(usual.as_bytes().to_vec()),
    };
    let separator = text("separator", &file.separator, ",")?;
    let row_end = text("row_end", &file.row_end, "\n")?;
    if separator == row_end {
        return Err(Error::invalid("separator", "is the same as row_end; columns and rows need different ends"));
    }
    let quote = match file.quote.as_deref().unwrap_or("\"").as_bytes() {
        [] => None,
        [one] if separator.first() != Some(one) && row_end.first() != Some(one) => Some(*one),
        _ => {
            return Err(Error::invalid(
                "quote",
                "is one character that begins neither separator nor row_end, or \"\" for a file without quotes",
            ));
        }
    };
    Ok(Shape { separator, row_end, quote })
}

fn matching(given: Option<Toml>) -> Result<Vec<Vec<String>>> {
    let wrong = || {
        Error::invalid(
            "match",
            "write match = [\"column\", …] or several lists, [[\"a\"], [\"b\", \"c\"]], tried in order; match = [] makes every row a new record",
        )
    };
    let Some(Toml::Array(items)) = given else {
        return Err(wrong());
    };
    let names = |items: &[Toml]| -> Result<Vec<String>> {
        items.iter().map(|it| it.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
    };
    if items.is_empty() {
        return Ok(Vec::new());
    }
    if items.iter().all(Toml::is_str) {
        return Ok(vec![names(&items)?]);
    }
    let lists = items.iter().map(|it| it.as_array().filter(|it| !it.is_empty()).ok_or_else(wrong));
    lists.map(|it| names(it?)).collect()
}

fn treatment(name: &str, file: TreatmentFile) -> Result<Treatment> {
    let place = |key: &str| format!("column.{name}.{key}");
    let scalar = |key: &str, it: Option<Toml>| it.map(|it| text(&place(key), &it)).transpose();
    let map = file.map.map(|map| {
        map.iter().map(|(from, to)| Ok((from.clone(), text(&place("map"), to)?))).collect::<Result<IndexMap<_, _>>>()
    });
    let treatment = Treatment {
        from: file.from.map(|it| position(&place("from"), &it)).transpose()?,
        format: file.format,
        map: map.transpose()?,
        trim: file.trim.unwrap_or(true),
        collapse: file.collapse.or(file.trim).unwrap_or(true),
        default: scalar("default", file.default)?,
        constant: scalar("constant", file.constant)?,
        unfit: file.unfit,
    };
    if treatment.constant.is_some() && (treatment.from.is_some() || treatment.default.is_some()) {
        return Err(Error::invalid(place("constant"), "a constant has no from and no default; remove one of them"));
    }
    Ok(treatment)
}

fn text(place: &str, value: &Toml) -> Result<String> {
    match value {
        Toml::String(it) => Ok(it.clone()),
        Toml::Integer(it) => Ok(it.to_string()),
        Toml::Float(it) => Ok(it.to_string()),
        Toml::Boolean(it) => Ok(it.to_string()),
        Toml::Datetime(it) => Ok(it.to_string()),
        _ => Err(Error::invalid(place, "is a text, a number, a date, true or false")),
    }
}

fn position(place: &str, value: &Toml) -> Result<Place> {
    let wrong = || Error::invalid(place, "is a position from 1, or the name of a column in the header");
    match value {
        Toml::Integer(it) => usize::try_from(*it).ok().filter(|it| *it > 0).map(Place::Position).ok_or_else(wrong),
        Toml::String(it) if !it.trim().is_empty() => Ok(Place::Header(it.trim().to_owned())),
        _ => Err(wrong()),
    }
}

fn consent(file: ConsentFile) -> Result<ConsentPlaces> {
    let optional = |key: &str, it: Option<Toml>| it.map(|it| position(&format!("consent.{key}"), &it)).transpose();
    Ok(ConsentPlaces {
        level: position("consent.level", &file.level)?,
        source: optional("source", file.source)?,
        date: optional("date", file.date)?,
        wording: optional("wording", file.wording)?,
        language: optional("language", file.language)?,
    })
}
