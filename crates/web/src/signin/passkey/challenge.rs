//! Challenges: what a device is asked to sign, and what is remembered of having asked.
//!
//! Asking writes nothing, so opening a sign-in page does not: what has to be remembered is in a sealed text that
//! the page sends back. *Not* a secret, the challenge is in every answer. Invariant: a text counts where its
//! seal is ours and for what it was made (this session, this browser), until it runs out, and once: the
//! first use leaves a row, whatever becomes of the answer.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Kind, Query, Result, Rx, Tx, Values, subject::link_code};
use odata::CompareOp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

use super::refused;
use crate::token;

const ENTITY: &str = "assent_spentchallenge";
/// So long a challenge may be answered; the device itself is given five minutes.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Rows of challenges that have run out which go when one is spent.
const SWEPT: u64 = 100;

#[derive(Serialize, Deserialize)]
struct Asked<T> {
    until: i64,
    state: T,
}

fn sign(rx: &Rx<'_>, bound_to: &str, body: &str) -> Result<String> {
    link_code(rx, &format!("passkey challenge\n{bound_to}\n{body}"))
}

/// The sealed text of a challenge, which counts for `bound_to` alone.
///
/// # Errors
/// Those of the vault.
pub(super) fn seal<T: Serialize>(rx: &Rx<'_>, bound_to: &str, state: &T) -> Result<String> {
    let asked = Asked { until: (rx.now() + LIFE).as_millisecond(), state };
    let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&asked)?);
    let code = sign(rx, bound_to, &body)?;
    Ok(format!("{body}.{code}"))
}

/// What was remembered, once.
///
/// # Errors
/// `Forbidden` for a text that is not ours, was made for another, has run out or was used.
pub(super) fn spend<T: DeserializeOwned>(tx: &mut Tx<'_>, bound_to: &str, text: &str) -> Result<T> {
    let (body, code) = text.split_once('.').ok_or_else(|| refused("the challenge is none"))?;
    if !bool::from(sign(tx, bound_to, body)?.as_bytes().ct_eq(code.as_bytes())) {
        return Err(refused("the challenge was made for another browser or session"));
    }
    let asked: Option<Asked<T>> = URL_SAFE_NO_PAD.decode(body).ok().and_then(|it| serde_json::from_slice(&it).ok());
    let asked = asked.ok_or_else(|| refused("the challenge cannot be read"))?;
    let now = tx.now();
    let until = Timestamp::from_millisecond(asked.until).unwrap_or(now);
    if until <= now {
        return Err(refused("the challenge has run out"));
    }
    let row = Values::new().with("assent_hash", token::hash(text)).with("assent_expireson", until);
    let noted = tx.as_system("passkey", |tx| {
        for id in tx.ids(&Query::on(ENTITY).compare("assent_expireson", CompareOp::Le, now).top(SWEPT))? {
            tx.delete(ENTITY, id)?;
        }
        tx.create(ENTITY, row)
    });
    match noted {
        Ok(_) => Ok(asked.state),
        Err(error) if error.kind == Kind::Conflict => Err(refused("the challenge was answered before")),
        Err(error) => Err(error),
    }
}
