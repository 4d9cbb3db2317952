//! The accounts that may sign in, and the roles that they get: the one place that says so.
//!
//! *Not* the privileges of roles (`kernel::access`). Invariant: a closed account, or one without a
//! role, is nobody.

use kernel::{Actor, Change, Error, Op, Phrase, Query, Record, Result, Rule, Rx, Tx, Values, access, uuid::Uuid};

use super::{event::Event, session};

pub(super) const ENTITY: &str = "systemuser";
/// `accessmode` of accounts that only programs use.
const NON_INTERACTIVE: i64 = 4;
/// The name of the account that a link for no user in particular signs in.
const FIRST: &str = "Administrator";

/// What is done to sessions when an account changes.
pub const RULES: &[Rule] =
    &[Rule::after(ENTITY, Op::Update, &["isdisabled", "assent_role", "internalemailaddress"], end_sessions)];

/// An account that is open.
pub(super) struct Account {
    pub actor: Actor,
    pub name: String,
    pub address: String,
    /// Whether only programs use it.
    pub is_program: bool,
}

/// The account of a user, if it may act.
///
/// # Errors
/// Those of the store.
pub(super) fn open(rx: &Rx<'_>, id: Uuid) -> Result<Option<Account>> {
    rx.elevated("sign-in").find(ENTITY, id)?.map_or(Ok(None), |it| account(rx, &it))
}

fn account(rx: &Rx<'_>, row: &Record) -> Result<Option<Account>> {
    let role = row.text("assent_role");
    if row.get("isdisabled").is_true() || role == "public" || !access::role::exists(rx, role)? {
        return Ok(None);
    }
    let (name, address) = (row.text("fullname").to_owned(), row.text("internalemailaddress").to_owned());
    let is_program = row.get("accessmode").as_int() == Some(NON_INTERACTIVE);
    Ok(Some(Account { actor: Actor::user(row.id, role), name, address, is_program }))
}

/// The one open account of a person that has this mail address.
///
/// # Errors
/// Those of the store.
pub(super) fn by_address(rx: &Rx<'_>, address: &str) -> Result<Option<(Uuid, Account)>> {
    if address.is_empty() {
        return Ok(None);
    }
    let query = Query::on(ENTITY).eq("internalemailaddress", address).eq("isdisabled", false);
    let query = query.compare("accessmode", odata::CompareOp::Ne, NON_INTERACTIVE).top(2);
    let rows = rx.elevated("sign-in").rows(&query)?;
    // Two accounts with one address: nobody can say whose password it is.
    let [row] = rows.as_slice() else { return Ok(None) };
    Ok(account(rx, row)?.map(|it| (row.id, it)))
}

/// The first administrator, made when there is none yet.
///
/// # Errors
/// Those of the store.
pub(super) fn first(tx: &mut Tx<'_>) -> Result<Uuid> {
    let query =
        Query::on(ENTITY).eq("fullname", FIRST).eq("assent_role", access::ADMINISTRATOR).eq("isdisabled", false);
    if let Some(id) = tx.elevated("sign-in").ids(&query.top(1))?.first() {
        return Ok(*id);
    }
    let values = Values::new().with("lastname", FIRST).with("assent_role", access::ADMINISTRATOR);
    tx.as_system("sign-in", |tx| tx.create(ENTITY, values))
}

/// Whom an account is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Mail address, by which they sign in.
    pub address: String,
    /// The role that they sign in with.
    pub role: String,
}

/// Makes an account.
///
/// # Errors
/// `Invalid` naming what is missing or no role, `Conflict` for an address that another user has, `Forbidden` for
/// whoever may not make users.
pub fn create(tx: &mut Tx<'_>, newcomer: &Newcomer) -> Result<Uuid> {
    let address = newcomer.address.trim();
    if address.is_empty() {
        return Err(Error::invalid(
            "internalemailaddress",
            Phrase::new("address-missing", "is missing; people sign in by their mail address"),
        ));
    }
    if newcomer.role == "public" || !access::role::exists(tx, &newcomer.role)? {
        return Err(Error::invalid(
            "assent_role",
            Phrase::new("no-role", "'{role}' is not a role").with("role", &newcomer.role),
        ));
    }
    if tx.elevated("sign-in").first(&Query::on(ENTITY).eq("internalemailaddress", address))?.is_some() {
        return Err(Error::conflict(
            "internalemailaddress",
            Phrase::new("address-taken", "another user has this address"),
        ));
    }
    let values = Values::new()
        .with("firstname", newcomer.first_name.trim())
        .with("lastname", newcomer.last_name.trim())
        .with("internalemailaddress", address)
        .with("assent_role", newcomer.role.as_str());
    tx.create(ENTITY, values)
}

/// A change of what an account may do ends its sessions; the next sign-in begins with the new rights.
fn end_sessions(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    session::end_all(tx, change.id, None, Event::EndedByChange).map(drop)
}
