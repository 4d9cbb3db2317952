//! A store in memory with a clock that is moved, and the names that a story gives to things.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use kernel::{Actor, Context, Db, FixedClock, Query, Registry, Result, Rx, SeededRandom, Tx, Values, uuid::Uuid};

/// When every story begins: a Monday morning.
pub const START: &str = "2026-03-02T08:00:00Z";

pub struct World {
    pub db: Db,
    /// The product itself.
    pub cx: Context,
    pub clock: Arc<FixedClock>,
    /// What the story named, by `kind name`.
    pub names: BTreeMap<String, Uuid>,
    /// The user who works with the records.
    pub user: Uuid,
}

impl World {
    pub fn new() -> World {
        let clock = FixedClock::at(START.parse::<Timestamp>().unwrap());
        let cx = Context::new(Actor::System, clock.clone(), SeededRandom::new(7));
        let db = Db::for_test(privacy::metadata::SOURCES, registry(), &cx).unwrap();
        World::on(db, cx, clock)
    }
    /// A world on a store that is there already.
    pub fn on(db: Db, cx: Context, clock: Arc<FixedClock>) -> World {
        let mut world = World { db, cx, clock, names: BTreeMap::new(), user: Uuid::nil() };
        world.user = world.write(|tx| {
            engagement::defaults::ensure(tx, "Sample Gardens", "1 Example Lane, 00000 Sampletown")?;
            match tx.first(&Query::on("systemuser").eq("lastname", "Officer"))? {
                Some(row) => Ok(row.id),
                None => tx.create("systemuser", Values::new().with("firstname", "One").with("lastname", "Officer")),
            }
        });
        world
    }
    pub fn go_to(&self, time: &str) {
        let (number, unit) = time.split_at(time.len() - 1);
        let hours: i64 = number.parse::<i64>().unwrap() * if unit == "d" { 24 } else { 1 };
        self.clock.set(START.parse::<Timestamp>().unwrap());
        self.clock.advance(hours * 3_600_000);
    }
    /// The circumstances of a user with a role.
    pub fn role(&self, role: &str) -> Context {
        self.cx.for_actor(Actor::user(self.user, role))
    }
    pub fn public(&self) -> Context {
        self.cx.for_actor(Actor::Public)
    }
    #[track_caller]
    pub fn write<T: Send + 'static>(&self, f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.db.write(&self.cx, f).unwrap()
    }
    /// A write that may be refused.
    pub fn attempt<T: Send + 'static>(&self, f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.db.write(&self.cx, f)
    }
    #[track_caller]
    pub fn read<T>(&self, f: impl FnOnce(&Rx<'_>) -> Result<T>) -> T {
        self.db.read(&self.cx, f).unwrap()
    }
    #[track_caller]
    pub fn id(&self, kind: &str, name: &str) -> Uuid {
        *self.names.get(&format!("{kind} {name}")).unwrap_or_else(|| panic!("the story has no {kind} {name}"))
    }
    pub fn name(&mut self, kind: &str, name: &str, id: Uuid) {
        self.names.insert(format!("{kind} {name}"), id);
    }
    /// What the story calls a record.
    pub fn called(&self, kind: &str, id: Uuid) -> Option<String> {
        let found = self.names.iter().find(|(name, it)| **it == id && name.starts_with(&format!("{kind} ")));
        found.map(|(name, _)| name[kind.len() + 1..].to_owned())
    }
}

pub fn registry() -> Registry {
    Registry::default().with(privacy::RULES, &[], &[]).with(engagement::RULES, engagement::JOBS, engagement::CONSUMERS)
}
