//! `$select` and `$expand` resolved against the metadata: which columns and related rows an answer has.
//!
//! *Not* the reading of them (`row.rs`, `expand.rs`). Invariant: a shape that exists names only columns
//! that the caller may see.

use kernel::{
    Error, Kind, Result, Rx,
    access::columns::{self, Act},
    metadata::{Column, ColumnType, Entity, column::Target, lookup_column},
};
use odata::{ExpandItem, ExpandOptions, Path};

use super::image;

/// Most navigation properties expanded by one request.
const EXPANDS: usize = 15;

/// What an answer holds of each row.
#[derive(Default)]
pub struct Shape {
    /// Columns in the order asked for; none is all.
    pub columns: Option<Vec<String>>,
    /// Related rows.
    pub expand: Vec<Expanded>,
}

/// Related rows of an answer.
pub struct Expanded {
    /// The navigation property.
    pub name: String,
    /// Where it leads.
    pub navigation: Navigation,
    /// Only addresses.
    pub reference: bool,
    /// Filter, order and limit.
    pub options: ExpandOptions,
    /// What is shown of the related rows.
    pub shape: Shape,
}

/// Where a navigation property leads.
#[derive(Clone)]
pub enum Navigation {
    /// To one row: our lookup, and the entity of the row.
    One {
        /// Our lookup.
        column: String,
        /// The entity of the row.
        entity: String,
    },
    /// To rows that refer to ours: their entity and lookup.
    Many {
        /// Their entity.
        entity: String,
        /// Their lookup.
        column: String,
    },
    /// To rows that a many-to-many relationship joins to ours.
    Through {
        /// Their entity.
        entity: String,
        /// The entity whose rows are the links.
        intersect: String,
        /// Its lookup of our row.
        near: String,
        /// Its lookup of theirs.
        far: String,
        /// The navigation property from their rows to the links.
        links: String,
    },
}

impl Navigation {
    /// The entity of the rows.
    pub fn entity(&self) -> &str {
        match self {
            Navigation::One { entity, .. } | Navigation::Many { entity, .. } | Navigation::Through { entity, .. } => {
                entity
            }
        }
    }
}

/// The navigation property of that name.
pub fn navigation(rx: &Rx<'_>, entity: &Entity, name: &str) -> Option<Navigation> {
    single(entity, name)
        .map(|(column, target)| Navigation::One { column: column.name.clone(), entity: target.entity.clone() })
        .or_else(|| {
            let model = rx.model();
            if let Some((referring, column)) = model.collection(&entity.name, name).filter(|_| !name.is_empty()) {
                return Some(Navigation::Many { entity: referring.name.clone(), column: column.name.clone() });
            }
            let through = model.many_to_many(&entity.name, name)?;
            Some(Navigation::Through {
                entity: through.other.name.clone(),
                intersect: through.intersect.name.clone(),
                near: through.near.name.clone(),
                far: through.far.name.clone(),
                links: through.links_of_other().to_owned(),
            })
        })
}

/// The lookup behind a single-valued navigation property.
pub fn single<'e>(entity: &'e Entity, name: &str) -> Option<(&'e Column, &'e Target)> {
    entity
        .columns
        .values()
        .find_map(|column| column.targets.iter().find(|it| it.navigation == name).map(|target| (column, target)))
}

/// Whether a navigation property also leads to rows of that entity: an owner is a user or a team.
pub fn leads_to(entity: &Entity, name: &str, there: &str) -> bool {
    entity.columns.values().flat_map(|it| &it.targets).any(|it| it.navigation == name && it.entity == there)
}

/// The column of that name on the wire, if it may be seen.
pub fn column<'e>(entity: &'e Entity, name: &str) -> Option<&'e Column> {
    entity
        .columns
        .get(name)
        .or_else(|| entity.columns.get(lookup_column(name)?).filter(|it| it.kind == ColumnType::Lookup))
        .filter(|it| !it.is_secret())
}

