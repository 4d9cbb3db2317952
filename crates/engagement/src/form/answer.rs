//! What a visitor sent, checked against the form.
//!
//! *Not* applied here. Invariant: nothing of an answer with an issue is applied; an issue names the
//! field and what to do, and never repeats the answer.

use kernel::{
    Result, Rx, Value, Values,
    metadata::{Column, ColumnType, column::Format},
    pipeline::check::convert,
    uuid::Uuid,
};
use privacy::consent::Level;
use serde::Serialize;

use super::{Input, Shown};
use crate::language::TEXTS;

/// Something wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The name of the field.
    pub field: String,
    /// What to do.
    pub text: String,
}

/// The answers of a form, by what they change.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Columns of the contact, without consent.
    pub values: Values,
    /// Columns of the lead.
    pub lead: Values,
    /// The wished level of consent, where the form asks for it and the visitor answered.
    pub level: Option<Level>,
    /// Each list on the form, and whether it is ticked.
    pub lists: Vec<(Uuid, bool)>,
}

impl Answers {
    /// Whether a level above none or a list is asked for.
    pub fn ask(&self) -> bool {
        self.level.is_some_and(|it| it > Level::None) || self.lists.iter().any(|(_, ticked)| *ticked)
    }
}

/// Checks what was sent. `complete` is true for a subscription center, where a box that is not ticked
/// is an answer; on a landing page it is none (`spec/marketing.md` 8.2).
///
/// # Errors
/// Those of reading; issues of the answer are in the answer.
pub fn read(
    rx: &Rx<'_>,
    shown: &[Shown],
    sent: &[(String, String)],
    complete: bool,
    language: &str,
) -> Result<std::result::Result<Answers, Vec<Issue>>> {
    let model = rx.model();
    let (contact, lead) = (model.entity("contact")?, model.entity("lead")?);
    let mut issues = Vec::new();
    let say = |key: &str| TEXTS.say(language, key);
    for (at, (name, _)) in sent.iter().enumerate() {
        if !shown.iter().any(|it| it.name == *name) {
            issues.push(Issue { field: name.chars().take(100).collect(), text: say("issue-unknown") });
        } else if sent.iter().take(at).any(|(other, _)| other == name) {
            issues.push(Issue { field: name.clone(), text: say("issue-twice") });
        }
    }
    let mut answers = Answers::default();
    for element in shown.iter().filter(|it| !it.name.is_empty()) {
        let text = sent.iter().find(|(name, _)| *name == element.name).map(|(_, text)| text.trim());
        let given = text.filter(|it| !it.is_empty());
        let mut issue = |text: String| issues.push(Issue { field: element.name.clone(), text });
        if element.required && given.is_none() {
            issue(element.element.required_message.clone().unwrap_or_else(|| say("issue-missing")));
            continue;
        }
        if let Some(list) = element.element.list.filter(|_| element.element.kind == 2) {
            if given.is_some() || complete {
                answers.lists.push((list, given.is_some()));
            }
            continue;
        }
        let of_contact = element.column.as_deref().map(|it| contact.column(it)).transpose()?;
        let of_lead = element.lead_column.as_deref().map(|it| lead.column(it)).transpose()?;
        let Some(column) = of_contact.or(of_lead) else { continue };
        let column_name = &column.name;
        if column_name == "msgdpr_gdprconsent" {
            match given.map(Level::of_word).transpose() {
                Ok(Some(level)) => answers.level = Some(level),
                Ok(None) if complete => answers.level = Some(Level::None),
                Ok(None) => {}
                Err(_) => issue(say("issue-level")),
            }
            continue;
        }
        match (given, &element.input) {
            // Whether to be remembered is what the last submission said.
            (None, Input::Check) if complete || column_name == "msdyncrm_rememberme" => {
                answers.values.set(column_name, false);
            }
            (None, _) if complete => answers.values.set(column_name, Value::Null),
            (None, _) => {}
            (Some(text), _) => {
                let longest = element.element.max_length.and_then(|it| usize::try_from(it).ok());
                if let Some(most) = longest.filter(|it| text.chars().count() > *it) {
                    issue(TEXTS.fill(language, "issue-long", &[("most", &most.to_string())]));
                    continue;
                }
                for (column, values) in [(of_contact, &mut answers.values), (of_lead, &mut answers.lead)] {
                    let Some(column) = column else { continue };
                    match parse(column, text).and_then(|it| convert(column, it)) {
                        Ok(value) => values.set(&column.name, value),
                        Err(_) => {
                            issue(trouble(column, text, language));
                            break;
                        }
                    }
                }
            }
        }
    }
    Ok(if issues.is_empty() { Ok(answers) } else { Err(issues) })
}

fn parse(column: &Column, text: &str) -> Result<Value> {
    let wrong = |what: &str| kernel::Error::invalid(column.name.as_str(), what.to_owned());
    Ok(match column.kind {
        ColumnType::Boolean => Value::Bool(!matches!(text, "false" | "0" | "no" | "off")),
        ColumnType::Choice | ColumnType::Integer | ColumnType::BigInt => {
            Value::Int(text.parse().map_err(|_| wrong("takes a whole number"))?)
        }
        ColumnType::Decimal | ColumnType::Money | ColumnType::Double => {
            Value::Decimal(text.parse().map_err(|_| wrong("takes a number"))?)
        }
        _ => Value::Text(text.to_owned()),
    })
}

/// What the visitor reads when an answer does not fit its column.
fn trouble(column: &Column, text: &str, language: &str) -> String {
    if text.chars().count() > column.max_length && matches!(column.kind, ColumnType::Text | ColumnType::Memo) {
        return TEXTS.fill(language, "issue-long", &[("most", &column.max_length.to_string())]);
    }
    let key = match (column.kind, column.format) {
        (ColumnType::Date | ColumnType::DateTime, _) => "issue-date",
        (ColumnType::Integer | ColumnType::BigInt, _) => "issue-integer",
        (ColumnType::Decimal | ColumnType::Money | ColumnType::Double, _) => "issue-number",
        (_, Some(Format::Email)) => "issue-email",
        (_, Some(Format::Url)) => "issue-url",
        (_, Some(Format::Phone)) => "issue-phone",
        _ => "issue-other",
    };
    TEXTS.say(language, key)
}
