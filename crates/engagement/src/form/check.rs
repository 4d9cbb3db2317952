//! The check for errors of a form (`spec/marketing.md` 8.2).
//!
//! *Not* the check of an answer. Invariant: a live form has what its type requires and maps no column
//! twice; a form that asks for consent shows the text by which it asks, asks for nothing else by the same
//! answer, and answers nothing beforehand.

use kernel::{Change, Phrase, Result, Rx, uuid::Uuid};

use super::{MarketingForm, Shown, Updates, elements, matching};
use crate::{lifecycle::Problem, page::configuration, site};

const CONSENT: &str = "msgdpr_gdprconsent";
/// Which elements a landing page, a subscription center and a form for forwarding may have
/// (`spec/marketing.md` 8.2). Texts, images, dividers and the button are everywhere.
const ELEMENTS: &[(&str, i64, [bool; 3])] = &[
    ("field", 1, [true, true, false]),
    ("subscription list", 2, [true, true, false]),
    ("do-not-bulk-email box", 3, [true, true, false]),
    ("remember-me box", 6, [true, true, false]),
    ("element that asks for friends", 7, [false, false, true]),
    ("reset button", 8, [true, false, true]),
    ("captcha", 9, [true, false, false]),
];

/// What keeps the form from going live, and what only warns.
///
/// # Errors
/// Those of reading.
pub fn check(rx: &Rx<'_>, form: Uuid, kind: Option<i64>, change: &Change) -> Result<Vec<Problem>> {
    let shown = elements(rx, form)?;
    let mut found = Vec::new();
    let mut places: Vec<(Uuid, i64)> = shown.iter().map(|it| (it.element.id, it.element.kind)).collect();
    places.dedup();
    let count = |kind: i64| places.iter().filter(|it| it.1 == kind).count();
    for (name, one, allowed) in ELEMENTS {
        let here = count(*one);
        if here > 0 && !allowed.get(usize::try_from(kind.unwrap_or(0)).unwrap_or(0)).copied().unwrap_or(true) {
            found.push(Problem::error(
                "elements",
                Phrase::new("form-element-type", "this type of form has no {element}; take it away")
                    .with("element", name),
            ));
        }
    }
    if kind == Some(2) && count(7) != 1 {
        found.push(Problem::error(
            "elements",
            Phrase::new("form-one-friends", "a form for forwarding has exactly one element that asks for friends"),
        ));
    }
    if count(4) != 1 {
        found.push(Problem::error("elements", Phrase::new("form-one-submit", "a form has exactly one submit button")));
    }
    if kind == Some(1) && count(3) != 1 {
        found.push(Problem::error(
            "elements",
            Phrase::new("form-one-bulk", "a subscription center has exactly one do-not-bulk-email box"),
        ));
    }
    if kind == Some(0) {
        matched(rx, &shown, change, &mut found)?;
    }
    for (at, element) in shown.iter().enumerate().filter(|(_, it)| !it.name.is_empty()) {
        if shown.iter().take(at).any(|it| it.name == element.name) {
            found
                .push(Problem::error(element.name.as_str(), Phrase::new("form-element-twice", "is on the form twice")));
        }
    }
    let by_itself = kind == Some(0) && change.new_value("msdyncrm_enabledoubleoptin").is_true();
    let address = |it: &&Shown| it.column.as_deref() == Some("emailaddress1");
    if by_itself && !shown.iter().find(address).is_some_and(|it| it.required) {
        found.push(Problem::error(
            "emailaddress1",
            Phrase::new("form-address-required", "is required where the form has double opt-in: the mail goes there"),
        ));
    }
    for it in shown.iter().filter(|it| it.element.kind == 10) {
        let (address, ours) = (it.element.text.trim(), site::base_url(rx)?);
        let local = address.starts_with('/') && !address.starts_with("//");
        if !local && !address.starts_with(&format!("{ours}/")) && !address.starts_with("data:image/") {
            found.push(Problem::error(
                "assent_text",
                Phrase::new(
                    "form-picture-foreign",
                    "a picture of another site tells that site who visits; put it on this one",
                ),
            ));
        }
        if it.element.label.trim().is_empty() {
            found.push(Problem::error(
                "assent_label",
                Phrase::new("form-picture-words", "a picture needs words for who does not see it (WCAG 2.2, 1.1.1)"),
            ));
        }
    }
    for column in ["msdyncrm_redirecturl", "msdyncrm_doubleoptinthankyouurl"] {
        if change.new_value(column).as_text().is_some_and(|it| !it.is_empty() && !is_leading(it)) {
            found.push(Problem::error(
                column,
                Phrase::new("leads-not-https", "leads to an address that is not https://"),
            ));
        }
    }
    let asks = shown.iter().any(|it| it.column.as_deref() == Some(CONSENT) || it.element.kind == 2);
    if asks && change.new_value("assent_wording").is_null() {
        found.push(Problem::error(
            "assent_wording",
            Phrase::new(
                "form-wording",
                "a form that asks for consent shows the text by which it asks (Art. 4(11) and 7 GDPR)",
            ),
        ));
    }
    lint(rx, &shown, &mut found)?;
    Ok(found)
}

