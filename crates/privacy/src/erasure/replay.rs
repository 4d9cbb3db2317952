//! Erasures that the vault knows of and this database has not seen: after a restored backup, or a
//! crash between the two files.
//!
//! *Not* a request. Invariant: it runs before anything is served, and running it again changes
//! nothing.

use kernel::{
    Context, Db, Result, Tx,
    subject::{self, Subject},
};

use super::carry_out::{prove_gone, remove};
use crate::request::discover;

/// Carries out what is outstanding; returns how many persons were erased again.
///
/// # Errors
/// Those of the write path; then nothing may be served.
pub fn replay(db: &Db, cx: &Context) -> Result<usize> {
    let cx = cx.for_actor(kernel::Actor::System);
    let outstanding = db.outstanding_erasures(&cx)?;
    let count = outstanding.len();
    for erasure in outstanding {
        let person = Subject::parse(&erasure.subject)?;
        db.write(&cx.because(&format!("erasure {} again", erasure.request)), move |tx| again(tx, &person))?;
    }
    if count > 0 {
        db.forget_traces()?;
    }
    Ok(count)
}

fn again(tx: &mut Tx<'_>, person: &Subject) -> Result<()> {
    let mut discovery = discover::follow(tx, vec![person.clone()])?;
    let addresses = discover::addresses(tx, &discovery.subjects)?;
    for address in &addresses {
        for found in subject::rows_with(tx, "user.contact.email", address)? {
            let known = discovery.rows.iter().any(|it| it.entity == found.entity && it.id == found.id);
            match subject::of_row(tx, &found.entity, found.id)? {
                _ if known => {}
                Some(other) if !discovery.subjects.contains(&other) => discovery.others.push(found),
                _ => discovery.rows.push(found),
            }
        }
    }
    remove(tx, &discovery)?;
    prove_gone(tx, &discovery, &addresses.into_iter().collect::<Vec<_>>())?;
    for subject in &discovery.subjects {
        subject::carried_out(tx, subject)?;
    }
    subject::carried_out(tx, person)
}
