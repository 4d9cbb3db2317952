//! Whose data a row is: the path to the data subject, both ways.
//!
//! *Not* a decision about what may happen to it (`privacy`). Invariant (law 7): every row with a
//! personal column is found from its data subject by following the paths of the metadata, so a
//! column or an entity that is added at run time is found too.

use std::{collections::HashSet, fmt};

use uuid::Uuid;

use crate::{
    Change, Error, Op, Query, Result, Rx, Tx, Value,
    metadata::{Entity, Model, column::Sensitivity},
    store::{connection::cells, vault::Erasure},
};

/// A data subject: a row of an entity whose rows are persons.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// The entity.
    pub entity: String,
    /// The row.
    pub id: Uuid,
}

impl Subject {
    /// The subject with that identifier.
    pub fn new(entity: &str, id: Uuid) -> Self {
        Subject { entity: entity.to_owned(), id }
    }
    /// Reads `entity:id`.
    ///
    /// # Errors
    /// `Invalid` when it is not of that form.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || Error::invalid("subject", "write it as entity:identifier");
        let (entity, id) = text.split_once(':').ok_or_else(wrong)?;
        Ok(Subject::new(entity, id.parse().map_err(|_| wrong())?))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.entity, self.id)
    }
}

/// The data subject of a row that is being written: the first of its paths that ends at one.
pub(crate) fn of(tx: &Tx<'_>, entity: &Entity, change: &Change) -> Result<Option<Subject>> {
    for path in &entity.subject {
        if path == "self" {
            return Ok(Some(Subject::new(&entity.name, change.id)));
        }
        let mut steps = path.split('/');
        let first = steps.next().unwrap_or_default();
        let mut at = match change.op {
            Op::Delete => change.old(first),
            _ => change.new_value(first),
        }
        .clone();
        for step in steps {
            at = match &at {
                Value::Lookup(target, id) => tx.whole(target, *id)?.map_or(Value::Null, |row| row.get(step).clone()),
                _ => Value::Null,
            };
        }
        if let Value::Lookup(target, id) = at
            && tx.model.entity(&target)?.is_subject()
        {
            return Ok(Some(Subject::new(&target, id)));
        }
    }
    Ok(None)
}

/// A row that belongs to a data subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The entity.
    pub entity: String,
    /// The row.
    pub id: Uuid,
    /// The path that led there; `self` for the person's own row, `column=` for an address match.
    pub path: String,
}

/// Every row that belongs to the data subject, over all entities, its own row first.
///
/// # Errors
/// Those of reading; the caller has the product's own rights.
pub fn rows_of(rx: &Rx<'_>, subject: &Subject) -> Result<Vec<Found>> {
    let model = rx.model();
    let mut found = Vec::new();
    if rx.exists_row(model.entity(&subject.entity)?, subject.id)? {
        found.push(Found { entity: subject.entity.clone(), id: subject.id, path: "self".into() });
    }
    for entity in model.entities() {
        let mut seen = HashSet::new();
        if entity.name == subject.entity {
            seen.insert(subject.id);
        }
        for path in entity.subject.iter().filter(|it| *it != "self" && leads_to(&model, entity, it, &subject.entity)) {
            let steps: Vec<&str> = path.split('/').collect();
            for id in leading_to(rx, entity, &steps, subject.id)? {
                if seen.insert(id) {
                    found.push(Found { entity: entity.name.clone(), id, path: path.clone() });
                }
            }
        }
    }
    Ok(found)
}

/// Every row that holds the text in a column of that category, for instance an address, over all
/// entities with personal columns.
///
/// # Errors
/// Those of reading; the caller has the product's own rights.
pub fn rows_with(rx: &Rx<'_>, category: &str, text: &str) -> Result<Vec<Found>> {
    let model = rx.model();
    let mut found = Vec::new();
    for entity in model.entities() {
        let searched = entity.columns.values().filter(|it| {
            it.privacy.category == category && it.privacy.sensitivity >= Sensitivity::Personal && !it.is_secret()
        });
        let mut seen = HashSet::new();
        for column in searched {
            for id in rx.ids(&Query::on(&entity.name).eq(&column.name, text))? {
                if seen.insert(id) {
                    found.push(Found { entity: entity.name.clone(), id, path: format!("{}=", column.name) });
                }
            }
        }
    }
    Ok(found)
}

/// The data subject that a stored row belongs to, if one of its paths ends at one.
///
/// # Errors
/// Those of reading.
pub fn of_row(rx: &Rx<'_>, entity: &str, id: Uuid) -> Result<Option<Subject>> {
    let model = rx.model();
    let definition = model.entity(entity)?;
    let Some(row) = crate::query::read_row(rx, definition, id)? else {
        return Ok(None);
    };
    for path in &definition.subject {
        if path == "self" {
            return Ok(Some(Subject::new(entity, id)));
        }
        let mut steps = path.split('/');
        let mut at = row.get(steps.next().unwrap_or_default()).clone();
        for step in steps {
            at = match &at {
                Value::Lookup(target, id) => crate::query::read_row(rx, model.entity(target)?, *id)?
                    .map_or(Value::Null, |row| row.get(step).clone()),
                _ => Value::Null,
            };
        }
        if let Value::Lookup(target, id) = at
            && model.entity(&target)?.is_subject()
        {
            return Ok(Some(Subject::new(&target, id)));
        }
    }
    Ok(None)
}