/// Whether a visitor may be led to an address.
pub(crate) fn is_leading(address: &str) -> bool {
    let host =
        address.strip_prefix("https://").or_else(|| address.strip_prefix("http://127.0.0.1")).unwrap_or_default();
    !address.chars().any(|it| it.is_whitespace() || it.is_control() || matches!(it, ';' | ',' | '\'' | '"'))
        && !host.is_empty()
}

/// What a landing page needs so that its submissions can be applied (`spec/marketing.md` 8.2, 8.3).
fn matched(rx: &Rx<'_>, shown: &[Shown], change: &Change, found: &mut Vec<Problem>) -> Result<()> {
    let form = MarketingForm::read(&change.after())?;
    let updates = form.updates();
    if updates == Updates::Nobody && !configuration::read(rx)?.allow_no_update {
        found.push(Problem::error(
            "msdyncrm_entityupdatebehavioronsubmit",
            Phrase::new(
                "form-nobody",
                "forms that update nobody are not allowed; allow them in the landing page settings",
            ),
        ));
    }
    let asked = |it: &Shown, entity: &str, column: &str| {
        let mapped = if entity == "contact" { &it.column } else { &it.lead_column };
        mapped.as_deref() == Some(column)
    };
    for (entity, wanted) in [("contact", updates.contact()), ("lead", updates.lead() && !form.always_new_lead)] {
        if !wanted {
            continue;
        }
        for column in matching::columns(rx, &form, entity)?.iter().filter(|it| *it != matching::PAGE) {
            match shown.iter().find(|it| asked(it, entity, column)) {
                None => found.push(Problem::error(
                    "elements",
                    Phrase::new(
                        "form-matching-missing",
                        "asks for no {column}, by which a {entity} is matched; place a field for it",
                    )
                    .with("column", column)
                    .with("entity", entity),
                )),
                Some(it) if !it.required => found.push(Problem::warning(
                    it.name.as_str(),
                    Phrase::new(
                        "form-matching-empty",
                        "may be left empty, and then the submission fails: a {entity} is matched by it",
                    )
                    .with("entity", entity),
                )),
                Some(_) => {}
            }
        }
    }
    let address = shown.iter().any(|it| asked(it, "contact", "emailaddress1"));
    let wishes = shown.iter().any(|it| it.column.as_deref() == Some(CONSENT) || it.element.kind == 2);
    if updates.contact() && !address {
        found.push(Problem::error(
            "elements",
            Phrase::new("form-asks-address", "a landing page asks for the e-mail address of a contact"),
        ));
    }
    if !updates.contact() && (wishes || form.double_optin) && updates != Updates::Nobody {
        found.push(Problem::error(
            "msdyncrm_entityupdatebehavioronsubmit",
            Phrase::new(
                "form-lead-consent",
                "leads hold no consent and are on no list; update contacts too, or ask for neither",
            ),
        ));
    }
    if form.prefills && !shown.iter().any(|it| it.element.kind == 6) {
        found.push(Problem::error(
            "elements",
            Phrase::new("form-remember", "a form that is prefilled has a remember-me box"),
        ));
    }
    Ok(())
}

