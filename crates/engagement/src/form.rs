//! Marketing forms: what they ask, and what becomes of an answer.
//!
//! *Not* the HTML (`web`). Invariant: a submission is stored before it is applied; consent is raised by
//! a form only through `privacy::consent::request`.

mod answer;
mod center;
mod check;
pub mod forward;
pub(crate) mod matching;
mod prefill;
pub mod submission;
mod submit;
mod waiting;

pub use answer::{Answers, Issue};
pub use center::{ADDRESS_LEVEL, Center, Saved, Waiting, center, one_click, receipts, save};
pub(crate) use check::is_leading;
pub use check::{check, problems};
pub use prefill::prefill;
pub use submit::{Origin, Submitted, Updates, submit};
pub(crate) use waiting::apply;
pub use waiting::asked;

use kernel::{
    Change, Error, Phrase, Query, Result, Rx, Tx, Value,
    metadata::{ColumnType, file::english},
    uuid::Uuid,
};
use serde::Serialize;

use crate::{
    lifecycle::{self, LIVE_EDITABLE, States},
    page::configuration,
};

/// The entity's logical name.
pub const ENTITY: &str = "msdyncrm_marketingform";

/// The kind of the element that asks for friends.
const FORWARD: i64 = 7;
const LIVE: i64 = 1;
const STOPPED: i64 = 2;

kernel::typed! {
    /// A marketing form.
    pub struct MarketingForm as "msdyncrm_marketingform" {
        /// Its name.
        pub name: String = "msdyncrm_name",
        /// 0 landing page, 1 subscription center, 2 forward to a friend.
        pub kind: i64 = "msdyncrm_validforpagetype",
        /// 0 contacts and leads, 1 contacts, 2 leads, 3 nothing.
        pub update: Option<i64> = "msdyncrm_entityupdatebehavioronsubmit",
        /// By what contacts are matched.
        pub contact_strategy: Option<Uuid> = "msdyncrm_contactmatchingstrategy",
        /// By what leads are matched.
        pub lead_strategy: Option<Uuid> = "msdyncrm_leadmatchingstrategy",
        /// Whether each submission makes a lead.
        pub always_new_lead: bool = "msdyncrm_alwaysgenerateleads",
        /// Whether it may be filled in for who is known.
        pub prefills: bool = "msdyncrm_allowprefill",
        /// Whether successful submissions are kept with their fields.
        pub keep: bool = "msdyncrm_keepsuccessfulsubmissions",
        /// What the person reads afterwards.
        pub thanks: String = "msdyncrm_confirmationmessage",
        /// What a visitor reads when it could not be applied.
        pub error_message: Option<String> = "msdyncrm_errormessage",
        /// Where a visitor goes afterwards.
        pub redirect: Option<String> = "msdyncrm_redirecturl",
        /// Sites that may embed it, one a line.
        pub embed: String = "assent_embeddomains",
        /// What a visitor reads who asks too often.
        pub limit_message: Option<String> = "msdyncrm_limitexceededmessage",
        /// Whether the whole submission waits for its confirmation.
        pub double_optin: bool = "msdyncrm_enabledoubleoptin",
        /// The confirmation e-mail of its own.
        pub optin_mail: Option<Uuid> = "msdyncrm_doubleoptinmessage",
        /// The content settings of that e-mail.
        pub optin_settings: Option<Uuid> = "msdyncrm_doubleoptincontentsettings",
        /// The text by which consent is asked for.
        pub wording: String = "assent_wording",
        /// Its language.
        pub language: Option<String> = "assent_language",
        /// The state.
        pub status: i64 = "statuscode",
    }
}

