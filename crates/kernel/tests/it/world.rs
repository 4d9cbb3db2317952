//! A small world to test in: neutral entities, a clock that stands still, repeatable randomness.

use std::{path::Path, sync::Arc};

use kernel::{Actor, Context, Db, FixedClock, Registry, Result, Rx, SeededRandom, Sources, Tx, Values, uuid::Uuid};

macro_rules! texts {
    ($($file:literal),* $(,)?) => { &[$(($file, include_str!(concat!("entities/", $file)))),*] };
}

pub const SOURCES: Sources = Sources {
    entities: texts![
        "choices.toml",
        "systemuser.toml",
        "setting.toml",
        "thing.toml",
        "part.toml",
        "person.toml",
        "note.toml",
        "../../../../../metadata/core/businessunit.toml",
        "../../../../../metadata/core/team.toml",
        "../../../../../metadata/core/teammembership.toml",
        "../../../../../metadata/core/role.toml",
        "../../../../../metadata/core/systemuserroles.toml",
        "../../../../../metadata/core/teamroles.toml",
    ],
    labels: &[],
    solutions: &[("extra", include_str!("entities/extra.toml")), ("broken", include_str!("entities/broken.toml"))],
};

/// So many rows the product itself makes in a new store: a business unit, a user, its roles.
pub const BUILT_IN: i64 = 2 + kernel::access::ROLES.len() as i64;

pub const START: &str = "2024-03-15T12:00:00Z";

pub struct World {
    pub db: Db,
    pub clock: Arc<FixedClock>,
    pub cx: Context,
}

pub fn context(seed: u64) -> (Arc<FixedClock>, Context) {
    let clock = FixedClock::at(START.parse().unwrap());
    let cx = Context::new(Actor::System, clock.clone(), SeededRandom::new(seed));
    (clock, cx)
}

impl World {
    pub fn new() -> World {
        World::with(Registry::default())
    }
    pub fn with(registry: Registry) -> World {
        let (clock, cx) = context(1);
        World { db: Db::for_test(SOURCES, registry, &cx).unwrap(), clock, cx }
    }
    pub fn open(folder: &Path, registry: Registry) -> World {
        World::open_as(folder, registry, 1)
    }
    pub fn open_as(folder: &Path, registry: Registry, seed: u64) -> World {
        let (clock, cx) = context(seed);
        World { db: Db::open(folder, SOURCES, registry, &cx).unwrap(), clock, cx }
    }
    pub fn write<T: Send + 'static>(&self, f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.db.write(&self.cx, f)
    }
    pub fn read<T>(&self, f: impl FnOnce(&Rx<'_>) -> Result<T>) -> Result<T> {
        self.db.read(&self.cx, f)
    }
    pub fn create(&self, entity: &'static str, values: Values) -> Result<Uuid> {
        self.write(move |tx| tx.create(entity, values.clone()))
    }
    pub fn update(&self, entity: &'static str, id: Uuid, values: Values) -> Result<bool> {
        self.write(move |tx| tx.update(entity, id, values.clone()))
    }
    pub fn delete(&self, entity: &'static str, id: Uuid) -> Result<()> {
        self.write(move |tx| tx.delete(entity, id))
    }
    pub fn get(&self, entity: &str, id: Uuid) -> kernel::Record {
        self.read(|rx| rx.get(entity, id)).unwrap()
    }
    pub fn gone(&self, entity: &str, id: Uuid) -> bool {
        self.read(|rx| rx.find(entity, id)).unwrap().is_none()
    }
    pub fn user(&self, role: &str) -> Context {
        self.cx.for_actor(Actor::user(Uuid::from_u128(7), role))
    }
}

pub fn v() -> Values {
    Values::new()
}
/// A thing that has what a thing must have.
pub fn thing(name: &str) -> Values {
    v().with("name", name)
}