/// What the check finds in a form as it is stored, warnings too.
///
/// # Errors
/// `NotFound` when there is no such form.
pub fn problems(rx: &Rx<'_>, form: Uuid) -> Result<Vec<Problem>> {
    let row = rx.get(super::ENTITY, form)?;
    let change = Change {
        op: kernel::Op::Update,
        entity: super::ENTITY.into(),
        id: form,
        values: kernel::Values::new(),
        before: Some(row),
    };
    check(rx, form, change.new_value("msdyncrm_validforpagetype").as_int(), &change)
}

/// Columns whose use is plain: the address that everything goes to, and what a person decides.
const PLAIN: &[&str] = &[
    "emailaddress1",
    "msgdpr_gdprconsent",
    "msgdpr_donottrack",
    "donotbulkemail",
    "donotemail",
    "msdyncrm_rememberme",
];
/// Words by which a label speaks of a contract instead of consent.
const TERMS: &[&str] = &[
    "terms",
    "conditions of use",
    "general conditions",
    "agb",
    "geschäftsbedingungen",
    "nutzungsbedingungen",
    "conditions générales",
    "cgv",
    "cgu",
];

/// What makes a consent no consent: given beforehand, or inside of something else (Art. 4(11), 7(2), 7(4)
/// GDPR, recital 32); and what is asked for without saying why.
fn lint(rx: &Rx<'_>, shown: &[Shown], found: &mut Vec<Problem>) -> Result<()> {
    let rx = rx.elevated("form check");
    for it in shown {
        let asks = it.column.as_deref() == Some(CONSENT) || it.element.kind == 2;
        if asks && it.element.default.as_deref().is_some_and(|it| !it.trim().is_empty()) {
            found.push(Problem::error(
                it.name.as_str(),
                Phrase::new("consent-preset", "is chosen beforehand; take its default value away: silence and boxes that are ticked already are no consent (recital 32 GDPR)"),
            ));
        }
        if (asks || it.column.as_deref() == Some("donotbulkemail")) && it.element.hidden {
            found.push(Problem::error(
                it.name.as_str(),
                Phrase::new("decision-hidden", "decides for a person and is hidden; show it"),
            ));
        }
        if asks && it.element.required {
            found.push(Problem::warning(
                it.name.as_str(),
                Phrase::new(
                    "consent-must",
                    "must be answered; a consent that the rest depends on is not given freely (Art. 7(4) GDPR)",
                ),
            ));
        }
        let label = it.label.to_lowercase();
        let words: Vec<&str> = label.split(|it: char| !it.is_alphanumeric()).collect();
        let of_terms =
            TERMS.iter().any(|term| if term.contains(' ') { label.contains(term) } else { words.contains(term) });
        if asks && of_terms {
            found.push(Problem::error(
                it.name.as_str(),
                Phrase::new("consent-terms", "asks for consent and for agreement to terms with one answer; ask for each by itself (Art. 7(2) GDPR)"),
            ));
        }
        let Some(field) = it.element.field.filter(|_| it.element.kind == 1) else { continue };
        let field = rx.get("msdyncrm_marketingformfield", field)?;
        // `msdyncrm_prototype_…` says of what a field was copied; nothing is written by it.
        let (contact, lead) = (field.text("msdyncrm_contactmapping"), field.text("msdyncrm_leadmapping"));
        let bundled = contact != lead && !contact.is_empty() && !lead.is_empty();
        if bundled && [contact, lead].contains(&CONSENT) {
            found.push(Problem::error(
                it.name.as_str(),
                Phrase::new(
                    "consent-bundled",
                    "writes consent and {column} with one answer; ask for each by itself (Art. 7(2) GDPR)",
                )
                .with("column", if contact == CONSENT { lead } else { contact }),
            ));
        }
        if !PLAIN.contains(&contact) && field.text("assent_purpose").trim().is_empty() {
            found.push(Problem::warning(
                it.name.as_str(),
                Phrase::new("field-purpose", "has no purpose; say on the field what the answer is used for, or leave it out (Art. 5(1)(b) and (c) GDPR)"),
            ));
        }
    }
    Ok(())
}