kernel::typed! {
    /// One element placed on a form.
    pub struct FormElement as "assent_formelement" {
        /// The form.
        pub form: Option<Uuid> = "assent_formid",
        /// 1 field, 2 subscription list, 3 do not bulk email, 4 submit button, 5 text, 6 remember me, 7 forward
        /// to a friend, 8 reset button, 9 captcha, 10 image, 11 divider.
        pub kind: i64 = "assent_kind",
        /// The field.
        pub field: Option<Uuid> = "assent_fieldid",
        /// The list.
        pub list: Option<Uuid> = "assent_listid",
        /// What people read.
        pub label: String = "assent_label",
        /// What stands in it while it is empty.
        pub placeholder: Option<String> = "assent_placeholder",
        /// Whether its default is sent and not shown.
        pub hidden: bool = "assent_hidden",
        /// The longest answer.
        pub max_length: Option<i64> = "assent_maxlength",
        /// Whether it may be filled in for who is known.
        pub prefill: bool = "assent_prefill",
        /// Whether it must be filled in.
        pub required: bool = "assent_required",
        /// What people read when it is not.
        pub required_message: Option<String> = "assent_requiredmessage",
        /// What is in it before somebody writes.
        pub default: Option<String> = "assent_default",
        /// Whether friends' names are asked for.
        pub asks_name: bool = "assent_asksname",
        /// To how many friends at once.
        pub pairs: Option<i64> = "assent_pairs",
        /// Its place.
        pub order: Option<i64> = "assent_order",
        /// The text of a text element.
        pub text: String = "assent_text",
    }
}

impl MarketingForm {
    /// The language that it is written in.
    pub fn language(&self) -> &'static str {
        crate::language::of(self.language.as_deref().unwrap_or_default())
    }
    /// Whom it makes or changes.
    pub fn updates(&self) -> Updates {
        match self.update {
            Some(0) => Updates::Both,
            Some(2) => Updates::Lead,
            Some(3) => Updates::Nobody,
            _ => Updates::Contact,
        }
    }
    /// The sites that may embed it: its own and those of the settings. What a mail leads to by a personal link alone
    /// is embedded nowhere.
    ///
    /// # Errors
    /// Those of reading.
    pub fn sites(&self, rx: &Rx<'_>) -> Result<Vec<String>> {
        if !matches!(self.kind, 0 | 1) {
            return Ok(Vec::new());
        }
        let all = configuration::read(rx)?.embed;
        Ok(configuration::sites(&self.embed).chain(configuration::sites(&all)).map(str::to_owned).collect())
    }
    /// Whether it takes submissions.
    pub fn is_live(&self) -> bool {
        matches!(self.status, LIVE | LIVE_EDITABLE)
    }
    /// The form, if it takes submissions.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Gone` when it does not.
    pub fn live(rx: &Rx<'_>, id: Uuid) -> Result<Self> {
        let form = Self::get(&rx.elevated("public form"), id)?;
        if form.is_live() { Ok(form) } else { Err(Error::gone("form", "This form is not open.")) }
    }
}

/// One option of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
    /// What it means, so that whoever chooses is informed (Art. 4(11) GDPR); may be empty.
    pub description: String,
}

/// How an input is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Input {
    /// One line; the HTML type.
    Line {
        /// `text`, `email`, `tel`, `date`, `number`.
        html_type: &'static str,
        /// The longest answer.
        max_length: usize,
    },
    /// Many lines.
    Lines {
        /// The longest answer.
        max_length: usize,
    },
    /// One of some.
    Choice {
        /// The options.
        options: Vec<Choice>,
    },
    /// Yes or no.
    Check,
    /// A text to read.
    Text,
    /// The button.
    Submit,
    /// The button that takes back what was typed.
    Reset,
    /// A question against programs.
    Captcha,
    /// A picture of our own site, whose address is the element's text.
    Image,
    /// A line.
    Divider,
}

/// An element with all that is needed to show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The name in the post; empty for texts and the button.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// How it is shown.
    pub input: Input,
    /// The present answer, for a form that is prefilled or shown again.
    pub value: String,
    /// The column of the contact that it maps to.
    #[serde(skip)]
    pub column: Option<String>,
    /// The column of the lead that it maps to.
    #[serde(skip)]
    pub lead_column: Option<String>,
    /// The element.
    #[serde(skip)]
    pub element: FormElement,
}

