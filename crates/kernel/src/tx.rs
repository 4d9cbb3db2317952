//! What a closure may do inside `read` (`Rx`) and inside `write` (`Tx`).
//!
//! *Not* the work itself: reading is in `query`, writing in `pipeline`. Invariant: a `Tx` cannot
//! commit; it is one savepoint that the writer keeps or throws away whole.

use std::{cell::OnceCell, collections::HashSet, ops::Deref, rc::Rc, sync::Arc};

use uuid::Uuid;

use crate::{
    Actor, Context, Record, Registry, Result, Values,
    access::{self, Grants},
    audit::{
        Head,
        switches::{ORGANIZATION, organization_id},
    },
    metadata::Model,
    store::{
        Shared,
        connection::Connection,
        vault::{Erasure, VaultAct},
    },
};

/// A snapshot to read from.
pub struct Rx<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) shared: &'c Shared,
    pub(crate) model: Arc<Model>,
    pub(crate) cx: Context,
    /// What follows from who acts, read when it is first needed.
    grants: OnceCell<Rc<Grants>>,
}

impl<'c> Rx<'c> {
    pub(crate) fn new(connection: &'c Connection, shared: &'c Shared, model: Arc<Model>, cx: Context) -> Self {
        Rx { connection, shared, model, cx, grants: OnceCell::new() }
    }
    /// The circumstances.
    pub fn cx(&self) -> &Context {
        &self.cx
    }
    /// The metadata in force.
    pub fn model(&self) -> Arc<Model> {
        Arc::clone(&self.model)
    }
    /// The present instant.
    pub fn now(&self) -> jiff::Timestamp {
        self.cx.now()
    }
    /// The same snapshot with the product's own rights.
    pub fn elevated(&self, reason: &str) -> Rx<'c> {
        self.under(self.cx.as_system(reason))
    }
    /// The same snapshot under other circumstances, for instance with the rights of somebody else.
    pub fn under(&self, cx: Context) -> Rx<'c> {
        Rx::new(self.connection, self.shared, self.model(), cx)
    }
    /// The acting user and the teams they are a member of.
    ///
    /// # Errors
    /// Those of reading.
    pub fn owners(&self) -> Result<Vec<Uuid>> {
        Ok(self.grants()?.owners.clone())
    }
    /// Whom the acting user stands for.
    pub(crate) fn grants(&self) -> Result<Rc<Grants>> {
        if let Some(it) = self.grants.get() {
            return Ok(Rc::clone(it));
        }
        let actor = match &self.cx.actor {
            Actor::Instead { user, .. } => user,
            other => other,
        };
        let read = match actor {
            Actor::User { id, roles } => Grants::read(self, *id, roles)?,
            _ => Grants::nobody(),
        };
        Ok(Rc::clone(self.grants.get_or_init(|| Rc::new(read))))
    }
    pub(crate) fn registry(&self) -> &'c Registry {
        &self.shared.registry
    }
}

/// What a closure has done that the writer must carry over when it is kept.
pub(crate) struct Draft {
    version: i64,
    head: Head,
    vault: Vec<VaultAct>,
    model: Option<Arc<Model>>,
}

impl Draft {
    pub(crate) fn at(version: i64, head: Head) -> Self {
        Draft { version, head, vault: Vec::new(), model: None }
    }
    pub(crate) fn end(self) -> (i64, Head) {
        (self.version, self.head)
    }
}

/// A transaction to write in; reads see its own writes.
pub struct Tx<'c> {
    rx: Rx<'c>,
    draft: &'c mut Draft,
    pub(crate) erasing: bool,
    pub(crate) rehearsing: bool,
    pub(crate) depth: u32,
    /// Whether rows are written because a row they refer to goes.
    pub(crate) cascading: bool,
    /// Tells the rows of the audit of one transaction from those of another.
    transaction: Option<Uuid>,
    /// Whether the rules that run now run for a write that somebody asked for.
    pub(crate) asked: bool,
    /// Files that no column holds yet.
    pub(crate) unclaimed: HashSet<Uuid>,
}

