//! Many-to-many relationships: each is an entity of its own, whose rows join two others by two lookups.
//!
//! So the write path, the audit trail and data subject requests hold for links as for every row, and
//! nothing here writes. *Not* a second kind of relationship for the store. Invariant: an intersect
//! entity has two ends, each a lookup with one target, and the two lookups are an alternate key.

use super::{
    Column, Entity, Model,
    column::OnDelete,
    file::{EntityFile, IntersectFile, KeyFile},
};
use crate::access::{Privilege, Privileges};

/// What makes an entity the intersect entity of a many-to-many relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intersect {
    /// The name of the relationship.
    pub relationship: String,
    /// The two entities that are joined.
    pub ends: [End; 2],
}

/// One side of a many-to-many relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The lookup of the intersect entity.
    pub column: String,
    /// The entity that it leads to.
    pub entity: String,
    /// The collection-valued navigation property of that entity, to the rows on the other side.
    pub navigation: String,
}

/// A many-to-many relationship seen from one of its sides.
#[derive(Debug, Clone, Copy)]
pub struct ManyToMany<'m> {
    /// The entity whose rows are the links.
    pub intersect: &'m Entity,
    /// Its lookup of our side.
    pub near: &'m Column,
    /// Its lookup of the other side.
    pub far: &'m Column,
    /// The entity of the other side.
    pub other: &'m Entity,
}

impl ManyToMany<'_> {
    /// The collection-valued navigation property from the other side to the links.
    pub fn links_of_other(&self) -> &str {
        self.far.targets.first().map_or("", |it| it.collection.as_str())
    }
}

impl Model {
    /// The many-to-many relationship behind a collection-valued navigation property.
    pub fn many_to_many(&self, entity: &str, navigation: &str) -> Option<ManyToMany<'_>> {
        self.intersects(entity).find_map(|(intersect, near, far)| {
            if near.navigation != navigation {
                return None;
            }
            Some(ManyToMany {
                intersect,
                near: intersect.columns.get(&near.column)?,
                far: intersect.columns.get(&far.column)?,
                other: self.entity(&far.entity).ok()?,
            })
        })
    }

    /// The many-to-many relationships of an entity: the intersect entity, our end and the other one.
    pub fn intersects(&self, entity: &str) -> impl Iterator<Item = (&Entity, &End, &End)> {
        let names = self.joined.get(entity).map_or(&[][..], Vec::as_slice);
        names.iter().filter_map(|it| self.entity(it).ok()).flat_map(move |intersect| {
            let both = intersect.intersect.iter().flat_map(|it| {
                let [one, two] = &it.ends;
                [(one, two), (two, one)]
            });
            both.filter(move |(near, _)| near.entity == entity).map(move |(near, far)| (intersect, near, far))
        })
    }

    /// Notes which entities are joined, and who may see and make the links where the file says nothing:
    /// whoever may read both sides reads them, whoever may append one side to the other makes them.
    pub(super) fn index_intersects(&mut self) {
        let mut derived = Vec::new();
        for entity in self.entities() {
            let Some(intersect) = &entity.intersect else { continue };
            let [one, two] = &intersect.ends;
            let (Ok(a), Ok(b)) = (self.entity(&one.entity), self.entity(&two.entity)) else { continue };
            let roles = a.roles.iter().filter(|_| entity.roles.is_empty()).filter_map(|(role, of_a)| {
                let of_b = b.roles.get(role)?;
                let both = |one: Privilege, other: Privilege| of_a.has(one) && of_b.has(other);
                let joins =
                    both(Privilege::Append, Privilege::AppendTo) || both(Privilege::AppendTo, Privilege::Append);
                let reads = both(Privilege::Read, Privilege::Read);
                let words = match (reads, joins) {
                    (true, true) => "create,read,delete",
                    (true, false) => "read",
                    _ => return None,
                };
                Some((role.clone(), Privileges::parse(words).ok()?))
            });
            derived.push((entity.name.clone(), [one.entity.clone(), two.entity.clone()], roles.collect::<Vec<_>>()));
        }
        self.joined.clear();
        for (name, ends, roles) in derived {
            if let Some(entity) = self.entities.get_mut(&name) {
                entity.roles.extend(roles);
            }
            for end in ends {
                let names = self.joined.entry(end).or_default();
                if !names.contains(&name) {
                    names.push(name.clone());
                }
            }
        }
    }
}

/// The intersect of a file: its lookups fall with either side, and no two rows are linked twice.
pub(super) fn read(file: &mut EntityFile) -> Result<Option<Intersect>, String> {
    let Some(IntersectFile { relationship, ends }) = file.intersect.take() else { return Ok(None) };
    let mut found = Vec::new();
    for end in &ends {
        let column = file.columns.get_mut(&end.column).ok_or_else(|| format!("there is no column {}", end.column))?;
        let [target] = column.target.as_slice() else {
            return Err(format!("{} is no lookup with one target", end.column));
        };
        column.required = true;
        column.on_delete = OnDelete::Cascade;
        let (entity, navigation) = (target.clone(), end.navigation.clone());
        found.push(End { column: end.column.clone(), entity, navigation });
    }
    let ends: [End; 2] = found.try_into().map_err(|_| "a many-to-many relationship has two ends".to_owned())?;
    let [one, two] = &ends;
    if one.column == two.column || (one.entity == two.entity && one.navigation == two.navigation) {
        return Err("the two ends have a column and a navigation property of their own".to_owned());
    }
    let columns = vec![one.column.clone(), two.column.clone()];
    if !file.keys.values().any(|it| it.columns == columns) {
        file.keys.insert("link".to_owned(), KeyFile { columns });
    }
    Ok(Some(Intersect { relationship, ends }))
}
