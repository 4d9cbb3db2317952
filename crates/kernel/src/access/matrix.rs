//! What each role may do to rows of each entity, beside what the product gives it.
//!
//! *Not* who holds a role. Invariant: it says what the write path would say, and nothing of it is kept.

use uuid::Uuid;

use super::{ADMINISTRATOR, Privileges, ROLES, of_role, role};
use crate::{Query, Result, Rx};

/// One role over all entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The role.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether it comes with the product.
    pub built_in: bool,
    /// By entity: what it may, and what of that the entity file gives. Entities of which it may nothing are not there.
    pub on: Vec<(String, Privileges, Privileges)>,
    /// The privileges about no entity that it has, and whether the product gives them.
    pub acts: Vec<(String, bool)>,
}

/// All roles that the reader may see, by name.
///
/// # Errors
/// `Forbidden` without the privilege to read roles.
pub fn all(rx: &Rx<'_>) -> Result<Vec<Line>> {
    let roles = rx.rows(&Query::on("role").select(&["name"]).order("name asc")?)?;
    let names: Vec<String> = roles.iter().map(|it| it.text("name").to_owned()).collect();
    let mut lines: Vec<Line> = roles
        .iter()
        .zip(&names)
        .map(|(it, name)| Line {
            id: it.id,
            name: name.clone(),
            built_in: ROLES.contains(&name.as_str()),
            on: Vec::new(),
            acts: Vec::new(),
        })
        .collect();
    let rx = rx.elevated("access");
    let added = role::of_entities(&rx, &names)?;
    for entity in rx.model().entities() {
        let added = added.get(&entity.name);
        for line in lines.iter_mut().filter(|it| it.name != ADMINISTRATOR) {
            let given = of_role(entity, &line.name);
            let held = given.join(added.and_then(|it| it.get(&line.name)).copied().unwrap_or_default());
            if held != Privileges::default() {
                line.on.push((entity.name.clone(), held, given));
            }
        }
    }
    let by_row = role::acts_by_row(&rx, &names)?;
    for line in lines.iter_mut().filter(|it| it.name != ADMINISTRATOR) {
        for (act, _) in rx.model().acts() {
            let given = role::of_product(&rx, act, std::iter::once(line.name.as_str()));
            if given || by_row.iter().any(|(role, it)| *role == line.name && it == act) {
                line.acts.push((act.to_owned(), given));
            }
        }
    }
    Ok(lines)
}
