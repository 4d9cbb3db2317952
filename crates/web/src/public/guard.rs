//! What keeps programs off a form without anybody else's service: a field that people do not see and, where
//! somebody asks for it, the time that people take, and a question in words.
//!
//! *Not* a decision about a person: whoever was too fast presses the button once more, and whoever answered wrong
//! is asked something else. Invariant: it works without a script and without a picture; time and question are
//! signed, so nobody makes them up, and a question is answered once.

use engagement::{
    form::{Input, Shown},
    page::configuration::Configuration,
};
use kernel::{Result, Rx, setting, subject::link_code, uuid::Uuid};
use maud::{Markup, html};

use super::say::Tongue;

/// A field that only a program fills in.
const TRAP: &str = "homepage";
/// When the form was shown, signed.
const SHOWN: &str = "shown";
/// The question, signed.
const QUESTION: &str = "question";
/// The answer to it.
pub(super) const ANSWER: &str = "answer";
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
    /// It came too fast, by a stamp of ours or by none.
    TooFast {
        /// Whether the stamp is of use for the next time.
        ours: bool,
    },
}

/// The guard's own fields of a post, apart from the form's.
#[derive(Debug, Clone, Default)]
pub(super) struct Guarded {
    trap: bool,
    shown: String,
    question: String,
    answer: String,
}

/// What was replied to a question of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// By what the question is known.
    pub question: String,
    /// Whether it is the answer.
    pub right: bool,
}

/// Whether the form asks a question against programs.
pub(super) fn asks(elements: &[Shown], settings: &Configuration) -> bool {
    settings.captcha || elements.iter().any(|it| it.input == Input::Captcha)
}

/// What is on the page besides the form's own fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    stamp: String,
    question: Option<(String, [u8; 2])>,
}

impl Guard {
    /// Nothing, where the visitor is known.
    pub(super) fn none() -> Guard {
        Guard::default()
    }
    /// The guard of a form that is shown now, with a question or without.
    pub(super) fn read(rx: &Rx<'_>, form: Uuid, asks: bool) -> Result<Guard> {
        let question = if asks {
            let at = rx.now().as_millisecond();
            let nonce: String = rx.cx().random_bytes::<12>().iter().map(|it| format!("{it:02x}")).collect();
            let body = format!("{at}.{nonce}");
            Some((format!("{body}.{}", code(rx, "question", form, &body)?), numbers(rx, form, &body)?))
        } else {
            None
        };
        Ok(Guard { stamp: stamp(rx, form)?, question })
    }
    /// Whether it asks a question.
    pub(super) fn asks(&self) -> bool {
        self.question.is_some()
    }
    /// The same stamp again: who was too fast need not wait anew.
    pub(super) fn keep(&mut self, guarded: &Guarded) {
        if !guarded.shown.is_empty() {
            self.stamp.clone_from(&guarded.shown);
        }
    }
    /// The fields that nobody sees.
    pub(super) fn fields(&self, tongue: Tongue) -> Markup {
        html! {
            @if !self.stamp.is_empty() {
                input type="hidden" name=(SHOWN) value=(self.stamp);
                p class="trap" aria-hidden="true" {
                    label for="f-homepage" { (tongue.say("form-leave-empty")) }
                    input id="f-homepage" name=(TRAP) type="text" tabindex="-1" autocomplete="off";
                }
            }
        }
    }
    /// The question, in words.
    pub(super) fn question(&self, tongue: Tongue) -> Markup {
        let word = |it: u8| tongue.say(&format!("number-{it}"));
        html! {
            @if let Some((signed, [first, second])) = &self.question {
                p {
                    label for={ "f-" (ANSWER) } { (tongue.two("question-sum", &word(*first), &word(*second))) " " (tongue.say("form-required")) }
                    input type="hidden" name=(QUESTION) value=(signed);
                    input id={ "f-" (ANSWER) } name=(ANSWER) type="text" inputmode="numeric" maxlength="10" required autocomplete="off" aria-describedby="f-answer-why";
                    small id="f-answer-why" { (tongue.say("question-why")) }
                }
            }
        }
    }
}

fn code(rx: &Rx<'_>, what: &str, form: Uuid, body: &str) -> Result<String> {
    let code = link_code(rx, &format!("{what} {form} {body}"))?;
    Ok(code.get(..32).unwrap_or_default().to_owned())
}