/// The elements of a form, in order.
///
/// # Errors
/// `Invalid` when a field maps to no column.
pub fn elements(rx: &Rx<'_>, form: Uuid) -> Result<Vec<Shown>> {
    let rx = rx.elevated("public form");
    let form = MarketingForm::get(&rx, form)?;
    let query = Query::on("assent_formelement").eq("assent_formid", form.id).order("assent_order asc")?;
    let mut all = Vec::new();
    for element in FormElement::rows(&rx, &query)? {
        if element.kind == FORWARD {
            all.extend(forward::inputs(&element, form.language()));
        } else {
            all.push(shown(&rx, element)?);
        }
    }
    show_wording(&mut all, form.wording.trim());
    Ok(all)
}

/// What is kept as evidence is what people read: the text by which consent is asked for stands above the first question
/// that asks, unless a text of the form holds it (Art. 7(1) GDPR).
fn show_wording(all: &mut Vec<Shown>, wording: &str) {
    let is_shown = all.iter().any(|it| it.input == Input::Text && it.element.text.contains(wording));
    let asking = all.iter().position(|it| it.column.as_deref() == Some("msgdpr_gdprconsent") || it.element.kind == 2);
    let Some((at, first)) = asking.and_then(|at| Some((at, all.get(at)?))) else { return };
    if wording.is_empty() || is_shown {
        return;
    }
    let element = FormElement {
        kind: 5,
        field: None,
        list: None,
        label: String::new(),
        hidden: false,
        required: false,
        default: None,
        text: wording.to_owned(),
        ..first.element.clone()
    };
    let text = Shown {
        name: String::new(),
        label: String::new(),
        required: false,
        input: Input::Text,
        value: String::new(),
        column: None,
        lead_column: None,
        element,
    };
    all.insert(at, text);
}

fn shown(rx: &Rx<'_>, element: FormElement) -> Result<Shown> {
    let mut label = element.label.clone();
    let mut lead_column = None;
    let (name, input, column) = match (element.kind, element.field, element.list) {
        (1, Some(field), _) => {
            let field = rx.get("msdyncrm_marketingformfield", field)?;
            let mapped = |name: &str| Some(field.text(name).to_owned()).filter(|it| !it.is_empty());
            let of_contact = mapped("msdyncrm_contactmapping");
            lead_column = mapped("msdyncrm_leadmapping");
            let model = rx.model();
            let column = match (&of_contact, &lead_column) {
                (Some(name), _) => model.entity("contact")?.column(name)?,
                (None, Some(name)) => model.entity("lead")?.column(name)?,
                (None, None) => return Err(Error::invalid("msdyncrm_contactmapping", "maps to no column")),
            };
            if label.is_empty() {
                label = field.get("msdyncrm_defaultformlabel").as_text().unwrap_or_else(|| column.text()).to_owned();
            }
            let input = match column.kind {
                ColumnType::Memo => Input::Lines { max_length: column.max_length },
                ColumnType::Boolean => Input::Check,
                ColumnType::Choice => {
                    let options = column.options.iter().map(|it| Choice {
                        value: it.value.to_string(),
                        label: english(&it.label).to_owned(),
                        description: english(&it.description).to_owned(),
                    });
                    Input::Choice { options: options.collect() }
                }
                ColumnType::Date | ColumnType::DateTime => Input::Line { html_type: "date", max_length: 10 },
                ColumnType::Integer
                | ColumnType::BigInt
                | ColumnType::Decimal
                | ColumnType::Money
                | ColumnType::Double => Input::Line { html_type: "number", max_length: 30 },
                _ => {
                    use kernel::metadata::column::Format;
                    let html_type = match column.format {
                        Some(Format::Email) => "email",
                        Some(Format::Phone) => "tel",
                        Some(Format::Url) => "url",
                        Some(Format::Image) | None => "text",
                    };
                    Input::Line { html_type, max_length: column.max_length }
                }
            };
            (column.name.clone(), input, of_contact)
        }
        (2, _, Some(list)) => {
            if label.is_empty() {
                label = rx.get("list", list)?.text("listname").to_owned();
            }
            (format!("list-{list}"), Input::Check, None)
        }
        (3, ..) => ("donotbulkemail".to_owned(), Input::Check, Some("donotbulkemail".to_owned())),
        (6, ..) => ("msdyncrm_rememberme".to_owned(), Input::Check, Some("msdyncrm_rememberme".to_owned())),
        (4, ..) => (String::new(), Input::Submit, None),
        (8, ..) => (String::new(), Input::Reset, None),
        (9, ..) => (String::new(), Input::Captcha, None),
        (10, ..) => (String::new(), Input::Image, None),
        (11, ..) => (String::new(), Input::Divider, None),
        _ => (String::new(), Input::Text, None),
    };
    Ok(Shown { name, label, required: element.required, input, value: String::new(), column, lead_column, element })
}