/// The columns that may be seen.
pub fn visible(entity: &Entity) -> impl Iterator<Item = &Column> {
    entity.columns.values().filter(|it| !it.is_secret())
}

/// The name of a column on the wire.
pub fn wire(column: &Column) -> String {
    if column.kind == ColumnType::Lookup { format!("_{}_value", column.name) } else { column.name.clone() }
}

/// Resolves `$select` and `$expand`.
///
/// # Errors
/// `unknown-column`, or `option` for too many navigation properties.
pub fn shape(rx: &Rx<'_>, entity: &Entity, select: &[Path], expand: &[ExpandItem]) -> Result<Shape> {
    let mut left = EXPANDS;
    resolve(rx, entity, select, expand, &mut left)
}

fn resolve(rx: &Rx<'_>, entity: &Entity, select: &[Path], expand: &[ExpandItem], left: &mut usize) -> Result<Shape> {
    let model = rx.model();
    let mut columns: Vec<String> = Vec::new();
    for path in select.iter().filter(|it| !it.is_wildcard()) {
        let name = path.to_string();
        // A navigation property may be listed beside its $expand; its lookup comes then.
        let found = column(entity, &name).or_else(|| single(entity, &name).map(|(column, _)| column));
        let found = found.or_else(|| image::behind(entity, &name));
        let found = found.ok_or_else(|| model.no_column(&entity.name, &name))?;
        columns::check(rx, entity, found, Act::Read)?;
        if !columns.contains(&found.name) {
            columns.push(found.name.clone());
        }
    }
    let all = select.is_empty() || select.iter().any(Path::is_wildcard);
    let mut expanded = Vec::new();
    for item in expand {
        *left = left.checked_sub(1).ok_or_else(|| {
            Error::new(
                Kind::Invalid,
                "option",
                "$expand",
                format!("at most {EXPANDS} navigation properties can be expanded"),
            )
        })?;
        let name = item.path.to_string();
        let navigation = navigation(rx, entity, &name).ok_or_else(|| model.no_column(&entity.name, &name))?;
        if item.reference && !matches!(navigation, Navigation::One { .. }) {
            let text = "$ref can be expanded for a single-valued property only; expand the collection with $select";
            return Err(Error::new(Kind::Invalid, "option", format!("$expand={name}/$ref"), text));
        }
        let target = model.entity(navigation.entity())?;
        let shape = resolve(rx, target, &item.options.select, &item.options.expand, left)?;
        let options = item.options.clone();
        expanded.push(Expanded { name, navigation, reference: item.reference, options, shape });
    }
    Ok(Shape { columns: (!all).then_some(columns), expand: expanded })
}

impl Shape {
    /// What must be read of each row: also the lookups that lead to related rows.
    pub fn needed(&self) -> Option<Vec<&str>> {
        let mut columns: Vec<&str> = self.columns.as_ref()?.iter().map(String::as_str).collect();
        columns.extend(self.expand.iter().filter_map(|it| match &it.navigation {
            Navigation::One { column, .. } => Some(column.as_str()),
            Navigation::Many { .. } | Navigation::Through { .. } => None,
        }));
        Some(columns)
    }

    /// The part in brackets of `@odata.context`.
    pub fn context(&self, entity: &Entity) -> String {
        let mut items: Vec<String> = Vec::new();
        for name in self.columns.iter().flatten() {
            match entity.columns.get(name) {
                Some(column) if image::is(column) => items.extend(image::properties(column).map(|(name, _)| name)),
                column => items.push(column.map_or_else(|| name.clone(), wire)),
            }
        }
        for item in &self.expand {
            items.push(format!("{}({})", item.name, item.shape.inner()));
        }
        if items.is_empty() { String::new() } else { format!("({})", items.join(",")) }
    }

    /// The same of rows inside rows, however deep; lookups keep their bare names there.
    fn inner(&self) -> String {
        let expanded = self.expand.iter().map(|it| format!("{}({})", it.name, it.shape.inner()));
        self.columns.iter().flatten().cloned().chain(expanded).collect::<Vec<_>>().join(",")
    }
}
