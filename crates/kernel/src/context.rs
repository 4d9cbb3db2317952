//! Who acts, why, when, and with which randomness: the first parameter of every operation (law 3).
//!
//! *Not* a bag for services. Invariant: time, identifiers and randomness below the edge come from
//! here and from nowhere else, so a test that fixes them fixes everything.

use std::{
    any::Any,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Gives unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The machine's clock and randomness: used by the binary, never by tests.
#[derive(Debug, Default)]
pub struct Machine;

impl Clock for Machine {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the ambient clock enters")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
impl Random for Machine {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the system's randomness enters")]
    fn fill(&self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            // Without randomness no key, token or identifier may be made.
            std::process::abort();
        }
    }
}

/// A clock that stands still until it is moved, for tests and the demo's accelerated time.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at `start`.
    pub fn at(start: Timestamp) -> Arc<Self> {
        Arc::new(FixedClock(AtomicI64::new(start.as_millisecond())))
    }
    /// Moves the clock forward by milliseconds.
    pub fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
    /// Sets the clock.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.as_millisecond(), Ordering::SeqCst);
    }
}
impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Repeatable randomness for tests and synthetic data; never for keys in a real store.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// A generator that always gives the same bytes for the same seed.
    pub fn new(seed: u64) -> Arc<Self> {
        Arc::new(SeededRandom(Mutex::new(seed)))
    }
}
impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            // splitmix64
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (z ^ (z >> 31)).to_le_bytes();
            for (to, from) in chunk.iter_mut().zip(bytes) {
                *to = from;
            }
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The product itself: schedules, jobs, migrations.
    System,
    /// A signed-in person or a token that acts for one.
    User {
        /// The systemuser record.
        id: Uuid,
        /// The names of the roles in force.
        roles: Arc<[String]>,
    },
    /// A user for whom another one asks: only what both may do is done, and both are noted.
    Instead {
        /// As whom; a `User`.
        user: Arc<Actor>,
        /// Who asks; a `User`.
        caller: Arc<Actor>,
    },
    /// A visitor of a public page, also one identified by a personal link.
    Public,
}

impl Actor {
    /// A user with one role.
    pub fn user(id: Uuid, role: &str) -> Self {
        Actor::User { id, roles: Arc::from([role.to_owned()]) }
    }
    /// The user, if it is one.
    pub fn user_id(&self) -> Option<Uuid> {
        match self {
            Actor::User { id, .. } => Some(*id),
            Actor::Instead { user, .. } => user.user_id(),
            Actor::System | Actor::Public => None,
        }
    }
    /// The user who asks for the one who acts, if somebody does.
    pub fn caller_id(&self) -> Option<Uuid> {
        match self {
            Actor::Instead { caller, .. } => caller.user_id(),
            _ => None,
        }
    }
    /// The word used in the audit trail.
    pub fn label(&self) -> String {
        match self {
            Actor::System => "system".into(),
            Actor::User { id, .. } => format!("user:{id}"),
            Actor::Instead { user, .. } => user.label(),
            Actor::Public => "public".into(),
        }
    }
}

/// Where a visitor's request came from. It goes no further than the operation, unless a rule keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The network address.
    pub address: Option<String>,
    /// What the visitor's program calls itself.
    pub agent: Option<String>,
}

/// The circumstances of an operation.
#[derive(Clone)]
pub struct Context {
    /// Who acts.
    pub actor: Actor,
    /// Why, in words fit for the audit trail; no personal data.
    pub reason: Option<Arc<str>>,
    /// Ties the audit rows of one larger undertaking together (an import, a request).
    pub batch: Option<Uuid>,
    /// What a person gave as the reason of this very change; kept where a rule keeps justifications.
    pub justification: Option<Arc<str>>,
    /// Where the request came from, where that is known.
    pub origin: Option<Arc<Origin>>,
    pub(crate) elevated: bool,
    attachment: Option<Arc<dyn Any + Send + Sync>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Context {
    /// A context on the machine's clock and randomness.
    pub fn machine(actor: Actor) -> Self {
        Self::new(actor, Arc::new(Machine), Arc::new(Machine))
    }
    /// A context on the given clock and randomness.
    pub fn new(actor: Actor, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Context {
            elevated: actor == Actor::System,
            actor,
            reason: None,
            batch: None,
            justification: None,
            origin: None,
            attachment: None,
            clock,
            random,
        }
    }
    /// The same circumstances for another actor.
    #[must_use]
    pub fn for_actor(&self, actor: Actor) -> Self {
        Context { elevated: actor == Actor::System, actor, ..self.clone() }
    }
    /// The same circumstances with the product's own rights; the reason is visible in the audit.
    #[must_use]
    pub fn as_system(&self, reason: &str) -> Self {
        Context { elevated: true, reason: Some(Arc::from(reason)), ..self.clone() }
    }
    /// The same circumstances with the rights of the actor alone.
    #[must_use]
    pub fn lowered(&self) -> Self {
        self.for_actor(self.actor.clone())
    }
    /// The same circumstances, tied to one undertaking.
    #[must_use]
    pub fn in_batch(&self, batch: Uuid) -> Self {
        Context { batch: Some(batch), ..self.clone() }
    }
    /// The same circumstances with a reason.
    #[must_use]
    pub fn because(&self, reason: &str) -> Self {
        Context { reason: Some(Arc::from(reason)), ..self.clone() }
    }
    /// The same circumstances with a fact that a rule on the way asks for by its type, such as the
    /// evidence behind a change.
    #[must_use]
    pub fn with_fact<T: Any + Send + Sync>(&self, fact: T) -> Self {
        Context { attachment: Some(Arc::new(fact)), ..self.clone() }
    }
    /// The fact of that type, if the caller gave one.
    pub fn fact<T: Any>(&self) -> Option<&T> {
        self.attachment.as_deref().and_then(|it| it.downcast_ref())
    }
    /// The present instant, to the millisecond.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
    /// A new identifier, ordered by time.
    pub fn new_id(&self) -> Uuid {
        let mut bytes = [0u8; 10];
        self.random.fill(&mut bytes);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
    /// Unpredictable bytes.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.random.fill(&mut bytes);
        bytes
    }
    /// The user who acts, if it is one.
    pub fn user(&self) -> Option<Uuid> {
        self.actor.user_id()
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("actor", &self.actor).field("reason", &self.reason).finish_non_exhaustive()
    }
}