/// The rows whose path, step by step, ends at a row. One table is asked at a time, since a database that spreads
/// its tables over machines joins those only that are spread by what they are joined by.
pub(crate) fn leading_to(rx: &Rx<'_>, entity: &Entity, steps: &[&str], id: Uuid) -> Result<Vec<Uuid>> {
    let Some((step, rest)) = steps.split_first() else { return Ok(Vec::new()) };
    let column = entity.column(step)?;
    if rest.is_empty() {
        return rx.ids(&Query::on(&entity.name).eq(step, id));
    }
    let model = rx.model();
    let mut found = Vec::new();
    for target in &column.targets {
        let there = model.entity(&target.entity)?;
        if rest.first().is_none_or(|next| !there.columns.contains_key(*next)) {
            continue;
        }
        for part in leading_to(rx, there, rest, id)?.chunks(AT_ONCE) {
            let literal = |it: &Uuid| odata::Expr::Literal(odata::Literal::Guid(*it));
            let operand = Box::new(odata::Expr::Path(odata::Path(vec![(*step).to_owned()])));
            let among = odata::Expr::In { operand, list: part.iter().map(literal).collect() };
            found.extend(rx.ids(&Query::on(&entity.name).and(among))?);
        }
    }
    Ok(found)
}

/// So many identifiers stand in one condition.
const AT_ONCE: usize = 500;

fn leads_to(model: &Model, entity: &Entity, path: &str, wanted: &str) -> bool {
    ends(model, entity, path).iter().any(|it| it.name == wanted)
}

/// The entities at which a path may end.
pub(crate) fn ends<'m>(model: &'m Model, entity: &'m Entity, path: &str) -> Vec<&'m Entity> {
    let mut at = vec![entity];
    for step in path.split('/') {
        at = at
            .into_iter()
            .filter_map(|it| it.columns.get(step))
            .flat_map(|it| it.targets.iter())
            .filter_map(|it| model.entity(&it.entity).ok())
            .collect();
    }
    at
}

/// The keyed hash of an identifier, as the vault keeps it. The text is compared without
/// regard to case and outer space.
///
/// # Errors
/// None at present; the signature leaves room for a key that is kept elsewhere.
pub fn hash(rx: &Rx<'_>, kind: &str, identifier: &str) -> Result<String> {
    Ok(rx.shared.vault().hash(kind, &identifier.trim().to_lowercase()))
}

/// Whether an identifier of that kind belongs to a person who was erased.
///
/// # Errors
/// Those of the vault.
pub fn was_erased(rx: &Rx<'_>, kind: &str, identifier: &str) -> Result<bool> {
    let hash = hash(rx, kind, identifier)?;
    rx.shared.vault().knows_hash(kind, &hash)
}

/// The erasures that the vault remembers and this database has not carried out: after a restore, or
/// a crash between the two.
///
/// # Errors
/// Those of the vault.
pub fn outstanding(rx: &Rx<'_>) -> Result<Vec<Erasure>> {
    let mut left = Vec::new();
    for erasure in rx.shared.vault().erasures()? {
        if !rx.connection.exists("SELECT 1 FROM assent_erased WHERE subject = ?1", cells![erasure.subject])? {
            left.push(erasure);
        }
    }
    Ok(left)
}

/// Notes that an erasure was carried out in this database.
///
/// # Errors
/// Those of the store.
pub fn carried_out(tx: &mut Tx<'_>, subject: &Subject) -> Result<()> {
    tx.connection.execute(
        "INSERT INTO assent_erased (subject, at) VALUES (?1, ?2) ON CONFLICT (subject) DO UPDATE SET at = ?2",
        cells![subject.to_string(), tx.now().as_millisecond()],
    )?;
    // Other nodes let go of the keys that they hold.
    tx.connection.execute("UPDATE assent_sequence SET value = value + 1 WHERE name = 'erased'", cells![])?;
    crate::store::backup::mark_traces(tx.connection, true)
}

/// A signature over a document with the store's own key (Ed25519), and the public key: both in
/// hexadecimal.
///
/// # Errors
/// `Bug` when the key cannot be made.
pub fn sign(rx: &Rx<'_>, document: &[u8]) -> Result<(String, String)> {
    use ring::signature::KeyPair;
    let signer = rx.shared.vault().signer()?;
    let hex = crate::store::vault::hex;
    Ok((hex(signer.sign(document).as_ref()), hex(signer.public_key().as_ref())))
}

/// A keyed code over a personal link, so that it cannot be forged: HMAC-SHA256, in hexadecimal.
///
/// # Errors
/// None at present; the signature leaves room for a key that is kept elsewhere.
pub fn link_code(rx: &Rx<'_>, text: &str) -> Result<String> {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, rx.shared.vault().derive("personal-links").as_slice());
    Ok(crate::store::vault::hex(ring::hmac::sign(&key, text.as_bytes()).as_ref()))
}