/// Rule before a form is stored.
pub(crate) fn before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let sites = change.new_value("assent_embeddomains").as_text().unwrap_or_default().to_owned();
    configuration::check_sites("assent_embeddomains", &sites)?;
    // Forms write Stopped itself; their option set has no Stopping (`spec/marketing.md` 8.2).
    if change.touches("statuscode")
        && *change.new_value("statuscode") == Value::Int(STOPPED)
        && change.old("statuscode").as_int() == Some(LIVE)
    {
        return Ok(());
    }
    const CHECKED: States = States::form(&[
        "assent_wording",
        "msdyncrm_validforpagetype",
        "msdyncrm_entityupdatebehavioronsubmit",
        "msdyncrm_alwaysgenerateleads",
        "msdyncrm_contactmatchingstrategy",
        "msdyncrm_leadmatchingstrategy",
        "msdyncrm_allowprefill",
        "msdyncrm_enabledoubleoptin",
        "msdyncrm_redirecturl",
        "msdyncrm_doubleoptinthankyouurl",
    ]);
    lifecycle::advance(tx, change, &CHECKED, |tx, change| {
        check(tx, change.id, change.new_value("msdyncrm_validforpagetype").as_int(), change)
    })
}

/// Rule before an element is stored or removed: a form that is live was checked as it stands.
pub(crate) fn element_before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    for form in [change.old("assent_formid"), change.new_value("assent_formid")] {
        let Some(form) = form.as_guid() else { continue };
        if tx.find(ENTITY, form)?.is_some_and(|it| it.get("statuscode").as_int() == Some(LIVE)) {
            return Err(Error::conflict(
                "assent_formid",
                Phrase::new("form-live-elements", "the form is live; stop it before its elements change"),
            )
            .with_code("live"));
        }
    }
    Ok(())
}

/// Rule before a field is stored: it maps to a column that people can fill in (`spec/marketing.md` 8.1). That no
/// form asks for a column twice is seen when it goes live.
pub(crate) fn field_before(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    const MAPPINGS: [(&str, &str); 2] = [("contact", "msdyncrm_contactmapping"), ("lead", "msdyncrm_leadmapping")];
    let model = tx.model();
    let mut maps = false;
    for (entity, mapping) in MAPPINGS {
        let Some(name) = change.new_value(mapping).as_text().filter(|it| !it.is_empty()).map(str::to_owned) else {
            continue;
        };
        maps = true;
        let column = model.entity(entity)?.columns.get(&name);
        let Some(column) = column.filter(|it| !(it.is_secret() || it.readonly || it.system)) else {
            return Err(Error::invalid(mapping, format!("{entity} has no column {name} that people can fill in")));
        };
        if column.kind == ColumnType::Lookup && !change.new_value("msdyncrm_publicvisibility").is_true() {
            let text = "the names behind a lookup become public; say so with msdyncrm_publicvisibility";
            return Err(Error::invalid("msdyncrm_publicvisibility", text));
        }
    }
    if maps {
        Ok(())
    } else {
        Err(Error::invalid("msdyncrm_contactmapping", Phrase::new("field-maps", "name a column of contact or of lead")))
    }
}
