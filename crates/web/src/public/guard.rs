//! What keeps programs off a form without a riddle and without anybody else's service: a field that
//! people do not see and, where an administrator asks for it, the time that people take.
//!
//! *Not* a decision about a person: whoever was too fast presses the button once more. Invariant: it works
//! without a script, and the time is signed, so nobody makes it up.

use kernel::{Result, Rx, setting, subject::link_code, uuid::Uuid};
use maud::{Markup, html};

use super::say::Tongue;

/// A field that only a program fills in.
const TRAP: &str = "homepage";
/// When the form was shown, signed.
const SHOWN: &str = "shown";
/// The setting with the seconds that a person takes at least. 0, the default, asks for no time and no
/// stamp: whoever fills in by a program of their own, or by a password manager, is fast too. The trap
/// and the limits hold always.
pub(super) const LEAST: &str = "forms.minimum_seconds";
/// A form may stand open for so many milliseconds: a week.
const MOST: i64 = 7 * 24 * 3_600_000;

/// What the guard found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing against it.
    Person,
    /// The trap was filled in.
    Program,
    /// It came too fast, or nobody was shown the form; with the stamp for showing it again.
    TooFast(String),
}

/// The guard's own fields of a post, apart from the form's.
#[derive(Debug, Clone, Default)]
pub(super) struct Guarded {
    trap: bool,
    pub(super) shown: String,
}

/// Takes the guard's fields out of what was sent.
pub(super) fn apart(sent: Vec<(String, String)>) -> (Guarded, Vec<(String, String)>) {
    let mut guarded = Guarded::default();
    let mut rest = Vec::new();
    for (name, text) in sent {
        match name.as_str() {
            TRAP => guarded.trap |= !text.trim().is_empty(),
            SHOWN => guarded.shown = text,
            _ => rest.push((name, text)),
        }
    }
    (guarded, rest)
}

/// The signed time for a form that is shown now.
pub(super) fn stamp(rx: &Rx<'_>, form: Uuid) -> Result<String> {
    sign(rx, form, rx.now().as_millisecond())
}

fn sign(rx: &Rx<'_>, form: Uuid, at: i64) -> Result<String> {
    let code = link_code(rx, &format!("form {form} shown {at}"))?;
    Ok(format!("{at}.{}", code.get(..32).unwrap_or_default()))
}

/// Looks at what was sent.
pub(super) fn look(rx: &Rx<'_>, form: Uuid, guarded: &Guarded) -> Result<Found> {
    if guarded.trap {
        return Ok(Found::Program);
    }
    let least = setting::get(rx, LEAST)?.and_then(|it| it.parse::<i64>().ok()).unwrap_or(0) * 1_000;
    if least <= 0 {
        return Ok(Found::Person);
    }
    let at = guarded.shown.split_once('.').and_then(|(at, _)| at.parse::<i64>().ok());
    let Some(at) = at else { return Ok(Found::TooFast(stamp(rx, form)?)) };
    let took = rx.now().as_millisecond() - at;
    if sign(rx, form, at)? != guarded.shown || took > MOST {
        return Ok(Found::TooFast(stamp(rx, form)?));
    }
    // The same stamp again: who was too fast need not wait anew.
    Ok(if took < least { Found::TooFast(guarded.shown.clone()) } else { Found::Person })
}

/// The guard's fields on the page.
pub(super) fn fields(stamp: &str, tongue: Tongue) -> Markup {
    html! {
        input type="hidden" name=(SHOWN) value=(stamp);
        p class="trap" aria-hidden="true" {
            label for="f-homepage" { (tongue.say("form-leave-empty")) }
            input id="f-homepage" name=(TRAP) type="text" tabindex="-1" autocomplete="off";
        }
    }
}
