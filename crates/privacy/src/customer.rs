//! The company that a contact belongs to.
//!
//! *Not* that of its parent, where the customer is another contact. Invariant: `accountid` says what
//! `parentcustomerid` says, or nothing.

use kernel::{Change, Result, Tx, Value};

const CUSTOMER: &str = "parentcustomerid";

/// Lets the account follow from the customer.
///
/// # Errors
/// None.
pub fn account(_: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let account = match change.new_value(CUSTOMER) {
        it @ Value::Lookup(entity, _) if entity == "account" => it.clone(),
        _ => Value::Null,
    };
    if change.new_value("accountid") != &account {
        change.values.set("accountid", account);
    }
    Ok(())
}