/// The two numbers of a question, which only we can tell from it.
fn numbers(rx: &Rx<'_>, form: Uuid, body: &str) -> Result<[u8; 2]> {
    let code = code(rx, "numbers", form, body)?;
    let number = |at: usize| code.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok()).unwrap_or(0) % 9 + 1;
    Ok([number(0), number(2)])
}

/// What was replied, where the question is ours: of this form, and of the last day.
pub(super) fn reply(rx: &Rx<'_>, form: Uuid, guarded: &Guarded) -> Result<Option<Reply>> {
    let Some((body, signed)) = guarded.question.rsplit_once('.') else { return Ok(None) };
    if signed != code(rx, "question", form, body)? {
        return Ok(None);
    }
    let at = body.split('.').next().and_then(|it| it.parse::<i64>().ok()).unwrap_or(0);
    if rx.now().as_millisecond().checked_sub(at).is_none_or(|it| it >= MOST / 7) {
        return Ok(None);
    }
    let sum: u8 = numbers(rx, form, body)?.iter().sum();
    Ok(Some(Reply { question: guarded.question.clone(), right: guarded.answer.trim() == sum.to_string() }))
}

/// Takes the guard's fields out of what was sent.
pub(super) fn apart(sent: Vec<(String, String)>) -> (Guarded, Vec<(String, String)>) {
    let mut guarded = Guarded::default();
    let mut rest = Vec::new();
    for (name, text) in sent {
        match name.as_str() {
            TRAP => guarded.trap |= !text.trim().is_empty(),
            SHOWN => guarded.shown = text,
            QUESTION => guarded.question = text,
            ANSWER => guarded.answer = text,
            _ => rest.push((name, text)),
        }
    }
    (guarded, rest)
}

/// The signed time for a form that is shown now.
fn stamp(rx: &Rx<'_>, form: Uuid) -> Result<String> {
    sign(rx, form, rx.now().as_millisecond())
}

fn sign(rx: &Rx<'_>, form: Uuid, at: i64) -> Result<String> {
    Ok(format!("{at}.{}", code(rx, "shown", form, &at.to_string())?))
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
    let Some(at) = at else { return Ok(Found::TooFast { ours: false }) };
    let took = rx.now().as_millisecond() - at;
    if sign(rx, form, at)? != guarded.shown || took > MOST {
        return Ok(Found::TooFast { ours: false });
    }
    Ok(if took < least { Found::TooFast { ours: true } } else { Found::Person })
}

#[cfg(test)]
mod tests {
    use kernel::{Actor, Context, Db, FixedClock, Registry, SeededRandom};

    use super::*;

    /// Only what is known to be ours is noted as answered.
    #[test]
    fn a_reply_to_a_question_that_we_never_asked_is_none() {
        let clock = FixedClock::at("2026-03-02T10:30:00Z".parse().unwrap());
        let cx = Context::new(Actor::System, clock.clone(), SeededRandom::new(7));
        let db = Db::for_test(privacy::metadata::SOURCES, Registry::default(), &cx).unwrap();
        let (form, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (question, numbers) = db.read(&cx, |rx| Ok(Guard::read(rx, form, true)?.question.unwrap())).unwrap();
        let sum: u8 = numbers.iter().sum();
        let asked = |form, question: &str, answer: u8| {
            let guarded = Guarded { question: question.to_owned(), answer: answer.to_string(), ..Guarded::default() };
            db.read(&cx, |rx| reply(rx, form, &guarded)).unwrap().map(|it| it.right)
        };
        let forged = question.replacen(|it: char| it.is_ascii_digit(), "2", 1);
        assert_ne!(forged, question);
        for (form, text, answer, right) in [
            (form, question.as_str(), sum, Some(true)),
            (form, question.as_str(), sum + 1, Some(false)),
            (other, question.as_str(), sum, None),
            (form, forged.as_str(), sum, None),
            (form, "made-up", sum, None),
            (form, "", sum, None),
        ] {
            assert_eq!(asked(form, text, answer), right, "{text}");
        }
        clock.advance(24 * 3_600_000);
        assert_eq!(asked(form, &question, sum), None, "a day later");
    }
}
