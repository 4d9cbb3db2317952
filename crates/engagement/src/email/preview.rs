//! An e-mail as somebody would get it, while it is being written.
//!
//! *Not* a mail: nothing is stored, nothing leaves, and its personal links lead nowhere, so who looks at a preview
//! cannot decide for the person. Invariant: it shows of a contact what the user may read.

use kernel::{Error, Record, Result, Rx, Value, Values, access, metadata::ColumnType, uuid::Uuid};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{CONTENT, ENTITY, MarketingEmail, SETTINGS, check, content_settings, html, render};
use crate::lifecycle::Problem;

/// The language, which may be given beside the content of a mail that is not stored yet.
const LANGUAGE: &str = "msdyncrm_email_contentlanguage";

/// What would be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Preview {
    /// The subject line.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The plain-text part.
    pub text: String,
    /// The sender.
    pub from: String,
    /// What the check for errors finds, and what could not be filled in.
    pub problems: Vec<Problem>,
}

/// The e-mail with what is not stored yet, filled in for a contact or with its expressions as they are.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid` for a draft of another shape.
pub fn preview(rx: &Rx<'_>, email: Uuid, draft: &Map<String, Json>, contact: Option<Uuid>) -> Result<Preview> {
    access::check_row(rx, rx.model().entity(ENTITY)?, email, access::Privilege::Write)?;
    let mut row = rx.get(ENTITY, email)?;
    apply(rx, &mut row, draft)?;
    let mut email = MarketingEmail::read(&row)?;
    if let Some(html) = email.designed(rx)? {
        email.body = html;
    }
    let mut problems = check(rx, &email)?;
    let plain = |email: &MarketingEmail| Preview {
        subject: email.subject.clone(),
        text: if email.automatic_text { html::to_text(&email.body) } else { email.text.clone() },
        from: email.from_name.clone(),
        html: email.body.clone(),
        problems: Vec::new(),
    };
    let shown = match contact {
        None => plain(&email),
        Some(contact) => {
            let settings = match content_settings(rx, None)? {
                Some(it) => it,
                None => Record { entity: SETTINGS.into(), id: Uuid::nil(), version: 0, values: Values::new() },
            };
            // Who writes may still be open, which the check says.
            let open = email.from_address.trim().is_empty();
            if open {
                email.from_address = "sender@example.org".into();
            }
            match render::sample(rx, &email, &rx.get("contact", contact)?, &settings) {
                Ok(it) => {
                    let from = if open { email.from_name.clone() } else { it.from };
                    Preview { subject: it.subject, html: it.html, text: it.text, from, problems: Vec::new() }
                }
                Err(error) if error.kind == kernel::Kind::Invalid => {
                    problems.push(Problem::error(error.target.clone(), error.phrase()));
                    plain(&email)
                }
                Err(error) => return Err(error),
            }
        }
    };
    Ok(Preview { problems, ..shown })
}

fn apply(rx: &Rx<'_>, row: &mut Record, draft: &Map<String, Json>) -> Result<()> {
    let model = rx.model();
    let entity = model.entity(ENTITY)?;
    for (name, given) in draft {
        if !CONTENT.contains(&name.as_str()) && name != LANGUAGE {
            let known = CONTENT.join(", ");
            return Err(Error::invalid("Draft", format!("holds {name}; it takes {known}, {LANGUAGE}")));
        }
        let column = entity.column(name)?;
        let wrong = || Error::invalid("Draft", format!("{name}: is a value of another type"));
        let value = match (column.kind, given) {
            (_, Json::Null) => Value::Null,
            (ColumnType::Boolean, Json::Bool(yes)) => Value::Bool(*yes),
            (ColumnType::Choice | ColumnType::Integer, Json::Number(it)) => Value::Int(it.as_i64().ok_or_else(wrong)?),
            (ColumnType::Text | ColumnType::Memo, Json::String(text)) if text.chars().count() <= column.max_length => {
                Value::Text(text.clone())
            }
            (ColumnType::Text | ColumnType::Memo, Json::String(_)) => {
                return Err(Error::invalid("Draft", format!("{name}: is longer than {}", column.max_length)));
            }
            _ => return Err(wrong()),
        };
        row.values.set(name, value);
    }
    Ok(())
}