impl<'c> Deref for Tx<'c> {
    type Target = Rx<'c>;
    fn deref(&self) -> &Rx<'c> {
        &self.rx
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        shared: &'c Shared,
        model: Arc<Model>,
        cx: Context,
        draft: &'c mut Draft,
    ) -> Self {
        Tx {
            rx: Rx::new(connection, shared, model, cx),
            draft,
            erasing: false,
            rehearsing: false,
            depth: 0,
            cascading: false,
            transaction: None,
            asked: false,
            unclaimed: HashSet::new(),
        }
    }

    /// Runs `f` with the product's own rights; the actor stays visible in the audit, with the reason.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn as_system<T>(&mut self, reason: &str, f: impl FnOnce(&mut Tx<'c>) -> Result<T>) -> Result<T> {
        let elevated = self.rx.cx.as_system(reason);
        self.under(elevated, f)
    }

    /// Runs `f` under other circumstances, for instance in a batch.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn under<T>(&mut self, cx: Context, f: impl FnOnce(&mut Tx<'c>) -> Result<T>) -> Result<T> {
        let outer = std::mem::replace(&mut self.rx.cx, cx);
        let grants = self.rx.grants.take();
        let result = f(self);
        self.rx.cx = outer;
        self.rx.grants = grants.map(OnceCell::from).unwrap_or_default();
        result
    }

    /// What somebody may do is asked anew after a change of what decides it.
    pub(crate) fn forget_grants(&mut self, entity: &str) {
        if access::ENTITIES.contains(&entity) {
            self.rx.grants.take();
        }
    }

    /// The last row of the audit trail, and the one that follows it.
    pub(crate) fn head(&self) -> &Head {
        &self.draft.head
    }
    pub(crate) fn set_head(&mut self, head: Head) {
        self.draft.head = head;
    }
    pub(crate) fn next_version(&mut self) -> i64 {
        self.draft.version += 1;
        self.draft.version
    }
    /// An identifier of this transaction.
    pub(crate) fn transaction(&mut self) -> Uuid {
        let new = || self.rx.cx.new_id();
        *self.transaction.get_or_insert_with(new)
    }
    /// In a rule: whether somebody asked for this write with their own rights, and no rule, no relationship and
    /// not the product itself.
    pub fn is_asked(&self) -> bool {
        self.asked
    }

    /// Notes the erasure of a data subject: when this closure is kept, the vault remembers the
    /// hashes and destroys the key before the rows are gone from the disk (Art. 17 GDPR).
    pub fn note_erasure(&mut self, erasure: Erasure) {
        self.draft.vault.push(VaultAct::Erase(erasure));
    }

    /// Runs `f` while rows of an erased person go: deleting is allowed also in append-only
    /// entities, and the audit rows carry no values.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn erasing<T>(&mut self, f: impl FnOnce(&mut Tx<'c>) -> Result<T>) -> Result<T> {
        let before = std::mem::replace(&mut self.erasing, true);
        let result = f(self);
        self.erasing = before;
        result
    }

    /// Runs `f` as a part that may fail alone: after an error nothing of it remains, and the closure
    /// may go on with the rest.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn attempt<T>(&mut self, f: impl FnOnce(&mut Tx<'c>) -> Result<T>) -> Result<T> {
        self.part(f, Result::is_ok)
    }

    /// Runs `f` to learn what it would do: the answer comes back, the effects do not stay, and no
    /// key of a data subject is made for rows that will not exist.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn rehearse<T>(&mut self, f: impl FnOnce(&mut Tx<'c>) -> Result<T>) -> Result<T> {
        let before = std::mem::replace(&mut self.rehearsing, true);
        let result = self.part(f, |_| false);
        self.rehearsing = before;
        result
    }

    fn part<T>(
        &mut self,
        f: impl FnOnce(&mut Tx<'c>) -> Result<T>,
        stays: impl FnOnce(&Result<T>) -> bool,
    ) -> Result<T> {
        let (version, head, acts) = (self.draft.version, self.draft.head.clone(), self.draft.vault.len());
        let (model, changed) = (self.model(), self.draft.model.clone());
        let unclaimed = self.unclaimed.clone();
        self.rx.connection.savepoint("part")?;
        let result = f(self);
        if !stays(&result) {
            self.rx.connection.undo("part")?;
            self.draft.version = version;
            self.draft.head = head;
            self.draft.vault.truncate(acts);
            self.draft.model = changed;
            self.rx.model = model;
            self.unclaimed = unclaimed;
        } else {
            self.rx.connection.release("part")?;
        }
        result
    }

    pub(crate) fn set_model(&mut self, model: Arc<Model>) {
        self.rx.model = Arc::clone(&model);
        self.draft.model = Some(model);
    }
    pub(crate) fn changed_model(&mut self) -> Option<Arc<Model>> {
        self.draft.model.take()
    }
    pub(crate) fn vault_acts(&mut self) -> Vec<VaultAct> {
        std::mem::take(&mut self.draft.vault)
    }

    /// Makes a row. See [`crate::pipeline`].
    ///
    /// # Errors
    /// `Forbidden`, `Invalid` naming the column, `Conflict` for a key that exists.
    pub fn create(&mut self, entity: &str, values: Values) -> Result<Uuid> {
        crate::pipeline::create(self, entity, None, values)
    }
    /// Makes a row under an identifier that the caller chose.
    ///
    /// # Errors
    /// As [`Tx::create`].
    pub fn create_as(&mut self, entity: &str, id: Uuid, values: Values) -> Result<Uuid> {
        crate::pipeline::create(self, entity, Some(id), values)
    }
    /// Changes the given columns of a row; returns whether anything really changed.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Invalid` naming the column.
    pub fn update(&mut self, entity: &str, id: Uuid, values: Values) -> Result<bool> {
        crate::pipeline::update(self, entity, id, None, values)
    }
    /// As [`Tx::update`], refused when the row has another version.
    ///
    /// # Errors
    /// `Stale` when the version differs.
    pub fn update_version(&mut self, entity: &str, id: Uuid, version: i64, values: Values) -> Result<bool> {
        crate::pipeline::update(self, entity, id, Some(version), values)
    }
    /// Deletes a row, with what its relationships say about the rows that refer to it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` when a relationship restricts it.
    pub fn delete(&mut self, entity: &str, id: Uuid) -> Result<()> {
        crate::pipeline::delete(self, entity, id, None)
    }
    /// As [`Tx::delete`], refused when the row has another version.
    ///
    /// # Errors
    /// `Stale` when the version differs.
    pub fn delete_version(&mut self, entity: &str, id: Uuid, version: i64) -> Result<()> {
        crate::pipeline::delete(self, entity, id, Some(version))
    }

    /// The rows that the product itself needs: the first business unit, its own user, so that
    /// `createdby` of what it does resolves, and its roles.
    pub(crate) fn ensure_built_in_rows(&mut self) -> Result<()> {
        let system = Values::new().with("firstname", "Assent").with("lastname", "System");
        let mut rows = vec![
            ("businessunit", ROOT_UNIT, Values::new().with("name", "Organization")),
            ("systemuser", SYSTEM_USER, system),
            (ORGANIZATION, organization_id(), Values::new()),
        ];
        rows.extend(access::ROLES.iter().map(|it| ("role", access::role_id(it), Values::new().with("name", *it))));
        for (entity, id, values) in rows {
            let model = self.model();
            if model.entity(entity).is_ok_and(|it| !self.exists_row(it, id).unwrap_or(true)) {
                crate::pipeline::create(self, entity, Some(id), values)?;
            }
        }
        Ok(())
    }

    /// Reads a row with every column, also those that never leave by an interface.
    pub(crate) fn whole(&self, entity: &str, id: Uuid) -> Result<Option<Record>> {
        crate::query::read_row(&self.rx, self.rx.model.entity(entity)?, id)
    }
}

/// The systemuser record that stands for the product itself.
pub const SYSTEM_USER: Uuid = Uuid::from_u128(0x0000_0000_0000_0000_0000_0000_0000_0001);
/// The business unit that every other is below.
pub const ROOT_UNIT: Uuid = Uuid::from_u128(0x0000_0000_0000_0000_0000_0000_0000_0002);
